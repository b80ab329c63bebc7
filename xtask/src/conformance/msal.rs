//! Logs in to the emulator over TLS with MSAL for Python, which finds the endpoints itself: with a
//! client secret, with a device code, and with the refresh token.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use partner_center_emulator::Emulator;
use tokio::runtime::Handle;

use super::build::{install, install_venv, venv_python};
use crate::toolchain::Need;
use crate::{files, process};

pub(super) const NAME: &str = "msal";
pub(super) const NEEDS: [Need; 1] = [Need::Python];

const SCRIPT: &str = "login.py";

/// Runs tests/conformance/msal/login.py.
///
/// # Errors
///
/// What MSAL or the script did not accept.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let pins = ["requirements.txt", SCRIPT].map(str::to_owned);
    let place = install(root, NAME, &NEEDS.into(), &pins, |place| {
        install_venv(root, place)
    })?;
    // MSAL polls at least once a second if it has to wait.
    let builder = Emulator::builder()
        .tls([] as [&str; 0])
        .device_code_interval(Duration::from_secs(1));
    let emulator = Handle::current()
        .block_on(builder.start())
        .map_err(|error| format!("failed to start the emulator: {error}"))?;
    let certificate = place.join("root.pem");
    let pem = emulator
        .root_certificate()
        .ok_or("the emulator made no certificate")?;
    files::write(&certificate, pem)?;
    let mut script = Command::new(venv_python(&place));
    script
        .arg(SCRIPT)
        .arg(emulator.url())
        .arg(&certificate)
        .current_dir(&place);
    let said = process::run("MSAL", &mut script)?;
    Ok(said.trim_end().to_owned())
}
