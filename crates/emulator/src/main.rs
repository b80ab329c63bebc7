//! The command `partner-center-emulator`; see [`partner_center_emulator::command`].

use std::process::ExitCode;

fn main() -> ExitCode {
    partner_center_emulator::command::run()
}
