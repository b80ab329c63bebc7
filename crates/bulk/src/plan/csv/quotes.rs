//! Finds quotation marks that are not closed.

use crate::plan::problem::Problem;

/// What the next byte is part of.
#[derive(Clone, Copy)]
enum State {
    StartOfCell,
    Unquoted,
    Quoted,
    /// After a mark in a quoted cell, which closes it or is the first of two for one mark.
    Mark,
    /// After a quoted cell and a blank.
    Closed,
}

/// An open mark would make one cell of further rows, which then are not run.
pub(super) fn are_closed(body: &str, separator: u8, skipped: u64) -> Result<(), Problem> {
    let unclosed = |row| {
        let message = "a quotation mark is not closed: look for a cell with a single \" in it";
        Err(Problem::row(row, message))
    };
    let mut state = State::StartOfCell;
    // The row of the byte, that of the last quoted cell, and the first with an odd number of marks in
    // cells that are not quoted, such as `5" disk`.
    let (mut row, mut opened_in, mut odd_row) = (skipped + 1, 0, None);
    let (mut is_odd, mut is_odd_row) = (false, false);
    for byte in body.bytes() {
        state = match (state, byte) {
            (State::StartOfCell, b'"') => {
                opened_in = row;
                State::Quoted
            }
            (State::Quoted, b'"') => State::Mark,
            (State::Quoted, _) | (State::Mark, b'"') => State::Quoted,
            (_, byte) if byte == separator => State::StartOfCell,
            (_, b'\n') => {
                odd_row = odd_row.or(is_odd_row.then_some(row));
                is_odd_row = false;
                row += 1;
                State::StartOfCell
            }
            (State::Mark | State::Closed, b' ' | b'\t') => State::Closed,
            // The mark before was to open this cell: an earlier one is not closed.
            (State::Mark | State::Closed, _) => return unclosed(opened_in),
            (State::Unquoted, b'"') => {
                (is_odd, is_odd_row) = (!is_odd, !is_odd_row);
                State::Unquoted
            }
            (State::StartOfCell | State::Unquoted, _) => State::Unquoted,
        };
    }
    if matches!(state, State::Quoted) {
        return unclosed(opened_in);
    }
    if is_odd {
        return unclosed(odd_row.unwrap_or(row));
    }
    Ok(())
}
