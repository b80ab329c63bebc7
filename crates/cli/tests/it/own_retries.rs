//! Calls that take effect although the service turns them away, so that the client sends them again.

use partner_center_emulator::{Emulator, FaultKind, InjectedFault, Operation, data_set};

use crate::command_lines::{CUSTOMER, WHOLE};
use crate::partner::environment;
use crate::run::{Run, command, finish};

/// An emulator that forgets each request id, applies the first change, and turns it away with this
/// status.
async fn emulator(status: u16) -> Emulator {
    let builder = Emulator::builder().no_idempotency();
    let emulator = builder.start().await.unwrap();
    let kind = FaultKind::Status {
        status,
        code: None,
        retry_after_seconds: Some(0),
        after_effect: true,
    };
    // The reads before a change are not concerned.
    for operation in [Operation::Accept, Operation::Create] {
        let fault = InjectedFault::new(kind.clone()).operation(operation);
        emulator.inject(fault.count(1)).unwrap();
    }
    emulator
}

/// Calls as the source partner, or else as the target partner.
async fn call(emulator: &Emulator, is_source: bool, words: &[&str]) -> Run {
    let variables = environment(emulator, is_source);
    let words = [&["--output", "json"], words, &["--yes"]].concat();
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    tokio::task::spawn_blocking(move || finish(command().args(words).envs(variables)))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_refusal_after_a_retry_is_read_back() {
    for status in [503, 429] {
        let emulator = emulator(status).await;
        let accept = ["accept", "--customer", CUSTOMER, "--transfer", WHOLE];
        let run = call(&emulator, false, &accept).await;
        assert_eq!(emulator.effects().len(), 1, "{status}");
        let document = run.document();
        let said = format!("{status}: {}{}", run.stdout, run.stderr);
        assert_eq!(document["outcome"], "complete", "{said}");
        assert_eq!(document["readBack"]["verdict"], "applied", "{said}");
        assert_eq!(run.code, 0, "{said}");
    }
}

#[tokio::test]
async fn a_create_that_may_have_been_done_is_not_sent_again() {
    let (source, target) = (data_set::SOURCE.to_string(), data_set::TARGET.to_string());
    let subscription = data_set::FREE_SUBSCRIPTIONS[0].to_string();
    let partners = ["create", "--customer", CUSTOMER, "--source", &source];
    let license_based = ["--target", &target, "--subscription", &subscription];
    let email = ["--customer-email", "a@b.example"];
    let new_commerce = [&["--new-commerce", "--source-name", "Contoso"], &email[..]].concat();
    for (is_source, more) in [(true, &license_based[..]), (false, &new_commerce)] {
        let emulator = emulator(503).await;
        let before = emulator.data().transfers.len();
        let run = call(&emulator, is_source, &[&partners, more].concat()).await;
        let said = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(emulator.data().transfers.len(), before + 1, "{said}");
        assert_eq!(run.code, 0, "{said}");
    }
}
