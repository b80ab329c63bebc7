//! The Rust client as a driver program for the conformance scenarios:
//!
//! `partner-center-conformance spec/scenarios -- scenario-driver`

use std::io::Read as _;

use partner_center_conformance::DriverCall;
use partner_center_tests::scenario_driver::{conclude, rust_client};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut question = String::new();
    std::io::stdin().read_to_string(&mut question)?;
    let question: Value = serde_json::from_str(&question)?;
    let answer = if question["ask"] == "capabilities" {
        serde_json::to_value(rust_client())?
    } else {
        let asked: DriverCall = serde_json::from_value(question)?;
        serde_json::to_value(conclude(&asked, true).await?)?
    };
    println!("{answer}");
    Ok(())
}
