//! The state file: the state that remains when the process ends.
//!
//! Writes are atomic: a reader sees the old state or the new one, also after a kill.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::data_file::parse_json;
use crate::service::ledger::Effect;
use crate::service::model::{DataError, DataSet};
use crate::service::operation::Operation;
use crate::service::refresh_tokens::IssuedToken;

/// The version of the format. Increased when older programs cannot read a newer file.
pub(crate) const VERSION: u32 = 2;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedState {
    pub(crate) version: u32,
    pub(crate) data: DataSet,
    pub(crate) effects: Vec<Effect>,
    pub(crate) answered: Vec<SavedRequest>,
    pub(crate) refresh_tokens: Vec<IssuedToken>,
}

/// A request with its response, for repetitions with the same `MS-RequestId`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedRequest {
    pub(crate) partner: Option<Uuid>,
    pub(crate) request_id: Uuid,
    pub(crate) operation: Operation,
    pub(crate) customer_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transfer_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    pub(crate) status: u16,
    pub(crate) body: Option<String>,
    /// The index of the effect in [`SavedState::effects`].
    pub(crate) effect: Option<usize>,
}

/// Reads the state; `None` if the file does not exist.
pub(crate) fn load(path: &Path) -> io::Result<Option<SavedState>> {
    let json = match fs::read(path) {
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let text = format!("the state file {} cannot be read: {error}", path.display());
            return Err(io::Error::new(error.kind(), text));
        }
    };
    match parse(&json) {
        Ok(state) => Ok(Some(state)),
        Err(error) => Err(io::Error::other(format!(
            "the state file {} cannot be used: at {error}",
            path.display()
        ))),
    }
}

fn parse(json: &[u8]) -> Result<SavedState, DataError> {
    let state: SavedState = parse_json(json)?;
    // Version 1 lacks only optional members.
    if !(1..=VERSION).contains(&state.version) {
        let reason = format!("is {}; this program supports 1 to {VERSION}", state.version);
        return Err(DataError::new("version", reason));
    }
    state.data.check()?;
    for (at, request) in state.answered.iter().enumerate() {
        if request.effect.is_some_and(|at| at >= state.effects.len()) {
            let path = format!("answered[{at}].effect");
            return Err(DataError::new(path, "is not the index of an effect"));
        }
        if !(100..1000).contains(&request.status) {
            let path = format!("answered[{at}].status");
            return Err(DataError::new(path, "is not an HTTP status"));
        }
    }
    Ok(state)
}

pub(crate) fn save(path: &Path, state: &SavedState) -> io::Result<()> {
    let json = serde_json::to_vec(state).map_err(io::Error::other)?;
    write(path, &json)
}

/// Replaces the file. A temporary file is readable for its owner only, which protects the secrets
/// of the data set.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".emulator-state-")
        .tempfile_in(directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // Elsewhere a directory cannot be opened, and the file system orders renames itself.
    if cfg!(unix) {
        fs::File::open(directory)?.sync_all()?;
    }
    Ok(())
}
