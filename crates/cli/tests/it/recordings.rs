//! Recordings of a terminal as text: what a person types and sees, at 80 and at 120 columns.

use std::fmt::Write as _;
use std::num::NonZero;

use partner_center_emulator::{DataSet, Emulator, FaultKind, InjectedFault, data_set};

use crate::partner::environment;
use crate::pseudo_terminal::{Then, on_terminal};
use crate::run::redacted;

/// More lines than any recorded command prints.
const ROWS: NonZero<u16> = NonZero::new(200).unwrap();

/// A text that the command shows, and what the person types then.
type Reply<'a> = Option<(&'a str, &'a str)>;

/// The plan of the recorded lines.
const PLAN: &str = "accepts.csv";

/// Records each line at both widths, with an emulator of its own for each.
async fn record(
    name: &str,
    prepare: impl Fn(&Emulator),
    lines: Vec<(&'static str, Reply<'static>)>,
) {
    for columns in [80, 120] {
        let emulator = Emulator::builder().start().await.unwrap();
        prepare(&emulator);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(PLAN), plan()).unwrap();
        let mut variables = environment(&emulator, false).to_vec();
        let path = folder.path().to_str().unwrap().to_owned();
        variables.push(("PWD", path));
        let lines = lines.clone();
        let recording = tokio::task::spawn_blocking(move || {
            let shown = lines
                .iter()
                .map(|(line, answer)| play(columns, line, *answer, &variables));
            shown.collect::<Vec<_>>().join("\n")
        });
        let recording = redacted(&recording.await.unwrap());
        insta::assert_snapshot!(format!("{name}-at-{columns}"), recording);
    }
}

/// Types a command line and returns what the terminal shows until the next prompt.
fn play(columns: u16, line: &str, answer: Reply<'_>, variables: &[(&str, String)]) -> String {
    let arguments: Vec<String> = line.split(' ').skip(1).map(with_ids).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    // No variable is an empty one.
    variables.push(("PCTRANSFERS_TOKEN", ""));
    let (question, typed) = answer.unwrap_or_default();
    let mut say = |terminal: &mut dyn std::io::Write| {
        terminal.write_all(typed.as_bytes()).unwrap();
    };
    let then: Option<Then<'_>> = answer.is_some().then_some((question, &mut say));
    let (shown, code) = on_terminal(columns, false, &arguments, &variables, then);

    let mut terminal = vt100::Parser::new(ROWS, NonZero::new(columns).unwrap(), 0);
    terminal.process(format!("$ pctransfers {}\r\n", arguments.join(" ")).as_bytes());
    terminal.process(shown.replace('\n', "\r\n").as_bytes());
    let screen = terminal.screen().contents();
    // The spinner may be on the screen when a person interrupts it, and a wait is up to a second
    // longer than what the service asks for.
    let lines = screen
        .lines()
        .filter(|line| !line.contains("Reading the transfers ("));
    let lines: Vec<&str> = lines.collect();
    let mut screen = lines.join("\n").replace("Waiting 13 s", "Waiting 12 s");
    screen.truncate(screen.trim_end().len());
    if code != 0 {
        write!(screen, "\n[exit code {code}]").unwrap();
    }
    screen + "\n"
}

/// The ids that the recorded lines name.
fn with_ids(word: &str) -> String {
    match word {
        "CUSTOMER" => data_set::CUSTOMER.to_string(),
        "WHOLE" => data_set::ACCEPTED_WHOLE.to_string(),
        "IN_PART" => data_set::ACCEPTED_IN_PART.to_string(),
        word => word.to_owned(),
    }
}

const YES: Reply<'static> = Some(("[y/N] ", "y\n"));

#[tokio::test]
async fn list() {
    let line = "pctransfers list --customer CUSTOMER";
    record("list", |_| (), vec![(line, None)]).await;
}

#[tokio::test]
async fn an_accept_with_its_question() {
    let line = "pctransfers accept --customer CUSTOMER --transfer WHOLE";
    record("accept", |_| (), vec![(line, YES)]).await;
}

#[tokio::test]
async fn an_accept_in_part() {
    let line = "pctransfers accept --customer CUSTOMER --transfer IN_PART";
    record("accept-in-part", |_| (), vec![(line, YES)]).await;
}

#[tokio::test]
async fn a_refusal() {
    let line = "pctransfers accept --yes --customer CUSTOMER --transfer WHOLE";
    record("refusal", |_| (), vec![(line, None), (line, None)]).await;
}

/// The person ends the wait instead of waiting for 12 seconds.
#[tokio::test]
async fn a_wait_for_a_rate_limit() {
    let line = "pctransfers list --customer CUSTOMER";
    let limit = |emulator: &Emulator| {
        let kind = FaultKind::Status {
            status: 429,
            code: None,
            retry_after_seconds: Some(12),
            after_effect: false,
        };
        emulator.inject(InjectedFault::new(kind).count(1)).unwrap();
    };
    let interrupt = Some(("(rate limit)", "\u{3}"));
    record("rate-limit", limit, vec![(line, interrupt)]).await;
}

const CUSTOMERS: usize = 12;

/// Accepts for the customers of [`many_customers`].
fn plan() -> String {
    let rows = (0..CUSTOMERS).map(|at| {
        let (customer, transfer) = (data_set::customer(at), data_set::transfer(at));
        format!("{customer},{transfer},Order {at}\n")
    });
    "customer,transfer,reference\n".to_owned() + &rows.collect::<String>()
}

fn many_customers(emulator: &Emulator) {
    let change = |data: &mut DataSet| *data = DataSet::with_customers(CUSTOMERS);
    emulator.change(change).unwrap();
}

#[tokio::test]
async fn a_plan_and_its_status() {
    let accept = "pctransfers bulk accept --input accepts.csv --journal accepts.db";
    let status = "pctransfers bulk status --journal accepts.db";
    let lines = vec![(accept, YES), (status, None)];
    record("bulk-status", many_customers, lines).await;
}
