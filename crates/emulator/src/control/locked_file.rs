//! A file that one process uses at a time, and that is replaced as a whole or appended to.
//!
//! The lock belongs to the operating system, so it ends with the process, also after a kill. On Unix
//! it is on the file itself: it holds for each name of the file (links, mounts in containers), and a
//! replacement is locked before it gets the name. Elsewhere locks also prevent reading, so it is on a
//! file beside it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How often the lock is tried: the process that has it may be ending.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct LockedFile {
    /// Symbolic links are resolved, so a replacement does not replace a link.
    path: PathBuf,
    file: File,
    /// Holds the lock if that is not on the file itself.
    lock: Option<File>,
}

impl LockedFile {
    /// Opens a file, which is created if it is missing, and locks it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Before the file is opened: a device or a pipe must be neither read nor replaced.
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(error("it is a directory")),
            Ok(metadata) if !metadata.is_file() => return Err(error("it is not a regular file")),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => check_directory(path)?,
            Err(error) => return Err(error),
        }
        for _ in 0..ATTEMPTS {
            let file = open_or_create(path)?;
            let path = fs::canonicalize(path)?;
            let lock = if cfg!(unix) {
                None
            } else {
                Some(open_or_create(&path.with_added_extension("lock"))?)
            };
            match lock.as_ref().unwrap_or(&file).try_lock() {
                Ok(()) => {}
                // The file system has no locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(PAUSE);
                    continue;
                }
            }
            // Another process may have replaced the file before this one had the lock.
            if is_same_file(&path, &file).unwrap_or(false) {
                return Ok(Self { path, file, lock });
            }
        }
        Err(in_use(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the whole file.
    pub(crate) fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        self.file.rewind()?;
        self.file.read_to_end(&mut content)?;
        Ok(content)
    }

    /// Replaces the content.
    ///
    /// A new file replaces the old one in one step, so that a kill leaves one or the other. Where
    /// that is not possible (a file that is mounted into a container, a directory that cannot be
    /// written), the content is overwritten. After an error the old content is still there.
    pub(crate) fn replace(&mut self, content: &[u8]) -> io::Result<()> {
        match is_same_file(&self.path, &self.file) {
            Ok(true) => self
                .replace_file(content)
                .or_else(|_| self.overwrite(content)),
            Ok(false) => Err(replaced()),
            // It was deleted, and the state in memory is all there is.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.replace_file(content),
            Err(error) => Err(error),
        }
    }

    /// Whether the file is still in its place with this size; `false` if it was deleted.
    pub(crate) fn has_size(&self, size: u64) -> io::Result<bool> {
        match is_same_file(&self.path, &self.file) {
            Ok(true) => Ok(self.file.metadata()?.len() == size),
            Ok(false) => Err(replaced()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Adds to the end of the file. A kill can leave a part of it. After an error the old content is
    /// still there.
    pub(crate) fn append(&mut self, content: &[u8]) -> io::Result<()> {
        let size = self.file.seek(SeekFrom::End(0))?;
        let written = self.file.write_all(content);
        written
            .and_then(|()| self.file.sync_data())
            .inspect_err(|_| {
                let _ = self.file.set_len(size);
            })
    }

    /// Writes a new file, and gives it the name of the old one, whose mode and owner it keeps.
    fn replace_file(&mut self, content: &[u8]) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("/"));
        let mut new = tempfile::Builder::new()
            .prefix(".emulator-state-")
            .tempfile_in(directory)?;
        new.write_all(content)?;
        copy_owner_and_mode(&self.file, new.as_file())?;
        new.as_file().sync_all()?;
        if self.lock.is_none() {
            match new.as_file().try_lock() {
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                result => result.map_err(io::Error::from)?,
            }
        }
        self.file = new.persist(&self.path)?;
        // The new file is in place, so this cannot fail the write: it protects only against a loss
        // of power. On other systems a directory cannot be opened.
        if cfg!(unix) {
            let _ = File::open(directory).and_then(|directory| directory.sync_all());
        }
        Ok(())
    }

    fn overwrite(&mut self, content: &[u8]) -> io::Result<()> {
        let old = self.read()?;
        let mut write = |content: &[u8]| {
            self.file.rewind()?;
            self.file.write_all(content)?;
            self.file.set_len(content.len() as u64)?;
            self.file.sync_all()
        };
        write(content).inspect_err(|_| {
            // The old content needs no new space, so this works on a full disk.
            let _ = write(&old);
        })
    }
}

fn replaced() -> io::Error {
    io::Error::other("another file has taken its place: restart the emulator")
}

fn error(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

fn check_directory(path: &Path) -> io::Result<()> {
    let Some(directory) = path.parent().filter(|one| *one != Path::new("")) else {
        return Ok(());
    };
    match fs::metadata(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(io::Error::new(
            error.kind(),
            format!(
                "the directory {} does not exist: create it first",
                directory.display()
            ),
        )),
        Ok(metadata) if !metadata.is_dir() => Err(error(&format!(
            "{} is not a directory",
            directory.display()
        ))),
        _ => Ok(()),
    }
}

/// A new file is readable for its owner only, as it contains secrets.
fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether the path leads to this open file.
fn is_same_file(path: &Path, file: &File) -> io::Result<bool> {
    let there = fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let here = file.metadata()?;
        Ok((there.dev(), there.ino()) == (here.dev(), here.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(there.is_file())
    }
}

fn copy_owner_and_mode(from: &File, to: &File) -> io::Result<()> {
    let old = from.metadata()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let new = to.metadata()?;
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            fchown(to, Some(old.uid()), Some(old.gid()))?;
        }
    }
    to.set_permissions(old.permissions())
}

fn in_use(path: &Path) -> io::Error {
    let process = holder(path).map_or_else(String::new, |id| format!(" (process {id})"));
    io::Error::new(
        io::ErrorKind::ResourceBusy,
        format!("another emulator{process} uses it: stop it, or select another file"),
    )
}

/// Returns the process that has the lock, where the system says so.
#[cfg(target_os = "linux")]
fn holder(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let inode = format!(":{}", fs::metadata(path).ok()?.ino());
    let locks = fs::read_to_string("/proc/locks").ok()?;
    // Such as `1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF`.
    locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, process, file, ..] = fields[..] else {
            return None;
        };
        let process: u32 = process.parse().ok()?;
        (file.ends_with(&inode) && process > 0).then_some(process)
    })
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &Path) -> Option<u32> {
    None
}
