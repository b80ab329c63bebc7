//! Runs while the network and the service fail: nothing is done twice, and no outcome is wrong.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use partner_center_bulk::{Journal, Operation, RowState, RunOptions, write_json};
use partner_center_emulator::data_set::{SOURCE, TARGET};
use partner_center_emulator::model::{DataSet, Status};
use partner_center_emulator::{EmulatorBuilder, FaultKind, InjectedFault, Operation as Call};

use serde_json::Value;

use crate::operations::{offers, on_transfers};
use crate::run::check_against_ledger;
use crate::support::{Service, accepts};

fn kinds() -> Vec<FaultKind> {
    let status = |status, retry_after_seconds, after_effect| FaultKind::Status {
        status,
        code: None,
        retry_after_seconds,
        after_effect,
    };
    vec![
        FaultKind::Latency { milliseconds: 5 },
        status(500, None, true),
        status(500, None, false),
        status(503, Some(2), false),
        status(503, Some(2), true),
        status(503, None, true),
        status(429, Some(3), false),
        FaultKind::Html {
            status: 502,
            after_effect: true,
        },
        FaultKind::Html {
            status: 504,
            after_effect: false,
        },
        FaultKind::TruncatedBody,
        FaultKind::ResetBeforeEffect,
        FaultKind::ResetAfterEffect,
        FaultKind::Stall {
            after_effect: false,
        },
        FaultKind::Stall { after_effect: true },
    ]
}

/// Injects each kind of fault, so that one of five requests meets one.
#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn inject_all(service: &Service, seed: u64) {
    service
        .runtime
        .end_stalled_calls_after(Duration::from_millis(150));
    let kinds = kinds();
    let each = 0.2 / kinds.len() as f64;
    for (at, kind) in kinds.into_iter().enumerate() {
        let seed = seed + u64::try_from(at).unwrap();
        let fault = InjectedFault::new(kind).probability(each, seed);
        service.emulator.inject(fault).unwrap();
    }
}

#[tokio::test]
async fn with_faults_at_each_fifth_request_every_outcome_equals_the_ledger() {
    let service = Service::start(2_000).await;
    inject_all(&service, 1);
    // Not for creates: a transfer that was created twice cannot be recognized.
    let limit = FaultKind::Status {
        status: 429,
        code: None,
        retry_after_seconds: Some(3),
        after_effect: true,
    };
    let limit = InjectedFault::new(limit).operation(Call::Accept);
    let limit = limit.probability(0.02, 99);
    service.emulator.inject(limit).unwrap();
    let mut finished = service.run(accepts(2_000), RunOptions::default()).await;
    for _ in 0..20 {
        if finished.summary.is_settled() {
            break;
        }
        assert_eq!(finished.summary.unknown, 0, "{:?}", finished.summary);
        finished = service.resume(RunOptions::default()).await;
    }
    let summary = finished.summary;
    assert_eq!(
        (summary.done, summary.in_part, summary.failed),
        (1_600, 200, 200)
    );
    assert_eq!(service.emulator.effects().len(), 2_000);
    check_against_ledger(&service);
    check_report_against_ledger(&service);
    let requests = service.requests();
    assert!(requests > 2_300, "faults cause more requests: {requests}");
}

/// Checks that each row of the report says of its subscription what the emulator did with it.
fn check_report_against_ledger(service: &Service) {
    let mut json = Vec::new();
    write_json(&service.view(), &mut json).unwrap();
    let report: Value = serde_json::from_slice(&json).unwrap();
    let data = service.emulator.data();
    let orders: HashMap<String, &Vec<String>> = data
        .orders
        .iter()
        .map(|order| (order.id.to_string(), &order.subscriptions))
        .collect();
    let mut moved = 0;
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), data.transfers.len() * 2);
    for row in rows {
        let text = |member: &str| row[member].as_str().unwrap_or_default();
        match text("outcome") {
            "moved" => {
                moved += 1;
                let order = orders[text("order")];
                if let Some(subscription) = row["subscription"].as_str() {
                    assert!(order.iter().any(|one| one == subscription), "{row}");
                }
                assert!(row["accepted"].is_string(), "{row}");
            }
            "failed" => {
                let at = usize::try_from(row["row"].as_i64().unwrap()).unwrap() - 1;
                let customer = &data.customers[at];
                let kept = customer.subscription(text("subscription")).unwrap();
                assert_eq!(kept.partner, SOURCE, "{row}");
                assert_eq!(text("cause"), "the subscription is suspended");
            }
            _ => panic!("{row}"),
        }
    }
    let billed = data.customers.iter().flat_map(|one| &one.subscriptions);
    assert_eq!(billed.filter(|one| one.partner == TARGET).count(), moved);
    assert_eq!(report["totals"]["moved"], moved);
}

#[tokio::test]
async fn with_faults_each_other_change_is_made_once_too() {
    for (seed, partner, rows) in [
        (200, TARGET, on_transfers(100, Operation::Reject)),
        (300, SOURCE, on_transfers(100, Operation::Withdraw)),
        (400, SOURCE, offers(100)),
    ] {
        let service = Service::start(100).await;
        inject_all(&service, seed);
        let journal = service.create(rows);
        let run = service.start_run(journal, partner, RunOptions::default());
        let mut finished = run.finish().await.unwrap();
        for _ in 0..20 {
            if !finished.summary.is_resumable() {
                break;
            }
            let journal = Journal::open(service.path()).unwrap();
            let run = service.start_run(journal, partner, RunOptions::default());
            finished = run.finish().await.unwrap();
        }
        let effects = service.emulator.effects();
        assert_eq!(finished.summary.done, 100, "{seed}: {:?}", finished.summary);
        assert_eq!(effects.len(), 100, "{seed}");
        let customers: HashSet<_> = effects.iter().map(|effect| effect.customer).collect();
        assert_eq!(customers.len(), 100, "{seed}");
    }
}

#[tokio::test]
async fn without_idempotency_of_the_service_nothing_is_done_twice_either() {
    let service = Service::configured(200, EmulatorBuilder::no_idempotency).await;
    inject_all(&service, 100);
    let mut finished = service.run(accepts(200), RunOptions::default()).await;
    for _ in 0..20 {
        if !finished.summary.is_resumable() {
            break;
        }
        finished = service.resume(RunOptions::default()).await;
    }
    assert!(finished.summary.is_settled(), "{:?}", finished.summary);
    check_against_ledger(&service);
}

#[tokio::test]
async fn a_lost_answer_is_read_back_and_not_sent_again() {
    for (kind, sends) in [
        (FaultKind::ResetAfterEffect, 1),
        (FaultKind::TruncatedBody, 1),
        (FaultKind::ResetBeforeEffect, 2),
    ] {
        let service = Service::start(1).await;
        let fault = InjectedFault::new(kind.clone())
            .operation(Call::Accept)
            .count(1);
        service.emulator.inject(fault).unwrap();
        let finished = service.run(accepts(1), RunOptions::default()).await;
        assert_eq!(finished.summary.done, 1, "{kind:?}");
        let requests = service.emulator.requests();
        let accepts = requests.iter().filter(|one| one.method == "POST");
        let ids: Vec<_> = accepts.map(|request| request.request_id).collect();
        assert_eq!(ids.len(), sends, "{kind:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(service.emulator.effects().len(), 1);
    }
}

#[tokio::test]
async fn a_request_that_may_still_arrive_is_not_sent_again_at_once() {
    let service = Service::start(1).await;
    let fault = InjectedFault::new(FaultKind::ResetBeforeEffect)
        .operation(Call::Accept)
        .count(1);
    service.emulator.inject(fault).unwrap();
    service.run(accepts(1), RunOptions::default()).await;
    let slept = service.runtime.slept().as_secs();
    assert!((30..=32).contains(&slept), "{slept}");
}

#[tokio::test]
async fn a_row_that_cannot_be_found_out_is_left_for_a_person() {
    let service = Service::start(1).await;
    let fault = InjectedFault::new(FaultKind::ResetBeforeEffect)
        .operation(Call::Accept)
        .count(1);
    service.emulator.inject(fault).unwrap();
    // The service answers 404 to reads of a withdrawn transfer.
    let withdraw = |data: &mut DataSet| data.transfers[0].status = Status::Withdrawn;
    service.emulator.change(withdraw).unwrap();
    let finished = service.run(accepts(1), RunOptions::default()).await;
    assert_eq!(finished.summary.unknown, 1);
    let rows = service.view().rows_for_a_person().unwrap();
    assert_eq!(rows[0].state, RowState::Unknown);
    assert!(rows[0].remedy.is_some());

    let before = service.requests();
    let finished = service.resume(RunOptions::default()).await;
    assert_eq!(finished.summary.unknown, 1);
    assert_eq!(service.requests(), before, "never sent again");
}
