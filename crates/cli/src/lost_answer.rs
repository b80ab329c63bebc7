//! After a change whose answer was lost: what was read back, as a report.

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Confirmation, Error, Verdict};

use crate::report::{Action, Confirmed, Report};

/// What came of a create whose answer was lost, by the transfers that are like it.
pub(crate) fn created(error: Error, found: Result<Vec<TransferEntity>, Error>) -> Report {
    let (verdict, sentence, transfer) = match found {
        Err(error) => (Verdict::Unknown, unreadable(&error), None),
        Ok(mut found) => match (found.pop(), found.len()) {
            (None, _) => (
                Verdict::NotApplied,
                "not applied: no transfer has this content".to_owned(),
                None,
            ),
            (Some(transfer), 0) => (
                Verdict::Applied,
                "applied: one new transfer has this content".to_owned(),
                Some(transfer),
            ),
            (Some(_), others) => (
                Verdict::Unknown,
                format!("unknown: {} new transfers have this content", others + 1),
                None,
            ),
        },
    };
    confirmed(Action::Create, error, verdict, sentence, transfer)
}

/// What came of any other change.
pub(crate) fn read_back(action: Action, error: Error, read: Result<Confirmation, Error>) -> Report {
    match read {
        Ok(read) => {
            let (verdict, sentence) = (read.verdict(), read.to_string());
            confirmed(action, error, verdict, sentence, read.into_transfer())
        }
        Err(unread) => confirmed(action, error, Verdict::Unknown, unreadable(&unread), None),
    }
}

fn unreadable(error: &Error) -> String {
    format!("unknown: reading back failed too: {error}")
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
