//! A caller that is refused, or a service that is not there, ends the run rather than the rows.

use partner_center_bulk::{
    Event, Identity, Journal, Outcome, Plan, RowState, RunOptions, Runner, StopReason,
};
use partner_center_emulator::{FaultKind, InjectedFault, Operation, data_set};
use partner_center_transfers::{Client, Cloud};

use crate::support::{Service, accepts, all_events, number};

fn status(status: u16, code: Option<u32>) -> InjectedFault {
    InjectedFault::new(FaultKind::Status {
        status,
        code,
        retry_after_seconds: None,
        after_effect: false,
    })
}

async fn run(service: &Service, rows: usize, client: Client) -> partner_center_bulk::Finished {
    let journal = service.create(accepts(rows));
    let run = Runner::new(client, journal).start().unwrap();
    run.finish().await.unwrap()
}

#[tokio::test]
async fn a_refused_caller_stops_the_run_after_a_few_rows() {
    for code in [None, Some(900_421)] {
        let service = Service::start(100).await;
        let client = if code.is_none() {
            // Not a token at all.
            service.client_with_token("forged")
        } else {
            let fault = status(403, code).operation(Operation::Accept);
            service.emulator.inject(fault).unwrap();
            service.client(data_set::TARGET)
        };
        let finished = run(&service, 100, client).await;
        assert!(
            matches!(finished.stopped, Some(StopReason::Refused(_))),
            "{finished:?}"
        );
        assert_eq!(finished.summary.not_sent, 100);
        assert!(service.requests() <= 60, "{}", service.requests());

        service.emulator.clear_faults();
        let finished = service.resume(RunOptions::default()).await;
        assert!(finished.summary.is_settled());
        assert_eq!(service.emulator.effects().len(), 100);
    }
}

#[tokio::test]
async fn a_refusal_of_one_customer_fails_its_row_only() {
    let service = Service::start(5).await;
    service
        .emulator
        .change(|data| data.customers[2].partners = vec![data_set::SOURCE])
        .unwrap();
    let client = service.client(data_set::TARGET);
    let finished = run(&service, 5, client).await;
    assert_eq!(finished.stopped, None);
    assert_eq!((finished.summary.done, finished.summary.failed), (4, 1));
    let rows = service.view().rows_for_a_person().unwrap();
    assert_eq!(
        (rows[0].position, rows[0].outcome),
        (3, Some(Outcome::Failed))
    );
    assert_eq!(rows[0].code.as_deref(), Some("20002"));
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_stops_the_run() {
    let service = Service::start(20).await;
    let fault = InjectedFault::new(FaultKind::Status {
        status: 503,
        code: None,
        retry_after_seconds: Some(1),
        after_effect: false,
    });
    service.emulator.inject(fault).unwrap();
    let finished = run(&service, 20, service.client(data_set::TARGET)).await;
    assert!(
        matches!(finished.stopped, Some(StopReason::Unreachable(_))),
        "{finished:?}"
    );
    assert_eq!(service.emulator.effects().len(), 0);
    no_row_is_lost(&service, 20).await;
}

/// There is no such service: a wrong endpoint or proxy rather than an outage.
#[tokio::test]
async fn a_run_that_never_reaches_the_service_stops_after_three_attempts() {
    let service = Service::start(1).await;
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    let client = Client::builder()
        .cloud(Cloud::emulator(&url))
        .bearer_token("token")
        .runtime(service.runtime.clone())
        .build()
        .unwrap();
    let plan = Plan::new(accepts(1)).unwrap();
    let identity = Identity {
        endpoint: client.endpoint(),
        tenant: None,
    };
    let journal = Journal::create(service.path(), &plan, &identity).unwrap();
    let mut run = Runner::new(client, journal).start().unwrap();
    let events = all_events(&mut run).await;
    let pauses = events.iter();
    let pauses = pauses.filter(|event| matches!(event, Event::Paused { .. }));
    assert_eq!(pauses.count(), 2, "{events:?}");
    let finished = run.finish().await.unwrap();
    assert!(
        matches!(finished.stopped, Some(StopReason::Unreachable(_))),
        "{finished:?}"
    );
    assert_eq!(finished.summary.not_sent, 1);
    let attempts = "SELECT count(*) FROM attempts";
    assert_eq!(number(&service.path(), attempts), 3);
}

/// Each row is either not sent or to be read back, and a later run applies it once.
async fn no_row_is_lost(service: &Service, rows: usize) {
    service
        .view()
        .for_each(|row| {
            assert!(
                matches!(row.state, RowState::Planned | RowState::Sending),
                "{row:?}"
            );
            Ok::<_, partner_center_bulk::JournalError>(())
        })
        .unwrap();
    service.emulator.clear_faults();
    let finished = service.resume(RunOptions::default()).await;
    assert!(finished.summary.is_settled(), "{finished:?}");
    assert_eq!(service.emulator.effects().len(), rows);
}

#[tokio::test]
async fn a_wrong_endpoint_fails_no_row() {
    let service = Service::start(5).await;
    // A server that knows nothing of transfers.
    let fault = InjectedFault::new(FaultKind::Html {
        status: 404,
        after_effect: false,
    });
    service.emulator.inject(fault).unwrap();
    let finished = run(&service, 5, service.client(data_set::TARGET)).await;
    assert!(
        matches!(finished.stopped, Some(StopReason::Refused(_))),
        "{finished:?}"
    );
    assert_eq!(service.emulator.effects().len(), 0);
    no_row_is_lost(&service, 5).await;
}
