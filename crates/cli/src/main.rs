//! The command `pctransfers`. What it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    pctransfers::run()
}
