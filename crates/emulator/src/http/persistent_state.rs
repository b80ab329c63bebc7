//! The state that the state file keeps: the service, answered requests, and refresh tokens.

use std::io;
use std::path::Path;

use super::idempotency::IdempotentRequests;
use crate::control::state_file::{self, SavedState, StateFile};
use crate::service::model::DataSet;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::store::Store;

#[derive(Debug)]
pub(crate) struct PersistentState {
    pub(crate) store: Store,
    pub(crate) requests: IdempotentRequests,
    pub(crate) refresh_tokens: RefreshTokens,
    file: Option<StateFile>,
}

/// A copy of the state, to return to it.
#[derive(Debug)]
struct Snapshot {
    store: Store,
    requests: IdempotentRequests,
    refresh_tokens: RefreshTokens,
}

impl PersistentState {
    /// Loads the state file if it has a state, and starts with a data set otherwise.
    pub(crate) fn open(data: DataSet, idempotency: bool, file: Option<&Path>) -> io::Result<Self> {
        let (file, saved) = match file {
            Some(file) => {
                let (file, saved) = StateFile::open(file)?;
                (Some(file), saved)
            }
            None => (None, None),
        };
        let is_new = saved.is_none();
        let saved = saved.unwrap_or_else(|| SavedState {
            version: state_file::VERSION,
            data,
            effects: Vec::new(),
            answered: Vec::new(),
            refresh_tokens: Vec::new(),
        });
        let mut requests = IdempotentRequests::new(idempotency);
        requests.restore(saved.answered);
        let mut state = Self {
            store: Store::new(saved.data, saved.effects),
            requests,
            refresh_tokens: RefreshTokens::new(saved.refresh_tokens),
            file,
        };
        if is_new {
            // A file that cannot be written is an error now, not at the first change.
            state.save()?;
        }
        Ok(state)
    }

    /// Starts again with a checked data set.
    pub(crate) fn restart(&mut self, data: DataSet) -> io::Result<()> {
        self.change(|state| {
            state.store.restart(data);
            state.requests.clear();
            state.refresh_tokens = RefreshTokens::default();
        })
    }

    /// Makes a change, and writes the state file, if there is one.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. The change is then undone.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> io::Result<T> {
        let before = self.file.is_some().then(|| Snapshot {
            store: self.store.clone(),
            requests: self.requests.clone(),
            refresh_tokens: self.refresh_tokens.clone(),
        });
        let result = change(self);
        match (self.save(), before) {
            (Err(error), Some(before)) => {
                self.store = before.store;
                self.requests = before.requests;
                self.refresh_tokens = before.refresh_tokens;
                Err(error)
            }
            _ => Ok(result),
        }
    }

    /// Writes the state file, if there is one.
    pub(crate) fn save(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.save(&SavedState {
            version: state_file::VERSION,
            data: self.store.data().clone(),
            effects: self.store.ledger.effects().to_vec(),
            answered: self.requests.saved(),
            refresh_tokens: self.refresh_tokens.to_vec(),
        })
    }
}
