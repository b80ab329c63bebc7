//! The file to which `--record` appends results, one line of JSON each.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;

/// How often, and after what delay, to try to lock the file. A parallel command holds the lock for
/// milliseconds; another program that holds it must not keep the record from being written.
const LOCK_ATTEMPTS: u32 = 50;
const LOCK_DELAY: Duration = Duration::from_millis(10);

/// A file that is open for appending.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    file: File,
    is_regular: bool,
}

impl RecordFile {
    /// Opens the file, and creates it for its owner only if it does not exist. Done before any
    /// request, so that a change is not made that cannot be recorded.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let invalid = |error: io::Error| {
            let path = path.display();
            Failure::Usage(format!(
                "nothing was sent, because --record {path}: {error}"
            ))
        };
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(invalid)?;
        let is_regular = file.metadata().map_err(invalid)?.is_file();
        if is_new {
            sync_folder(path);
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            is_regular,
        })
    }

    /// Appends a line, which ends with a line break, with one write, and waits until it is on the
    /// disk.
    pub(crate) fn append(&mut self, line: &str) -> io::Result<()> {
        if !self.is_regular {
            return self.file.write_all(line.as_bytes());
        }
        self.lock();
        let mut line = line.to_owned();
        // A command that was killed while it wrote must not spoil the next line too.
        if self.is_torn() {
            line.insert(0, '\n');
        }
        let written = self.file.write(line.as_bytes())?;
        if written < line.len() {
            // Says why, such as a full disk.
            self.file.write_all(&line.as_bytes()[written..])?;
        }
        self.file.sync_all()
        // Closing the file unlocks it.
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) {
        for _ in 0..LOCK_ATTEMPTS {
            match self.file.try_lock() {
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_DELAY),
                // Some file systems have no locks. Appending works without them.
                Ok(()) | Err(TryLockError::Error(_)) => return,
            }
        }
    }

    /// Whether the last line has no end. A file that cannot be read is taken as whole.
    fn is_torn(&self) -> bool {
        let last = || -> io::Result<u8> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            Ok(last[0])
        };
        last().is_ok_and(|last| last != b'\n')
    }
}

/// Makes the name of a new file durable. Not every system can.
fn sync_folder(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
