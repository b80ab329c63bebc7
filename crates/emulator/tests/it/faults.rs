//! Injected faults: what the client sees, and what takes effect.

use std::time::Duration;

use partner_center_emulator::{Emulator, FaultKind, InjectedFault, Operation, data_set};

use crate::{Lab, check_error, header, json};

fn status(status: u16, after_effect: bool) -> FaultKind {
    FaultKind::Status {
        status,
        code: Some(800_003),
        retry_after_seconds: None,
        after_effect,
    }
}

#[tokio::test]
async fn a_fault_prevents_the_effect_or_hides_it() {
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
            .inject(InjectedFault::new(kind.clone()).count(1))
            .unwrap();
        let response = lab.accept(data_set::ACCEPTED_WHOLE).send().await;
        match &kind {
            FaultKind::Status { .. } => {
                check_error(response.unwrap(), 500, 800_003.into()).await;
            }
            FaultKind::Html { .. } => {
                let response = response.unwrap();
                assert_eq!(response.status(), 502);
                assert_eq!(
                    header(&response, "Content-Type"),
                    "text/html; charset=utf-8"
                );
                assert!(
                    response
                        .text()
                        .await
                        .unwrap()
                        .contains("<h1>502 Bad Gateway")
                );
            }
            FaultKind::TruncatedBody => {
                let mut response = response.unwrap();
                assert_eq!(response.status(), 200);
                let whole: usize = header(&response, "Content-Length").parse().unwrap();
                let mut came = 0;
                let broken = loop {
                    match response.chunk().await {
                        Ok(Some(chunk)) => came += chunk.len(),
                        Ok(None) => break false,
                        Err(_) => break true,
                    }
                };
                assert!(broken);
                assert_eq!(came, whole / 2);
            }
            _ => {
                let error = format!("{:?}", response.unwrap_err());
                assert!(error.contains("ConnectionReset"), "{error}");
            }
        }
        assert_eq!(lab.emulator.effects().len(), effects, "{kind:?}");
        assert_eq!(lab.emulator.requests().len(), 1);

        // The next request is served, and shows whether the first one took effect.
        let next = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
        assert_eq!(
            next.status(),
            if effects == 0 { 200 } else { 400 },
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn an_injected_rate_limit_has_its_own_envelope() {
    let lab = Lab::new().await;
    let kind = FaultKind::Status {
        status: 429,
        code: None,
        retry_after_seconds: Some(57),
        after_effect: false,
    };
    lab.emulator.inject(InjectedFault::new(kind)).unwrap();
    let response = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(header(&response, "Retry-After"), "57");
    let published = include_str!("../../../../spec/examples/rate-limit-429.json");
    assert_eq!(json(response).await, crate::parsed(published));
}

#[tokio::test]
async fn a_stall_never_responds_and_latency_delays_the_response() {
    for (after_effect, effects) in [(false, 0), (true, 1)] {
        let lab = Lab::new().await;
        let stall = InjectedFault::new(FaultKind::Stall { after_effect });
        lab.emulator
            .inject(stall.operation(Operation::Accept))
            .unwrap();
        let stalled = tokio::spawn(lab.accept(data_set::ACCEPTED_WHOLE).send());
        while lab.emulator.requests().is_empty() || lab.emulator.effects().len() < effects {
            tokio::task::yield_now().await;
        }
        lab.emulator.advance(Duration::from_secs(1_000_000));
        // Other requests are served meanwhile. The fault stays: a request is recorded before it
        // meets its fault.
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
    lab.emulator
        .inject(InjectedFault::new(latency.clone()))
        .unwrap();
    lab.emulator.inject(InjectedFault::new(latency)).unwrap();
    lab.emulator
        .inject(InjectedFault::new(status(503, false)))
        .unwrap();
    let late = tokio::spawn(lab.accept(data_set::ACCEPTED_WHOLE).send());
    while !late.is_finished() {
        lab.emulator.advance(Duration::from_secs(600));
        tokio::task::yield_now().await;
    }
    check_error(late.await.unwrap().unwrap(), 503, 800_003.into()).await;
}

#[tokio::test]
async fn a_fault_applies_to_its_operation_and_count() {
    let lab = Lab::new().await;
    let fault = InjectedFault::new(status(500, false))
        .operation(Operation::Accept)
        .skip(1)
        .count(2);
    lab.emulator.inject(fault).unwrap();
    let withdrawn = lab.withdraw(data_set::TO_WITHDRAW).send().await.unwrap();
    assert_eq!(withdrawn.status(), 204, "another operation");
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let response = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [409, 500, 500, 409]);
}

#[tokio::test]
async fn a_seed_selects_the_same_requests_again() {
    let lab = Lab::new().await;
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        lab.emulator.clear_faults();
        let fault = InjectedFault::new(status(500, false)).probability(0.5, seed);
        lab.emulator.inject(fault).unwrap();
        let mut hit = Vec::new();
        for _ in 0..32 {
            let response = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
            hit.push(response.status() == 500);
        }
        runs.push(hit);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let often = runs[0].iter().filter(|hit| **hit).count();
    assert!((1..32).contains(&often), "{often}");

    let wrong = InjectedFault::new(status(500, false)).probability(1.5, 0);
    let error = lab.emulator.inject(wrong).unwrap_err().to_string();
    assert!(error.contains("probability: 1.5"), "{error}");
    let wrong = lab.emulator.inject(InjectedFault::new(status(200, false)));
    assert!(wrong.unwrap_err().to_string().contains("fault.status: 200"));
}

/// The list shows the created transfer, and a repetition of the request creates no other one.
#[tokio::test]
async fn a_create_with_a_lost_response_takes_effect_once() {
    let lab = Lab::new().await;
    let fault = InjectedFault::new(FaultKind::ResetAfterEffect).operation(Operation::Create);
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
    // The fault does not apply to reads.
    let list = async || {
        let response = lab.read(&source, &crate::transfers_path()).send().await;
        json(response.unwrap()).await
    };
    assert_eq!(list().await.as_array().unwrap().len(), 6);
    assert!(send().await.is_err());
    let known = list().await;
    assert_eq!(known.as_array().unwrap().len(), 7);
    let response = send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(json(response).await["id"], known[6]["id"]);
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 2);
    assert_eq!(list().await, known);
}

/// A connection whose request stalls.
async fn stalled(lab: &Lab) -> std::net::TcpStream {
    use std::io::Write as _;

    let address = lab.emulator.url();
    let address = address.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let before = lab.emulator.requests().len();
    write!(
        stream,
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        crate::accept_path(data_set::ACCEPTED_WHOLE)
    )
    .unwrap();
    while lab.emulator.requests().len() == before {
        tokio::task::yield_now().await;
    }
    stream
}

async fn stalling_lab(kind: FaultKind) -> Lab {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let stall = InjectedFault::new(kind).operation(Operation::Accept);
    lab.emulator.inject(stall).unwrap();
    lab
}

const STALL: FaultKind = FaultKind::Stall {
    after_effect: false,
};

#[tokio::test]
async fn a_stalled_connection_ends_when_the_client_closes_its_side() {
    use std::io::Read as _;

    let lab = stalling_lab(STALL).await;
    for _ in 0..3 {
        let mut stream = stalled(&lab).await;
        // Nothing more is served on the connection, and what comes is read.
        let more = vec![b'x'; 1024 * 1024];
        std::io::Write::write_all(&mut stream, &more).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        // Without this the client would wait for ever.
        let limit = Some(Duration::from_secs(60));
        stream.set_read_timeout(limit).unwrap();
        stream.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"");
    }
}

#[tokio::test]
async fn connections_are_limited_and_a_new_one_ends_the_one_that_waited_longest() {
    use std::io::Read as _;

    let hour = FaultKind::Latency {
        milliseconds: 3_600_000,
    };
    for kind in [STALL, hour] {
        let lab = stalling_lab(kind.clone()).await;
        let mut open = Vec::new();
        for _ in 0..250 {
            open.push(stalled(&lab).await);
        }
        let withdrawn = lab.withdraw(data_set::TO_WITHDRAW).send().await.unwrap();
        assert_eq!(withdrawn.status(), 204, "{kind:?}");
        let is_open: Vec<bool> = open
            .iter_mut()
            .map(|stream| {
                stream.set_nonblocking(true).unwrap();
                let result = stream.read(&mut [0]);
                result.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
            })
            .collect();
        let ended = is_open.iter().position(|is_open| *is_open).unwrap();
        assert!((50..60).contains(&ended), "{kind:?}: {ended}");
        assert!(is_open[ended..].iter().all(|is_open| *is_open));
        assert_eq!(lab.emulator.effects().len(), 1);
    }
}
