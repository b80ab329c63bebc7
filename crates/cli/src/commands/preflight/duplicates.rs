//! Describes open transfers that already do what a create asks for.

use partner_center_transfers::types::{CreateTransferRequest, TransferEntity};
use partner_center_transfers::{Duplicate, Generation, TransferPhase, find_duplicates, printable};

use crate::commands::command_line::CommandLines;

/// How many transfers a message describes.
const SHOWN: usize = 5;

/// What the open transfers are that already do what a row of a plan asks for, in a few words.
pub(in crate::commands) fn short_description(
    request: &CreateTransferRequest,
    caller: Option<&str>,
    transfers: &[TransferEntity],
) -> Option<String> {
    let duplicates = find_duplicates(request, caller, transfers);
    let first = duplicates.first()?;
    let name = name(first.transfer);
    Some(match duplicates.len() {
        1 => format!("{name} {first}"),
        many => format!("{name} {first}, and so do {} more", many - 1),
    })
}

/// What the transfers are and what can be done about them, for an error or a question.
pub(super) fn describe(duplicates: &[Duplicate<'_>], lines: CommandLines<'_>) -> String {
    let shown = duplicates.iter().take(SHOWN);
    let mut text: Vec<String> = shown.map(|one| describe_one(one, lines)).collect();
    match duplicates.len().saturating_sub(SHOWN) {
        0 => {}
        1 => text.push("so does 1 more transfer".to_owned()),
        more => text.push(format!("so do {more} more transfers")),
    }
    text.join("; ")
}

/// The name of a transfer in a message.
fn name(transfer: &TransferEntity) -> String {
    match &transfer.id {
        Some(id) => format!("transfer {}", printable(id)),
        None => "a transfer without an id".to_owned(),
    }
}

fn describe_one(duplicate: &Duplicate<'_>, lines: CommandLines<'_>) -> String {
    let transfer = duplicate.transfer;
    let id = transfer.id.as_deref();
    let name = name(transfer);
    let status = match &transfer.status {
        Some(status) => printable(status.as_str()),
        None => "no status".into(),
    };
    let show = lines.on_listed("get", id);
    let end = match (transfer.phase(), Generation::of(transfer)) {
        (TransferPhase::InProgress, _) => Some(("wait for it", "wait")),
        (_, Some(Generation::NewCommerce)) if duplicate.subscriptions.is_empty() => {
            Some(("cancel it", "cancel"))
        }
        // Only its target can end a new-commerce transfer.
        (_, Some(Generation::NewCommerce)) => None,
        _ => Some(("withdraw it", "withdraw")),
    };
    let end = end.map_or_else(String::new, |(verb, command)| {
        format!(", or {verb} with {}", lines.on_listed(command, id))
    });
    format!("{name} ({status}) {duplicate}: look at it with {show}{end}")
}
