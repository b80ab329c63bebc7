//! Files with secrets that the command itself keeps: only their owner can read them, and readers see
//! either the old or the new content.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::Builder;

use crate::input_file;

/// How often and how many times a lock is tried that another command holds: 60 seconds in all.
const LOCK_PAUSE: Duration = Duration::from_millis(20);
const LOCK_TRIES: u32 = 3_000;

/// Why a file is not used.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// Other users can read the file, or it is not what the command has written.
    ExposedFile {
        why: String,
        fix: String,
    },
    /// Other users can replace the file.
    ExposedDirectory {
        why: String,
        fix: String,
    },
    Unreadable(String),
}

/// Reads a file; `None` if it does not exist.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Unusable> {
    let unreadable =
        |error: io::Error| Unusable::Unreadable(format!("cannot read {}: {error}", path.display()));
    let file = match fs::symlink_metadata(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    if !file.is_file() {
        return Err(Unusable::ExposedFile {
            why: format!("{} is not a regular file", path.display()),
            fix: "remove it".to_owned(),
        });
    }
    check_mode(path, &file)?;
    let file = File::open(path).and_then(input_file::read_all);
    file.map(Some).map_err(unreadable)
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &fs::Metadata) -> Result<(), Unusable> {
    use std::os::unix::fs::PermissionsExt as _;

    let shown = path.display();
    if file.permissions().mode() & 0o077 != 0 {
        return Err(Unusable::ExposedFile {
            why: format!("other users can read {shown}"),
            fix: format!("run chmod 600 {shown}"),
        });
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    if fs::metadata(directory).is_ok_and(|it| it.permissions().mode() & 0o022 != 0) {
        return Err(Unusable::ExposedDirectory {
            why: format!("other users can replace {shown}"),
            fix: format!("run chmod 700 {}", directory.display()),
        });
    }
    Ok(())
}

/// On Windows, the user's directory for local data is private.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), Unusable> {
    Ok(())
}

/// Replaces the file as a whole, or creates it and its directories, and returns once it is stored.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = create_directory(path)?;
    // On Unix, only the owner can read a temporary file.
    let mut new = Builder::new().prefix(".new-").tempfile_in(&directory)?;
    new.write_all(content)?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(io::Error::from)?;
    // That the name survives a power failure too cannot be ensured in each file system.
    if cfg!(unix) {
        let _ = File::open(directory).and_then(|directory| directory.sync_all());
    }
    Ok(())
}

/// Checks that a file could be written, and changes nothing but its directory.
pub(crate) fn check_writable(path: &Path) -> io::Result<()> {
    let directory = create_directory(path)?;
    Builder::new()
        .prefix(".new-")
        .tempfile_in(directory)
        .map(drop)
}

/// Removes the file. Returns whether there was one.
pub(crate) fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// Removes the file once no other command works with it. Returns whether there was one.
pub(crate) async fn lock_and_remove(path: &Path) -> io::Result<bool> {
    let is_absent = |path: &Path| fs::symlink_metadata(path).is_err();
    // A command that works with the file has created the one for the lock.
    let _lock = if is_absent(path) && is_absent(&lock_path(path)) {
        None
    } else {
        lock(path).await
    };
    remove(path)
}

/// Waits until no other command works with the file. The lock ends when it is dropped. `None` if the
/// file cannot be locked or another command holds it for too long; the caller then goes on without.
pub(crate) async fn lock(path: &Path) -> Option<File> {
    create_directory(path).ok()?;
    // Not the file itself, which is replaced.
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let lock = options.open(lock_path(path)).ok()?;
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Some(lock),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_PAUSE).await,
            Err(TryLockError::Error(_)) => return None,
        }
    }
    None
}

fn lock_path(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

/// The directory of the file, which only its owner can enter if it is created here.
fn create_directory(path: &Path) -> io::Result<PathBuf> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    Ok(directory.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{read, remove, write};

    #[test]
    fn content_is_replaced_as_a_whole_and_readable_by_its_owner_only() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state/pctransfers/token");
        assert!(read(&path).unwrap().is_none());
        assert!(!remove(&path).unwrap());
        for content in ["a long first content", "second"] {
            write(&path, content.as_bytes()).unwrap();
            assert_eq!(read(&path).unwrap().unwrap(), content.as_bytes());
        }
        let directory = path.parent().unwrap();
        // No temporary file is left.
        assert_eq!(fs::read_dir(directory).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&*path), mode(directory)), (0o600, 0o700));
        }
        assert!(remove(&path).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_or_replace_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("tokens/token");
        write(&path, b"secret").unwrap();
        let set = |path: &std::path::Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        for mode in [0o644, 0o640, 0o620, 0o604] {
            set(&path, mode);
            let error = format!("{:?}", read(&path).unwrap_err());
            assert!(error.contains("chmod 600"), "{error}");
        }
        set(&path, 0o600);
        let directory = path.parent().unwrap();
        set(directory, 0o777);
        let error = format!("{:?}", read(&path).unwrap_err());
        assert!(error.contains("chmod 700"), "{error}");
        set(directory, 0o755);
        read(&path).unwrap();
        let link = directory.join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        read(&link).unwrap_err();
    }
}
