//! Schemathesis on the emulator: requests that it makes up from spec/dist, right and wrong ones, and
//! each answer held against the document.

use std::path::Path;
use std::process::Command;

use partner_center_emulator::data_set;
use tokio::runtime::Handle;

use super::build::{SPEC, install, venv, venv_python};
use super::toolchain::Need;

pub(super) const NAME: &str = "schemathesis";
pub(super) const NEEDS: [Need; 1] = [Need::Python];

/// Runs all of its checks but one: a header whose GUID is described by a pattern makes it take
/// texts for right ones that the pattern refuses.
///
/// # Errors
///
/// What it found, as it says it.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let emulator = Handle::current().block_on(super::emulator())?;
    let pins = ["requirements.txt", "schemathesis.toml"].map(str::to_owned);
    let place = install(root, NAME, &NEEDS.into(), &pins, |place| venv(root, place))?;
    let token = emulator
        .token(data_set::TARGET)
        .ok_or("the built-in data set has lost a partner")?;
    let output = Command::new(venv_python(&place))
        .args(["-m", "schemathesis.cli", "run"])
        .arg(root.join(SPEC))
        .args(["--url", &emulator.url()])
        .args([
            "--checks",
            "all",
            "--exclude-checks",
            "positive_data_acceptance",
        ])
        // The same requests each time.
        .args(["--seed", "1", "--generation-deterministic", "--no-color"])
        // It reads schemathesis.toml there, which takes the token from here: not for the process list.
        .env("EMULATOR_TOKEN", token)
        .current_dir(&place)
        .output()
        .map_err(|error| format!("failed to run schemathesis: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        return Err(format!("schemathesis:\n{said}{complained}"));
    }
    let cases = said.lines().find(|line| line.contains(" generated, "));
    let cases = cases.ok_or_else(|| format!("schemathesis generated no test case:\n{said}"))?;
    Ok(format!("test cases: {}", cases.trim()))
}
