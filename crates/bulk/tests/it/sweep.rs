//! Sweeps: the transfers of many customers, within rate limits.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use partner_center_bulk::{PauseReason, Rate, RunOptions, Sweep, SweepEvent};
use partner_center_emulator::{RateLimit, data_set};
use partner_center_transfers::types::CustomerId;

use crate::support::{Service, customer};

fn rate(requests: u32) -> Rate {
    Rate::per_minute(NonZeroU32::new(requests).unwrap())
}

fn customers(number: usize) -> Vec<CustomerId> {
    (0..number).map(|at| customer(at).into()).collect()
}

async fn events(service: &Service, sweep: Sweep) -> Vec<SweepEvent> {
    let mut sweep = sweep.start();
    let mut events = Vec::new();
    while let Some(event) = sweep.next_event().await {
        events.push(event);
    }
    assert!(service.emulator.effects().is_empty());
    events
}

fn read(events: &[SweepEvent]) -> BTreeSet<String> {
    let read = events.iter().filter_map(|event| match event {
        SweepEvent::Read {
            customer,
            transfers,
        } => {
            assert_eq!(transfers.get().len(), 1);
            Some(customer.to_string())
        }
        _ => None,
    });
    let all: Vec<String> = read.collect();
    let distinct: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), distinct.len(), "each customer once");
    distinct
}

#[tokio::test]
async fn each_customer_is_read_once_within_the_rate() {
    let service = Service::start(120).await;
    let options = RunOptions::default().rate(rate(60));
    let sweep = Sweep::new(service.client(data_set::TARGET), customers(120)).options(&options);
    let events = events(&service, sweep).await;
    assert_eq!(read(&events).len(), 120);
    assert_eq!(service.requests(), 120);
    let slept = service.runtime.slept();
    let least = Duration::from_secs(119);
    assert!(
        slept > least.mul_f64(0.9) && slept < least.mul_f64(1.1),
        "{slept:?}"
    );
}

#[tokio::test]
async fn a_429_pauses_until_retry_after_and_loses_no_customer() {
    let limit = RateLimit {
        requests: 30,
        window: Duration::from_secs(60),
    };
    let service = Service::configured(100, |builder| builder.partner_rate_limit(limit)).await;
    let sweep = Sweep::new(service.client(data_set::TARGET), customers(100));
    let events = events(&service, sweep).await;
    assert_eq!(read(&events).len(), 100);
    let is_pause_of_all = |event: &SweepEvent| {
        let reason = PauseReason::RateLimited;
        matches!(event, SweepEvent::Paused { customer: None, reason: it, .. } if *it == reason)
    };
    assert!(events.iter().any(is_pause_of_all));
    let windows = service.runtime.slept().as_secs() / 60 + 1;
    assert!((3..=8).contains(&windows), "{windows}");
}

#[tokio::test]
async fn an_unknown_customer_does_not_end_the_sweep() {
    let service = Service::start(3).await;
    let sweep = Sweep::new(service.client(data_set::TARGET), customers(5)).retries(0);
    let events = events(&service, sweep).await;
    let failed = events.iter().filter_map(|event| match event {
        SweepEvent::Failed { customer, .. } => Some(customer.to_string()),
        _ => None,
    });
    let failed: BTreeSet<String> = failed.collect();
    let unknown: BTreeSet<String> = [3, 4].map(|at| customer(at).to_string()).into();
    // The emulator either refuses unknown customers or lists nothing of them.
    assert!(failed == unknown || failed.is_empty(), "{failed:?}");
}

#[tokio::test]
async fn a_refused_caller_stops_the_sweep() {
    let service = Service::start(50).await;
    let client = service.client_with_token("no-such-token");
    let options = RunOptions::default().concurrency(4);
    let events = events(
        &service,
        Sweep::new(client, customers(50)).options(&options),
    )
    .await;
    let stops = events
        .iter()
        .filter(|it| matches!(it, SweepEvent::Stopped(_)));
    assert_eq!((stops.count(), events.len()), (1, 1), "{events:?}");
    assert!(service.requests() <= 8, "{}", service.requests());
}
