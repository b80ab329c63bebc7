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
            // An answer under this id may be kept, and given again.
            let id = match (confirmed.error.status(), confirmed.error.request_id()) {
                (None, Some(id)) => format!(" with --request-id {id}"),
                _ => String::new(),
            };
            format!(
                "the {verb} was not applied until now. Wait a little, {read}, and if it is still \
                 so, make the same call again{id}."
            )
        }
        (Verdict::NotYetSettled, Action::Accept | Action::AcceptNewCommerce) => {
            format!("the {verb} is not yet settled: pctransfers wait tells when it is.")
        }
        (Verdict::NotYetSettled, _) => {
            "somebody has accepted the transfer, and the service works on it: pctransfers wait \
             tells how it ends."
                .to_owned()
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
