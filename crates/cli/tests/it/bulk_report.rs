//! `bulk report`: formats, files, and the failed subscriptions as a new plan.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use partner_center_bulk::{Identity, Journal, Operation, Plan, RunOptions, Runner};
use partner_center_emulator::{DataSet, Emulator, data_set};
use partner_center_transfers::{Client, Cloud};
use tempfile::TempDir;

use crate::run::{Run, run};

/// A journal of ten accepts, of which one moved in part and one not at all.
struct Lab {
    folder: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let lab = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let data = DataSet::with_customers(10);
        let emulator = Emulator::builder().data(data).start().await.unwrap();
        let client = Client::builder()
            .cloud(Cloud::emulator(emulator.url()))
            .bearer_token(emulator.token(data_set::TARGET).unwrap())
            .build()
            .unwrap();
        let mut file = "customer,transfer,Region\n".to_owned();
        for at in 0..10 {
            let (customer, transfer) = (data_set::customer(at), data_set::transfer(at));
            writeln!(file, "{customer},{transfer},=North").unwrap();
        }
        let plan = Plan::from_csv(file.as_bytes(), Operation::Accept).unwrap();
        let identity = Identity {
            endpoint: client.endpoint(),
            tenant: None,
        };
        let journal = Journal::create(lab.path("j.db"), &plan, &identity).unwrap();
        let runner = Runner::new(client, journal).options(RunOptions::default());
        runner.start().unwrap().finish().await.unwrap();
        lab
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn report(&self, format: &str, more: &[&str]) -> Run {
        let journal = self.name("j.db");
        let start = ["bulk", "report", "--journal", &journal, "--format", format];
        run(&[&start, more].concat())
    }

    /// The files in the folder, without those of the journal.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("j.db")).collect();
        names.sort();
        names
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_is_written_to_standard_output_and_to_a_file() {
    let lab = Lab::start().await;
    for (format, start, end) in [
        ("csv", "\u{FEFF}row,operation,customer,transfer,", "\r\n"),
        ("json", "{\"endpoint\":\"http://127.0.0.1:", "]}\n"),
        ("html", "<!DOCTYPE html>", "</html>\n"),
    ] {
        let printed = lab.report(format, &[]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{format}");
        assert!(printed.stdout.starts_with(start), "{}", printed.stdout);
        assert!(printed.stdout.ends_with(end), "{}", printed.stdout);
        let out = lab.name(&format!("report.{format}"));
        // The second time it replaces the first report.
        for _ in 0..2 {
            let written = lab.report(format, &["--out", &out]);
            assert_eq!((written.code, written.stdout.as_str()), (0, ""));
            assert!(written.stderr.contains(&out), "{}", written.stderr);
            assert_eq!(fs::read_to_string(&out).unwrap(), printed.stdout);
        }
    }
    let quiet = lab.report("csv", &["--out", &lab.name("q.csv"), "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    let files = ["q.csv", "report.csv", "report.html", "report.json"];
    assert_eq!(lab.files(), files, "no draft is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_of_a_csv_file_carries_its_columns_without_formulas() {
    let lab = Lab::start().await;
    let report = lab.report("csv", &[]).stdout;
    let header = report.lines().next().unwrap();
    assert!(header.ends_with(",reference,Region"), "{header}");
    // Ten transfers of two subscriptions.
    assert_eq!(report.lines().count(), 21);
    assert_eq!(report.matches(",'=North\r\n").count(), 20);
    let outcome = |word: &str| report.matches(&format!(",{word},")).count();
    assert_eq!((outcome("moved"), outcome("failed")), (17, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_subscriptions_become_the_input_of_a_create() {
    let lab = Lab::start().await;
    let again = lab.name("again.csv");
    let arguments = ["--out", &lab.name("r.csv"), "--failed-as-input", &again];
    let written = lab.report("csv", &arguments);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(written.stderr.contains("2 rows"), "{}", written.stderr);
    let plan = Plan::from_csv(&fs::read(&again).unwrap(), Operation::Create).unwrap();
    let named: Vec<Vec<&str>> = plan
        .rows()
        .iter()
        .map(|row| row.change.subscriptions())
        .collect();
    let [part, one, other] = [(7, 1), (8, 0), (8, 1)].map(|(at, n)| data_set::subscription(at, n));
    assert_eq!(named, [vec![part.as_str()], vec![&one, &other]]);

    // Without a format, it is the only file.
    let alone = lab.name("alone.csv");
    let written = run(&[
        "bulk",
        "report",
        "--journal",
        &lab.name("j.db"),
        "--failed-as-input",
        &alone,
    ]);
    assert_eq!((written.code, written.stdout.as_str()), (0, ""));
    assert_eq!(fs::read(&alone).unwrap(), fs::read(&again).unwrap());
    assert_eq!(lab.files(), ["again.csv", "alone.csv", "r.csv"]);

    // The same content is written again; changes of a person are kept.
    assert_eq!(lab.report("csv", &arguments).code, 0);
    fs::write(&again, "mine").unwrap();
    let refused = lab.report("json", &["--failed-as-input", &again]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.contains("exists with other content"),
        "{}",
        refused.stderr
    );
    assert_eq!(fs::read_to_string(&again).unwrap(), "mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_file_is_written_over() {
    let lab = Lab::start().await;
    let journal = fs::read(lab.path("j.db")).unwrap();
    fs::write(lab.path("customers.csv"), "customer,transfer\n").unwrap();
    let companion = lab.name("j.db-wal");
    for (option, file, message) in [
        ("--out", lab.name("j.db"), "belongs to the journal"),
        ("--out", companion, "belongs to the journal"),
        (
            "--failed-as-input",
            lab.name("j.db"),
            "belongs to the journal",
        ),
        ("--out", lab.name("customers.csv"), "is not a report"),
        (
            "--failed-as-input",
            lab.name("customers.csv"),
            "other content",
        ),
        (
            "--failed-as-input",
            "-".to_owned(),
            "needs the name of a file",
        ),
        ("--out", lab.name("."), "cannot write"),
        ("--out", lab.name("nowhere/r.csv"), "cannot write"),
    ] {
        let refused = lab.report("csv", &[option, &file]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{file}");
        assert!(refused.stderr.contains(message), "{}", refused.stderr);
    }
    let same = lab.name("same.csv");
    let refused = lab.report("csv", &["--out", &same, "--failed-as-input", &same]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("same file"), "{}", refused.stderr);
    assert_eq!(lab.files(), ["customers.csv"]);
    assert_eq!(fs::read(lab.path("j.db")).unwrap(), journal);
}

#[test]
fn a_file_that_is_no_journal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none.db");
    let text = folder.path().join("text.db");
    fs::write(&text, "customer,transfer\n").unwrap();
    for path in [missing, text] {
        let path = path.to_str().unwrap();
        let refused = run(&["bulk", "report", "--journal", path, "--format", "csv"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
        assert!(refused.stderr.contains(path), "{}", refused.stderr);
    }
    // Reading creates no file.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}
