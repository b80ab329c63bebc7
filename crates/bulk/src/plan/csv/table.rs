//! A table out of the text of a file: its separator, its header, and its rows with the numbers that
//! a spreadsheet shows.

use csv::{ReaderBuilder, StringRecord};

use crate::formula;
use crate::plan::problem::Problem;

use super::quotes;

/// A file with a header and rows.
#[derive(Debug)]
pub(super) struct Table {
    /// The names in the header, as they are written.
    pub(super) header: Vec<String>,
    /// The row number of the header.
    pub(super) header_row: u64,
    pub(super) rows: Vec<TableRow>,
}

/// A row that is not empty.
#[derive(Debug)]
pub(super) struct TableRow {
    /// The row number, as a spreadsheet shows it.
    pub(super) number: u64,
    pub(super) cells: Vec<String>,
}

impl Table {
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        // Also the line ends of old Macs; inside a cell the difference has no meaning.
        let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
        // So that the last row counts like the others.
        text.push('\n');
        let (separator, body, skipped) = separator(&text);
        quotes::are_closed(body, separator, skipped)?;
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut rows = Vec::new();
        let mut record = StringRecord::new();
        // A line end inside a cell starts no new row.
        let mut inner_lines = 0_u64;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(Problem::file(format!("not a CSV file: {error}"))),
            }
            let ends = record.iter().flat_map(str::chars).filter(|c| *c == '\n');
            inner_lines += u64::try_from(ends.count()).unwrap_or(u64::MAX);
            let number = skipped + (reader.position().line() - 1).saturating_sub(inner_lines);
            let cells: Vec<String> = record
                .iter()
                .map(|cell| cell_text(cell).to_owned())
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(TableRow { number, cells });
            }
        }
        let mut rows = rows.into_iter();
        let Some(header) = rows.next() else {
            return Err(Problem::file(
                "the file is empty; expected a header with column names, and rows",
            ));
        };
        Ok(Self {
            header: header.cells,
            header_row: header.number,
            rows: rows.collect(),
        })
    }
}

/// The text of a cell. An apostrophe before a sign marks it as text rather than a formula, as in the
/// files that this crate writes.
fn cell_text(cell: &str) -> &str {
    formula::original(trim(cell))
}

/// Removes blanks, also those that a spreadsheet or a web page adds without showing them.
pub(super) fn trim(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}'))
}

/// The separator; the text after a line `sep=;`, with which Excel can start a file; and how many
/// lines were skipped.
fn separator(text: &str) -> (u8, &str, u64) {
    if let Some((first, rest)) = text.split_once('\n')
        && let Some(separator) = first.trim_matches('"').strip_prefix("sep=")
        && let [separator @ (b',' | b';' | b'\t')] = separator.as_bytes()
    {
        return (*separator, rest, 1);
    }
    // The header is the first line that is not empty, and has no quoted line ends.
    let header = text.lines().find(|line| !line.trim().is_empty());
    let header = header.unwrap_or_default();
    let count = |separator: u8| {
        let mut quoted = false;
        let bytes = header.bytes().filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == separator
        });
        bytes.count()
    };
    let separator = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| count(*separator));
    (separator.unwrap_or(b','), text, 0)
}
