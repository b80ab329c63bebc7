//! The state that the state file keeps: the service, answered requests, and refresh tokens.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use serde::{Serialize, Serializer};

use super::idempotency::IdempotentRequests;
use crate::control::state_file::{self, NumberedEffect, SavedChange, SavedState, StateFile};
use crate::service::ledger::{Effect, Ledger};
use crate::service::model::{DataError, DataSet};
use crate::service::refresh_tokens::{IssuedToken, RefreshTokens};
use crate::service::store::Store;
use crate::service::timestamp::Timestamp;

#[derive(Debug)]
pub(crate) struct PersistentState {
    pub(crate) store: Store,
    pub(crate) requests: IdempotentRequests,
    pub(crate) refresh_tokens: RefreshTokens,
    file: Option<StateFile>,
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
        let requests = IdempotentRequests::new(idempotency);
        let Some((saved, changes)) = saved else {
            let mut state = Self {
                store: Store::new(data, Ledger::default()),
                requests,
                refresh_tokens: RefreshTokens::default(),
                file,
            };
            // A file that cannot be written is an error now, not at the first change.
            state.save()?;
            return Ok(state);
        };
        let mut state = Self {
            store: Store::new(DataSet::default(), Ledger::default()),
            requests,
            refresh_tokens: RefreshTokens::default(),
            file,
        };
        let loaded = state.load(saved, changes);
        match (loaded, &state.file) {
            (Err(error), Some(file)) => Err(file.invalid(&error)),
            _ => Ok(state),
        }
    }

    fn load(&mut self, saved: SavedState, changes: Vec<SavedChange>) -> Result<(), DataError> {
        let effects = saved.effects.into_iter();
        let effects = effects.zip(saved.dropped_effects..);
        let ledger = Ledger::starting_at(saved.dropped_effects);
        self.store = Store::new(saved.data, ledger);
        self.refresh_tokens = RefreshTokens::new(saved.refresh_tokens);
        let numbered = |(effect, number)| NumberedEffect { number, effect };
        self.apply(SavedChange {
            effects: effects.map(numbered).collect(),
            answered: saved.answered,
            ..SavedChange::default()
        })?;
        if changes.is_empty() {
            return Ok(());
        }
        for change in changes {
            self.apply(change)?;
        }
        self.store.data().all().check()
    }

    /// Starts again with a checked data set.
    ///
    /// # Errors
    ///
    /// If the state file cannot be written. Nothing is changed then.
    pub(crate) fn restart(&mut self, data: DataSet) -> io::Result<()> {
        let store = self.store.restarted(data);
        let requests = self.requests.restarted();
        let refresh_tokens = RefreshTokens::default();
        if let Some(file) = &mut self.file {
            file.save(&CurrentState {
                store: &store,
                requests: &requests,
                refresh_tokens: &refresh_tokens,
            })?;
        }
        self.store = store;
        self.requests = requests;
        self.refresh_tokens = refresh_tokens;
        Ok(())
    }

    /// Changes the data without a request. The next change writes the whole state.
    pub(crate) fn edit(&mut self, edit: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        self.store.edit(edit)?;
        self.set_incomplete();
        Ok(())
    }

    fn set_incomplete(&mut self) {
        if let Some(file) = &mut self.file {
            file.set_incomplete();
        }
    }

    /// Makes the changes that were due until now.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        let data = self.store.catch_up(now);
        if data.is_empty() {
            return;
        }
        let change = SavedChange {
            data,
            ..SavedChange::default()
        };
        if self.write(change, true).is_err() {
            // A restart makes the same changes again.
            self.set_incomplete();
        }
    }

    /// Adds a change to the state file, if there is one, and makes it.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. Nothing is changed then.
    pub(crate) fn commit(&mut self, change: SavedChange) -> io::Result<()> {
        let change = self.write(change, false)?;
        self.apply(change)
            .map_err(|error| io::Error::other(error.in_document()))?;
        self.set_saved();
        if self.file.as_ref().is_some_and(StateFile::is_due) {
            // The file has the change already, so this is not an error of the request.
            let _ = self.save();
        }
        Ok(())
    }

    /// Adds a change to the state file, if there is one, with what changed before and is not in it.
    /// Returns the change alone. `is_made` says whether the state has it already.
    fn write(&mut self, mut change: SavedChange, is_made: bool) -> io::Result<SavedChange> {
        let Some(file) = &self.file else {
            return Ok(change);
        };
        if !file.is_ready()? {
            self.save()?;
            if is_made {
                return Ok(change);
            }
        }
        let (effects, answered) = (change.effects.len(), change.answered.len());
        let unsaved = self.store.ledger.unsaved();
        let unsaved = unsaved.map(|(number, effect)| NumberedEffect {
            number,
            effect: effect.clone(),
        });
        // Before the new ones, so that they are in the order of their numbers and ages.
        change.effects.splice(0..0, unsaved);
        change.answered.splice(0..0, self.requests.unsaved());
        if let Some(file) = &mut self.file {
            file.add(&change)?;
        }
        change.effects.drain(..change.effects.len() - effects);
        change.answered.drain(..change.answered.len() - answered);
        self.set_saved();
        Ok(change)
    }

    /// Makes a change, of a request or of the state file.
    fn apply(&mut self, change: SavedChange) -> Result<(), DataError> {
        self.store.apply(change.data);
        let ledger = &mut self.store.ledger;
        for (at, NumberedEffect { number, effect }) in change.effects.into_iter().enumerate() {
            if !ledger.put(number, effect) {
                let path = format!("effects[{at}].number");
                return Err(DataError::new(path, "is not the number of an effect"));
            }
        }
        for (at, request) in change.answered.into_iter().enumerate() {
            if request
                .effect
                .is_some_and(|number| number >= ledger.next_number())
            {
                let path = format!("answered[{at}].effect");
                return Err(DataError::new(path, "is not the index of an effect"));
            }
            if !(100..1000).contains(&request.status) {
                let path = format!("answered[{at}].status");
                return Err(DataError::new(path, "is not an HTTP status"));
            }
            self.requests.restore(request);
        }
        let tokens = change.refresh_tokens.into_iter();
        tokens.for_each(|token| self.refresh_tokens.put(token));
        Ok(())
    }

    /// Writes the whole state to the state file, if there is one.
    fn save(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.save(&CurrentState {
            store: &self.store,
            requests: &self.requests,
            refresh_tokens: &self.refresh_tokens,
        })?;
        self.set_saved();
        Ok(())
    }

    fn set_saved(&mut self) {
        self.store.ledger.set_saved();
        self.requests.set_saved();
    }
}

/// Leaves one document in the state file, as it was before the first change.
impl Drop for PersistentState {
    fn drop(&mut self) {
        if self.file.as_ref().is_some_and(StateFile::has_changes) {
            // The changes that are in the file already are read at the next start.
            let _ = self.save();
        }
    }
}

/// The whole state, as the state file has it.
struct CurrentState<'a> {
    store: &'a Store,
    requests: &'a IdempotentRequests,
    refresh_tokens: &'a RefreshTokens,
}

impl Serialize for CurrentState<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct State<'a> {
            version: u32,
            data: &'a DataSet,
            #[serde(skip_serializing_if = "Option::is_none")]
            dropped_effects: Option<usize>,
            effects: &'a VecDeque<Effect>,
            answered: Answered<'a>,
            refresh_tokens: Vec<IssuedToken>,
        }
        let ledger = &self.store.ledger;
        let state = State {
            version: state_file::VERSION,
            data: self.store.data().all(),
            dropped_effects: Some(ledger.dropped()).filter(|dropped| *dropped > 0),
            effects: ledger.effects(),
            answered: Answered(self.requests),
            refresh_tokens: self.refresh_tokens.to_vec(),
        };
        state.serialize(serializer)
    }
}

/// Writes the answered requests one by one, without a copy of all.
struct Answered<'a>(&'a IdempotentRequests);

impl Serialize for Answered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.saved())
    }
}
