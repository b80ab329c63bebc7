//! The state of the emulated service, and what makes a repeated request safe.
//!
//! A request that changes something is carried out in two steps. It begins: the rules admit it,
//! and it takes hold of the transfer, so that another request at the same moment is refused with
//! 900104. It finishes: the change, its record and the file on disk are one step. In between the
//! service works, for as long as `accept_takes` says.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::path::PathBuf;

use axum::http::StatusCode;
use tokio::sync::watch;
use uuid::Uuid;

use crate::answer::Answer;
use crate::data_file::DataError;
use crate::json_style;
use crate::ledger::{Effect, Ledger, Operation};
use crate::model::DataSet;
use crate::refusal::Refusal;
use crate::rules;
use crate::state_file::{self, Answered, SavedState};
use crate::token_endpoint::RefreshTokens;

/// How many answers are remembered for repeated requests; the oldest go first.
const ANSWERS: usize = 100_000;

/// An operation on a transfer. Two requests are the same request if this is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) operation: Operation,
    pub(crate) customer: Uuid,
    pub(crate) transfer: Uuid,
}

/// Who asked, and under which `MS-RequestId`: the idempotency key. Partners do not share keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) partner: Option<Uuid>,
    pub(crate) request_id: Uuid,
}

/// An answer that is being worked on. `None` until it is there.
pub(crate) type Coming = watch::Receiver<Option<Answer>>;

/// What came of the first step.
pub(crate) enum Begun {
    /// Nothing is left to be done: refused, or done before.
    Answered(Answer),
    /// The same request is at work: its answer will be this one's.
    Wait(Coming),
    /// It is admitted: [`Store::finish`] does it.
    Work(Work),
}

/// An admitted request, which holds its transfer.
#[derive(Debug)]
pub(crate) struct Work {
    key: Key,
    action: Action,
    at: usize,
    answer: watch::Sender<Option<Answer>>,
}

impl Work {
    pub(crate) fn answer(&self) -> Coming {
        self.answer.subscribe()
    }
}

/// What a key asked for and got.
#[derive(Debug)]
struct Request {
    action: Action,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    Working {
        coming: Coming,
        /// How many more requests wait for it.
        waiting: u32,
    },
    Done {
        answer: Answer,
        effect: Option<usize>,
    },
}

#[derive(Debug)]
pub(crate) struct Store {
    data: DataSet,
    places: HashMap<(Uuid, Uuid), usize>,
    /// Places of transfers that a request holds.
    held: HashSet<usize>,
    requests: HashMap<Key, Request>,
    /// The keys of those that are answered, the oldest first.
    answered: VecDeque<Key>,
    refresh_tokens: RefreshTokens,
    ledger: Ledger,
    idempotent: bool,
    file: Option<PathBuf>,
}

impl Store {
    /// Starts from a data set, or from the state file where there is one.
    pub(crate) fn open(data: DataSet, idempotent: bool, file: Option<PathBuf>) -> io::Result<Self> {
        let saved = match &file {
            Some(file) => state_file::load(file)?,
            None => None,
        };
        let mut store = Self {
            data: DataSet::default(),
            places: HashMap::new(),
            held: HashSet::new(),
            requests: HashMap::new(),
            answered: VecDeque::new(),
            refresh_tokens: RefreshTokens::default(),
            ledger: Ledger::default(),
            idempotent,
            file,
        };
        match saved {
            Some(saved) => store.restore(saved),
            None => store.start_from(data),
        }
        Ok(store)
    }

    /// Forgets everything and starts from a data set that was checked.
    pub(crate) fn start_from(&mut self, data: DataSet) {
        self.set_data(data);
        self.requests.clear();
        self.answered.clear();
        self.refresh_tokens = RefreshTokens::default();
        self.ledger = Ledger::default();
    }

    fn restore(&mut self, saved: SavedState) {
        self.set_data(saved.data);
        self.refresh_tokens = RefreshTokens::from_state(saved.refresh_tokens);
        self.ledger = Ledger::with_effects(saved.effects);
        self.requests = saved
            .answered
            .into_iter()
            .filter_map(|answered| {
                let (key, action, answer, effect) = answered.into_parts()?;
                let outcome = Outcome::Done { answer, effect };
                Some((key, Request { action, outcome }))
            })
            .collect();
        self.answered = self.requests.keys().copied().collect();
    }

    fn set_data(&mut self, data: DataSet) {
        let transfers = data.transfers.iter().enumerate();
        self.places = transfers
            .map(|(at, transfer)| ((transfer.customer_tenant_id, transfer.id), at))
            .collect();
        self.held.clear();
        self.data = data;
    }

    pub(crate) fn data(&self) -> &DataSet {
        &self.data
    }

    /// Changes the data as a test likes; what is left must be a data set. The ledger and the
    /// answers stay.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        let mut data = self.data.clone();
        change(&mut data);
        data.check()?;
        self.set_data(data);
        Ok(())
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    pub(crate) fn refresh_tokens_mut(&mut self) -> &mut RefreshTokens {
        &mut self.refresh_tokens
    }

    /// The first step: whether it was asked before, whether it may be done.
    pub(crate) fn begin(&mut self, key: Key, action: Action) -> Begun {
        if self.idempotent
            && let Some(request) = self.requests.get_mut(&key)
        {
            if request.action != action {
                return Begun::Answered(Refusal::request_id_was_used(key.request_id).into());
            }
            return match &mut request.outcome {
                Outcome::Working { coming, waiting } => {
                    *waiting += 1;
                    Begun::Wait(coming.clone())
                }
                Outcome::Done { answer, effect } => {
                    if let Some(at) = *effect {
                        self.ledger.repeated(at);
                    }
                    Begun::Answered(answer.clone())
                }
            };
        }
        let at = match self.admit(key, action) {
            Ok(at) => at,
            Err(refusal) => {
                let answer = Answer::from(refusal);
                // Refusals too: a new try after any answer needs a new id.
                self.remember(key, action, &answer, None);
                return Begun::Answered(answer);
            }
        };
        self.held.insert(at);
        let (answer, coming) = watch::channel(None);
        let outcome = Outcome::Working { coming, waiting: 0 };
        if self.idempotent {
            self.requests.insert(key, Request { action, outcome });
        }
        Begun::Work(Work {
            key,
            action,
            at,
            answer,
        })
    }

    fn admit(&self, key: Key, action: Action) -> Result<usize, Refusal> {
        let at = self
            .places
            .get(&(action.customer, action.transfer))
            .copied();
        rules::admit(
            &self.data,
            action.operation,
            action.customer,
            action.transfer,
            key.partner,
            at.map(|at| &self.data.transfers[at]),
        )?;
        at.filter(|at| !self.held.contains(at))
            .ok_or_else(|| Refusal::processed_by_another_request(action.transfer))
    }

    /// The second step: does it, writes it down, and saves it where that was asked for. `now` is
    /// the time of the accept as orders show it.
    pub(crate) fn finish(&mut self, work: &Work, now: &str) {
        let Work {
            key, action, at, ..
        } = *work;
        // Whoever changed the data meanwhile took the transfer out of this request's hands.
        let still_there = self.held.remove(&at)
            && self.places.get(&(action.customer, action.transfer)) == Some(&at);
        if !still_there {
            let answer = Answer::from(Refusal::processed_by_another_request(action.transfer));
            self.remember(key, action, &answer, None);
            work.answer.send_replace(Some(answer));
            return;
        }
        let placed = self.data.orders.len();
        let answer = match action.operation {
            Operation::Accept => {
                let result = rules::accept(&mut self.data, at, now);
                Answer::json(StatusCode::OK, json_style::to_vec(&result).into())
            }
            Operation::Withdraw => {
                rules::withdraw(&mut self.data, at);
                Answer::no_content()
            }
        };
        let waiting = match self.requests.get(&key) {
            Some(Request {
                outcome: Outcome::Working { waiting, .. },
                ..
            }) => *waiting,
            _ => 0,
        };
        let effect = self.ledger.took_effect(Effect {
            operation: action.operation,
            partner: key.partner,
            customer: action.customer,
            transfer: action.transfer,
            request_id: key.request_id,
            orders: self.data.orders[placed..]
                .iter()
                .map(|order| order.id)
                .collect(),
            requests: 1 + waiting,
        });
        self.remember(key, action, &answer, Some(effect));
        let answer = match self.save() {
            Ok(()) => answer,
            Err(_) => Refusal::state_not_saved().into(),
        };
        work.answer.send_replace(Some(answer));
    }

    fn remember(&mut self, key: Key, action: Action, answer: &Answer, effect: Option<usize>) {
        if !self.idempotent {
            return;
        }
        let outcome = Outcome::Done {
            answer: answer.clone(),
            effect,
        };
        if self.answered.len() == ANSWERS
            && let Some(oldest) = self.answered.pop_front()
        {
            self.requests.remove(&oldest);
        }
        self.answered.push_back(key);
        self.requests.insert(key, Request { action, outcome });
    }

    /// Writes the state file, if there is one.
    pub(crate) fn save(&self) -> io::Result<()> {
        match &self.file {
            Some(file) => state_file::save(file, &self.state()),
            None => Ok(()),
        }
    }

    /// All that outlives a run. A request that is being worked on has changed nothing yet, and is
    /// not in it.
    pub(crate) fn state(&self) -> SavedState {
        let mut answered: Vec<Answered> = self
            .requests
            .iter()
            .filter_map(|(key, request)| match &request.outcome {
                Outcome::Done { answer, effect } => {
                    Answered::new(*key, request.action, answer, *effect)
                }
                Outcome::Working { .. } => None,
            })
            .collect();
        answered.sort_by_key(Answered::order);
        SavedState {
            version: state_file::VERSION,
            data: self.data.clone(),
            effects: self.ledger.effects().to_vec(),
            answered,
            refresh_tokens: self.refresh_tokens.to_state(),
        }
    }
}
