//! A file whose content is replaced as a whole.
//!
//! A rename puts a new file in its place, so that readers see either the old or the new content.
//! Where that is impossible, as with a file that is mounted into a container or a directory without
//! write permission, the file is overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

#[derive(Debug)]
pub(crate) struct ReplacedFile {
    /// Canonical: a symbolic link is kept, and the file that it points to is replaced.
    path: PathBuf,
}

impl ReplacedFile {
    /// Checks that the file can be replaced or overwritten. Changes nothing.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = Self {
            path: fs::canonicalize(path)?,
        };
        if !fs::metadata(&file.path)?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let Err(not_writable) = OpenOptions::new().write(true).open(&file.path) else {
            return Ok(file);
        };
        if is_mount_point(&file.path) {
            return Err(not_writable);
        }
        match file.create_temporary() {
            Ok(_) => Ok(file),
            Err(error) => Err(io::Error::other(format!(
                "{not_writable}; in its directory: {error}"
            ))),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the content, and returns once it is stored.
    pub(crate) fn replace(&self, content: &[u8]) -> io::Result<()> {
        self.replace_by(content, |file, path| {
            file.persist(path).map(drop).map_err(io::Error::from)
        })
    }

    /// `rename` puts the temporary file in the place of the file.
    fn replace_by(
        &self,
        content: &[u8],
        rename: impl FnOnce(NamedTempFile, &Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let renamed = self
            .create_replacement(content)
            .and_then(|file| rename(file, &self.path));
        let Err(not_renamed) = renamed else {
            // The new content is in its place. That it survives a power failure too cannot be
            // ensured in each file system.
            if cfg!(unix) {
                let _ = File::open(self.directory()).and_then(|directory| directory.sync_all());
            }
            return Ok(());
        };
        overwrite(&self.path, content).map_err(|not_written| {
            let message = format!("{not_written}; it cannot be replaced either: {not_renamed}");
            io::Error::new(not_written.kind(), message)
        })
    }

    /// A temporary file with the new content, and with the owner and the mode of the file.
    fn create_replacement(&self, content: &[u8]) -> io::Result<NamedTempFile> {
        let mut new = self.create_temporary()?;
        // Before there is a secret in it. If they cannot be kept, the file is overwritten, or is
        // readable by the user of the command only.
        if let Err(error) = keep_owner_and_mode(new.as_file(), &self.path)
            && OpenOptions::new().write(true).open(&self.path).is_ok()
        {
            return Err(error);
        }
        new.write_all(content)?;
        // Content before name, and both before the content is used.
        new.as_file().sync_all()?;
        Ok(new)
    }

    /// A new file in the same directory, because a rename is atomic only within a file system. On
    /// Unix only its owner can read it.
    fn create_temporary(&self) -> io::Result<NamedTempFile> {
        Builder::new()
            .prefix(".pctransfers-")
            .tempfile_in(self.directory())
    }

    fn directory(&self) -> &Path {
        // A canonical path of a file has a parent.
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// Gives a new file the owner and the mode of the one that it replaces, if that still exists.
#[cfg(unix)]
fn keep_owner_and_mode(new: &File, replaced: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let old = fs::metadata(replaced)?;
    let made = new.metadata()?;
    if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
        fchown(new, Some(old.uid()), Some(old.gid()))?;
    }
    new.set_permissions(old.permissions())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn keep_owner_and_mode(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes over the content. The file is cut only after the new content is stored, so that a failure
/// leaves at least one of the two.
fn overwrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

/// Whether something is mounted at the path, as far as the system shows it. No file can be renamed
/// to it then.
fn is_mount_point(path: &Path) -> bool {
    let (Ok(mounts), Some(path)) = (fs::read_to_string("/proc/self/mountinfo"), path.to_str())
    else {
        return false;
    };
    // The fifth field, in which blanks are octal.
    let escaped = path.replace('\\', r"\134").replace(' ', r"\040");
    let mut points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
    points.any(|point| point == escaped)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;

    use super::ReplacedFile;

    #[test]
    fn a_file_that_cannot_be_renamed_over_is_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        for (old, new) in [
            ("a long old token\n", "new\n"),
            ("old\n", "a long new token\n"),
        ] {
            fs::write(&path, old).unwrap();
            let file = ReplacedFile::open(&path).unwrap();
            let busy = |_, _: &_| Err(io::ErrorKind::ResourceBusy.into());
            file.replace_by(new.as_bytes(), busy).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), new);
            // No temporary file is left.
            assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_file_that_was_removed_meanwhile_is_written_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "old").unwrap();
        let file = ReplacedFile::open(&path).unwrap();
        fs::remove_file(&path).unwrap();
        file.replace(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn both_causes_are_named_if_the_content_cannot_be_stored() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "old").unwrap();
        let file = ReplacedFile::open(&path).unwrap();
        let error = file
            .replace_by(b"new", |_, path| {
                fs::remove_file(path)?;
                Err(io::Error::other("device busy"))
            })
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("cannot be replaced either: device busy"),
            "{error}"
        );
    }
}
