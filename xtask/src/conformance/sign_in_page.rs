//! Signs in at the emulator's page for device codes with Chromium.

use std::path::Path;
use std::time::Duration;

use partner_center_emulator::Emulator;
use tokio::runtime::Handle;

use crate::toolchain::Need;
use crate::{chromium, files, process, tools};

pub(super) const NAME: &str = "sign-in-page";
pub(super) const NEEDS: [Need; 2] = [Need::Node, Need::Npm];

/// Runs xtask/tools/sign-in-page.cjs.
///
/// # Errors
///
/// What a user could not do.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let chromium = chromium::find("checks the page for sign-ins")?;
    let builder = Emulator::builder().device_code_interval(Duration::ZERO);
    let emulator = Handle::current()
        .block_on(builder.start())
        .map_err(|error| format!("failed to start the emulator: {error}"))?;
    let profile = tempfile::tempdir()
        .map_err(|error| files::failed("write", &std::env::temp_dir(), &error))?;
    let mut script = tools::script(root, "sign-in-page.cjs")?;
    script.arg(emulator.url()).arg(chromium).arg(profile.path());
    let said = process::run("the check of the sign-in page", &mut script)?;
    Ok(said.trim_end().to_owned())
}
