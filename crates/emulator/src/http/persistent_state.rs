//! The state that the state file keeps: the service, answered requests, and refresh tokens.

use std::io;
use std::path::PathBuf;

use super::idempotency::IdempotentRequests;
use crate::control::state_file::{self, SavedState};
use crate::service::model::DataSet;
use crate::service::refresh_tokens::RefreshTokens;
use crate::service::store::Store;

#[derive(Debug)]
pub(crate) struct PersistentState {
    pub(crate) store: Store,
    pub(crate) requests: IdempotentRequests,
    pub(crate) refresh_tokens: RefreshTokens,
    file: Option<PathBuf>,
}

impl PersistentState {
    /// Loads the state file if it exists, and starts with a data set otherwise.
    pub(crate) fn open(
        data: DataSet,
        idempotency: bool,
        file: Option<PathBuf>,
    ) -> io::Result<Self> {
        let saved = match &file {
            Some(file) => state_file::load(file)?,
            None => None,
        };
        let saved = saved.unwrap_or_else(|| SavedState {
            version: state_file::VERSION,
            data,
            effects: Vec::new(),
            answered: Vec::new(),
            refresh_tokens: Vec::new(),
        });
        let mut requests = IdempotentRequests::new(idempotency);
        requests.restore(saved.answered);
        Ok(Self {
            store: Store::new(saved.data, saved.effects),
            requests,
            refresh_tokens: RefreshTokens::new(saved.refresh_tokens),
            file,
        })
    }

    /// Starts again with a checked data set.
    pub(crate) fn restart(&mut self, data: DataSet) -> io::Result<()> {
        self.store.restart(data);
        self.requests.clear();
        self.refresh_tokens = RefreshTokens::default();
        self.save()
    }

    /// Writes the state file, if there is one.
    pub(crate) fn save(&self) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let state = SavedState {
            version: state_file::VERSION,
            data: self.store.data().clone(),
            effects: self.store.ledger.effects().to_vec(),
            answered: self.requests.saved(),
            refresh_tokens: self.refresh_tokens.to_vec(),
        };
        state_file::save(file, &state)
    }
}
