//! The state of the emulated service, and what makes a repeated request safe.
//!
//! A request that changes something is carried out in two steps. It begins: the rules admit it,
//! and it takes hold of the transfer, so that another request at the same moment is refused with
//! 900104. It finishes: the change, its record and the file on disk are one step. In between the
//! service works, for as long as `accept_takes` says.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::watch;
use uuid::Uuid;

use crate::answer::Answer;
use crate::creation;
use crate::data_file::DataError;
use crate::json_style;
use crate::ledger::{Effect, Ledger, Operation};
use crate::model::{DataSet, Status};
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::rules;
use crate::state_file::{self, Answered, SavedState};
use crate::token_endpoint::RefreshTokens;
use crate::transfer_entity::{Names, TransferEntity};
use crate::transfer_request::Change;

/// How many answers are remembered for repeated requests; the oldest go first.
const ANSWERS: usize = 100_000;

/// An operation that changes something. Two requests are the same request if this is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) operation: Operation,
    pub(crate) customer: Uuid,
    /// Missing where it is to be created.
    pub(crate) transfer: Option<Uuid>,
    /// Stands for the body, where there is one.
    pub(crate) digest: Option<String>,
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
    Work(Box<Work>),
}

/// An admitted request, which holds its transfer.
#[derive(Debug)]
pub(crate) struct Work {
    key: Key,
    action: Action,
    change: Change,
    /// The place of the transfer that it holds.
    at: Option<usize>,
    /// Of the data that it was admitted with.
    beginning: u64,
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
    /// When something happens by itself next.
    due: Option<Moment>,
    /// How often the data was replaced.
    beginning: u64,
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
            due: None,
            beginning: 0,
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
        self.beginning += 1;
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
        self.due = data.transfers.iter().filter_map(rules::due).min();
        self.data = data;
    }

    /// Does what was due until now: transfers expire, and the service is done with others.
    pub(crate) fn catch_up(&mut self, now: Moment) {
        while self.due.is_some_and(|due| due <= now) {
            let next = (0..self.data.transfers.len())
                // What a request has hold of is its own until it is done.
                .filter(|at| !self.held.contains(at))
                .filter_map(|at| Some((rules::due(&self.data.transfers[at])?, at)))
                .min();
            self.due = next.map(|(due, _)| due);
            if let Some((due, at)) = next.filter(|(due, _)| *due <= now) {
                let placed = self.data.orders.len();
                rules::happen(&mut self.data, at, due);
                let transfer = &self.data.transfers[at];
                let (customer, id) = (transfer.customer_tenant_id, transfer.id);
                let orders = self.orders_since(placed);
                if !orders.is_empty() {
                    self.ledger.placed(customer, id, orders);
                }
                // If it fails, the same is due again after a restart.
                let _ = self.save();
            }
        }
    }

    fn orders_since(&self, placed: usize) -> Vec<Uuid> {
        let orders = self.data.orders[placed..].iter();
        orders.map(|order| order.id).collect()
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

    pub(crate) fn place(&self, customer: Uuid, transfer: Uuid) -> Option<usize> {
        self.places.get(&(customer, transfer)).copied()
    }

    /// The first step: whether it was asked before, whether it may be done.
    pub(crate) fn begin(&mut self, key: Key, action: Action, change: Change) -> Begun {
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
        let at = match self.admit(key, &action, &change) {
            Ok(at) => at,
            Err(refusal) => {
                let answer = Answer::from(refusal);
                // Refusals too: a new try after any answer needs a new id.
                self.remember(key, action, &answer, None);
                return Begun::Answered(answer);
            }
        };
        self.held.extend(at);
        let (answer, coming) = watch::channel(None);
        let outcome = Outcome::Working { coming, waiting: 0 };
        if self.idempotent {
            let action = action.clone();
            self.requests.insert(key, Request { action, outcome });
        }
        Begun::Work(Box::new(Work {
            key,
            action,
            change,
            at,
            beginning: self.beginning,
            answer,
        }))
    }

    /// The place of the transfer, unless it is to be created.
    fn admit(&self, key: Key, action: &Action, change: &Change) -> Result<Option<usize>, Refusal> {
        let (data, customer, partner) = (&self.data, action.customer, key.partner);
        match (change, action.transfer) {
            (Change::CreateLicenseBased(asked), _) => {
                rules::admit_license_based(data, change, customer, asked, partner).map(|()| None)
            }
            (Change::CreateNewCommerce(asked), _) => {
                rules::admit_new_commerce(data, change, customer, asked, partner).map(|_| None)
            }
            (_, transfer) => {
                let transfer = transfer.unwrap_or_default();
                let at = self.place(customer, transfer);
                let found = at.map(|at| &data.transfers[at]);
                rules::admit(data, change, customer, transfer, partner, found)?;
                match at.filter(|at| !self.held.contains(at)) {
                    Some(at) => Ok(Some(at)),
                    None => Err(Refusal::processed_by_another_request(transfer)),
                }
            }
        }
    }

    /// The second step: does it, writes it down, and saves it where that was asked for. A
    /// new-commerce transfer that it accepts is settled after `settling`.
    pub(crate) fn finish(&mut self, work: &Work, now: Moment, settling: Duration) {
        let (key, action) = (work.key, &work.action);
        let placed = self.data.orders.len();
        let done = self.carry_out(work, now, settling);
        let (answer, transfer) = match done {
            Ok(done) => done,
            Err(refusal) => {
                let answer = Answer::from(refusal);
                self.remember(key, action.clone(), &answer, None);
                work.answer.send_replace(Some(answer));
                return;
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
            transfer,
            request_id: key.request_id,
            orders: self.orders_since(placed),
            requests: 1 + waiting,
        });
        self.remember(key, action.clone(), &answer, Some(effect));
        let answer = match self.save() {
            Ok(()) => answer,
            Err(_) => Refusal::state_not_saved().into(),
        };
        work.answer.send_replace(Some(answer));
    }

    /// The answer, and the transfer that it is about.
    fn carry_out(
        &mut self,
        work: &Work,
        now: Moment,
        settling: Duration,
    ) -> Result<(Answer, Uuid), Refusal> {
        let (key, customer) = (work.key, work.action.customer);
        let at = match (work.at, work.action.transfer) {
            (Some(at), Some(transfer)) => {
                // Whoever changed the data meanwhile took the transfer out of this request's hands.
                if !self.held.remove(&at) || self.place(customer, transfer) != Some(at) {
                    return Err(Refusal::processed_by_another_request(transfer));
                }
                at
            }
            _ => self.create(work, now)?,
        };
        let mut status = StatusCode::OK;
        let transfer = &mut self.data.transfers[at];
        match &work.change {
            Change::Accept => {
                let result = rules::process(&mut self.data, at, now);
                let body = json_style::to_vec(&result).into();
                return Ok((Answer::json(status, body), self.data.transfers[at].id));
            }
            Change::Withdraw => {
                rules::end(transfer, Status::Withdrawn, now);
                return Ok((Answer::no_content(), transfer.id));
            }
            Change::Reject => rules::end(transfer, Status::Reject, now),
            Change::Cancel => rules::end(transfer, Status::Cancel, now),
            Change::AcceptNewCommerce(items) => {
                rules::accept_new_commerce(&mut self.data, at, items, now, now.after(settling));
            }
            Change::CreateLicenseBased(_) | Change::CreateNewCommerce(_) => {
                status = StatusCode::CREATED;
            }
        }
        let transfer = &self.data.transfers[at];
        if let Some(due) = rules::due(transfer) {
            self.due = Some(self.due.map_or(due, |known| known.min(due)));
        }
        let names = match status {
            StatusCode::CREATED => Names::AsGiven,
            _ => Names::Known,
        };
        let entity = TransferEntity::new(&self.data, transfer, key.partner, names);
        let body = json_style::to_vec(&entity).into();
        Ok((Answer::json(status, body), transfer.id))
    }

    /// Creates a transfer, and gives its place. The data may have been changed since it was
    /// admitted.
    fn create(&mut self, work: &Work, now: Moment) -> Result<usize, Refusal> {
        if work.beginning != self.beginning {
            return Err(Refusal::data_was_replaced());
        }
        let (data, change, customer) = (&mut self.data, &work.change, work.action.customer);
        let partner = work.key.partner;
        let at = data.transfers.len();
        let id = match change {
            Change::CreateLicenseBased(asked) => {
                rules::admit_license_based(data, change, customer, asked, partner)?;
                creation::license_based(data, customer, asked, now)
            }
            Change::CreateNewCommerce(asked) => {
                let target = rules::admit_new_commerce(data, change, customer, asked, partner)?;
                creation::new_commerce(data, customer, target, asked, now)
            }
            _ => return Err(Refusal::data_was_replaced()),
        };
        self.places.insert((customer, id), at);
        Ok(at)
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
                    Answered::new(*key, request.action.clone(), answer, *effect)
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
