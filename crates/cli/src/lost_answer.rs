//! After a change whose answer was lost: what was read back, as a report.

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Confirmation, CreateConfirmation, Error, Verdict};

use crate::report::{Action, Confirmed, Report};

/// What came of a create, by the transfers that are like it.
pub(crate) fn created(error: Error, read: Result<CreateConfirmation, Error>) -> Report {
    match read {
        Ok(read) => {
            let (verdict, sentence) = (read.verdict(), read.to_string());
            confirmed(
                Action::Create,
                error,
                verdict,
                sentence,
                read.into_transfer(),
            )
        }
        Err(unread) => unreadable(Action::Create, error, &unread),
    }
}

/// What came of any other change.
pub(crate) fn read_back(action: Action, error: Error, read: Result<Confirmation, Error>) -> Report {
    match read {
        Ok(read) => {
            let (verdict, sentence) = (read.verdict(), read.to_string());
            confirmed(action, error, verdict, sentence, read.into_transfer())
        }
        Err(unread) => unreadable(action, error, &unread),
    }
}

fn unreadable(action: Action, error: Error, unread: &Error) -> Report {
    let sentence = format!("unknown: reading back failed too: {unread}");
    confirmed(action, error, Verdict::Unknown, sentence, None)
}

pub(crate) fn confirmed(
    action: Action,
    error: Error,
    verdict: Verdict,
    sentence: String,
    transfer: Option<TransferEntity>,
) -> Report {
    Report::Confirmed(Box::new(Confirmed {
        action,
        error,
        verdict,
        sentence,
        transfer,
    }))
}
