//! What was read after the answer to a change was lost, for people.

use partner_center_transfers::Verdict;

use crate::report::Confirmed;

/// What to take from it, and the transfer if it was read.
pub(super) fn shown(confirmed: &Confirmed) -> String {
    let verb = confirmed.action.verb();
    let sentence = match confirmed.verdict {
        Verdict::Applied => {
            format!("The answer was lost, and the {verb} was applied: see the transfer.")
        }
        Verdict::NotApplied => format!(
            "The answer was lost, and the {verb} was not applied until now. Wait a little, look at \
             the transfer, and try again if it is still so."
        ),
        Verdict::NotYetSettled => format!(
            "The answer was lost, and the {verb} is not yet settled: pctransfers wait tells when \
             it is."
        ),
        Verdict::Overtaken => format!(
            "The answer was lost, and the transfer has ended in another way, so that the {verb} \
             cannot be applied any more."
        ),
        _ => format!(
            "The answer was lost, and whether the {verb} was applied is unknown. Look at the \
             transfer before you try again."
        ),
    };
    let transfer = confirmed.transfer.as_ref();
    let transfer = transfer.map_or_else(String::new, |it| format!("\n{}", super::transfer(it)));
    format!("{sentence}\n{transfer}")
}
