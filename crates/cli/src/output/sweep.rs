//! The transfers of many customers as text, and the customers that could not be read.

use std::fmt::Write as _;

use super::{list, tables};
use crate::failure::message_of;
use crate::profile::Profile;
use crate::report::SweepReport;
use crate::terminal;
use partner_center_bulk::wording::count;

/// The table, and how many transfers and customers there are.
pub(super) fn transfers(sweep: &SweepReport, profile: &Profile) -> String {
    let items = sweep.items.iter();
    let table =
        tables::transfers_of_customers(items.map(|it| (it.customer, &it.transfer)), profile);
    let of = format!("of {}", count(sweep.read, "customer"));
    list::list(&table, sweep.items.len(), sweep.found, &of)
}

/// If there are no transfers to show: why.
pub(super) fn without_items(sweep: &SweepReport) -> String {
    if sweep.read == 0 {
        // The failures say why.
        return String::new();
    }
    let customers = count(sweep.read, "customer");
    match sweep.found {
        0 => format!("The service lists no transfers of {customers}.\n"),
        found => format!(
            "None of {} of {customers} matches.\n",
            count(found, "transfer")
        ),
    }
}

/// The customers that could not be read, for standard error.
pub(super) fn failures(sweep: &SweepReport) -> String {
    let mut text = String::new();
    for (customer, error) in &sweep.failed {
        let message = message_of(error);
        text += &terminal::warning_line(&format!("customer {customer} was not read: {message}"));
    }
    let left = sweep.customers - sweep.read - sweep.failed.len();
    if let Some(error) = &sweep.stopped {
        let message = message_of(error);
        text += &terminal::error_line(&format!("{} not read: {message}", were(left)));
    }
    let not_read = sweep.customers - sweep.read;
    if not_read > 0 {
        let (read, all) = (sweep.read, count(sweep.customers, "customer"));
        let _ = writeln!(text, "{read} of {all} read, {not_read} not");
    }
    text
}

fn were(customers: usize) -> String {
    let verb = if customers == 1 { "was" } else { "were" };
    format!("{} {verb}", count(customers, "customer"))
}
