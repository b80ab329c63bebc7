//! Reads a journal, also while it is run.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row, Transaction, params};
use serde::Serialize;
use serde_json::Value;

use crate::plan::Change;

use super::error::{JournalError, Kind};
use super::row::{Outcome, RowState};
use super::summary::Summary;
use super::{Identity, schema, store};

/// How many rows are read at once.
const PAGE: i64 = 256;

/// A journal that is only read. It can be run by another process meanwhile.
#[derive(Debug)]
pub struct JournalView {
    path: PathBuf,
    connection: Connection,
}

/// One row of a journal, with everything that is known about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RowRecord {
    /// The place in the plan, from 1.
    pub position: i64,
    /// The name of the row.
    pub key: String,
    /// The row of the input file as a spreadsheet numbers it, so that the header is row 1. Without a
    /// file it is the position.
    pub row: i64,
    /// The tenant id of the customer.
    pub customer: String,
    /// What was planned.
    pub change: Change,
    /// The transfer; of a create: `None` until it is known.
    pub transfer: Option<String>,
    /// The caller's own text.
    pub reference: Option<String>,
    /// The columns of the input without a meaning.
    pub carried: Vec<(String, String)>,
    /// How far it has come.
    pub state: RowState,
    /// What became of it, once it is settled.
    pub outcome: Option<Outcome>,
    /// `MS-RequestId` of the change.
    pub request_id: Option<String>,
    /// The number of times that the change was sent.
    pub attempts: i64,
    /// The HTTP status of the last answer to the change.
    pub status: Option<u16>,
    /// The service's error code.
    pub code: Option<String>,
    /// Why it failed, or why it is unknown.
    pub cause: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// The body of the last answer to the change, as received.
    pub answer: Option<String>,
    /// What was read before the change was sent.
    pub before: Option<Value>,
    /// The transfer as it was last read after the change.
    pub read_back: Option<Value>,
    /// When the transfer expires, as the service sent it.
    pub expires: Option<String>,
    /// The start of the first attempt.
    pub sent: Option<String>,
    /// The start of the last attempt.
    pub last_sent: Option<String>,
    /// The last change of the state.
    pub changed: Option<String>,
}

impl JournalView {
    /// Opens a journal for reading.
    ///
    /// # Errors
    ///
    /// The file is missing, is not a journal, is damaged, or is one of a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(JournalError::new(path, Kind::Missing));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|error| JournalError::sqlite(path, error))?;
        schema::check(&connection, path)?;
        Ok(Self {
            path: path.to_owned(),
            connection,
        })
    }

    fn failed(&self, error: rusqlite::Error) -> JournalError {
        JournalError::sqlite(&self.path, error)
    }

    /// Lets all reads see the same state until the result is dropped, whatever a run writes
    /// meanwhile.
    pub(crate) fn snapshot(&self) -> Result<Transaction<'_>, JournalError> {
        let transaction = self.connection.unchecked_transaction();
        transaction.map_err(|error| self.failed(error))
    }

    /// The service that the plan is for.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn identity(&self) -> Result<Identity, JournalError> {
        let identity = |row: &Row<'_>| {
            Ok(Identity {
                endpoint: row.get(0)?,
                tenant: row.get(1)?,
            })
        };
        let select = "SELECT endpoint, tenant FROM journal";
        let found = self.connection.query_row(select, [], identity);
        found.map_err(|error| self.failed(error))
    }

    /// When the journal was created.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn created(&self) -> Result<String, JournalError> {
        let found = self
            .connection
            .query_row("SELECT created FROM journal", [], |row| row.get(0));
        found.map_err(|error| self.failed(error))
    }

    /// Counts the rows.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn summary(&self) -> Result<Summary, JournalError> {
        Summary::read(&self.connection).map_err(|error| self.failed(error))
    }

    /// Calls a function with each row, in the order of the plan. Only a few rows are in memory at a
    /// time.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the error of the function.
    pub fn for_each<E: From<JournalError>>(
        &self,
        mut each: impl FnMut(RowRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut after = 0;
        loop {
            let page = self.page(after).map_err(|error| self.failed(error))?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.position;
            page.into_iter().try_for_each(&mut each)?;
        }
    }

    /// The rows that need a person: unknown ones, and those that failed or moved in part.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn rows_for_a_person(&self) -> Result<Vec<RowRecord>, JournalError> {
        let mut rows = Vec::new();
        self.for_each(|row| {
            let needs_person = row.state == RowState::Unknown
                || matches!(row.outcome, Some(Outcome::InPart | Outcome::Failed));
            rows.extend(needs_person.then_some(row));
            Ok::<(), JournalError>(())
        })?;
        Ok(rows)
    }

    fn page(&self, after: i64) -> rusqlite::Result<Vec<RowRecord>> {
        let mut select = self.connection.prepare_cached(
            "SELECT *,
               (SELECT count(*) FROM attempts WHERE attempts.position = rows.position AND call = 'change') AS attempts,
               (SELECT max(started) FROM attempts WHERE attempts.position = rows.position AND call = 'change')
                 AS last_sent
             FROM rows WHERE position > ?1 ORDER BY position LIMIT ?2",
        )?;
        let rows = select.query_map(params![after, PAGE], record)?;
        rows.collect()
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<RowRecord> {
    let word = |column: &str| row.get::<_, Option<String>>(column);
    let state = word("state")?.as_deref().and_then(RowState::from_word);
    let (before, read_back) = (word("before")?, word("read_back")?);
    Ok(RowRecord {
        position: row.get("position")?,
        key: row.get("key")?,
        row: row.get("row")?,
        customer: row.get("customer")?,
        change: json(&row.get::<_, String>("change")?)?,
        transfer: row.get("transfer")?,
        reference: row.get("reference")?,
        carried: json(&row.get::<_, String>("carried")?)?,
        state: state.ok_or_else(|| store::invalid("state"))?,
        outcome: word("outcome")?.as_deref().and_then(Outcome::from_word),
        request_id: row.get("request_id")?,
        attempts: row.get("attempts")?,
        status: row.get("status")?,
        code: row.get("code")?,
        cause: row.get("cause")?,
        remedy: row.get("remedy")?,
        answer: row.get("answer")?,
        before: before.as_deref().map(json).transpose()?,
        read_back: read_back.as_deref().map(json).transpose()?,
        expires: row.get("expires")?,
        sent: row.get("sent")?,
        last_sent: row.get("last_sent")?,
        changed: row.get("changed")?,
    })
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(store::invalid)
}
