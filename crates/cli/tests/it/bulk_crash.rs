//! Kills the command again and again during a run: each effect takes place exactly once, and nothing
//! is left out.

use std::collections::{BTreeMap, HashMap};
use std::process::{Child, Stdio};
use std::time::Duration;

use partner_center_bulk::JournalView;
use partner_center_emulator::{DataSet, data_set};

use crate::many::{FAST, Many, number, offers, transfers};

/// How often the command is killed, unless the environment says otherwise.
const KILLS: usize = 30;
/// The variable with another number, for a longer run by hand.
const KILLS_VARIABLE: &str = "BULK_CRASH_KILLS";

/// How the kills of a run went.
#[derive(Debug, Default)]
struct Story {
    kills: usize,
    /// Kills before the journal was complete.
    without_journal: usize,
    /// Rows that were found as perhaps sent after a kill.
    inside_a_call: u64,
    resumes: usize,
}

struct Crash<'a> {
    many: &'a Many,
    is_source: bool,
    operation: &'static str,
    random: fastrand::Rng,
    story: Story,
}

impl Crash<'_> {
    /// Starts the run, or continues it.
    fn start(&mut self) -> Child {
        let (input, journal) = (self.many.path("plan.csv"), self.many.path("j.db"));
        let mut words = vec!["bulk"];
        if JournalView::open(&journal).is_ok() {
            self.story.resumes += 1;
            words.extend(["resume", "--resend-delay", "0"]);
        } else {
            // The plan was not written completely, so nothing was sent: the message says to delete
            // the file and to start again.
            self.story.without_journal += 1;
            for end in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{journal}{end}"));
            }
            words.extend([self.operation, "--yes", "--input", &input]);
        }
        words.extend(["--journal", &journal, "--rate", FAST, "--output", "json"]);
        self.many
            .command(self.is_source, &words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills the command at some moment: after a number of requests, while they are answered. `false`
    /// if the run came to its end first, because this test was slow.
    fn kill(&mut self) -> bool {
        let mut child = self.start();
        let requests = self.many.requests() + self.random.usize(0..8);
        while self.many.requests() < requests {
            if child.try_wait().unwrap().is_some() {
                assert!(!self.many.summary().is_resumable(), "{:?}", self.story);
                return false;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(self.random.u64(0..6_000)));
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        self.story.kills += 1;
        if let Ok(view) = JournalView::open(self.many.path("j.db")) {
            self.story.inside_a_call += view.summary().unwrap().sending;
        }
        true
    }

    /// Runs what is left to its end.
    fn finish(&mut self) -> i32 {
        for _ in 0..20 {
            let code = self.start().wait().unwrap().code().unwrap();
            if !self.many.summary().is_resumable() {
                return code;
            }
        }
        panic!("not done: {:?}", self.many.summary());
    }
}

fn kills() -> usize {
    std::env::var(KILLS_VARIABLE).map_or(KILLS, |kills| kills.parse().unwrap())
}

fn crash(many: &Many, is_source: bool, operation: &'static str, plan: &str, kills: usize) -> i32 {
    many.file("plan.csv", plan);
    let mut crash = Crash {
        many,
        is_source,
        operation,
        random: fastrand::Rng::with_seed(12),
        story: Story::default(),
    };
    for _ in 0..kills {
        if !crash.kill() {
            break;
        }
    }
    assert!(crash.story.kills >= kills / 2, "{:?}", crash.story);
    let code = crash.finish();
    println!("{:?}, {} requests", crash.story, many.requests());
    assert_eq!(crash.story.kills, kills);
    assert!(crash.story.inside_a_call > 0, "{:?}", crash.story);
    code
}

fn emulator(customers: usize) -> Many {
    Many::configured(DataSet::with_customers(customers), |builder| {
        builder.accept_takes(Duration::from_millis(4))
    })
}

#[test]
fn accepts_that_are_killed_at_any_moment_take_effect_exactly_once() {
    let kills = kills();
    // About as many requests for each kill, however many there are.
    let customers = (kills * 20 / 3).max(200);
    let many = emulator(customers);
    let code = crash(&many, false, "accept", &transfers(0..customers), kills);
    assert_eq!(code, 3);
    let summary = many.summary();
    assert_eq!(summary.settled(), customers as u64, "{summary:?}");

    let mut effects = HashMap::<_, usize>::new();
    for effect in many.emulator.effects() {
        *effects
            .entry((effect.customer, effect.transfer))
            .or_default() += 1;
    }
    assert_eq!(effects.len(), customers);
    for at in 0..customers {
        let effect = (data_set::customer(at), data_set::transfer(at));
        assert_eq!(effects.get(&effect), Some(&1), "{at}");
    }

    let journal = many.path("j.db");
    let report = many.run(&["bulk", "report", "--journal", &journal, "--format", "json"]);
    assert_eq!(report.code, 0, "{}", report.stderr);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    let mut rows = BTreeMap::<u64, Vec<&str>>::new();
    for row in report["rows"].as_array().unwrap() {
        let outcome = row["outcome"].as_str().unwrap();
        rows.entry(number(row, "/row")).or_default().push(outcome);
    }
    assert_eq!(rows.len(), customers);
    for (row, mut outcomes) in rows {
        outcomes.sort_unstable();
        // Of ten transfers, the eighth moves in part and the ninth not at all. The header is row 1.
        let expected = match (row - 1) % 10 {
            8 => ["failed", "moved"],
            9 => ["failed", "failed"],
            _ => ["moved", "moved"],
        };
        assert_eq!(outcomes, expected, "row {row}");
    }
}

#[test]
fn creates_that_are_killed_at_any_moment_are_made_exactly_once() {
    let (customers, kills) = (60, 8);
    let many = emulator(customers);
    let code = crash(&many, true, "create", &offers(0..customers), kills);
    assert_eq!(code, 0, "{:?}", many.summary());
    let effects = many.emulator.effects();
    assert_eq!(effects.len(), customers);
    let view = JournalView::open(many.path("j.db")).unwrap();
    let mut created = Vec::new();
    view.for_each(|row| {
        created.push(row.transfer.unwrap());
        Ok::<_, partner_center_bulk::JournalError>(())
    })
    .unwrap();
    let mut made: Vec<String> = effects.iter().map(|it| it.transfer.to_string()).collect();
    created.sort();
    made.sort();
    assert_eq!(created, made);
}
