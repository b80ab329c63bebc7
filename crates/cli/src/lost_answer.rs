//! After a change whose answer was lost: what was read back, as a report.

use partner_center_transfers::types::{TransferEntity, TransferId};
use partner_center_transfers::{Confirmation, CreateConfirmation, Error, Verdict};

use crate::report::{Action, Confirmed, Report};

/// What came of a create, by the transfers that are like it.
pub(crate) fn created(error: Error, read: Result<CreateConfirmation, Error>) -> Report {
    let (verdict, sentence, transfers) = match read {
        Ok(read) => (read.verdict(), read.to_string(), read.into_transfers()),
        Err(unread) => unreadable(&unread),
    };
    Report::Confirmed(Box::new(Confirmed {
        action: Action::Create,
        id: None,
        error,
        verdict,
        sentence,
        transfers,
    }))
}

/// What came of any other change.
pub(crate) fn read_back(
    action: Action,
    id: TransferId,
    before: Option<&TransferEntity>,
    error: Error,
    read: Result<Confirmation, Error>,
) -> Report {
    let (verdict, sentence, transfers) = match read {
        // What is not there may never have been.
        Ok(read) if read.transfer().is_none() && before.is_none() => (
            Verdict::Unknown,
            "unknown: the transfer is not there, and nobody has seen it before".to_owned(),
            Vec::new(),
        ),
        Ok(read) => (
            read.verdict(),
            read.to_string(),
            read.into_transfer().into_iter().collect(),
        ),
        Err(unread) => unreadable(&unread),
    };
    Report::Confirmed(Box::new(Confirmed {
        action,
        id: Some(id),
        error,
        verdict,
        sentence,
        transfers,
    }))
}

fn unreadable(error: &Error) -> (Verdict, String, Vec<TransferEntity>) {
    let sentence = format!("unknown: reading back failed too: {error}");
    (Verdict::Unknown, sentence, Vec::new())
}
