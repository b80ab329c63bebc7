//! Before a plan is run: its problems, its journal, its question, and the dry run.

use std::fmt::Write as _;

use partner_center_bulk::Journal;
use partner_center_emulator::data_set;
use partner_center_emulator::model::{DataSet, Status};

use crate::many::{FAST, Many, number, offers, transfers};
use crate::run::finish;

#[test]
fn all_problems_of_a_plan_are_shown_and_nothing_is_sent() {
    let many = Many::start(1);
    let (customer, transfer) = (data_set::customer(0), data_set::transfer(0));
    let mut plan = format!("customer,transfer\n{customer},{transfer}\n");
    for row in 0..30 {
        writeln!(plan, "{customer},no-{row}").unwrap();
    }
    writeln!(plan, "{customer},{transfer}").unwrap();
    let run = many.bulk(false, "accept", &plan, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains(&format!(
            "error: nothing was sent, because the plan in {} has 31 problems: ",
            many.path("plan.csv")
        )),
        "{}",
        run.stderr
    );
    for row in 3..33 {
        let problem = format!(
            "\n  row {row}, column transfer: \"no-{}\" is not a GUID",
            row - 3
        );
        assert!(run.stderr.contains(&problem), "{problem}: {}", run.stderr);
    }
    let twice = "\n  row 33, column transfer: this transfer is also in row 2";
    assert!(run.stderr.contains(twice), "{}", run.stderr);

    let json = many.bulk(false, "accept", &plan, &["--output", "json"]);
    let document = json.document();
    assert_eq!(document["outcome"], "error");
    assert_eq!(document["error"]["mayHaveBeenApplied"], false);
    let problems = document["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 31);
    assert_eq!(
        (number(&document, "/problems/0/row"), &problems[0]["column"]),
        (3, &"transfer".into())
    );

    for (operation, plan, problem) in [
        ("create", offers(0..1).replace("source", "sauce"), "source"),
        ("accept", String::new(), "the file is empty"),
        ("reject", "customer,transfer\n".to_owned(), "no rows"),
        ("cancel", "customer\n".to_owned(), "transfer"),
        (
            "withdraw",
            format!("customer,transfer\n{customer},\n"),
            "row 2, column transfer: ",
        ),
        (
            "accept",
            format!("{customer},{transfer}\n"),
            "\n  row 1: the first row has no column names: put a row with names above it",
        ),
        (
            "accept",
            format!("customer,transfer\n{customer},\"{transfer}\n{customer},{transfer}\n"),
            "\n  row 2: a quotation mark is not closed",
        ),
    ] {
        let run = many.bulk(false, operation, &plan, &[]);
        assert_eq!(run.code, 2, "{operation}: {}", run.stderr);
        assert!(run.stderr.contains(problem), "{operation}: {}", run.stderr);
    }
    let missing = many.run(&[
        "bulk",
        "accept",
        "--input",
        "no.csv",
        "--journal",
        "j.db",
        "--yes",
    ]);
    assert_eq!(missing.code, 2);
    assert!(
        missing.stderr.contains("--input: cannot read no.csv: "),
        "{}",
        missing.stderr
    );
    assert_eq!(many.requests(), 0);
    assert_eq!(many.files(), ["plan.csv"]);
}

#[test]
fn without_a_terminal_a_plan_needs_yes() {
    let many = Many::start(2);
    let (input, journal) = (many.file("plan.csv", &transfers(0..2)), many.path("j.db"));
    let run = many.run(&["bulk", "accept", "--input", &input, "--journal", &journal]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("no terminal to ask on: add --yes"),
        "{}",
        run.stderr
    );

    let from_stdin = |more: &[&str]| {
        let words = [
            "bulk",
            "accept",
            "--input",
            "-",
            "--journal",
            &journal,
            "--rate",
            FAST,
        ];
        let command = many.command(false, &[&words[..], more].concat());
        let mut command = assert_cmd::Command::from_std(command);
        finish(command.write_stdin(transfers(0..2)))
    };
    let run = from_stdin(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let reason = "the plan is read from standard input, so the answer cannot be: add --yes";
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert_eq!(
        (many.requests(), many.files()),
        (0, vec!["plan.csv".to_owned()])
    );
    let run = from_stdin(&["--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(many.emulator.effects().len(), 2);
}

/// The error says what to do, and nothing is sent or overwritten.
#[test]
fn a_journal_that_cannot_be_used_is_refused() {
    let many = Many::start(3);
    let run = many.bulk(false, "accept", &transfers(0..2), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (requests, journal) = (many.requests(), many.path("j.db"));
    let resume = ["bulk", "resume", "--journal", &journal];

    let again = many.bulk(false, "accept", &transfers(2..3), &[]);
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));
    assert!(again.stderr.contains("exists already"), "{}", again.stderr);
    let command = format!("\n    pctransfers bulk resume --journal {journal}\n");
    assert!(again.stderr.contains(&command), "{}", again.stderr);

    let input = many.file("plan.csv", &transfers(2..3));
    let onto_itself = [
        "bulk",
        "accept",
        "--yes",
        "--input",
        &input,
        "--journal",
        &input,
    ];
    let run = many.run(&onto_itself);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("is not a journal: name a new file"),
        "{}",
        run.stderr
    );
    assert_eq!(std::fs::read_to_string(&input).unwrap(), transfers(2..3));

    for (name, value, reason) in [
        (
            "PCTRANSFERS_TENANT_ID",
            data_set::SOURCE.to_string(),
            "another tenant",
        ),
        (
            "PCTRANSFERS_ENDPOINT",
            "http://127.0.0.1:9".to_owned(),
            "another endpoint",
        ),
    ] {
        let mut command = many.command(false, &resume);
        let run = finish(&mut assert_cmd::Command::from_std({
            command.env(name, value);
            command
        }));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{reason}");
        assert!(run.stderr.contains(reason), "{}", run.stderr);
        assert!(
            run.stderr.contains("use the credentials and the endpoint"),
            "{}",
            run.stderr
        );
    }

    let held = Journal::open(&journal).unwrap();
    let run = many.run(&resume);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("another process runs it: wait"),
        "{}",
        run.stderr
    );
    drop(held);

    let run = many.run(&["bulk", "resume", "--journal", &many.path("no.db")]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("there is no such file"),
        "{}",
        run.stderr
    );
    let run = many.run(&["bulk", "status", "--journal", &input]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("not a journal"), "{}", run.stderr);
    assert_eq!(many.requests(), requests);
}

#[test]
fn a_dry_run_shows_each_row_and_changes_nothing() {
    let many = Many::start(4);
    let change = many
        .emulator
        .change(|data| data.transfers[1].status = Status::Complete);
    change.unwrap();
    let plan =
        transfers(0..3) + &format!("{};{};\r\n", data_set::customer(3), data_set::transfer(0));
    let run = many.bulk(false, "accept", &plan, &["--dry-run"]);
    assert_eq!(run.code, 3, "some rows would fail: {}", run.stderr);
    let of = |at| {
        format!(
            "transfer {} of customer {}",
            data_set::transfer(at),
            data_set::customer(at)
        )
    };
    let lines: Vec<&str> = run.stdout.lines().collect();
    let first = format!(
        "row 2: would accept {} (no. 0): 2 subscriptions, Active",
        of(0)
    );
    assert_eq!(lines[0], first);
    let second = format!("row 3: would fail to accept {} (no. 1)", of(1));
    assert!(lines[1].starts_with(&second), "{}", lines[1]);
    assert!(
        lines[1].ends_with("; it is Complete already"),
        "{}",
        lines[1]
    );
    assert!(
        lines[3].starts_with("row 5: would fail to accept "),
        "{}",
        lines[3]
    );
    assert!(lines[3].contains("900100"), "{}", lines[3]);
    let summary =
        "Would accept 2 of 4 transfers with 4 subscriptions; 2 would fail. Nothing was changed.";
    assert_eq!(lines[5], summary);

    let json = many
        .bulk(false, "accept", &plan, &["--dry-run", "--output", "json"])
        .document();
    assert_eq!(json["rows"][0]["expected"], "applied");
    assert_eq!(json["rows"][1]["problems"][0], "it is Complete already");
    assert_eq!(number(&json, "/summary/failed"), 2);
    let lines = many
        .bulk(false, "accept", &plan, &["--dry-run", "--output", "jsonl"])
        .stdout;
    assert_eq!(lines.lines().count(), 4);

    // All of them fail, as the source partner does not accept them.
    let run = many.bulk(true, "accept", &transfers(2..4), &["--dry-run"]);
    let summary = "\nWould accept 0 of 2 transfers; 2 would fail. Nothing was changed.\n";
    assert!(run.stdout.ends_with(summary), "{}", run.stdout);

    // The journal is not needed.
    let input = many.file("plan.csv", &plan);
    let run = many.run(&[
        "bulk",
        "reject",
        "--input",
        &input,
        "--dry-run",
        "--rate",
        FAST,
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let run = many.run(&["bulk", "reject", "--input", &input, "--yes"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--journal"), "{}", run.stderr);

    assert_eq!(many.requests(), many.sent("GET"));
    assert_eq!(many.emulator.effects().len(), 0);
    assert_eq!(many.files(), ["plan.csv"]);
}

/// In terms of the columns of the file.
#[test]
fn a_dry_run_names_the_column_of_the_other_generation() {
    let many = Many::configured(DataSet::built_in(), |builder| builder);
    let (customer, pending) = (data_set::CUSTOMER, data_set::PENDING);
    let plan = format!("customer,transfer\n{customer},{pending}\n");
    let run = many.bulk(true, "accept", &plan, &["--dry-run"]);
    let advice = "; it is a new-commerce transfer: its source partner accepts it, and its row needs \
                  new-commerce in the column kind\n";
    assert!(run.stdout.contains(advice), "{}", run.stdout);

    let active = data_set::ACCEPTED_WHOLE;
    let plan = format!(
        "customer,transfer,kind,subscriptions\n{customer},{active},new-commerce,{}\n",
        data_set::FREE_SUBSCRIPTIONS[0]
    );
    let run = many.bulk(false, "accept", &plan, &["--dry-run"]);
    let advice = "; it is a license-based transfer: its target partner accepts it, and its row needs \
                  license-based in the column kind\n";
    assert!(run.stdout.contains(advice), "{}", run.stdout);
}

#[test]
fn a_dry_run_of_creates_finds_duplicates_and_what_is_not_eligible() {
    let many = Many::start(3);
    let suspended = partner_center_emulator::model::SubscriptionStatus::Suspended;
    let change = many
        .emulator
        .change(|data| data.customers[1].subscriptions[2].status = suspended);
    change.unwrap();
    // The first two subscriptions of a customer are in an open transfer.
    let [free, taken] = [2, 0].map(|number| data_set::subscription(2, number));
    let plan = offers(0..3).replace(&free, &taken);
    let run = many.bulk(true, "create", &plan, &["--dry-run"]);
    assert_eq!(run.code, 3, "some rows would fail: {}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(
        lines[0].starts_with("row 2: would create a transfer of customer "),
        "{}",
        lines[0]
    );
    assert!(lines[0].ends_with(": 2 subscriptions"), "{}", lines[0]);
    assert!(lines[1].contains("cannot be transferred: "), "{}", lines[1]);
    let duplicate = format!(
        "transfer {} to the same partner already contains",
        data_set::transfer(2)
    );
    assert!(
        lines[2].starts_with("row 4: would fail to create"),
        "{}",
        lines[2]
    );
    assert!(lines[2].contains(&duplicate), "{}", lines[2]);

    let run = many.bulk(false, "create", &offers(0..1), &["--dry-run"]);
    assert!(
        run.stdout
            .contains("you are the target; the source creates"),
        "{}",
        run.stdout
    );
    assert_eq!(many.requests(), many.sent("GET"));
    assert_eq!(many.files(), ["plan.csv"]);
}
