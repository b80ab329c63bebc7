//! The whole run of the client against the emulator, without a proxy.

use partner_center_emulator::Emulator;
use partner_center_tests::whole_run;

#[tokio::test]
async fn each_operation_follows_the_rules_for_each_partner() {
    let emulator = Emulator::start().await.unwrap();
    let result = whole_run(&emulator, &emulator.url()).await;
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// An emulator without authentication lets the wrong partner change things: the run can fail.
#[tokio::test]
async fn the_run_fails_if_the_wrong_partner_is_not_rejected() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let result = whole_run(&emulator, &emulator.url()).await.unwrap_err();
    assert!(
        result.contains("succeeded for the wrong partner"),
        "{result}"
    );
}
