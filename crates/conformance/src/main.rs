//! The command `partner-center-conformance`.

use std::process::ExitCode;

fn main() -> ExitCode {
    partner_center_conformance::main()
}
