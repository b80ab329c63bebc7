//! The `pctransfers` binary; see the library for the implementation.

use std::process::ExitCode;

fn main() -> ExitCode {
    pctransfers::run()
}
