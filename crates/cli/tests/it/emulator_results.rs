//! Results of accept and withdraw against the emulator, as text and as JSON.

use std::process::Stdio;

use partner_center_emulator::Emulator;
use serde_json::Value;

use crate::command_lines::{
    CUSTOMER, IN_PART, IN_PROGRESS, TO_WITHDRAW, UNKNOWN, WHOLE, WITHOUT_ORDER, accept, accept_at,
    accept_json,
};
use crate::run::{self, bare_command, run, run_with_token};

#[test]
fn accepted_in_part() {
    let run = run(&accept(IN_PART));
    assert_eq!(run.code, 3);
    insta::assert_snapshot!(run.story());
}

#[test]
fn accepted_whole() {
    let run = run(&accept(WHOLE));
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.story());
}

#[test]
fn accepted_without_an_order() {
    let run = run(&accept(WITHOUT_ORDER));
    assert_eq!(run.code, 4);
    insta::assert_snapshot!(run.story());
}

#[test]
fn withdrawn() {
    // Global options may follow the command.
    let run = run(&[
        "withdraw",
        "--customer",
        CUSTOMER,
        "--transfer",
        TO_WITHDRAW,
        "--yes",
        "--no-read",
        "--emulator",
    ]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.story());
}

#[test]
fn an_unknown_or_busy_transfer_is_refused() {
    for (name, transfer) in [("refused-unknown", UNKNOWN), ("refused-busy", IN_PROGRESS)] {
        let run = run(&accept(transfer));
        assert_eq!(run.code, 4);
        insta::assert_snapshot!(name, run.story());
    }
}

#[tokio::test]
async fn a_second_accept_is_refused() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let url = emulator.url();
    assert_eq!(run_with_token(&accept_at(&url)).code, 3);
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 4);
    insta::assert_snapshot!("refused-accepted-before", run.story());
    assert_eq!(emulator.effects().len(), 1);
}

#[test]
fn json_of_each_accept_outcome() {
    for (transfer, code, outcome, example) in [
        (
            IN_PART,
            3,
            "partial",
            include_str!("../../../../spec/examples/accept-transfer-partial.json"),
        ),
        (
            WHOLE,
            0,
            "complete",
            include_str!("../../../../spec/examples/accept-transfer-complete.json"),
        ),
        (
            WITHOUT_ORDER,
            4,
            "failed",
            include_str!("../../../../spec/examples/accept-transfer-failed.json"),
        ),
    ] {
        let run = run(&accept_json(transfer));
        assert_eq!(run.code, code);
        let document = run.document();
        assert_eq!(document["outcome"], outcome);
        assert_eq!(document["status"], 200);
        // The body is complete and unchanged.
        let example: Value = serde_json::from_str(example).unwrap();
        assert_eq!(document["answer"], example);
        // Sorted, because only some builds of the workspace keep the order of members.
        let mut members: Vec<_> = document.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(
            members,
            [
                "answer",
                "correlationId",
                "customerId",
                "endedAt",
                "endpoint",
                "exitCode",
                "operation",
                "outcome",
                "requestId",
                "startedAt",
                "status",
                "tenant",
                "transferId"
            ]
        );
    }
    insta::assert_snapshot!("json-partial", run(&accept_json(IN_PART)).story());
}

#[test]
fn json_of_a_withdraw_and_of_a_refusal() {
    let run = run(&[
        "--emulator",
        "withdraw",
        "--customer",
        CUSTOMER,
        "--transfer",
        TO_WITHDRAW,
        "--yes",
        "--no-read",
        "--output",
        "json",
    ]);
    assert_eq!(run.code, 0);
    run.document();
    insta::assert_snapshot!("json-withdrawn", run.story());

    let run = run::run(&accept_json(UNKNOWN));
    assert_eq!(run.code, 4);
    run.document();
    insta::assert_snapshot!("json-refused", run.story());
}

/// Together with a call, it would be a second emulator.
#[test]
fn the_emulator_command_runs_until_it_is_stopped() {
    use std::io::{BufRead as _, BufReader};

    let mut child = bare_command()
        .args([
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--no-auth",
            "--quiet",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("Partner Center emulator at ").unwrap();
    assert_eq!(run_with_token(&accept_at(url)).code, 3);
    let stop = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(stop.unwrap().success());
    assert!(child.wait().unwrap().success());

    let run = run(&["--emulator", "emulator"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("'--emulator' cannot be used with the command 'emulator'")
    );
}
