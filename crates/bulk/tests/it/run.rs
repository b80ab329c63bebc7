//! Runs of plans against the emulator.

use std::time::Duration;

use partner_center_bulk::{Event, Outcome, RowState, RunOptions};
use partner_center_emulator::model::{LineItem, LineItemStatus, Status};

use crate::support::{Service, accepts, all_events, customer, number, transfer};
use partner_center_emulator::data_set;

/// Checks that each row's outcome is what the emulator did, and that it did nothing twice.
pub(crate) fn check_against_ledger(service: &Service) {
    let effects = service.emulator.effects();
    let mut at = 0;
    let each = |row: partner_center_bulk::RowRecord| {
        let mut own = effects
            .iter()
            .filter(|effect| effect.transfer == transfer(at));
        let count = own.clone().count();
        assert!(count <= 1, "{row:?}: {count} effects");
        if let Some(effect) = own.next() {
            assert_eq!(
                row.request_id,
                Some(effect.request_id.to_string()),
                "{row:?}"
            );
        }
        let transfer = service
            .emulator
            .transfer(customer(at), transfer(at))
            .unwrap();
        let status = transfer.status;
        let items = transfer.groups.iter().flat_map(|group| &group.line_items);
        let has_failed = |item: &LineItem| item.status == Some(LineItemStatus::Failed);
        let expected = match status {
            // No status says that all line items failed.
            Status::Complete if items.clone().all(has_failed) => Some(Outcome::Failed),
            Status::Complete => Some(Outcome::Done),
            Status::PartiallyComplete => Some(Outcome::InPart),
            _ => None,
        };
        assert_eq!(row.outcome, expected, "{row:?}, {status}");
        at += 1;
        Ok::<_, partner_center_bulk::JournalError>(())
    };
    service.view().for_each(each).unwrap();
}

#[tokio::test]
async fn each_transfer_is_accepted_once_and_its_outcome_recorded() {
    let service = Service::start(40).await;
    let finished = service.run(accepts(40), RunOptions::default()).await;
    assert_eq!(finished.stopped, None);
    let summary = finished.summary;
    assert_eq!((summary.rows, summary.done), (40, 32));
    assert_eq!(
        (summary.in_part, summary.failed, summary.unknown),
        (4, 4, 0)
    );
    assert_eq!(service.emulator.effects().len(), 40);
    check_against_ledger(&service);
    // One call for each row, and a read for each answer that does not name the subscriptions.
    let requests = service.emulator.requests();
    let reads = requests.iter().filter(|request| request.method == "GET");
    assert_eq!(reads.count(), 8);
    assert_eq!(requests.len(), 48);

    let rows = service.view().rows_for_a_person().unwrap();
    assert_eq!(rows.len(), 8);
    assert_eq!(rows[0].code.as_deref(), Some("900103"));
    assert_eq!(
        rows[0].cause.as_deref(),
        Some("the subscription is suspended")
    );
    assert!(rows[0].answer.as_ref().unwrap().contains("transferErrors"));
    assert_eq!(
        rows[0].read_back.as_ref().unwrap()["status"],
        "PartiallyComplete"
    );
    // The auditor's record.
    let unfinished = "SELECT count(*) FROM attempts WHERE ended IS NULL";
    assert_eq!(number(&service.path(), unfinished), 0);
    assert_eq!(number(&service.path(), "SELECT count(*) FROM attempts"), 40);
}

#[tokio::test]
async fn a_second_run_of_a_settled_journal_sends_nothing() {
    let service = Service::start(3).await;
    service.run(accepts(3), RunOptions::default()).await;
    let before = service.requests();
    let finished = service.resume(RunOptions::default()).await;
    assert!(finished.summary.is_settled());
    assert_eq!(service.requests(), before);
}

#[tokio::test]
async fn events_name_each_row_with_its_result() {
    let service = Service::start(10).await;
    let journal = service.create(accepts(10));
    let mut run = service.start_run(journal, data_set::TARGET, RunOptions::default());
    let events = all_events(&mut run).await;
    let finished = run.finish().await.unwrap();
    assert_eq!(finished.summary.settled(), 10);
    let rows = events.iter().filter_map(|event| match event {
        Event::Row(row) => Some((row.position, row.outcome)),
        _ => None,
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| row.0);
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0], (1, Some(Outcome::Done)));
    assert_eq!(rows[7], (8, Some(Outcome::InPart)));
    assert_eq!(rows[8], (9, Some(Outcome::Failed)));
}

#[tokio::test]
async fn a_stopped_run_ends_its_calls_and_a_resume_does_the_rest() {
    let service = Service::start(60).await;
    let journal = service.create(accepts(60));
    let options = RunOptions::default().concurrency(2);
    let mut run = service.start_run(journal, data_set::TARGET, options);
    for _ in 0..5 {
        run.next_event().await.unwrap();
    }
    run.stop();
    let finished = run.finish().await.unwrap();
    assert!(finished.stopped.is_some());
    let summary = finished.summary;
    // Each call that was made has its result.
    assert_eq!((summary.sending, summary.unknown), (0, 0));
    assert!(summary.not_sent > 0, "{summary:?}");
    let effects = service.emulator.effects().len();
    assert_eq!(u64::try_from(effects).unwrap(), summary.settled());

    let finished = service.resume(RunOptions::default()).await;
    assert!(finished.summary.is_settled());
    check_against_ledger(&service);
}

#[tokio::test]
async fn rows_that_the_service_refuses_fail_with_its_cause() {
    let service = Service::start(3).await;
    let change = |data: &mut partner_center_emulator::model::DataSet| {
        data.transfers[1].status = Status::Reject;
    };
    service.emulator.change(change).unwrap();
    let finished = service.run(accepts(3), RunOptions::default()).await;
    assert_eq!((finished.summary.done, finished.summary.failed), (2, 1));
    let rows = service.view().rows_for_a_person().unwrap();
    assert_eq!(rows[0].position, 2);
    assert_eq!(rows[0].code.as_deref(), Some("900102"));
    assert_eq!(rows[0].status, Some(400));
    assert!(rows[0].cause.is_some() && rows[0].remedy.is_some());
    assert_eq!(rows[0].state, RowState::Settled);
    assert_eq!(service.runtime.slept(), Duration::ZERO);
}
