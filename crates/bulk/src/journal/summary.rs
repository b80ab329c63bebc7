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

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::super::schema;
    use super::Summary;

    const PAST: &str = "2020-01-01T00:00:00Z";
    const SOON: &str = "2990-01-01T00:00:00.1234567Z";
    const LATER: &str = "2990-01-02T00:00:00Z";

    /// A journal with a row for each state, outcome, operation and time.
    fn journal(rows: &[(&str, Option<&str>, &str, Option<&str>)]) -> Connection {
        let connection = schema::in_memory();
        let insert = "INSERT INTO rows
            (position, key, row, customer, change, carried, state, outcome, operation, expires)
            VALUES (?1, ?1, ?1, 'c', '{}', '[]', ?2, ?3, ?4, ?5)";
        for (position, (state, outcome, operation, expires)) in (1_i64..).zip(rows) {
            let values = params![position, state, outcome, operation, expires];
            connection.execute(insert, values).unwrap();
        }
        connection
    }

    #[test]
    fn each_row_counts_once() {
        let mut rows = Vec::new();
        for (count, state, outcome) in [
            (1, "planned", None),
            (2, "sending", None),
            (3, "processing", None),
            (4, "settled", Some("done")),
            (5, "settled", Some("in_part")),
            (6, "settled", Some("failed")),
            (7, "unknown", None),
        ] {
            rows.extend(vec![(state, outcome, "accept", None); count]);
        }
        let summary = Summary::read(&journal(&rows)).unwrap();
        let expected = Summary {
            rows: 28,
            not_sent: 1,
            sending: 2,
            processing: 3,
            done: 4,
            in_part: 5,
            failed: 6,
            unknown: 7,
            next_expiry: None,
        };
        assert_eq!(summary, expected);
        assert_eq!((summary.settled(), summary.needs_person()), (15, 18));
        assert!(!summary.is_settled());
    }

    #[test]
    fn a_resume_has_something_to_do_while_a_row_has_no_result() {
        for (state, outcome, is_resumable, is_settled) in [
            ("planned", None, true, false),
            ("sending", None, true, false),
            ("processing", None, true, false),
            ("unknown", None, false, false),
            ("settled", Some("failed"), false, true),
        ] {
            let summary = Summary::read(&journal(&[(state, outcome, "accept", None)])).unwrap();
            assert_eq!(summary.is_resumable(), is_resumable, "{state}");
            assert_eq!(summary.is_settled(), is_settled, "{state}");
        }
        assert!(Summary::default().is_settled());
    }

    #[test]
    fn the_next_expiry_is_that_of_a_transfer_that_is_still_open() {
        let done = Some("done");
        for (rows, expected) in [
            (vec![("planned", None, "accept", Some(PAST))], None),
            (vec![("settled", done, "accept", Some(SOON))], None),
            (vec![("settled", done, "create", Some(SOON))], Some(SOON)),
            (
                vec![
                    ("planned", None, "accept", Some(LATER)),
                    ("planned", None, "accept", Some(SOON)),
                    ("planned", None, "accept", Some("soon")),
                    ("planned", None, "accept", None),
                ],
                Some(SOON),
            ),
        ] {
            let summary = Summary::read(&journal(&rows)).unwrap();
            assert_eq!(summary.next_expiry.as_deref(), expected, "{rows:?}");
        }
    }
}
