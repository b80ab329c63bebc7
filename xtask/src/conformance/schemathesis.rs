//! Runs Schemathesis against the emulator: it generates valid and invalid requests from spec/dist
//! and checks each response against the document.

use std::path::Path;
use std::process::Command;

use partner_center_emulator::data_set;
use tokio::runtime::Handle;

use super::build::{SPEC, install, install_venv, venv_python};
use super::emulator;
use crate::process;
use crate::toolchain::Need;

pub(super) const NAME: &str = "schemathesis";
pub(super) const NEEDS: [Need; 1] = [Need::Python];

/// Runs all of its checks except `positive_data_acceptance`, which considers header values valid that
/// do not match the GUID pattern.
///
/// # Errors
///
/// The findings of Schemathesis.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let emulator = Handle::current().block_on(emulator::start())?;
    let pins = ["requirements.txt", "schemathesis.toml"].map(str::to_owned);
    let place = install(root, NAME, &NEEDS.into(), &pins, |place| {
        install_venv(root, place)
    })?;
    let token = emulator
        .token(data_set::TARGET)
        .ok_or("the built-in data set lacks a partner")?;
    let mut schemathesis = Command::new(venv_python(&place));
    schemathesis
        .args(["-m", "schemathesis.cli", "run"])
        .arg(root.join(SPEC))
        .args(["--url", &emulator.url()])
        .args([
            "--checks",
            "all",
            "--exclude-checks",
            "positive_data_acceptance",
        ])
        // Generate the same requests every time.
        .args(["--seed", "1", "--generation-deterministic", "--no-color"])
        // schemathesis.toml in that directory reads the token from here, so that it is not in the
        // process list.
        .env("EMULATOR_TOKEN", token)
        .current_dir(&place);
    let said = process::run("schemathesis", &mut schemathesis)?;
    let cases = said.lines().find(|line| line.contains(" generated, "));
    let cases = cases.ok_or_else(|| format!("schemathesis generated no test case:\n{said}"))?;
    Ok(format!("test cases: {}", cases.trim()))
}
