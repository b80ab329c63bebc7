//! Calls of all seven changing operations through a proxy that fails in every way a network can, with
//! a fixed seed. The client's clock is fake, so that no time limit takes time. The laws:
//!
//! - no call is applied twice, by the emulator's ledger;
//! - a call that fails with `may_have_been_applied() == false` is not applied, not even later;
//! - a call that succeeds is applied;
//! - each read-back says what the service's state is.

mod fault;
mod lane;
mod mode;
mod operation;
mod proxy;
mod report;

use std::sync::Arc;

use partner_center_emulator::{DataSet, Emulator};
use tokio::task::JoinSet;

use self::fault::FAULTS;
use self::lane::{Call, Lane, Outcome, operation};
pub use self::mode::{Flaw, Mode};
use self::operation::{Change, Operation};
pub use self::report::{Counts, Report, Violation};

/// The calls that share a client, one after another: as many as its retry budget lasts for.
const CALLS_PER_LANE: usize = 21;
/// The lanes that share an emulator's data: such that the operations repeat with each data set.
const LANES_PER_DATA_SET: usize = 24;
const _: () = assert!((CALLS_PER_LANE * LANES_PER_DATA_SET).is_multiple_of(Operation::ALL.len()));
/// The lanes that run at the same time.
const LANES_AT_ONCE: usize = 8;

/// What to run.
#[derive(Clone, Debug)]
pub struct ChaosOptions {
    /// The number of calls, which the modes share.
    pub calls: usize,
    /// The same seed gives the same operations and faults.
    pub seed: u64,
    /// The modes; the calls of a client have the same.
    pub modes: Vec<Mode>,
    /// Only this call, and those of the same client before it.
    pub only: Option<usize>,
    /// What is wrong on purpose.
    pub flaw: Option<Flaw>,
}

impl ChaosOptions {
    /// These calls in all modes, without a flaw.
    pub fn new(calls: usize, seed: u64) -> Self {
        Self {
            calls,
            seed,
            modes: Mode::ALL.to_vec(),
            only: None,
            flaw: None,
        }
    }

    /// The calls of a lane.
    fn lane(&self, lane: usize) -> impl Iterator<Item = Call> + use<> {
        let first = lane * CALLS_PER_LANE;
        let end = self
            .only
            .map_or(self.calls, |only| self.calls.min(only + 1));
        let only_lane = self.only.map(|only| only / CALLS_PER_LANE);
        let is_wanted = only_lane.is_none_or(|only| only == lane);
        (first..end.min(first + CALLS_PER_LANE))
            .filter(move |_| is_wanted)
            .map(|number| Call {
                number,
                change: Change {
                    operation: operation(number),
                    customer: number % (CALLS_PER_LANE * LANES_PER_DATA_SET),
                },
            })
    }

    fn mode(&self, lane: usize) -> Mode {
        self.modes[lane % self.modes.len()]
    }
}

/// The names of the kinds of faults, apart from `none`.
pub fn fault_names() -> impl Iterator<Item = &'static str> {
    FAULTS.iter().map(|fault| fault.name)
}

/// Makes the calls and returns what happened.
///
/// # Errors
///
/// If there are no modes, or the emulator or a client cannot be started.
pub async fn chaos(options: &ChaosOptions) -> Result<Report, String> {
    if options.modes.is_empty() {
        return Err("no mode: name at least one".to_owned());
    }
    let mut report = Report::default();
    let lanes = options.calls.div_ceil(CALLS_PER_LANE);
    let lanes: Vec<usize> = (0..lanes).collect();
    for lanes in lanes.chunks(LANES_PER_DATA_SET) {
        if lanes
            .iter()
            .all(|lane| options.lane(*lane).next().is_none())
        {
            continue;
        }
        let emulators = Emulators::start(options.flaw).await?;
        for lanes in lanes.chunks(LANES_AT_ONCE) {
            let mut running = JoinSet::new();
            for &number in lanes {
                let mode = options.mode(number);
                let emulator = emulators.of(mode);
                let lane = Lane::start(emulator, mode, options.flaw, options.seed).await;
                let lane = lane.map_err(|error| format!("failed to make a client: {error}"))?;
                let calls = options.lane(number);
                running.spawn(async move {
                    let mut outcomes = Vec::new();
                    for call in calls {
                        outcomes.push((mode, lane.run(call).await));
                    }
                    outcomes
                });
            }
            // The order of the calls does not depend on which lane ends first.
            let mut outcomes: Vec<_> = running.join_all().await.into_iter().flatten().collect();
            outcomes.sort_by_key(|(_, outcome)| outcome.call.number);
            for (mode, outcome) in outcomes {
                record(&mut report, options, mode, &outcome);
            }
        }
    }
    Ok(report)
}

fn record(report: &mut Report, options: &ChaosOptions, mode: Mode, outcome: &Outcome) {
    let Change { operation, .. } = outcome.call.change;
    report.count(mode.name(), operation, outcome.ending, outcome.effects > 0);
    report.used(&outcome.faults);
    for (violation, problem) in &outcome.violations {
        let number = outcome.call.number;
        let replay = format!(
            "{problem}\n  call {number}, {}, {}; requests: {}\n  \
             cargo xtask chaos --calls {} --seed {} --only {number}{}",
            operation.name(),
            mode.name(),
            outcome.faults.join(", "),
            options.calls,
            options.seed,
            options
                .modes
                .iter()
                .fold(String::new(), |text, mode| text + " --mode " + mode.name()),
        );
        report.violation(*violation, &replay);
    }
}

/// An emulator that recognizes request ids, and one that forgets them.
struct Emulators {
    recognizing: Arc<Emulator>,
    forgetting: Arc<Emulator>,
    all_forget: bool,
}

impl Emulators {
    async fn start(flaw: Option<Flaw>) -> Result<Self, String> {
        let failed = |error| format!("failed to start the emulator: {error}");
        let builder = || Emulator::builder().data(data());
        Ok(Self {
            recognizing: Arc::new(builder().start().await.map_err(failed)?),
            forgetting: Arc::new(builder().no_idempotency().start().await.map_err(failed)?),
            all_forget: matches!(flaw, Some(Flaw::BlindRetries | Flaw::DoubledCreates)),
        })
    }

    fn of(&self, mode: Mode) -> Arc<Emulator> {
        let recognizes = mode.idempotency() && !self.all_forget;
        Arc::clone(if recognizes {
            &self.recognizing
        } else {
            &self.forgetting
        })
    }
}

/// One customer for each call, with a transfer that the call can change.
fn data() -> DataSet {
    let mut data = DataSet::with_customers(CALLS_PER_LANE * LANES_PER_DATA_SET);
    for (customer, transfer) in data.transfers.iter_mut().enumerate() {
        operation(customer).prepare(transfer);
    }
    data
}
