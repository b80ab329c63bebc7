//! Runs tasks in a temporary copy of the workspace's spec and generated files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

pub(crate) fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A workspace with only the spec and its outputs.
pub(crate) struct Copy(pub(crate) tempfile::TempDir);

impl Copy {
    pub(crate) fn new() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        copy_directory(&workspace().join("spec"), &copy.path("spec"));
        let generated = "crates/transfers/src/generated";
        copy_directory(&workspace().join(generated), &copy.path(generated));
        let constants = "crates/emulator/src/http/generated/error_codes.rs";
        std::fs::create_dir_all(copy.path(constants).parent().unwrap()).unwrap();
        std::fs::copy(workspace().join(constants), copy.path(constants)).unwrap();
        copy
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    /// Replaces the first occurrence of a text in a file.
    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} does not contain {from:?}");
        std::fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
    }

    pub(crate) fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .arg("--root")
            .arg(self.0.path())
            // The files of the real workspace must not matter.
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap()
    }

    /// Returns contents and modification times of all files.
    pub(crate) fn state(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let files = files_below(self.0.path()).into_iter().map(|path| {
            let modified = path.metadata().unwrap().modified().unwrap();
            let contents = std::fs::read(&path).unwrap();
            (path, (contents, modified))
        });
        files.collect()
    }
}

fn copy_directory(from: &Path, to: &Path) {
    for path in files_below(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(path, to).unwrap();
    }
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(directory).into_iter();
    let files = entries.map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
