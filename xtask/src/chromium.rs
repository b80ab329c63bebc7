//! Finds Chromium: the path in the variable CHROMIUM, or a common name on the PATH.

use std::path::PathBuf;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Returns the executable, or an error that says what to install. `purpose` says what Chromium does.
pub(crate) fn find(purpose: &str) -> Result<PathBuf, String> {
    let install = "install Chromium (Debian: `apt-get install chromium`), or set CHROMIUM to the \
                   path of Chromium or Chrome";
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        let named = named.display();
        return Err(format!("CHROMIUM: {named} is not a file; {install}"));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&path)
        .flat_map(|directory| NAMES.map(|name| directory.join(format!("{name}{suffix}"))))
        .chain([PathBuf::from(MAC)])
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| format!("found no Chromium, which {purpose}; {install}"))
}
