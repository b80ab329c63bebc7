//! The state that was read back after the response was lost, as text.

use partner_center_transfers::Verdict;

use super::tables;
use super::transfer::transfer;
use crate::outcome::Action;
use crate::profile::Profile;
use crate::report::ReadBackReport;
use crate::suggestion;

/// What the state means, the next step, and what was found.
pub(super) fn read_back(report: &ReadBackReport, profile: &Profile) -> String {
    let (action, verb) = (report.action, report.action.verb());
    let target = action.read_target();
    let summary = match report.verdict {
        Verdict::Applied if action == Action::Withdraw => {
            "The withdraw was applied: the transfer no longer exists.".to_owned()
        }
        Verdict::Applied => format!("The {verb} was applied to this transfer."),
        Verdict::NotApplied => {
            // Without a response, the call may still arrive, and the id makes the two calls one.
            let id = match (report.error.status(), report.error.request_id()) {
                (None, Some(id)) => format!(" with --request-id {id}"),
                _ => String::new(),
            };
            format!(
                "The {verb} has not been applied so far. Wait a moment and check {target} again; if \
                 nothing has changed, repeat the call{id}."
            )
        }
        Verdict::NotYetSettled => {
            let state = match action {
                Action::Accept | Action::AcceptNewCommerce => "The accept is being processed",
                _ => "The transfer was accepted and is being processed",
            };
            match &report.next {
                Some(next) => format!("{state}; to see the result, run {}", next.wait),
                None => format!("{state}."),
            }
        }
        Verdict::Overtaken => format!(
            "The transfer has ended in another way, so the {verb} can no longer be applied."
        ),
        _ => format!(
            "It is unknown whether the {verb} was applied: check {target} before you try again."
        ),
    };
    let found = match &report.transfers[..] {
        [] => String::new(),
        [one] => format!("\n{}", transfer(one, profile)),
        several => format!("\n{}\n", tables::transfers(several.iter(), profile)),
    };
    suggestion::text(&format!("The response was lost. {summary}")) + &found
}
