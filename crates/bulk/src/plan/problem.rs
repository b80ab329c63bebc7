//! What is wrong with a plan, and where.

use std::fmt;

use serde::Serialize;

/// How many problems the message of a [`PlanError`] lists.
const SHOWN: usize = 20;

/// How many bytes of a message are shown.
const MAX_MESSAGE_BYTES: usize = 1_500;

/// One problem of a plan, with its place in the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The row of the input file as a spreadsheet numbers it, or without a file its place in the
    /// plan, from 1; `None` if the problem is one of the whole file.
    pub row: Option<u64>,
    /// The name of the column, if the problem is in one cell.
    pub column: Option<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn file(message: impl Into<String>) -> Self {
        Self {
            row: None,
            column: None,
            message: message.into(),
        }
    }

    pub(crate) fn row(row: u64, message: impl Into<String>) -> Self {
        Self {
            row: Some(row),
            ..Self::file(message)
        }
    }

    pub(crate) fn cell(row: u64, column: &str, message: impl Into<String>) -> Self {
        Self {
            column: Some(column.to_owned()),
            ..Self::row(row, message)
        }
    }
}

/// Such as `row 7, column customer: "x" is not a GUID`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}")?;
            if let Some(column) = &self.column {
                write!(f, ", column {column}")?;
            }
            f.write_str(": ")?;
        }
        // It can repeat a cell of any length.
        let mut end = self.message.len().min(MAX_MESSAGE_BYTES);
        while !self.message.is_char_boundary(end) {
            end -= 1;
        }
        f.write_str(&self.message[..end])?;
        if end < self.message.len() {
            f.write_str("...")?;
        }
        Ok(())
    }
}

/// A plan that cannot be run. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    problems: Vec<Problem>,
}

impl PlanError {
    /// Sorts the problems by row, in the order in which a person corrects them.
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.row);
        Self { problems }
    }

    /// All problems, by row.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for PlanError {
    fn from(problem: Problem) -> Self {
        Self::new(vec![problem])
    }
}

/// The first problems, one on each line.
impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().take(SHOWN).enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            1 => f.write_str("\nand 1 more problem"),
            more => write!(f, "\nand {more} more problems"),
        }
    }
}

impl std::error::Error for PlanError {}
