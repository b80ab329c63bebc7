//! One transfer as text.

use std::fmt::Write as _;

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Timestamp, TransferPhase};

use super::tables;
use super::value::{or_dash, printable};
use crate::outcome::CommandOutcome;

/// The properties of a transfer and its subscriptions.
pub(crate) fn transfer(transfer: &TransferEntity) -> String {
    let mut text = format!("Transfer        {}\n", or_dash(transfer.id.as_ref()));
    let mut line = |name: &str, values: [Option<&str>; 2]| {
        let values: Vec<String> = values.into_iter().flatten().map(printable).collect();
        if !values.is_empty() {
            let _ = writeln!(text, "{name:15} {}", values.join(", "));
        }
    };
    let time = |time: &Option<Timestamp>| time.as_ref().map(ToString::to_string);
    let status = transfer.status.as_ref().map(ToString::to_string);
    for (name, value, detail) in [
        ("Status", &status, &None),
        (
            "Customer",
            &transfer.customer_tenant_id,
            &transfer.customer_name,
        ),
        (
            "Source",
            &transfer.source_partner_tenant_id,
            &transfer.source_partner_name,
        ),
        (
            "Target",
            &transfer.target_partner_tenant_id,
            &transfer.target_partner_name,
        ),
        ("Created", &time(&transfer.created_time), &None),
        ("Completed", &time(&transfer.completed_time), &None),
        ("Expires", &time(&transfer.expiration_time), &None),
    ] {
        line(name, [value.as_deref(), detail.as_deref()]);
    }
    let results = transfer.by_subscription();
    if !results.is_empty() {
        let not_mentioned = match transfer.phase() {
            TransferPhase::Open | TransferPhase::InProgress => "-",
            _ => "not mentioned",
        };
        let table = tables::subscriptions(&results, not_mentioned);
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
