//! Where the browser is: the one that `CHROMIUM` names, or one of the usual names on the path.

use std::path::PathBuf;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The executable, or what to install.
pub(super) fn find() -> Result<PathBuf, String> {
    let wanted = "install Chromium (Debian: `apt-get install chromium`), or set CHROMIUM to the path \
                  of a Chromium or Chrome";
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        return Err(format!(
            "CHROMIUM is {:?}, which is no file; {wanted}",
            named.display()
        ));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&path)
        .flat_map(|directory| NAMES.map(|name| directory.join(format!("{name}{suffix}"))))
        .chain([PathBuf::from(MAC)])
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| format!("no Chromium was found, which checks the reference page; {wanted}"))
}
