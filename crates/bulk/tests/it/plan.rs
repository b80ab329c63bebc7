//! Plans as a whole: what is wrong is found before anything is sent.

use partner_center_bulk::{Change, Plan, PlanRow};
use partner_center_transfers::types::{
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest,
};
use uuid::Uuid;

fn row(key: &str, customer: u128, change: Change) -> PlanRow {
    PlanRow::new(key, Uuid::from_u128(customer).into(), change)
}

fn accept(transfer: u128) -> Change {
    let transfer = Uuid::from_u128(transfer).into();
    Change::Accept { transfer }
}

fn offer(subscriptions: &[&str]) -> Change {
    let items = subscriptions.iter();
    let items: Vec<_> = items
        .map(|id| CreateLicenseBasedTransferLineItem::new(*id))
        .collect();
    let request = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id(Uuid::from_u128(1))
        .target_partner_tenant_id(Uuid::from_u128(2))
        .line_items(items);
    Change::CreateLicenseBased(request.try_into().unwrap())
}

fn ask(source: u128, target: Option<u128>) -> Change {
    let request = CreateNewCommerceTransferRequest::builder()
        .source_partner_tenant_id(Uuid::from_u128(source))
        .target_partner_tenant_id(target.map(|id| Uuid::from_u128(id).into()))
        .source_partner_name("Contoso")
        .customer_email_id("admin@relecloud.example")
        .transfer_type(5);
    Change::CreateNewCommerce(request.try_into().unwrap())
}

fn problems(rows: Vec<PlanRow>) -> Vec<String> {
    match Plan::new(rows) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn repeated_rows_are_problems_that_name_both_rows() {
    for (rows, problem) in [
        (
            vec![row("a", 1, accept(1)), row("a", 2, accept(2))],
            "row 2, column key: this key is also in row 1",
        ),
        (
            vec![row("a", 1, accept(1)), row("b", 1, accept(1))],
            "row 2, column transfer: this transfer is also in row 1",
        ),
        (
            vec![
                row("a", 1, accept(1)),
                row(
                    "b",
                    1,
                    Change::Withdraw {
                        transfer: Uuid::from_u128(1).into(),
                    },
                ),
            ],
            "row 2, column transfer: this transfer is also in row 1",
        ),
        (
            vec![
                row("a", 1, offer(&["S-1", "S-2"])),
                row("b", 1, offer(&["s-2"])),
            ],
            "row 2, column subscriptions: subscription s-2 is also in row 1",
        ),
        (
            vec![row("a", 1, offer(&["S-1", "s-1"]))],
            "row 1, column subscriptions: subscription s-1 is named twice",
        ),
        (
            vec![row("a", 1, ask(7, Some(8))), row("b", 1, ask(7, Some(8)))],
            "row 2, column customer: row 1 asks the same source",
        ),
    ] {
        let problems = problems(rows);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(problem), "{}", problems[0]);
    }
}

#[test]
fn rows_that_only_look_alike_are_accepted() {
    for rows in [
        vec![row("a", 1, accept(1)), row("b", 1, accept(2))],
        vec![row("a", 1, accept(1)), row("b", 2, accept(1))],
        vec![row("a", 1, offer(&["S-1"])), row("b", 1, offer(&["S-2"]))],
        vec![row("a", 1, ask(7, None)), row("b", 1, ask(9, None))],
        vec![row("a", 1, ask(7, None)), row("b", 2, ask(7, None))],
    ] {
        assert_eq!(problems(rows), [""; 0]);
    }
}

#[test]
fn incomplete_rows_are_problems() {
    for (rows, problem) in [
        (vec![], "the plan has no rows"),
        (vec![row(" ", 1, accept(1))], "row 1: the key is empty"),
        (
            vec![row("a", 1, offer(&[]))],
            "row 1, column subscriptions: names no subscription",
        ),
        (
            vec![row("a", 1, offer(&[" "]))],
            "row 1, column subscriptions: \" \" is not a subscription",
        ),
        (
            vec![row("a", 1, ask(7, Some(7)))],
            "row 1, column target: is also the source",
        ),
    ] {
        let problems = problems(rows);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(problem), "{}", problems[0]);
    }
}

#[test]
fn a_long_list_of_problems_is_shortened_in_the_message_only() {
    let rows = (0..50).map(|_| row("a", 1, accept(1))).collect();
    let error = Plan::new(rows).unwrap_err();
    assert_eq!(error.problems().len(), 98);
    let message = error.to_string();
    assert_eq!(message.lines().count(), 21);
    assert!(message.ends_with("and 78 more problems"), "{message}");
}

#[test]
fn long_cells_do_not_make_the_message_longer_than_2_kib() {
    let subscription = "\u{e9}".repeat(2_000);
    let rows = (0..30).map(|at| row(&at.to_string(), 1, offer(&[&subscription])));
    let error = Plan::new(rows.collect()).unwrap_err();
    assert_eq!(error.problems().len(), 29);
    let message = error.to_string();
    assert!(message.len() <= 2_048, "{}", message.len());
    assert!(message.ends_with("\nand 28 more problems"), "{message}");
}
