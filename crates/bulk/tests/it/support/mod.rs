//! An emulator with many customers, and a clock on which nothing takes time.

mod clock;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use partner_center_bulk::{
    Change, Event, Finished, Identity, Journal, JournalView, Plan, PlanRow, Run, RunOptions, Runner,
};
use partner_center_emulator::{DataSet, Emulator, EmulatorBuilder, data_set};
use partner_center_transfers::{Client, Cloud};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) use clock::TestRuntime;
pub(crate) use partner_center_emulator::data_set::{customer, subscription, transfer};

/// Ten years, so that tokens outlive every pause.
const LONG: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);

/// An emulator with customers, and a folder for a journal.
pub(crate) struct Service {
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) runtime: Arc<TestRuntime>,
    folder: TempDir,
}

impl Service {
    /// With this many customers, each with one active transfer.
    pub(crate) async fn start(customers: usize) -> Self {
        Self::configured(customers, |builder| builder).await
    }

    pub(crate) async fn configured(
        customers: usize,
        configure: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let builder = Emulator::builder()
            .data(DataSet::with_customers(customers))
            .token_lifetime(LONG);
        let emulator = Arc::new(configure(builder).start().await.unwrap());
        Self {
            runtime: TestRuntime::new(&emulator),
            emulator,
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            endpoint: self.emulator.url(),
            tenant: None,
        }
    }

    pub(crate) fn client(&self, partner: Uuid) -> Client {
        let token = self.emulator.token(partner).unwrap();
        self.client_with_token(&token)
    }

    pub(crate) fn client_with_token(&self, token: &str) -> Client {
        Client::builder()
            .cloud(Cloud::emulator(self.emulator.url()))
            .bearer_token(token)
            .options(clock::without_time_limits())
            .runtime(self.runtime.clone())
            .build()
            .unwrap()
    }

    pub(crate) fn create(&self, rows: Vec<PlanRow>) -> Journal {
        let plan = Plan::new(rows).unwrap();
        Journal::create(self.path(), &plan, &self.identity()).unwrap()
    }

    pub(crate) fn view(&self) -> JournalView {
        JournalView::open(self.path()).unwrap()
    }

    /// Creates a journal and runs it as the target.
    pub(crate) async fn run(&self, rows: Vec<PlanRow>, options: RunOptions) -> Finished {
        let journal = self.create(rows);
        self.start_run(journal, data_set::TARGET, options)
            .finish()
            .await
            .unwrap()
    }

    pub(crate) fn start_run(&self, journal: Journal, partner: Uuid, options: RunOptions) -> Run {
        Runner::new(self.client(partner), journal)
            .options(options)
            .start()
            .unwrap()
    }

    /// Runs what is left as the target.
    pub(crate) async fn resume(&self, options: RunOptions) -> Finished {
        let journal = Journal::open(self.path()).unwrap();
        self.start_run(journal, data_set::TARGET, options)
            .finish()
            .await
            .unwrap()
    }

    /// The number of requests to the API so far.
    pub(crate) fn requests(&self) -> usize {
        self.emulator.requests().len()
    }
}

/// Accepts the transfers of the first customers.
pub(crate) fn accepts(customers: usize) -> Vec<PlanRow> {
    let row = |at| {
        let change = Change::Accept {
            transfer: transfer(at).into(),
        };
        PlanRow::new(format!("row {at}"), customer(at).into(), change)
    };
    (0..customers).map(row).collect()
}

/// All events of a run, up to its end.
pub(crate) async fn all_events(run: &mut Run) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(event) = run.next_event().await {
        events.push(event);
    }
    events
}

/// The result of a statement that gives one number, with a connection of its own.
pub(crate) fn number(path: &Path, statement: &str) -> i64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .query_row(statement, [], |row| row.get(0))
        .unwrap()
}
