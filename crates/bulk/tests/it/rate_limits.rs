//! Rate limits: those that are set, and those that the service enforces.

use std::num::NonZeroU32;
use std::time::Duration;

use partner_center_bulk::{Change, Event, PauseReason, PlanRow, Rate, RunOptions};
use partner_center_emulator::{RateLimit, data_set};

use crate::run::check_against_ledger;
use crate::support::{Service, accepts, all_events, customer, transfer};

const MINUTE: Duration = Duration::from_secs(60);

fn per_minute(requests: u32) -> Rate {
    Rate::per_minute(NonZeroU32::new(requests).unwrap())
}

fn limit(requests: u32) -> RateLimit {
    RateLimit {
        requests,
        window: MINUTE,
    }
}

fn refused(service: &Service) -> usize {
    let requests = service.emulator.requests();
    requests
        .iter()
        .filter(|request| request.status == 429)
        .count()
}

#[tokio::test]
async fn a_rate_is_kept_over_the_whole_run() {
    let service = Service::start(120).await;
    let options = RunOptions::default().rate(per_minute(60));
    let finished = service.run(accepts(120), options).await;
    assert!(finished.summary.is_settled());
    check_against_ledger(&service);
    // 144 calls at 60 a minute, reads included.
    let calls = u32::try_from(service.requests()).unwrap();
    assert_eq!(calls, 144);
    let slept = service.runtime.slept();
    let least = MINUTE * (calls - 1) / 60;
    assert!(
        slept > least.mul_f64(0.9) && slept < least.mul_f64(1.1),
        "{slept:?}"
    );
}

#[tokio::test]
async fn a_429_pauses_until_retry_after_and_loses_nothing() {
    let service = Service::configured(100, |builder| builder.partner_rate_limit(limit(30))).await;
    let journal = service.create(accepts(100));
    let mut run = service.start_run(journal, data_set::TARGET, RunOptions::default());
    let events = all_events(&mut run).await;
    let finished = run.finish().await.unwrap();
    assert!(finished.summary.is_settled(), "{finished:?}");
    check_against_ledger(&service);
    // 120 calls at 30 a minute are four windows; each call that is refused counts too. Those are
    // the calls under way at the first 429 of a window.
    let windows = service.runtime.slept().as_secs() / 60 + 1;
    let refused = u64::try_from(refused(&service)).unwrap();
    assert!(refused <= windows * 10, "{refused} in {windows} minutes");
    assert!(windows <= 8, "{windows}");
    let all_paused = events.iter().any(|event| {
        matches!(
            event,
            Event::Paused {
                customer: None,
                reason: PauseReason::RateLimited,
                ..
            }
        )
    });
    assert!(all_paused, "several customers are limited at once");
}

#[tokio::test]
async fn a_limited_customer_does_not_hold_up_the_others() {
    // The first 40 rows are of one customer, whose limit is one request a minute.
    let service = Service::configured(20, |builder| builder.customer_rate_limit(limit(1))).await;
    let copy = |data: &mut partner_center_emulator::model::DataSet| {
        for number in 0..9_u128 {
            let mut copy = data.transfers[0].clone();
            copy.id = uuid::Uuid::from_u128(number);
            copy.status = partner_center_emulator::model::Status::Reject;
            copy.groups.truncate(1);
            copy.groups[0].becomes = data.transfers[8].groups[0].becomes.clone();
            data.transfers.push(copy);
        }
    };
    service
        .emulator
        .change(copy)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut rows: Vec<PlanRow> = (0..9_u128)
        .map(|number| {
            let transfer = uuid::Uuid::from_u128(number).into();
            PlanRow::new(
                format!("{number}"),
                customer(0).into(),
                Change::Accept { transfer },
            )
        })
        .collect();
    rows.extend(accepts(20).into_iter().skip(1).filter(|row| {
        // Those that need one call.
        ![transfer(7), transfer(8), transfer(17), transfer(18)]
            .map(Into::into)
            .contains(&row.change.transfer().unwrap())
    }));
    let journal = service.create(rows);
    let options = RunOptions::default()
        .customer_rate(per_minute(1))
        .concurrency(2);
    let mut run = service.start_run(journal, data_set::TARGET, options);
    let events = all_events(&mut run).await;
    let finished = run.finish().await.unwrap();
    assert!(finished.summary.is_settled());
    let numbers: Vec<i64> = events
        .iter()
        .filter_map(|event| match event {
            Event::Row(row) => Some(row.position),
            _ => None,
        })
        .collect();
    // All others come before the second row of the limited customer.
    let second = numbers
        .iter()
        .filter(|number| **number <= 9)
        .nth(1)
        .unwrap();
    let position = numbers.iter().position(|number| number == second).unwrap();
    assert!(position >= 15, "{numbers:?}");
}

#[test]
fn rates_are_read_as_people_write_them() {
    for (text, shown) in [
        ("300/min", "300/min"),
        ("300", "300/min"),
        (" 5 / s", "5/s"),
        ("1000/h", "1000/h"),
    ] {
        assert_eq!(text.parse::<Rate>().unwrap().to_string(), shown);
    }
    for text in ["", "0/min", "-1", "5/week", "min"] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
}
