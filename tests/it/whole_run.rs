//! The whole run, with nothing between the client and the emulator.

use partner_center_emulator::Emulator;
use partner_center_tests::whole_run;

#[tokio::test]
async fn each_operation_ends_as_the_rules_say_whoever_calls_it() {
    let emulator = Emulator::start().await.unwrap();
    let said = whole_run(&emulator, &emulator.url()).await;
    assert!(said.is_ok(), "{}", said.unwrap_err());
}

/// It can fail: an emulator that asks nobody who they are lets the wrong partner do things.
#[tokio::test]
async fn the_wrong_partner_is_found_out() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let said = whole_run(&emulator, &emulator.url()).await.unwrap_err();
    assert!(said.contains("was done by the wrong partner"), "{said}");
}
