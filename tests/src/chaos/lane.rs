//! Calls that one client makes one after another through a proxy of its own, and the laws that they
//! must keep.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use partner_center_emulator::{Effect, Emulator};
use partner_center_transfers::{Client, Error, Response, Verdict, types::TransferEntity};

use super::fault::{Fault, NONE};
use super::mode::{Flaw, Mode, faults_of_changes, faults_of_reads, policy};
use super::operation::{Change, Operation, ReadBack};
use super::proxy::{Plan, Proxy};
use super::report::{Ending, Violation};
use crate::{FakeRuntime, NumberedTokens};

/// The limit of a call by the client's clock: more than all its attempts, delays and waits take.
const CALL_LIMIT: Duration = Duration::from_secs(400);
/// The limit of a call in real time, after which it counts as one without an end.
const REAL_LIMIT: Duration = Duration::from_secs(120);
/// The maximum number of attempts of a call: three, and one with a new token.
const ATTEMPTS: usize = 4;

/// A call by its number in the run, which determines the operation and the faults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) number: usize,
    pub(super) change: Change,
}

/// What happened to a call.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) call: Call,
    pub(super) ending: Ending,
    /// The faults, in the order of the requests.
    pub(super) faults: Vec<&'static str>,
    pub(super) effects: usize,
    pub(super) violations: Vec<(Violation, String)>,
}

/// The operation of the call with this number.
pub(super) fn operation(number: usize) -> Operation {
    Operation::ALL[number % Operation::ALL.len()]
}

pub(super) struct Lane {
    emulator: Arc<Emulator>,
    mode: Mode,
    flaw: Option<Flaw>,
    seed: u64,
    client: Client,
    proxy: Proxy,
}

impl Lane {
    pub(super) async fn start(
        emulator: Arc<Emulator>,
        mode: Mode,
        flaw: Option<Flaw>,
        seed: u64,
    ) -> Result<Self, Error> {
        let clock = FakeRuntime::new();
        let proxy = Proxy::start(&emulator.url(), &clock).await;
        let client = Client::builder()
            .endpoint(proxy.url())
            .credential(NumberedTokens::default())
            .runtime(clock)
            .timeout(CALL_LIMIT)
            .retry(policy(mode, flaw))
            .build()?;
        Ok(Self {
            emulator,
            mode,
            flaw,
            seed,
            client,
            proxy,
        })
    }

    /// Makes a call, reads back whether it was applied, and judges both.
    pub(super) async fn run(&self, call: Call) -> Outcome {
        let mut outcome = Outcome {
            call,
            ending: Ending::Endless,
            faults: Vec::new(),
            effects: 0,
            violations: Vec::new(),
        };
        let run = self.call_and_read_back(call.change, call.number, &mut outcome);
        if tokio::time::timeout(REAL_LIMIT, run).await.is_err() {
            let problem = format!("no end within {} s", REAL_LIMIT.as_secs());
            outcome.violations.push((Violation::Endless, problem));
        }
        self.proxy.deliver_late().await;
        outcome.faults = self.proxy.take_used();
        let effects = self.effects(call.change);
        outcome.effects = effects.len();
        if effects.len() > 1 {
            let problem = format!("{} effects", effects.len());
            outcome.violations.push((Violation::DoubledEffect, problem));
        }
        if outcome.ending == Ending::CertainFailure && !effects.is_empty() {
            let problem = "may_have_been_applied() is false".to_owned();
            outcome
                .violations
                .push((Violation::FalseCertainty, problem));
        }
        outcome
    }

    async fn call_and_read_back(&self, change: Change, number: usize, outcome: &mut Outcome) {
        // Faults depend on the number of the call alone, so that it can be replayed.
        let mut random =
            Rng::with_seed(self.seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut before = None;
        if change.operation.creates() {
            self.plan(change, &mut random, false);
            let list = self.client.list_transfers().customer_id(change.customer());
            before = list.send().await.ok();
        }
        self.plan(change, &mut random, true);
        let result = change.send(&self.client).await;
        Self::judge(&result, &self.effects(change), outcome);
        if random.bool() {
            self.proxy.deliver_late().await;
        }
        let effects = self.effects(change);
        self.plan(change, &mut random, false);
        let mut read = change.read_back(&self.client, before.as_ref()).await;
        if read.is_err() {
            self.proxy.plan(self.plan_without_faults(change));
            read = change.read_back(&self.client, before.as_ref()).await;
        }
        outcome.violations.extend(match read {
            Err(error) => Some((Violation::FailedRead, error.to_string())),
            Ok(read) => {
                let problem = format!("{read:?} after {} effects, {result:?}", effects.len());
                let is_right = is_right(change.operation, &read, &effects, before.as_ref());
                (!is_right).then_some((Violation::FalseReadBack, problem))
            }
        });
    }

    /// Judges a result by the effects until then.
    fn judge(result: &Result<Option<String>, Error>, effects: &[Effect], outcome: &mut Outcome) {
        outcome.ending = match result {
            Ok(_) => Ending::Ok,
            Err(error) if error.may_have_been_applied() => Ending::Ambiguous,
            Err(_) => Ending::CertainFailure,
        };
        let violation = match (result, effects) {
            (Ok(_), []) => (Violation::FalseSuccess, String::new()),
            (Ok(Some(id)), [.., effect]) if !is(effect, id) => {
                let problem = format!("{id} instead of {}", effect.transfer);
                (Violation::ForeignResponse, problem)
            }
            _ => return,
        };
        outcome.violations.push(violation);
    }

    fn effects(&self, change: Change) -> Vec<Effect> {
        let mut effects = self.emulator.effects();
        effects.retain(|effect| effect.customer == change.customer());
        effects
    }

    fn plan_without_faults(&self, change: Change) -> Plan {
        let token = self.emulator.token(change.operation.partner());
        Plan {
            token: token.unwrap_or_default(),
            ..Plan::default()
        }
    }

    /// Sets the faults of the next call: a change, or reads.
    fn plan(&self, change: Change, random: &mut Rng, changes: bool) {
        let mut plan = self.plan_without_faults(change);
        let possible = if changes {
            faults_of_changes(change.operation, self.mode)
        } else {
            faults_of_reads()
        };
        let flaw = self
            .flaw
            .and_then(|flaw| flaw.fault(change.operation, !changes));
        let frequency = if changes { 0.7 } else { 0.3 };
        let mut fault = || {
            if random.f64() >= frequency {
                return NONE;
            }
            flaw.or_else(|| random.choice(&possible).copied())
                .unwrap_or(NONE)
        };
        let faults: VecDeque<Fault> = (0..ATTEMPTS).map(|_| fault()).collect();
        plan.late_before_next = random.bool();
        if changes {
            plan.changes = faults;
        } else {
            plan.reads = faults;
        }
        self.proxy.plan(plan);
    }
}

fn is(effect: &Effect, id: &str) -> bool {
    effect.transfer.to_string().eq_ignore_ascii_case(id)
}

/// Whether a read-back agrees with the effects at the time of the read.
fn is_right(
    operation: Operation,
    read: &ReadBack,
    effects: &[Effect],
    before: Option<&Response<Vec<TransferEntity>>>,
) -> bool {
    match (read.verdict, effects) {
        (Verdict::NotApplied, []) => true,
        // An older transfer has the same content, unless it is known from before the create.
        (Verdict::Unknown, []) => operation.creates() && before.is_none(),
        (Verdict::NotYetSettled, [_, ..]) => operation.accepts(),
        (Verdict::Applied, [.., effect]) => {
            let created = read.created.as_deref();
            created.is_some() == operation.creates() && created.is_none_or(|id| is(effect, id))
        }
        // Without a list from before the create, or with two new transfers.
        (Verdict::Unknown, [_, ..]) => {
            operation.creates() && (before.is_none() || effects.len() > 1)
        }
        _ => false,
    }
}
