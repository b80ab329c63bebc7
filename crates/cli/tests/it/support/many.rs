//! An emulator with many customers, and commands that work on them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use partner_center_bulk::{JournalView, Summary};
use partner_center_emulator::{DataSet, Emulator, EmulatorBuilder, data_set};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::partner::environment;
use crate::run::{Run, bare_command, finish};

/// An emulator on threads of its own, and a folder for plans and journals.
pub(crate) struct Many {
    pub(crate) emulator: Emulator,
    folder: TempDir,
    _runtime: Runtime,
}

impl Many {
    /// With this many customers, each with one active transfer of two subscriptions.
    pub(crate) fn start(customers: usize) -> Self {
        Self::configured(DataSet::with_customers(customers), |builder| builder)
    }

    pub(crate) fn configured(
        data: DataSet,
        configure: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let runtime = Runtime::new().unwrap();
        let builder = configure(Emulator::builder().data(data));
        Self {
            emulator: runtime.block_on(builder.start()).unwrap(),
            folder: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    /// Writes a file, and returns its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// The names of the files in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// The command as the target, or as the source.
    pub(crate) fn command(&self, is_source: bool, words: &[&str]) -> Command {
        let mut command = bare_command();
        command
            .args(words)
            .envs(environment(&self.emulator, is_source));
        command
    }

    /// Runs the command as the target.
    pub(crate) fn run(&self, words: &[&str]) -> Run {
        finish(&mut assert_cmd::Command::from_std(
            self.command(false, words),
        ))
    }

    /// Runs the command as the source.
    pub(crate) fn run_as_source(&self, words: &[&str]) -> Run {
        finish(&mut assert_cmd::Command::from_std(
            self.command(true, words),
        ))
    }

    /// Runs `bulk` with a plan in a file, without a question and limits.
    pub(crate) fn bulk(&self, is_source: bool, operation: &str, plan: &str, more: &[&str]) -> Run {
        let input = self.file("plan.csv", plan);
        let journal = self.path("j.db");
        let words = ["bulk", operation, "--input", &input, "--journal", &journal];
        let words = [&words[..], &["--yes", "--rate", FAST], more].concat();
        finish(&mut assert_cmd::Command::from_std(
            self.command(is_source, &words),
        ))
    }

    /// The counts in the journal of [`bulk`](Self::bulk).
    pub(crate) fn summary(&self) -> Summary {
        JournalView::open(self.path("j.db"))
            .unwrap()
            .summary()
            .unwrap()
    }

    /// How many requests the emulator has got, those for tokens not included.
    pub(crate) fn requests(&self) -> usize {
        self.sent("GET") + self.sent("POST") + self.sent("PATCH") + self.sent("DELETE")
    }

    /// How many of these requests were with this method.
    pub(crate) fn sent(&self, method: &str) -> usize {
        let mut requests = self.emulator.requests();
        requests.retain(|it| it.method == method && it.path.starts_with("/v1/"));
        requests.len()
    }
}

/// A rate that limits nothing in a test.
pub(crate) const FAST: &str = "10000/s";

/// A plan of the transfers of customers, for each command but a create.
pub(crate) fn transfers(customers: std::ops::Range<usize>) -> String {
    let mut plan = "Customer;Transfer;Reference\r\n".to_owned();
    for at in customers {
        let (customer, transfer) = (data_set::customer(at), data_set::transfer(at));
        write!(plan, "{customer};{transfer};no. {at}\r\n").unwrap();
    }
    plan
}

/// A plan that offers the free subscriptions of customers.
pub(crate) fn offers(customers: std::ops::Range<usize>) -> String {
    let (source, target) = (data_set::SOURCE, data_set::TARGET);
    let mut plan = "customer,source,target,subscriptions\n".to_owned();
    for at in customers {
        let customer = data_set::customer(at);
        let [one, other] = [2, 3].map(|number| data_set::subscription(at, number));
        writeln!(plan, "{customer},{source},{target},{one} {other}").unwrap();
    }
    plan
}

/// A member of a JSON document, as a number.
pub(crate) fn number(document: &Value, pointer: &str) -> u64 {
    document.pointer(pointer).unwrap().as_u64().unwrap()
}
