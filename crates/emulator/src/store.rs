//! The state of the emulated service. One request at a time changes it: looking for a repeated
//! request, changing a transfer and writing that down are one step, so that two requests at the
//! same moment cannot both take effect.

use std::collections::HashMap;

use axum::http::StatusCode;
use uuid::Uuid;

use crate::answer::Answer;
use crate::fault::Fault;
use crate::ledger::{Effect, Ledger, Operation};
use crate::transfer::Transfer;

/// An operation on a transfer. Two requests are the same request if this is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) operation: Operation,
    pub(crate) customer: Uuid,
    pub(crate) transfer: Uuid,
}

/// Where a transfer is found: a customer's id, and the transfer's.
pub(crate) type Key = (Uuid, Uuid);

#[derive(Debug, Default)]
pub(crate) struct Store {
    transfers: HashMap<Key, Transfer>,
    /// What each `MS-RequestId` asked for and got.
    answered: HashMap<Uuid, (Action, Answer)>,
    ledger: Ledger,
}

impl Store {
    pub(crate) fn new(transfers: impl IntoIterator<Item = (Key, Transfer)>) -> Self {
        Self {
            transfers: transfers.into_iter().collect(),
            ..Self::default()
        }
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// Does what is asked, unless the same `MS-RequestId` asked before.
    pub(crate) fn carry_out(&mut self, action: Action, request_id: Uuid) -> Answer {
        if let Some((before, answer)) = self.answered.get(&request_id) {
            if *before != action {
                return Fault::request_id_was_used(request_id).into();
            }
            self.ledger.repeated(request_id);
            return answer.clone();
        }
        let answer = match self.apply(action) {
            Ok(answer) => {
                self.ledger.took_effect(Effect {
                    operation: action.operation,
                    customer: action.customer,
                    transfer: action.transfer,
                    request_id,
                    requests: 1,
                });
                answer
            }
            Err(fault) => fault.into(),
        };
        // Refusals too: a new try after any answer needs a new id.
        self.answered.insert(request_id, (action, answer.clone()));
        answer
    }

    fn apply(&mut self, action: Action) -> Result<Answer, Fault> {
        let key = (action.customer, action.transfer);
        let transfer = self
            .transfers
            .get_mut(&key)
            .ok_or_else(|| Fault::transfer_not_found(action.transfer))?;
        let refuse = |state| Fault::wrong_state(action.transfer, state);
        match action.operation {
            Operation::Accept => {
                let result = transfer.accept().map_err(refuse)?;
                Ok(Answer::json(StatusCode::OK, result))
            }
            Operation::Withdraw => {
                transfer.may_be_withdrawn().map_err(refuse)?;
                self.transfers.remove(&key);
                Ok(Answer::no_content())
            }
        }
    }
}
