//! Runs of plans: effects, exit codes, results and the state of a journal.

use std::fmt::Write as _;
use std::time::Duration;

use partner_center_emulator::model::{DataSet, Status};
use partner_center_emulator::{FaultKind, InjectedFault, Operation, data_set};

use crate::many::{FAST, Many, number, offers, transfers};
use crate::run::{Run, finish};

fn status(many: &Many, more: &[&str]) -> Run {
    let journal = many.path("j.db");
    // It needs no credentials.
    let mut command = crate::run::bare_command();
    command
        .args(["bulk", "status", "--journal", &journal])
        .args(more);
    finish(&mut assert_cmd::Command::from_std(command))
}

fn resume(many: &Many, is_source: bool, more: &[&str]) -> Run {
    let journal = many.path("j.db");
    let words = ["bulk", "resume", "--journal", &journal, "--rate", FAST];
    let words = [&words[..], more].concat();
    if is_source {
        many.run_as_source(&words)
    } else {
        many.run(&words)
    }
}

#[test]
fn a_plan_is_run_once_and_its_journal_shows_the_result() {
    // Of ten transfers, the eighth moves in part and the ninth not at all.
    let many = Many::start(10);
    let run = many.bulk(false, "accept", &transfers(0..10), &[]);
    assert_eq!((run.code, run.stderr.as_str()), (3, ""), "{}", run.stdout);
    let counts = "10 transfers: 8 moved, 1 moved in part, 1 failed\n";
    assert!(run.stdout.starts_with(counts), "{}", run.stdout);
    let journal = many.path("j.db");
    for next in [
        format!("    pctransfers bulk status --journal {journal}\n"),
        format!("    pctransfers bulk report --journal {journal} --format csv"),
    ] {
        assert!(run.stdout.contains(&next), "{}", run.stdout);
    }
    assert!(!run.stdout.contains("bulk resume"), "{}", run.stdout);
    assert_eq!(many.sent("POST"), 10);
    assert_eq!(many.emulator.effects().len(), 10);
    // All of it is in one file.
    assert_eq!(many.files(), ["j.db", "j.db.lock", "plan.csv"]);

    let shown = status(&many, &[]);
    assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
    for text in [
        "\n  moved            8\n",
        "\n  moved in part    1\n",
        "\n  failed           1\n",
        "\n  unknown          0\n",
        "\nNext expiry        -\n",
        "\n2 rows for a person:\n",
        "\nrow 9: moved in part, transfer ",
        " (no. 8): ",
        "[code 900103]\n",
    ] {
        assert!(shown.stdout.contains(text), "{text:?}: {}", shown.stdout);
    }
    let document = status(&many, &["--output", "json"]).document();
    assert_eq!(document["operation"], "accept");
    assert_eq!(document["tenant"], data_set::TARGET.to_string());
    assert_eq!(number(&document, "/summary/done"), 8);
    assert_eq!(document["rowsForAPerson"][1]["outcome"], "failed");
    assert_eq!(number(&document, "/rowsForAPerson/1/row"), 10);
    let ids = status(&many, &["--quiet"]).stdout;
    assert_eq!(
        ids,
        format!("{}\n{}\n", data_set::transfer(7), data_set::transfer(8))
    );

    // There is nothing left to do.
    let requests = many.requests();
    let again = resume(&many, false, &["--output", "json"]);
    assert_eq!(again.code, 3, "{}", again.stderr);
    assert_eq!(again.document()["outcome"], "partial");
    assert_eq!(many.requests(), requests);
}

#[test]
fn all_done_is_exit_code_0_in_each_format() {
    for (format, starts) in [
        (
            &["--output", "json"][..],
            "{\n  \"outcome\": \"complete\",\n  \"operation\": \"accept\",\n",
        ),
        (
            &["--output", "jsonl"],
            "{\"outcome\":\"complete\",\"operation\":\"accept\",",
        ),
        (&["--quiet"], &format!("{}\n", data_set::transfer(0))),
        (
            &["--concurrency", "1", "--customer-rate", "5/s"],
            "2 transfers: 2 moved\n",
        ),
    ] {
        let many = Many::start(2);
        let run = many.bulk(false, "accept", &transfers(0..2), format);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{format:?}");
        assert!(run.stdout.starts_with(starts), "{format:?}: {}", run.stdout);
    }
}

#[test]
fn each_operation_is_run() {
    let many = Many::start(3);
    let run = many.bulk(true, "create", &offers(0..3), &["--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let created: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(created.len(), 3);
    let status = status(&many, &[]).stdout;
    assert!(status.contains("\n  created          3\n"), "{status}");

    let mut withdraw = "transfer,customer\n".to_owned();
    for (at, transfer) in created.iter().enumerate() {
        writeln!(withdraw, "{transfer},{}", data_set::customer(at)).unwrap();
    }
    for (is_source, operation, plan, past) in [
        (true, "withdraw", withdraw, "withdrawn"),
        (false, "reject", transfers(0..3), "rejected"),
    ] {
        std::fs::remove_file(many.path("j.db")).unwrap();
        let run = many.bulk(is_source, operation, &plan, &[]);
        assert_eq!(run.code, 0, "{operation}: {}", run.stderr);
        let counts = format!("3 transfers: 3 {past}\n");
        assert!(run.stdout.starts_with(&counts), "{}", run.stdout);
    }
    assert_eq!(many.emulator.effects().len(), 9);

    let built_in = Many::configured(DataSet::built_in(), |builder| builder);
    let (customer, pending) = (data_set::CUSTOMER, data_set::PENDING);
    let plan = format!("customer\ttransfer\n{customer}\t{pending}\n");
    let run = built_in.bulk(false, "cancel", &plan, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.starts_with("1 transfer: 1 cancelled\n"),
        "{}",
        run.stdout
    );

    std::fs::remove_file(built_in.path("j.db")).unwrap();
    let source = data_set::SOURCE;
    let plan = format!(
        "customer,kind,source,source_name,customer_email\n\
         {customer},new-commerce,{source},Contoso,admin@tailspin.example\n"
    );
    let run = built_in.bulk(false, "create", &plan, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let shown = crate::bulk::status(&built_in, &[]).stdout;
    assert!(shown.contains("\nNext expiry        20"), "{shown}");
}

/// As after the same file is run again with another journal.
#[test]
fn what_an_open_transfer_already_offers_is_not_created_again() {
    let many = Many::start(3);
    assert_eq!(many.bulk(true, "create", &offers(0..2), &[]).code, 0);
    std::fs::remove_file(many.path("j.db")).unwrap();
    let run = many.bulk(true, "create", &offers(0..3), &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let counts = "3 transfers: 1 created, 2 failed\n";
    assert!(run.stdout.starts_with(counts), "{}", run.stdout);
    assert_eq!(many.emulator.effects().len(), 3);
    let shown = status(&many, &[]).stdout;
    let cause = " to the same partner already contains subscription ";
    assert_eq!(shown.matches(cause).count(), 2, "{shown}");
}

#[test]
fn what_the_service_still_processes_is_exit_code_7_until_it_is_done() {
    let many = Many::configured(DataSet::built_in(), |builder| {
        builder.new_commerce_takes(Duration::from_secs(600))
    });
    let (customer, pending) = (data_set::CUSTOMER, data_set::PENDING);
    let free = data_set::FREE_SUBSCRIPTIONS.join(";");
    let plan =
        format!("customer,transfer,kind,subscriptions\n{customer},{pending},new-commerce,{free}\n");
    let run = many.bulk(true, "accept", &plan, &[]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(
        run.stdout
            .starts_with("1 transfer: 1 still being processed\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("To go on, run:\n    pctransfers bulk resume "),
        "{}",
        run.stdout
    );
    assert_eq!(resume(&many, true, &[]).code, 7);
    many.emulator.advance(Duration::from_secs(601));
    let run = resume(&many, true, &["--output", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.document()["outcome"], "complete");
    assert_eq!(many.sent("PATCH"), 1);
}

#[test]
fn what_cannot_be_found_out_is_exit_code_5_and_never_sent_again() {
    let many = Many::start(2);
    let fault = InjectedFault::new(FaultKind::ResetBeforeEffect).operation(Operation::Accept);
    many.emulator.inject(fault.count(1)).unwrap();
    let change = many.emulator.change(|data| {
        data.transfers[0].status = Status::Withdrawn;
        data.transfers[1].status = Status::Withdrawn;
    });
    change.unwrap();
    let run = many.bulk(false, "accept", &transfers(0..1), &["--output", "json"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    let document = run.document();
    assert_eq!(document["outcome"], "unknown");
    assert_eq!(number(&document, "/summary/unknown"), 1);
    let requests = many.requests();
    assert_eq!(resume(&many, false, &[]).code, 5);
    assert_eq!(many.requests(), requests);
    let shown = status(&many, &[]).stdout;
    assert!(shown.contains("\nrow 2: unknown, transfer "), "{shown}");
}

/// No row fails because of the caller, so that the run can go on with the right credentials.
#[test]
fn a_refused_caller_stops_the_run() {
    let many = Many::start(3);
    let input = many.file("plan.csv", &transfers(0..3));
    let journal = many.path("j.db");
    let words = [
        "bulk",
        "accept",
        "--yes",
        "--input",
        &input,
        "--journal",
        &journal,
    ];
    let mut command = many.command(false, &[&words[..], &["--output", "json"]].concat());
    command.env("PCTRANSFERS_CLIENT_SECRET", "wrong");
    let run = finish(&mut assert_cmd::Command::from_std(command));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.starts_with("error: the caller is refused: "),
        "{}",
        run.stderr
    );
    let document = run.document();
    assert_eq!(document["stopped"]["reason"], "refused");
    assert_eq!(number(&document, "/summary/notSent"), 3);
    assert_eq!(many.emulator.effects().len(), 0);

    let run = resume(&many, false, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(many.emulator.effects().len(), 3);
}

/// A journal belongs to one partner, so the other one cannot resume it.
#[test]
fn a_plan_that_was_refused_at_once_can_be_for_the_other_partner() {
    let many = Many::start(1);
    let (input, journal) = (many.file("plan.csv", &transfers(0..1)), many.path("j.db"));
    let words = ["bulk", "withdraw", "--yes", "--input", &input];
    let mut command = many.command(false, &[&words[..], &["--journal", &journal]].concat());
    command.env("PCTRANSFERS_CLIENT_SECRET", "wrong");
    let run = finish(&mut assert_cmd::Command::from_std(command));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("; nothing was sent\n"),
        "{}",
        run.stderr
    );
    let advice = format!(
        "If another partner must run the plan (the source partner withdraws transfers), delete \
         {journal} and run bulk withdraw as that partner. Otherwise correct the credentials and \
         run:\n    pctransfers bulk resume --journal {journal}\n"
    );
    assert!(run.stdout.contains(&advice), "{}", run.stdout);
}

#[test]
fn a_service_that_was_never_reached_stops_the_run_after_three_attempts() {
    let many = Many::start(2);
    let (input, journal) = (many.file("plan.csv", &transfers(0..2)), many.path("j.db"));
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", unused.local_addr().unwrap());
    drop(unused);
    let words = ["bulk", "accept", "--yes", "--input", &input];
    let mut command = many.command(false, &[&words[..], &["--journal", &journal]].concat());
    command.env("PCTRANSFERS_ENDPOINT", url);
    let start = std::time::Instant::now();
    let run = finish(&mut assert_cmd::Command::from_std(command));
    assert!(start.elapsed() < Duration::from_secs(60));
    assert_eq!(run.code, 2, "{}", run.stderr);
    let error = "error: the service cannot be reached: ";
    assert!(run.stderr.contains(error), "{}", run.stderr);
    assert!(
        run.stderr.contains("; nothing was sent\n"),
        "{}",
        run.stderr
    );
    let next = format!("To go on, run:\n    pctransfers bulk resume --journal {journal}\n");
    assert!(run.stdout.contains(&next), "{}", run.stdout);
}
