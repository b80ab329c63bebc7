//! Words in the texts of the commands for many transfers.

use partner_center_bulk::Operation;

/// How a text calls a row that was done as planned.
pub(super) fn past(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "created",
        Operation::Accept => "moved",
        Operation::Reject => "rejected",
        Operation::Cancel => "cancelled",
        Operation::Withdraw => "withdrawn",
        _ => "done",
    }
}
