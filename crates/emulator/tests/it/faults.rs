//! Faults on demand: what a client sees, and what took effect.

use std::time::Duration;

use partner_center_emulator::{Emulator, Fault, FaultKind, Operation, data_set};

use crate::{Lab, fault, header, json};

fn status(status: u16, after_effect: bool) -> FaultKind {
    FaultKind::Status {
        status,
        code: Some(800_003),
        retry_after_seconds: None,
        after_effect,
    }
}

#[tokio::test]
async fn a_fault_before_the_effect_has_none_and_one_after_it_has() {
    for (kind, effects) in [
        (status(500, false), 0),
        (status(500, true), 1),
        (
            FaultKind::Html {
                status: 502,
                after_effect: false,
            },
            0,
        ),
        (
            FaultKind::Html {
                status: 502,
                after_effect: true,
            },
            1,
        ),
        (FaultKind::ResetBeforeEffect, 0),
        (FaultKind::ResetAfterEffect, 1),
        (FaultKind::TruncatedBody, 1),
    ] {
        let lab = Lab::new().await;
        lab.emulator
            .inject(Fault::new(kind.clone()).count(1))
            .unwrap();
        let answer = lab.accept(data_set::ACCEPTED_WHOLE).send().await;
        match &kind {
            FaultKind::Status { .. } => {
                fault(answer.unwrap(), 500, 800_003.into()).await;
            }
            FaultKind::Html { .. } => {
                let answer = answer.unwrap();
                assert_eq!(answer.status(), 502);
                assert_eq!(header(&answer, "Content-Type"), "text/html; charset=utf-8");
                assert!(answer.text().await.unwrap().contains("<h1>502 Bad Gateway"));
            }
            FaultKind::TruncatedBody => {
                let mut answer = answer.unwrap();
                assert_eq!(answer.status(), 200);
                let whole: usize = header(&answer, "Content-Length").parse().unwrap();
                let mut came = 0;
                let broken = loop {
                    match answer.chunk().await {
                        Ok(Some(chunk)) => came += chunk.len(),
                        Ok(None) => break false,
                        Err(_) => break true,
                    }
                };
                assert!(broken);
                assert_eq!(came, whole / 2);
            }
            _ => {
                let error = format!("{:?}", answer.unwrap_err());
                assert!(error.contains("ConnectionReset"), "{error}");
            }
        }
        assert_eq!(lab.emulator.effects().len(), effects, "{kind:?}");
        assert_eq!(lab.emulator.requests().len(), 1);

        // It is used up: the next request is served, and finds what the first one did.
        let next = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
        assert_eq!(
            next.status(),
            if effects == 0 { 200 } else { 400 },
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_rate_limit_on_demand_has_its_own_envelope() {
    let lab = Lab::new().await;
    let kind = FaultKind::Status {
        status: 429,
        code: None,
        retry_after_seconds: Some(57),
        after_effect: false,
    };
    lab.emulator.inject(Fault::new(kind)).unwrap();
    let answer = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(header(&answer, "Retry-After"), "57");
    let published = include_str!("../../../../spec/examples/rate-limit-429.json");
    assert_eq!(json(answer).await, crate::parsed(published));
}

#[tokio::test]
async fn a_stall_never_answers_and_latency_answers_late() {
    for (after_effect, effects) in [(false, 0), (true, 1)] {
        let lab = Lab::new().await;
        lab.emulator
            .inject(Fault::new(FaultKind::Stall { after_effect }))
            .unwrap();
        let stalled = tokio::spawn(lab.accept(data_set::ACCEPTED_WHOLE).send());
        while lab.emulator.requests().is_empty() || lab.emulator.effects().len() < effects {
            tokio::task::yield_now().await;
        }
        lab.emulator.advance(Duration::from_secs(1_000_000));
        // Others are served meanwhile.
        lab.emulator.clear_faults();
        let other = lab.withdraw(data_set::TO_WITHDRAW).send().await.unwrap();
        assert_eq!(other.status(), 204);
        assert!(!stalled.is_finished());
        assert_eq!(lab.emulator.effects().len(), effects + 1);
        let Lab { emulator, .. } = lab;
        drop(emulator);
        assert!(stalled.await.unwrap().is_err());
    }

    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let latency = FaultKind::Latency {
        milliseconds: 3_600_000,
    };
    lab.emulator.inject(Fault::new(latency.clone())).unwrap();
    lab.emulator.inject(Fault::new(latency)).unwrap();
    lab.emulator.inject(Fault::new(status(503, false))).unwrap();
    let late = tokio::spawn(lab.accept(data_set::ACCEPTED_WHOLE).send());
    while !late.is_finished() {
        lab.emulator.advance(Duration::from_secs(600));
        tokio::task::yield_now().await;
    }
    fault(late.await.unwrap().unwrap(), 503, 800_003.into()).await;
}

#[tokio::test]
async fn a_fault_strikes_whom_it_is_told_to_and_as_often() {
    let lab = Lab::new().await;
    let fault = Fault::new(status(500, false))
        .operation(Operation::Accept)
        .skip(1)
        .count(2);
    lab.emulator.inject(fault).unwrap();
    let withdrawn = lab.withdraw(data_set::TO_WITHDRAW).send().await.unwrap();
    assert_eq!(withdrawn.status(), 204, "another operation");
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
        statuses.push(answer.status().as_u16());
    }
    assert_eq!(statuses, [409, 500, 500, 409]);
}

#[tokio::test]
async fn chance_can_be_repeated() {
    let lab = Lab::new().await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        lab.emulator.clear_faults();
        let fault = Fault::new(status(500, false)).probability(0.5, seed);
        lab.emulator.inject(fault).unwrap();
        let mut struck = Vec::new();
        for _ in 0..32 {
            let answer = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
            struck.push(answer.status() == 500);
        }
        runs.push(struck);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let often = runs[0].iter().filter(|struck| **struck).count();
    assert!((1..32).contains(&often), "{often}");

    let wrong = Fault::new(status(500, false)).probability(1.5, 0);
    let error = lab.emulator.inject(wrong).unwrap_err().to_string();
    assert!(error.contains("probability: 1.5"), "{error}");
    let wrong = lab.emulator.inject(Fault::new(status(200, false)));
    assert!(wrong.unwrap_err().to_string().contains("fault.status: 200"));
}

/// The answer to a create is lost; the list shows what became of it, and the same request makes no
/// second transfer.
#[tokio::test]
async fn a_create_whose_answer_is_lost_is_done_once() {
    let lab = Lab::new().await;
    let fault = Fault::new(FaultKind::ResetAfterEffect).operation(Operation::Create);
    lab.emulator.inject(fault.count(1)).unwrap();
    let request = serde_json::json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
        "lineItems": [{"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0]}],
    });
    let source = lab.source();
    let send = || {
        lab.create(&source, &request)
            .header("MS-RequestId", uuid::Uuid::from_u128(3).to_string())
            .send()
    };
    // Reads are not struck.
    let list = async || {
        let answer = lab.read(&source, &crate::transfers_path()).send().await;
        json(answer.unwrap()).await
    };
    assert_eq!(list().await.as_array().unwrap().len(), 6);
    assert!(send().await.is_err());
    let known = list().await;
    assert_eq!(known.as_array().unwrap().len(), 7);
    let answer = send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(json(answer).await["id"], known[6]["id"]);
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 2);
    assert_eq!(list().await, known);
}
