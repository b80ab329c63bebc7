//! Why a report cannot be written.

use std::{fmt, io};

use crate::journal::JournalError;

/// A report that cannot be written.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReportError {
    /// The journal cannot be read.
    Journal(JournalError),
    /// The output cannot be written.
    Output(io::Error),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(f),
            Self::Output(error) => write!(f, "cannot write the report: {error}"),
        }
    }
}

impl std::error::Error for ReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Journal(error) => Some(error),
            Self::Output(error) => Some(error),
        }
    }
}

impl From<JournalError> for ReportError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<io::Error> for ReportError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<csv::Error> for ReportError {
    fn from(error: csv::Error) -> Self {
        Self::Output(error.into())
    }
}
