//! Checks of a plan as a whole.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use partner_center_transfers::types::{CustomerId, TransferId};

use super::change::Change;
use super::problem::Problem;
use super::row::PlanRow;

/// All problems of the rows.
pub(super) fn problems(rows: &[PlanRow]) -> Vec<Problem> {
    let mut problems = repetitions(rows);
    if rows.is_empty() {
        problems.push(Problem::file("the plan has no rows"));
    }
    for (at, row) in rows.iter().enumerate() {
        incomplete(row, number(row, at), &mut problems);
    }
    problems
}

/// What the service would refuse, since the row does not say enough.
fn incomplete(row: &PlanRow, at: u64, problems: &mut Vec<Problem>) {
    if row.key.trim().is_empty() {
        problems.push(Problem::row(at, "the key is empty"));
    }
    let subscriptions = row.change.subscriptions();
    let needs_subscriptions = matches!(
        row.change,
        Change::CreateLicenseBased(_) | Change::AcceptNewCommerce { .. }
    );
    if needs_subscriptions && subscriptions.is_empty() {
        problems.push(Problem::cell(at, "subscriptions", "names no subscription"));
    }
    for id in subscriptions.iter().filter(|id| id.trim().is_empty()) {
        problems.push(Problem::cell(
            at,
            "subscriptions",
            format!("{id:?} is not a subscription"),
        ));
    }
    if let Change::CreateLicenseBased(request) = &row.change
        && request.source_partner_tenant_id == request.target_partner_tenant_id
    {
        problems.push(Problem::cell(at, "target", SAME_PARTNER));
    }
    if let Change::CreateNewCommerce(request) = &row.change {
        if request.target_partner_tenant_id == Some(request.source_partner_tenant_id) {
            problems.push(Problem::cell(at, "target", SAME_PARTNER));
        }
        for (column, text) in [
            ("source_name", &request.source_partner_name),
            ("customer_email", &request.customer_email_id),
        ] {
            if text.trim().is_empty() {
                problems.push(Problem::cell(at, column, "is empty"));
            }
        }
    }
}

const SAME_PARTNER: &str = "is also the source; a transfer has two partners";

/// The row of the input file, or without a file the place in the plan.
fn number(row: &PlanRow, at: usize) -> u64 {
    row.row
        .unwrap_or_else(|| u64::try_from(at).map_or(u64::MAX, |at| at.saturating_add(1)))
}

/// The rows that repeat an earlier one.
pub(super) fn repetitions(rows: &[PlanRow]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut keys = FirstRows::<&str>::default();
    let mut transfers = FirstRows::<(CustomerId, TransferId)>::default();
    let mut subscriptions = FirstRows::<(CustomerId, String)>::default();
    let mut requests = FirstRows::default();
    for (at, row) in rows.iter().enumerate() {
        let at = number(row, at);
        let mut repeats = |first: Option<u64>, column: &str, what: &str| {
            if let Some(first) = first {
                let message = format!("{what} is also in row {first}: remove one of them");
                problems.push(Problem::cell(at, column, message));
            }
        };
        repeats(keys.add(&row.key, at), "key", "this key");
        if let Some(transfer) = row.change.transfer() {
            let first = transfers.add((row.customer, transfer), at);
            repeats(first, "transfer", "this transfer");
        }
        // In an accept, the service checks the subscriptions of the transfer; but no row names
        // one twice.
        let mut own = FirstRows::<String>::default();
        for id in row.change.subscriptions() {
            let id = id.trim().to_ascii_lowercase();
            if own.add(id.clone(), at).is_some() {
                let message = format!("subscription {id} is named twice: remove one of them");
                problems.push(Problem::cell(at, "subscriptions", message));
                continue;
            }
            let first = subscriptions.add((row.customer, id.clone()), at);
            if let Some(first) = first {
                let message =
                    format!("subscription {id} is also in row {first}: remove one of them");
                problems.push(Problem::cell(at, "subscriptions", message));
            }
        }
        if let Change::CreateNewCommerce(request) = &row.change {
            let parties = (
                row.customer,
                request.source_partner_tenant_id,
                request.target_partner_tenant_id,
            );
            if let Some(first) = requests.add(parties, at) {
                let message = format!(
                    "row {first} asks the same source for this customer: one request is enough"
                );
                problems.push(Problem::cell(at, "customer", message));
            }
        }
    }
    problems
}

/// The first row of each value.
struct FirstRows<T>(HashMap<T, u64>);

impl<T> Default for FirstRows<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Hash + Eq> FirstRows<T> {
    /// The row that had the value first, if that is another one.
    fn add(&mut self, value: T, at: u64) -> Option<u64> {
        match self.0.entry(value) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(at);
                None
            }
        }
    }
}
