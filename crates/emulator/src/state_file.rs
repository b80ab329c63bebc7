//! The state on disk: a file that is whole at any moment, whenever the process is killed.
//!
//! A new file is written beside the old one, forced to the disk, and renamed over it; then the
//! rename is forced to the disk. So a reader sees the old state or the new one, never a half.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answer::Answer;
use crate::data_file::{self, DataError};
use crate::ledger::{Effect, Operation};
use crate::model::DataSet;
use crate::store::{Action, Key};
use crate::token_endpoint::Rotated;

/// The form of the file. Raised when an older program could not read a newer file.
pub(crate) const VERSION: u32 = 2;

/// Everything that outlives a run.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedState {
    pub(crate) version: u32,
    pub(crate) data: DataSet,
    pub(crate) effects: Vec<Effect>,
    pub(crate) answered: Vec<Answered>,
    pub(crate) refresh_tokens: Vec<Rotated>,
}

/// What one `MS-RequestId` asked for and got.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Answered {
    partner: Option<Uuid>,
    request_id: Uuid,
    operation: Operation,
    customer_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transfer_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    status: u16,
    body: Option<String>,
    /// The place of the effect among the effects.
    effect: Option<usize>,
}

impl Answered {
    /// None if the body is no text, which no answer's is.
    pub(crate) fn new(
        key: Key,
        action: Action,
        answer: &Answer,
        effect: Option<usize>,
    ) -> Option<Self> {
        let body = match &answer.body {
            Some(body) => Some(String::from_utf8(body.to_vec()).ok()?),
            None => None,
        };
        Some(Self {
            partner: key.partner,
            request_id: key.request_id,
            operation: action.operation,
            customer_id: action.customer,
            transfer_id: action.transfer,
            digest: action.digest,
            status: answer.status.as_u16(),
            body,
            effect,
        })
    }

    pub(crate) fn order(&self) -> (Option<usize>, Option<Uuid>, Uuid) {
        (self.effect, self.partner, self.request_id)
    }

    pub(crate) fn into_parts(self) -> Option<(Key, Action, Answer, Option<usize>)> {
        let key = Key {
            partner: self.partner,
            request_id: self.request_id,
        };
        let action = Action {
            operation: self.operation,
            customer: self.customer_id,
            transfer: self.transfer_id,
            digest: self.digest,
        };
        let status = StatusCode::from_u16(self.status).ok()?;
        let answer = match self.body {
            Some(body) => Answer::json(status, body.into()),
            None => Answer::no_content(),
        };
        Some((key, action, answer, self.effect))
    }
}

/// Reads the state; `None` if there is no file yet.
pub(crate) fn load(path: &Path) -> io::Result<Option<SavedState>> {
    let wrong = |error: DataError| {
        io::Error::other(format!(
            "the state file {} cannot be used: at {error}",
            path.display()
        ))
    };
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let text = format!("the state file {} cannot be read: {error}", path.display());
            return Err(io::Error::new(error.kind(), text));
        }
    };
    let state: SavedState = data_file::read(&json).map_err(wrong)?;
    // Version 1 lacks nothing that cannot be missing.
    if !(1..=VERSION).contains(&state.version) {
        return Err(wrong(DataError::new(
            "version",
            format!("is {}; this program knows 1 to {VERSION}", state.version),
        )));
    }
    state.data.check().map_err(wrong)?;
    for (at, answered) in state.answered.iter().enumerate() {
        if answered.effect.is_some_and(|at| at >= state.effects.len()) {
            return Err(wrong(DataError::new(
                format!("answered[{at}].effect"),
                "is the place of no effect",
            )));
        }
        if StatusCode::from_u16(answered.status).is_err() {
            return Err(wrong(DataError::new(
                format!("answered[{at}].status"),
                "is no HTTP status",
            )));
        }
    }
    Ok(Some(state))
}

pub(crate) fn save(path: &Path, state: &SavedState) -> io::Result<()> {
    let json = serde_json::to_vec_pretty(state).map_err(io::Error::other)?;
    write(path, &json, &mut |_| ())
}

/// A moment of a write, for a test that ends the process there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Created,
    /// This many bytes are written.
    Written(usize),
    Forced,
    Renamed,
    Done,
}

/// How much is written at once.
const PIECE: usize = 64 * 1024;

fn write(path: &Path, content: &[u8], reached: &mut dyn FnMut(Moment)) -> io::Result<()> {
    let beside = beside(path);
    let mut file = private(&beside)?;
    reached(Moment::Created);
    let mut written = 0;
    for piece in content.chunks(PIECE) {
        file.write_all(piece)?;
        written += piece.len();
        reached(Moment::Written(written));
    }
    file.sync_all()?;
    drop(file);
    reached(Moment::Forced);
    fs::rename(&beside, path)?;
    reached(Moment::Renamed);
    force_directory(path)?;
    reached(Moment::Done);
    Ok(())
}

/// In the same directory, so that the rename is one step. A half of an earlier run is written over.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Secrets of the data set are in it: only for whoever runs this.
#[cfg(unix)]
fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> io::Result<File> {
    File::create(path)
}

#[cfg(unix)]
fn force_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| parent != &Path::new(""));
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere a directory cannot be opened, and the file system orders renames itself.
#[cfg(not(unix))]
fn force_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::{Moment, PIECE, load, write};

    const FILE: &str = "EMULATOR_TEST_FILE";
    const MOMENT: &str = "EMULATOR_TEST_MOMENT";

    /// A state of a few pieces: the built-in data, and effects to fill it up.
    fn state(version: &str) -> Vec<u8> {
        let data = crate::data_set::JSON;
        let filler = " ".repeat(3 * PIECE);
        format!(
            r#"{{"version":{version},{filler}"data":{data},"effects":[],"answered":[],
                "refreshTokens":[]}}"#
        )
        .into_bytes()
    }

    /// Not a test by itself: the process that the next one kills. It writes a newer state over the
    /// file, and ends at the moment that it is told, as hard as a kill.
    #[test]
    fn writes_until_it_is_killed() {
        let (Some(file), Ok(moment)) = (std::env::var_os(FILE), std::env::var(MOMENT)) else {
            return;
        };
        write(&PathBuf::from(file), &state("1 "), &mut |reached| {
            if format!("{reached:?}") == moment {
                std::process::abort();
            }
        })
        .unwrap();
    }

    #[test]
    fn a_kill_at_any_moment_leaves_the_old_state_or_the_new() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state.json");
        let (old, new) = (state("1"), state("1 "));
        let mut moments = Vec::new();
        write(&file, &new, &mut |moment| moments.push(moment)).unwrap();
        assert!(moments.len() >= 4 + 3, "{moments:?}");
        for moment in moments {
            // With what a kill left behind by the last round.
            std::fs::write(&file, &old).unwrap();
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "state_file::tests::writes_until_it_is_killed"])
                .env(FILE, &file)
                .env(MOMENT, format!("{moment:?}"))
                .output()
                .unwrap()
                .status;
            assert!(!status.success(), "it was not killed at {moment:?}");
            let left = std::fs::read(&file).unwrap();
            let renamed = matches!(moment, Moment::Renamed | Moment::Done);
            assert!(left == if renamed { &new } else { &old }[..], "{moment:?}");
            assert!(load(&file).unwrap().is_some(), "{moment:?}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_refused_with_the_path_in_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("state.json");
        assert!(load(&file).unwrap().is_none(), "none is not wrong");
        for (content, said) in [
            (state("3"), "at version: is 3; this program knows 1 to 2"),
            (b"{}".to_vec(), "missing field `version`"),
            (b"".to_vec(), "EOF"),
        ] {
            std::fs::write(&file, content).unwrap();
            let error = load(&file).unwrap_err().to_string();
            assert!(
                error.contains("state.json") && error.contains(said),
                "{error}"
            );
        }
    }
}
