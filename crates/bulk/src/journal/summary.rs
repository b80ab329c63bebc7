//! The rows of a journal, counted.

use rusqlite::{Connection, OptionalExtension};
use schemars::JsonSchema;
use serde::Serialize;

use super::row::{Outcome, RowState};

/// The rows of a journal, counted by state and outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// All rows of the plan.
    pub rows: u64,
    /// Not sent, or certainly not applied; a resume sends them.
    pub not_sent: u64,
    /// May have been sent, and not yet read back. Until a resume reads them, they are as uncertain as
    /// unknown ones.
    pub sending: u64,
    /// Accepted, and still processed by the service.
    pub processing: u64,
    /// Settled as planned.
    pub done: u64,
    /// Settled in part: some subscriptions moved, others failed.
    pub in_part: u64,
    /// Settled without an effect.
    pub failed: u64,
    /// Not to be found out; a person must look.
    pub unknown: u64,
    /// The next time, as the service sent it, at which a transfer expires that is open as far as the
    /// journal knows. Times that have passed are left out.
    pub next_expiry: Option<String>,
}

impl Summary {
    /// Whether each row is settled.
    pub fn is_settled(&self) -> bool {
        self.settled() == self.rows
    }

    /// The number of settled rows.
    pub fn settled(&self) -> u64 {
        self.done + self.in_part + self.failed
    }

    /// The rows that need a person: unknown, in part and failed ones.
    pub fn needs_person(&self) -> u64 {
        self.unknown + self.in_part + self.failed
    }

    /// Whether a resume has something to do.
    pub fn is_resumable(&self) -> bool {
        self.not_sent + self.sending + self.processing > 0
    }

    pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut summary = Self::default();
        // Without GROUP BY, for which SQLite would sort all rows.
        let mut select = connection.prepare_cached("SELECT state, outcome FROM rows")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let state = RowState::from_word(row.get_ref(0)?.as_str()?);
            let outcome = row.get_ref(1)?.as_str_or_null()?;
            let field = match (state, outcome.and_then(Outcome::from_word)) {
                (Some(RowState::Planned), _) => &mut summary.not_sent,
                (Some(RowState::Sending), _) => &mut summary.sending,
                (Some(RowState::Processing), _) => &mut summary.processing,
                (_, Some(Outcome::Done)) => &mut summary.done,
                (_, Some(Outcome::InPart)) => &mut summary.in_part,
                (_, Some(Outcome::Failed)) => &mut summary.failed,
                _ => &mut summary.unknown,
            };
            *field += 1;
            summary.rows += 1;
        }
        // A created transfer stays open until the other partner acts; the others are open until
        // their row has settled.
        let next = "SELECT expires FROM rows
             WHERE (state <> 'settled' OR operation = 'create')
               AND julianday(expires) > julianday('now')
             ORDER BY julianday(expires) LIMIT 1";
        summary.next_expiry = connection
            .query_row(next, [], |row| row.get(0))
            .optional()?;
        Ok(summary)
    }
}
