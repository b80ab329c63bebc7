//! The Rust code samples of the document, run against the emulator.

use std::process::Command;

use partner_center_emulator::{Emulator, data_set};
use partner_center_tests::spec;

#[tokio::test(flavor = "multi_thread")]
async fn each_rust_sample_does_what_its_operation_says() {
    let spec = spec();
    let items = spec["paths"].as_object().unwrap().values();
    for operation in items.flat_map(|item| item.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        let partner = match id {
            "accept_transfer" | "update_transfer" => data_set::TARGET,
            _ => data_set::SOURCE,
        };
        let emulator = Emulator::start().await.unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rust-samples"))
            .arg(id)
            .env("PARTNER_CENTER_URL", emulator.url())
            .env("PARTNER_CENTER_TOKEN", emulator.token(partner).unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{id}: {output:?}");
        let effects = emulator.effects().len();
        assert_eq!(
            effects,
            usize::from(!id.starts_with("get_") && id != "list_transfers"),
            "{id}"
        );
        if id == "accept_transfer" {
            assert_eq!(
                String::from_utf8(output.stdout).unwrap(),
                "2 orders, 1 errors\n"
            );
        }
    }
}
