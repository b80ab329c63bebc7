//! One runner for each journal.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;

use fs4::{FileExt, TryLockError};

use super::error::{JournalError, Kind};

/// Holds a journal for this process. The system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock beside the journal. It is on a file of its own, since SQLite locks the
    /// journal itself for each transaction.
    pub(super) fn take(path: &Path) -> Result<Self, JournalError> {
        let mut name = OsString::from(path);
        name.push(".lock");
        let failed = |error| JournalError::new(path, Kind::Io(error));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)
            .map_err(failed)?;
        // The method of `File` itself needs Rust 1.89.
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::new(path, Kind::InUse)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
