//! A file that appears in one step, and that replaces nothing of value.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// How reports start. The mark of HTML is after its title.
const REPORTS: [&str; 2] = ["\u{FEFF}row,operation,", "{\"endpoint\":"];
const HTML: &str = "<meta name=\"generator\" content=\"partner-center-bulk";
const START: u64 = 1_024;

/// A new file, or the new content of one. Nothing changes until it is [kept](Self::keep).
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    draft: Draft,
}

#[derive(Debug)]
enum Draft {
    /// Replaces the file, or creates it. On Unix only its owner can read it, like a journal.
    Temporary(NamedTempFile),
    /// Something that cannot be replaced, such as a pipe.
    Direct(File),
}

impl NewFile {
    /// For a report, which may replace an earlier one.
    pub(super) fn for_report(path: &Path) -> Result<Self, String> {
        if let Ok(file) = File::open(path)
            && file.metadata().is_ok_and(|file| file.is_file())
        {
            let mut start = Vec::new();
            let read = file.take(START).read_to_end(&mut start);
            let start = String::from_utf8_lossy(&start);
            let is_report = REPORTS.iter().any(|report| start.starts_with(report))
                || start.contains(HTML)
                || start.is_empty();
            if read.is_err() || !is_report {
                return Err(format!(
                    "{}: the file exists and is not a report: choose another name, or delete it",
                    path.display()
                ));
            }
        }
        Self::create(path)
    }

    /// For the input of a new plan, which people change by hand.
    pub(super) fn for_input(path: &Path) -> Result<Self, String> {
        Self::create(path)
    }

    fn create(path: &Path) -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot write {}: {error}", path.display());
        // Follows a symbolic link, as a plain write does.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let draft = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            Ok(found) if !found.is_file() => {
                let file = OpenOptions::new().write(true).open(path);
                Draft::Direct(file.map_err(failed)?)
            }
            _ => {
                let directory = path.parent().filter(|parent| *parent != Path::new(""));
                let draft = Builder::new()
                    .prefix(".pctransfers-")
                    .tempfile_in(directory.unwrap_or(Path::new(".")));
                Draft::Temporary(draft.map_err(failed)?)
            }
        };
        Ok(Self {
            path: path.to_owned(),
            draft,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses an existing file with other content.
    pub(super) fn check_content(&mut self) -> Result<(), String> {
        let Draft::Temporary(draft) = &mut self.draft else {
            return Ok(());
        };
        let old = match fs::read(&self.path) {
            Ok(old) if !old.is_empty() => old,
            _ => return Ok(()),
        };
        let mut new = Vec::new();
        let read = draft.rewind().and_then(|()| draft.read_to_end(&mut new));
        if read.is_ok() && old == new {
            return Ok(());
        }
        Err(format!(
            "{}: the file exists with other content: choose another name, or delete it",
            self.path.display()
        ))
    }

    /// Puts the file in its place.
    pub(super) fn keep(self) -> Result<(), String> {
        let Self { path, draft } = self;
        let kept = match draft {
            Draft::Direct(mut file) => file.flush(),
            Draft::Temporary(draft) => keep(draft, &path),
        };
        kept.map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

fn keep(draft: NamedTempFile, path: &Path) -> io::Result<()> {
    if let Ok(old) = fs::metadata(path) {
        draft.as_file().set_permissions(old.permissions())?;
    }
    draft.as_file().sync_all()?;
    draft.persist(path).map(drop).map_err(io::Error::from)
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.draft {
            Draft::Temporary(file) => file.write(bytes),
            Draft::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.draft {
            Draft::Temporary(file) => file.flush(),
            Draft::Direct(file) => file.flush(),
        }
    }
}
