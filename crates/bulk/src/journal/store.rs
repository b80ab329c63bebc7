//! The statements on a journal's tables. Each runs in a transaction of its caller.

use std::time::SystemTime;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::plan::{Change, Plan};
use crate::time;

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
    // The word and not a parameter, for the index of the rows in this state.
    let mut select = connection.prepare_cached(&format!(
        "SELECT position, key, row, customer, change, state, request_id, before,
           (SELECT max(started) FROM attempts WHERE attempts.position = rows.position AND call = 'change') AS last_sent
         FROM rows WHERE state = '{state}' AND position > ?1 ORDER BY position LIMIT ?2",
    ))?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = select.query_map(params![after, limit], open_row)?;
    rows.collect()
}

fn open_row(row: &Row<'_>) -> Result<OpenRow> {
    let change: String = row.get(4)?;
    let change: Change = serde_json::from_str(&change).map_err(invalid)?;
    let request_id: Option<String> = row.get(6)?;
    let last_sent: Option<String> = row.get(8)?;
    Ok(OpenRow {
        position: row.get(0)?,
        key: row.get(1)?,
        row: row.get(2)?,
        customer: parse(&row.get::<_, String>(3)?)?,
        change,
        state: RowState::from_word(&row.get::<_, String>(5)?).ok_or_else(|| invalid("state"))?,
        request_id: request_id.as_deref().map(parse).transpose()?,
        before: row.get(7)?,
        // A time that cannot be read counts as now, so that nothing is sent again too early.
        last_sent: last_sent.map(|text| time::parse(&text).unwrap_or_else(SystemTime::now)),
    })
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

/// The number of rows that the service processes.
pub(crate) fn count_processing(connection: &Connection) -> Result<u64> {
    let count = "SELECT count(*) FROM rows WHERE state = 'processing'";
    let mut count = connection.prepare_cached(count)?;
    let count: i64 = count.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Whether a row has been sent, or may have been.
pub(crate) fn has_sent(connection: &Connection) -> Result<bool> {
    let exists = "SELECT EXISTS (SELECT 1 FROM rows WHERE state <> 'planned')";
    connection.query_row(exists, [], |row| row.get(0))
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
        "UPDATE rows SET changed = ?2, state = ?3, outcome = ?4,
           transfer = coalesce(?5, transfer), status = coalesce(?6, status),
           code = ?7, cause = ?8, remedy = ?9, answer = coalesce(?10, answer),
           read_back = coalesce(?11, read_back), expires = coalesce(?12, expires)
         WHERE position = ?1 AND state NOT IN ('settled', 'unknown')",
    )?;
    statement.execute(params![
        position,
        now,
        update.state.as_str(),
        update.outcome.map(super::row::Outcome::as_str),
        update.transfer,
        update.status,
        update.code,
        update.cause,
        update.remedy,
        update.answer,
        update.read_back,
        update.expires,
    ])?;
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

#[cfg(test)]
mod tests {
    use rusqlite::types::ValueRef;
    use rusqlite::{Connection, Row};

    use super::super::row::RowUpdate;
    use super::super::schema;
    use super::{begin, end, forget, has_sent, read, restamp, update};

    /// A journal with one planned row.
    fn journal() -> Connection {
        let connection = schema::in_memory();
        let row = "INSERT INTO rows (position, key, row, customer, operation, change, carried)
                   VALUES (1, 'a', 2, 'c', 'accept', '{}', '[]')";
        connection.execute(row, []).unwrap();
        connection
    }

    /// The rows that a statement selects, as text.
    fn selected(connection: &Connection, select: &str) -> Vec<String> {
        let mut select = connection.prepare(select).unwrap();
        let fields = select.column_count();
        let field = |value: ValueRef<'_>| match value {
            ValueRef::Null => "-".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            value => value.as_str().unwrap().to_owned(),
        };
        let text = |row: &Row<'_>| {
            let fields = (0..fields).map(|at| row.get_ref(at).map(field));
            Ok(fields.collect::<super::Result<Vec<_>>>()?.join(" "))
        };
        let rows = select.query_map([], text).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn attempts_and_reads_are_recorded_and_one_that_was_not_made_is_forgotten() {
        const ATTEMPTS: &str =
            "SELECT call, request_id, started, ended, status, result FROM attempts ORDER BY id";
        let journal = journal();
        assert!(!has_sent(&journal).unwrap());
        let attempt = begin(&journal, 1, "id", None, "t1").unwrap();
        assert!(has_sent(&journal).unwrap());
        let attempts = || selected(&journal, ATTEMPTS);
        assert_eq!(attempts(), ["change id t1 - - -"]);
        restamp(&journal, attempt, "t2").unwrap();
        end(&journal, attempt, "t3", Some(503), "unavailable").unwrap();
        read(&journal, 1, ("t4", "t5"), Some(200), "Active").unwrap();
        let change = "change id t2 t3 503 unavailable";
        assert_eq!(attempts(), [change, "read - t4 t5 200 Active"]);

        // The same change has the same id, however often it is sent.
        assert!(begin(&journal, 1, "other", None, "t6").is_err());
        let second = begin(&journal, 1, "id", None, "t6").unwrap();
        assert_eq!(attempts().len(), 3);
        forget(&journal, second).unwrap();
        assert_eq!(attempts(), [change, "read - t4 t5 200 Active"]);
    }

    #[test]
    fn a_row_whose_result_is_unknown_says_why_and_what_to_do_and_stays_so() {
        let journal = journal();
        begin(&journal, 1, "id", None, "t1").unwrap();
        update(&journal, 1, &RowUpdate::unknown("it vanished"), "t2").unwrap();
        let rows = selected(&journal, "SELECT state, changed, cause, remedy FROM rows");
        let [row] = &rows[..] else {
            panic!("{rows:?}");
        };
        assert!(
            row.starts_with("unknown t2 it vanished look at the customer's transfers"),
            "{row}"
        );
        assert!(begin(&journal, 1, "id", None, "t3").is_err());
    }
}
