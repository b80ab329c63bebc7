//! The statements on a journal's tables. Each runs in a transaction of its caller.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use partner_center_transfers::RequestId;

use crate::plan::{Change, Plan};

use super::row::{OpenRow, RowState, RowUpdate};

type Result<T> = rusqlite::Result<T>;

/// Writes the plan into empty tables.
pub(super) fn insert_plan(
    connection: &Connection,
    plan: &Plan,
    endpoint: &str,
    tenant: Option<&str>,
    now: &str,
) -> Result<()> {
    connection.execute(
        "INSERT INTO journal (id, created, endpoint, tenant, rows) VALUES (1, ?1, ?2, ?3, ?4)",
        params![now, endpoint, tenant, i64::try_from(plan.rows().len()).ok()],
    )?;
    let mut insert = connection.prepare(
        "INSERT INTO rows (position, key, row, customer, operation, change, reference, carried, transfer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (position, row) in (1_i64..).zip(plan.rows()) {
        let number = row.row.and_then(|row| i64::try_from(row).ok());
        insert.execute(params![
            position,
            row.key,
            number.unwrap_or(position),
            row.customer.to_string(),
            row.change.operation().as_str(),
            json(&row.change)?,
            row.reference,
            json(&row.carried)?,
            row.change.transfer().map(|id| id.to_string()),
        ])?;
    }
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// The next rows in a state, after the row at this position.
pub(crate) fn page(
    connection: &Connection,
    state: RowState,
    after: i64,
    limit: usize,
) -> Result<Vec<OpenRow>> {
    let mut select = connection.prepare_cached(
        "SELECT position, key, row, customer, change, state, request_id, before,
           (SELECT max(started) FROM attempts WHERE attempts.position = rows.position AND call = 'change') AS last_sent
         FROM rows WHERE state = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query_map(params![state.as_str(), after, limit], open_row)?;
    rows.collect()
}

fn open_row(row: &Row<'_>) -> Result<OpenRow> {
    let change: String = row.get("change")?;
    let change: Change = serde_json::from_str(&change).map_err(invalid)?;
    Ok(OpenRow {
        position: row.get("position")?,
        key: row.get("key")?,
        row: row.get("row")?,
        customer: parse(&row.get::<_, String>("customer")?)?,
        change,
        state: RowState::from_word(&row.get::<_, String>("state")?)
            .ok_or_else(|| invalid("state"))?,
        request_id: request_id(row)?,
        before: row.get("before")?,
        last_sent: row.get("last_sent")?,
    })
}

fn request_id(row: &Row<'_>) -> Result<Option<RequestId>> {
    let text: Option<String> = row.get("request_id")?;
    text.as_deref().map(parse).transpose()
}

/// Reads an id that the journal keeps as text.
pub(super) fn parse<T>(text: &str) -> Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(invalid)
}

/// A value that no version of this program has written.
pub(super) fn invalid(
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}

/// The number of rows in a state.
pub(crate) fn count(connection: &Connection, state: RowState) -> Result<u64> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM rows WHERE state = ?1")?;
    let count: i64 = count.query_row([state.as_str()], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Records that a change is about to be sent, and returns the id of the attempt.
pub(crate) fn begin(
    connection: &Connection,
    position: i64,
    request_id: &str,
    before: Option<&str>,
    now: &str,
) -> Result<i64> {
    let mut update = connection.prepare_cached(
        "UPDATE rows SET state = 'sending', request_id = ?2, before = coalesce(?3, before),
           sent = coalesce(sent, ?4), changed = ?4
         WHERE position = ?1 AND state IN ('planned', 'sending')
           AND coalesce(request_id, ?2) = ?2",
    )?;
    let updated = update.execute(params![position, request_id, before, now])?;
    if updated != 1 {
        // Sending it would be a second change. No path of the runner leads here.
        return Err(rusqlite::Error::StatementChangedRows(updated));
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO attempts (position, call, request_id, started) VALUES (?1, 'change', ?2, ?3)",
    )?;
    insert.insert(params![position, request_id, now])
}

/// Records that an attempt leaves later than it was planned to.
pub(crate) fn restamp(connection: &Connection, attempt: i64, now: &str) -> Result<()> {
    let mut update = connection.prepare_cached("UPDATE attempts SET started = ?2 WHERE id = ?1")?;
    update.execute(params![attempt, now])?;
    Ok(())
}

/// Records how an attempt ended.
pub(crate) fn end(
    connection: &Connection,
    attempt: i64,
    now: &str,
    status: Option<u16>,
    result: &str,
) -> Result<()> {
    let mut update = connection
        .prepare_cached("UPDATE attempts SET ended = ?2, status = ?3, result = ?4 WHERE id = ?1")?;
    update.execute(params![attempt, now, status, result])?;
    Ok(())
}

/// Records that an attempt was not made after all.
pub(crate) fn forget(connection: &Connection, attempt: i64) -> Result<()> {
    let mut delete = connection.prepare_cached("DELETE FROM attempts WHERE id = ?1")?;
    delete.execute([attempt])?;
    Ok(())
}

/// Records a read that finds out about a change.
pub(crate) fn read(
    connection: &Connection,
    position: i64,
    (started, ended): (&str, &str),
    status: Option<u16>,
    result: &str,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO attempts (position, call, started, ended, status, result)
         VALUES (?1, 'read', ?2, ?3, ?4, ?5)",
    )?;
    insert.execute(params![position, started, ended, status, result])?;
    Ok(())
}

/// Changes a row. What the update does not know stays as it is, apart from the outcome.
pub(crate) fn update(
    connection: &Connection,
    position: i64,
    update: &RowUpdate,
    now: &str,
) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE rows SET state = :state, outcome = :outcome, changed = :now,
           transfer = coalesce(:transfer, transfer), status = coalesce(:status, status),
           code = :code, cause = :cause, remedy = :remedy,
           answer = coalesce(:answer, answer), read_back = coalesce(:read_back, read_back),
           expires = coalesce(:expires, expires)
         WHERE position = :position AND state NOT IN ('settled', 'unknown')",
    )?;
    statement.execute(named_params! {
        ":position": position,
        ":now": now,
        ":state": update.state.as_str(),
        ":outcome": update.outcome.map(super::row::Outcome::as_str),
        ":transfer": update.transfer,
        ":status": update.status,
        ":code": update.code,
        ":cause": update.cause,
        ":remedy": update.remedy,
        ":answer": update.answer,
        ":read_back": update.read_back,
        ":expires": update.expires,
    })?;
    Ok(())
}

/// Adds the transfer as it was read after the row was settled, for the report.
pub(crate) fn add_details(
    connection: &Connection,
    position: i64,
    read_back: &str,
    expires: Option<&str>,
) -> Result<()> {
    let mut update = connection.prepare_cached(
        "UPDATE rows SET read_back = ?2, expires = coalesce(?3, expires) WHERE position = ?1",
    )?;
    update.execute(params![position, read_back, expires])?;
    Ok(())
}
