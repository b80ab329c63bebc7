//! One transfer as text.

use std::fmt::Write as _;

use partner_center_terminal::width;
use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Timestamp, TransferPhase, printable};

use super::value::or_dash;
use super::{tables, time};
use crate::outcome::CommandOutcome;
use crate::profile::Profile;

/// The properties of a transfer and its subscriptions, for standard output. The profile has names of
/// partners that the service may leave out.
pub(super) fn transfer(transfer: &TransferEntity, profile: &Profile) -> String {
    let not_mentioned = without_result(transfer);
    describe(transfer, profile, not_mentioned, width::of_stdout())
}

/// The same for a transfer of which nothing has moved, whatever its status.
pub(super) fn unmoved_transfer(transfer: &TransferEntity, profile: &Profile) -> String {
    describe(transfer, profile, NONE_EXPECTED, width::of_stdout())
}

/// The same for standard error, where questions are asked.
pub(crate) fn transfer_in_question(transfer: &TransferEntity, profile: &Profile) -> String {
    let not_mentioned = without_result(transfer);
    describe(transfer, profile, not_mentioned, width::of_stderr())
}

/// Shown for a subscription without a result where none is expected.
const NONE_EXPECTED: &str = "-";

/// What is shown for a subscription without a result.
fn without_result(transfer: &TransferEntity) -> &'static str {
    match transfer.phase() {
        TransferPhase::Open
        | TransferPhase::InProgress
        | TransferPhase::Rejected
        | TransferPhase::Cancelled
        | TransferPhase::Expired => NONE_EXPECTED,
        _ => "not mentioned",
    }
}

fn describe(
    transfer: &TransferEntity,
    profile: &Profile,
    not_mentioned: &str,
    width: Option<u16>,
) -> String {
    let mut text = format!("Transfer        {}\n", or_dash(transfer.id.as_ref()));
    let mut line = |name: &str, value: &Option<String>, detail: &Option<String>| {
        let values = [value, detail].into_iter().flatten();
        let values: Vec<String> = values.map(|value| printable(value).into_owned()).collect();
        if !values.is_empty() {
            let _ = writeln!(text, "{name:15} {}", values.join(", "));
        }
    };
    let time = |time: &Option<Timestamp>| time.as_ref().map(time::with_offset);
    let expires = transfer.expiration_time.as_ref().map(|expires| {
        let time = time::with_offset(expires);
        match time::from_now(expires) {
            Some(from_now) => format!("{time} ({from_now})"),
            None => time,
        }
    });
    let (t, none) = (transfer, &None);
    line("Status", &t.status.as_ref().map(ToString::to_string), none);
    line("Customer", &t.customer_tenant_id, &t.customer_name);
    for (role, tenant, name) in [
        (
            "Source",
            &t.source_partner_tenant_id,
            &t.source_partner_name,
        ),
        (
            "Target",
            &t.target_partner_tenant_id,
            &t.target_partner_name,
        ),
    ] {
        let name = profile.partner_name(name.as_deref(), tenant.as_deref());
        line(role, tenant, &name.map(str::to_owned));
    }
    line("Created", &time(&t.created_time), none);
    line("Completed", &time(&t.completed_time), none);
    line("Expires", &expires, none);
    let results = transfer.by_subscription();
    if !results.is_empty() {
        let table = tables::subscriptions(&results, not_mentioned, width);
        let _ = write!(text, "\n{table}\n");
    }
    text
}

/// What the state of a transfer means for its subscriptions.
pub(super) fn progress(outcome: CommandOutcome) -> &'static str {
    match outcome {
        CommandOutcome::Complete => "everything has moved",
        CommandOutcome::Partial => "some subscriptions have moved, others have not",
        CommandOutcome::NotSettled => "the service is still processing it",
        _ => "nothing has moved",
    }
}
