//! Each operation of a plan, and rows that the service processes after its answer.

use std::time::Duration;

use partner_center_bulk::{Change, Event, Operation, Plan, PlanRow, RunOptions};
use partner_center_emulator::data_set::{SOURCE, TARGET};
use partner_center_emulator::model::Status;
use partner_center_emulator::{DataSet, FaultKind, InjectedFault};
use uuid::Uuid;

use crate::support::{Service, all_events, customer, subscription, transfer};

/// Offers the two free subscriptions of each customer.
pub(crate) fn offers(customers: usize) -> Vec<PlanRow> {
    let header = "customer,source,target,subscriptions\n".to_owned();
    let rows = (0..customers).map(|at| {
        let (one, other) = (subscription(at, 2), subscription(at, 3));
        format!("{},{SOURCE},{TARGET},{one} {other}\n", customer(at))
    });
    from_csv(&(header + &rows.collect::<String>()), Operation::Create)
}

fn from_csv(file: &str, operation: Operation) -> Vec<PlanRow> {
    let plan = Plan::from_csv(file.as_bytes(), operation).unwrap();
    plan.rows().to_vec()
}

/// One operation on the active transfer of each customer.
pub(crate) fn on_transfers(customers: usize, operation: Operation) -> Vec<PlanRow> {
    let header = "customer,transfer\n".to_owned();
    let rows = (0..customers).map(|at| format!("{},{}\n", customer(at), transfer(at)));
    from_csv(&(header + &rows.collect::<String>()), operation)
}

async fn run_as(
    service: &Service,
    partner: Uuid,
    rows: Vec<PlanRow>,
    options: RunOptions,
) -> partner_center_bulk::Summary {
    let _ = std::fs::remove_file(service.path());
    let journal = service.create(rows);
    let run = service.start_run(journal, partner, options);
    run.finish().await.unwrap().summary
}

fn status(service: &Service, at: usize) -> Status {
    let transfer = service.emulator.transfer(customer(at), transfer(at));
    transfer.unwrap().status
}

#[tokio::test]
async fn license_based_transfers_are_created_rejected_and_withdrawn() {
    let service = Service::start(4).await;
    let options = RunOptions::default();
    let summary = run_as(&service, SOURCE, offers(4), options.clone()).await;
    assert_eq!(summary.done, 4, "{:?}", service.view().rows_for_a_person());
    assert_eq!(service.emulator.data().transfers.len(), 8);

    let rejects = on_transfers(2, Operation::Reject);
    let summary = run_as(&service, TARGET, rejects, options.clone()).await;
    assert_eq!(summary.done, 2);
    assert_eq!(status(&service, 1), Status::Reject);

    let withdraws = on_transfers(4, Operation::Withdraw);
    let summary = run_as(&service, SOURCE, withdraws, options).await;
    // Two are rejected already.
    assert_eq!((summary.done, summary.failed), (2, 2));
    assert_eq!(status(&service, 3), Status::Withdrawn);
}

#[tokio::test]
async fn a_lost_answer_to_any_operation_is_read_back() {
    for (operation, partner) in [
        (Operation::Create, SOURCE),
        (Operation::Accept, TARGET),
        (Operation::Reject, TARGET),
        (Operation::Withdraw, SOURCE),
    ] {
        for kind in [
            FaultKind::ResetAfterEffect,
            FaultKind::ResetBeforeEffect,
            FaultKind::TruncatedBody,
        ] {
            let service = Service::start(3).await;
            let (rows, called) = match operation {
                Operation::Create => (offers(3), partner_center_emulator::Operation::Create),
                Operation::Accept => (
                    on_transfers(3, operation),
                    partner_center_emulator::Operation::Accept,
                ),
                Operation::Reject => (
                    on_transfers(3, operation),
                    partner_center_emulator::Operation::Update,
                ),
                _ => (
                    on_transfers(3, operation),
                    partner_center_emulator::Operation::Withdraw,
                ),
            };
            let fault = InjectedFault::new(kind.clone()).operation(called).count(2);
            service.emulator.inject(fault).unwrap();
            let summary = run_as(&service, partner, rows, RunOptions::default()).await;
            assert_eq!(summary.done, 3, "{operation} {kind:?}: {summary:?}");
            assert_eq!(service.emulator.effects().len(), 3);
        }
    }
}

#[tokio::test]
async fn a_withdrawal_of_a_transfer_that_never_existed_fails() {
    let service = Service::start(1).await;
    let mut rows = on_transfers(1, Operation::Withdraw);
    rows[0].change = Change::Withdraw {
        transfer: Uuid::from_u128(1).into(),
    };
    // The response is lost, and a later read cannot distinguish it from one that was withdrawn.
    let fault = InjectedFault::new(FaultKind::ResetAfterEffect)
        .operation(partner_center_emulator::Operation::Withdraw);
    service.emulator.inject(fault).unwrap();
    let summary = run_as(&service, SOURCE, rows, RunOptions::default()).await;
    assert_eq!(summary.failed, 1);
    let rows = service.view().rows_for_a_person().unwrap();
    assert_eq!(rows[0].code.as_deref(), Some("900100"));
}

/// Asks for the subscriptions of new customers, and returns the requests to accept them.
async fn new_commerce(service: &Service, customers: usize) -> String {
    let header = "kind,customer,source,target,source_name,customer_email\n".to_owned();
    let rows = (0..customers).map(|at| {
        format!(
            "new-commerce,{},{SOURCE},{TARGET},Contoso,admin@{at}.example\n",
            customer(at)
        )
    });
    let rows = from_csv(&(header + &rows.collect::<String>()), Operation::Create);
    let summary = run_as(service, TARGET, rows, RunOptions::default()).await;
    assert_eq!(summary.done, u64::try_from(customers).unwrap());
    assert!(summary.next_expiry.is_some());
    let mut accepts = "kind,customer,transfer,subscriptions,product\n".to_owned();
    let mut at = 0;
    service
        .view()
        .for_each(|row| {
            let transfer = row.transfer.unwrap();
            let (one, other) = (subscription(at, 2), subscription(at, 3));
            let line = format!(
                "new-commerce,{},{transfer},{one} {other},OnlineServicesNCE\n",
                row.customer
            );
            accepts.push_str(&line);
            at += 1;
            Ok::<_, partner_center_bulk::JournalError>(())
        })
        .unwrap();
    accepts
}

/// A customer can have several source partners, each with subscriptions of its own.
#[tokio::test]
async fn new_commerce_creates_for_two_source_partners_of_a_customer_are_both_sent() {
    let service = Service::start(1).await;
    let other = Uuid::from_u128(3);
    let add_partner = |data: &mut DataSet| {
        let mut partner = data.partners[0].clone();
        (partner.tenant_id, partner.domain) = (other, None);
        (partner.apps, partner.users) = (Vec::new(), Vec::new());
        data.partners.push(partner);
        data.customers[0].partners.push(other);
    };
    service.emulator.change(add_partner).unwrap();
    let header = "kind,customer,source,source_name,customer_email\n".to_owned();
    let row = |source: Uuid| {
        let customer = customer(0);
        format!("new-commerce,{customer},{source},Contoso,admin@0.example\n")
    };
    let rows = from_csv(
        &(header.clone() + &row(SOURCE) + &row(other)),
        Operation::Create,
    );
    let options = RunOptions::default().tenant(TARGET.to_string());
    let summary = run_as(&service, TARGET, rows, options.clone()).await;
    assert_eq!(summary.done, 2, "{:?}", service.view().rows_for_a_person());

    // The same partner is not asked twice.
    let rows = from_csv(&(header + &row(other)), Operation::Create);
    let summary = run_as(&service, TARGET, rows, options).await;
    assert_eq!((summary.done, summary.failed), (0, 1));
    let rows = service.view().rows_for_a_person().unwrap();
    let cause = rows[0].cause.as_deref().unwrap();
    assert!(
        cause.contains("already asks the same source partner"),
        "{cause}"
    );
    assert_eq!(service.emulator.effects().len(), 2);
}

#[tokio::test]
async fn accepts_of_new_commerce_are_followed_until_the_service_has_processed_them() {
    let takes = Duration::from_secs(600);
    let service = Service::configured(5, |builder| builder.new_commerce_takes(takes)).await;
    let accepts = new_commerce(&service, 5).await;
    let rows = from_csv(&accepts, Operation::Accept);
    let summary = run_as(&service, SOURCE, rows, RunOptions::default()).await;
    assert_eq!((summary.processing, summary.done), (5, 0));

    // Not long enough.
    let resume = |wait: Duration| {
        let journal = partner_center_bulk::Journal::open(service.path()).unwrap();
        let options = RunOptions::default().wait(wait);
        service.start_run(journal, SOURCE, options)
    };
    let summary = resume(Duration::from_secs(60))
        .finish()
        .await
        .unwrap()
        .summary;
    assert_eq!(summary.processing, 5);
    let requests = service.requests();
    let mut run = resume(Duration::from_secs(900));
    let events = all_events(&mut run).await;
    let summary = run.finish().await.unwrap().summary;
    assert_eq!((summary.processing, summary.done), (0, 5));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Waiting { rows: 5, .. }))
    );
    // Reads become rarer: at most every minute in the end.
    assert!(service.requests() - requests < 5 * 20);
    let order = service.emulator.effects()[5].orders.len();
    assert!(order > 0);
}

#[tokio::test]
async fn requests_for_new_commerce_are_cancelled() {
    let service = Service::start(2).await;
    let accepts = new_commerce(&service, 2).await;
    let rows = from_csv(&accepts, Operation::Cancel);
    let summary = run_as(&service, TARGET, rows, RunOptions::default()).await;
    assert_eq!(summary.done, 2, "{:?}", service.view().rows_for_a_person());
    assert_eq!(service.emulator.effects().len(), 4);
}
