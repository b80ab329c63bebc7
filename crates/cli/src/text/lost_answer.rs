//! What was read after the answer to a change was lost, for people.

use partner_center_transfers::Verdict;

use crate::report::{Action, Confirmed};
use crate::tables;

/// What to take from it, and what was read.
pub(super) fn shown(confirmed: &Confirmed) -> String {
    let verb = confirmed.action.verb();
    let read = match confirmed.action {
        Action::Create => "list the customer's transfers",
        _ => "look at the transfer",
    };
    let sentence = match (confirmed.verdict, confirmed.action) {
        (Verdict::Applied, Action::Create) => {
            "the create was applied: this is the transfer.".to_owned()
        }
        (Verdict::Applied, Action::Withdraw) => {
            "the withdraw was applied: the transfer is not there any more.".to_owned()
        }
        (Verdict::Applied, _) => format!("the {verb} was applied: see the transfer."),
        (Verdict::NotApplied, _) => {
            let id = confirmed.error.request_id();
            let id = id.map_or_else(String::new, |id| format!(" with --request-id {id}"));
            format!(
                "the {verb} was not applied until now. Wait a little, {read}, and if it is still \
                 so, make the same call again{id}."
            )
        }
        (Verdict::NotYetSettled, _) => {
            format!("the {verb} is not yet settled: pctransfers wait tells when it is.")
        }
        (Verdict::Overtaken, _) => format!(
            "the transfer has come to another end, so that the {verb} cannot be applied any more."
        ),
        _ => format!("whether the {verb} was applied is unknown. Before you try again, {read}."),
    };
    let read = match &confirmed.transfers[..] {
        [] => String::new(),
        [transfer] => format!("\n{}", super::transfer(transfer)),
        several => format!("\n{}\n", tables::transfers(several.iter())),
    };
    format!("The answer was lost, and {sentence}\n{read}")
}
