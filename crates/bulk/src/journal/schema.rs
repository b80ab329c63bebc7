//! Creates the tables of a journal, and checks those of a file.

use std::path::Path;

use rusqlite::Connection;

use super::error::{JournalError, Kind};

/// The version of the schema, in `PRAGMA user_version`.
pub(crate) const VERSION: i64 = 1;

/// Marks a SQLite file as a journal, in `PRAGMA application_id`: `pctj` in ASCII.
const APPLICATION: i64 = 0x7063_746A;

/// The tables, with comments.
pub(crate) const SCHEMA: &str = include_str!("schema.sql");

/// Creates the tables. Part of the caller's transaction.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch(SCHEMA)
}

/// Empty tables in memory.
#[cfg(test)]
pub(super) fn in_memory() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    create(&connection).unwrap();
    connection
}

/// Checks that a file is a whole journal of this version.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), JournalError> {
    let failed = |error| JournalError::sqlite(path, error);
    let refuse = |kind| Err(JournalError::new(path, kind));
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get(0));
    let application: i64 = number("application_id").map_err(failed)?;
    let version: i64 = number("user_version").map_err(failed)?;
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection
        .query_row(tables, [], |row| row.get(0))
        .map_err(failed)?;
    match (application, version, tables) {
        (0, 0, 0) => return refuse(Kind::Incomplete),
        (APPLICATION, VERSION, _) => {}
        (APPLICATION, found, _) if found > VERSION => {
            let known = VERSION;
            return refuse(Kind::Newer { found, known });
        }
        _ => return refuse(Kind::NotAJournal),
    }
    let found: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .map_err(failed)?;
    if found != "ok" {
        return refuse(Kind::Damaged(found));
    }
    Ok(())
}
