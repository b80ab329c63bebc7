//! The command `partner-center-emulator`. What it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    partner_center_emulator::command::run()
}
