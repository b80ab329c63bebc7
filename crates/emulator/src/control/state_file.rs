//! The state file: the state that remains when the process ends.
//!
//! The first JSON document in it is a state. Each line after it is a change of that state, so a
//! change costs as much as it changes. From time to time, and at the end, a new state replaces both.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::data_file::{JsonDocuments, ParseError};
use super::locked_file::LockedFile;
use crate::service::indexed_data::DataChange;
use crate::service::ledger::Effect;
use crate::service::model::{DataError, DataSet};
use crate::service::operation::Operation;
use crate::service::refresh_tokens::IssuedToken;
use crate::text_encoding;

/// The version of the state. Increased when older programs cannot read a newer one.
pub(crate) const VERSION: u32 = 2;

/// A state is replaced when its changes are larger than it is, and larger than this.
const MIN_CHANGES: u64 = 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedState {
    version: u32,
    pub(crate) data: DataSet,
    /// The number of the first of `effects`.
    #[serde(default)]
    pub(crate) dropped_effects: usize,
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
    /// The number of the effect.
    pub(crate) effect: Option<usize>,
}

/// A change of the state: everything in it is added, or replaces what has its id or number.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedChange {
    #[serde(default, skip_serializing_if = "DataChange::is_empty")]
    pub(crate) data: DataChange,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) effects: Vec<NumberedEffect>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) answered: Vec<SavedRequest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) refresh_tokens: Vec<IssuedToken>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NumberedEffect {
    pub(crate) number: usize,
    pub(crate) effect: Effect,
}

/// An open and locked state file.
#[derive(Debug)]
pub(crate) struct StateFile {
    file: LockedFile,
    /// The size of the file, if it ends with a line that this program has written. Otherwise a new
    /// state must be written before the next change.
    size: Option<u64>,
    /// The size that the file has when a new state replaces the changes.
    replace_at: u64,
    has_changes: bool,
}

/// What a file contains: a state, and the changes since.
pub(crate) type Content = (SavedState, Vec<SavedChange>);

impl StateFile {
    /// Opens the file, or creates an empty one, and locks it. Returns its state with the changes;
    /// `None` if it is empty.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Option<Content>)> {
        let mut file = LockedFile::open(path).map_err(|error| unusable(path, &error))?;
        let content = file.read().map_err(|error| unusable(path, &error))?;
        let is_empty = text_encoding::decode(&content).is_ok_and(|text| text.trim().is_empty());
        let state = if is_empty {
            None
        } else {
            let state = parse(&content);
            Some(state.map_err(|error| unusable(path, &io::Error::other(error.in_document())))?)
        };
        let file = Self {
            file,
            size: None,
            replace_at: 0,
            has_changes: false,
        };
        Ok((file, state))
    }

    /// Replaces the content by a state. After an error the file has the content that it had before.
    pub(crate) fn save(&mut self, state: &impl Serialize) -> io::Result<()> {
        let mut json = serde_json::to_vec(state).map_err(io::Error::other)?;
        json.push(b'\n');
        self.size = None;
        let written = self.file.replace(&json);
        written.map_err(|error| self.not_written(&error))?;
        let size = json.len() as u64;
        self.size = Some(size);
        self.replace_at = size + size.max(MIN_CHANGES);
        self.has_changes = false;
        Ok(())
    }

    /// Whether a change can be added. Otherwise a state must be written first.
    pub(crate) fn is_ready(&self) -> io::Result<bool> {
        let ready = self.size.map(|size| self.file.has_size(size));
        ready
            .unwrap_or(Ok(false))
            .map_err(|error| self.not_written(&error))
    }

    /// Adds a change. After an error the file does not have it.
    pub(crate) fn add(&mut self, change: &SavedChange) -> io::Result<()> {
        let mut line = serde_json::to_vec(change).map_err(io::Error::other)?;
        line.push(b'\n');
        let size = self.size.take();
        let written = self.file.append(&line);
        written.map_err(|error| self.not_written(&error))?;
        self.size = size.map(|size| size + line.len() as u64);
        self.has_changes = true;
        Ok(())
    }

    /// The file does not have the whole state: a new one must be written before the next change.
    pub(crate) fn set_incomplete(&mut self) {
        self.size = None;
    }

    /// Whether a new state should replace the changes.
    pub(crate) fn is_due(&self) -> bool {
        self.size.is_some_and(|size| size > self.replace_at)
    }

    /// Whether there are changes after the state.
    pub(crate) fn has_changes(&self) -> bool {
        self.has_changes
    }

    /// The error for a state that contradicts itself.
    pub(crate) fn invalid(&self, error: &DataError) -> io::Error {
        unusable(self.file.path(), &io::Error::other(error.in_document()))
    }

    fn not_written(&self, error: &io::Error) -> io::Error {
        let name = self.file.path().display();
        let text = format!("the state file {name} cannot be written: {error}");
        io::Error::new(error.kind(), text)
    }
}

fn unusable(path: &Path, error: &io::Error) -> io::Error {
    let name = path.display();
    let text = format!("the state file {name} cannot be used: {error}");
    io::Error::new(error.kind(), text)
}

fn parse(content: &[u8]) -> Result<Content, DataError> {
    let text = text_encoding::decode(content).or_else(|reason| {
        // A kill can leave a part of the last line, which may end within a character.
        let end = content.iter().rposition(|byte| *byte == b'\n');
        let lines = text_encoding::decode(&content[..end.unwrap_or_default()]).ok();
        lines
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| DataError::new(".", reason))
    })?;
    let mut documents = JsonDocuments::new(&text);
    let state: SavedState = documents.next().map_err(DataError::from)?;
    // Version 1 lacks only optional members.
    if !(1..=VERSION).contains(&state.version) {
        let reason = format!("is {}; this program supports 1 to {VERSION}", state.version);
        return Err(DataError::new("version", reason));
    }
    state.data.check()?;
    let mut changes = Vec::new();
    while documents.has_next() {
        match documents.next() {
            Ok(change) => changes.push(change),
            Err(ParseError::Incomplete(_)) => break,
            Err(ParseError::Invalid(error)) => {
                let path = format!("change {}", changes.len() + 1);
                return Err(DataError::new(path, error.to_string()));
            }
        }
    }
    Ok((state, changes))
}
