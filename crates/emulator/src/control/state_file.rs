//! The state file: the state that remains when the process ends.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::data_file::parse_json;
use super::locked_file::LockedFile;
use crate::service::ledger::Effect;
use crate::service::model::{DataError, DataSet};
use crate::service::operation::Operation;
use crate::service::refresh_tokens::IssuedToken;
use crate::text_encoding;

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

/// An open and locked state file.
#[derive(Debug)]
pub(crate) struct StateFile {
    file: LockedFile,
}

impl StateFile {
    /// Opens the file, or creates an empty one, and locks it. Returns its state; `None` if it is
    /// empty.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Option<SavedState>)> {
        let name = path.display();
        let failed = |error: io::Error| {
            let text = format!("the state file {name} cannot be used: {error}");
            io::Error::new(error.kind(), text)
        };
        let mut file = LockedFile::open(path).map_err(failed)?;
        let content = file.read().map_err(failed)?;
        let is_empty = text_encoding::decode(&content).is_ok_and(|text| text.trim().is_empty());
        let state = if is_empty {
            None
        } else {
            let state = parse(&content);
            Some(state.map_err(|error| failed(io::Error::other(error.in_document())))?)
        };
        Ok((Self { file }, state))
    }

    /// Replaces the state. After an error the file has the state that it had before.
    pub(crate) fn save(&mut self, state: &SavedState) -> io::Result<()> {
        let json = serde_json::to_vec(state).map_err(io::Error::other)?;
        self.file.replace(&json).map_err(|error| {
            let name = self.file.path().display();
            let text = format!("the state file {name} cannot be written: {error}");
            io::Error::new(error.kind(), text)
        })
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
