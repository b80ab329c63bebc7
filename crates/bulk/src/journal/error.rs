//! Why a journal cannot be used.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A journal that cannot be created, opened or written.
#[derive(Debug)]
pub struct JournalError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Exists,
    Missing,
    InUse,
    NotAJournal,
    Incomplete,
    Newer { found: i64, known: i64 },
    Damaged(String),
    Other(&'static str, String),
    Io(io::Error),
    Sqlite(rusqlite::Error),
    Stopped(String),
}

impl JournalError {
    pub(crate) fn new(path: &Path, kind: Kind) -> Self {
        Self {
            path: path.to_owned(),
            kind,
        }
    }

    pub(crate) fn sqlite(path: &Path, error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Kind::NotAJournal,
            Some(ErrorCode::DatabaseCorrupt) => Kind::Damaged(error.to_string()),
            _ => Kind::Sqlite(error),
        };
        Self::new(path, kind)
    }

    /// Whether a journal with this path exists already.
    pub fn is_existing(&self) -> bool {
        matches!(self.kind, Kind::Exists)
    }

    /// Whether another process runs the journal.
    pub fn is_in_use(&self) -> bool {
        matches!(self.kind, Kind::InUse)
    }
}

/// One sentence with the path, what happened and what to do.
impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal {}: ", self.path.display())?;
        match &self.kind {
            Kind::Exists => f.write_str(
                "the file exists already: resume its run, or name another file for a new plan",
            ),
            Kind::Missing => f.write_str("there is no such file: check the path"),
            Kind::InUse => f.write_str(
                "another process runs it: wait for that one, or end it and resume the run",
            ),
            Kind::NotAJournal => f.write_str("the file is not a journal: name another file"),
            Kind::Incomplete => f.write_str(
                "the plan was not written completely, so nothing was sent: delete the file and \
                 start again",
            ),
            Kind::Newer { found, known } => write!(
                f,
                "a newer version wrote it (schema {found}, and this version knows {known}): update"
            ),
            Kind::Damaged(reason) => write!(
                f,
                "the file is damaged ({reason}): restore a copy, or read the transfers of its \
                 customers before you send anything again"
            ),
            Kind::Other(what, theirs) => write!(
                f,
                "it belongs to another {what}, {theirs}: use the credentials and the endpoint \
                 that it was created with"
            ),
            Kind::Io(error) => error.fmt(f),
            Kind::Sqlite(error) => error.fmt(f),
            Kind::Stopped(reason) => write!(
                f,
                "it cannot be written any more ({reason}): fix the cause and resume the run"
            ),
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::Sqlite(error) => Some(error),
            _ => None,
        }
    }
}
