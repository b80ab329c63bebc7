//! The command on a pseudo-terminal.

use std::io::Read as _;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::run::{CANARY, HOME_VARIABLES, NO_HOME};

/// A text to wait for, and what to do once it is shown.
pub(crate) type Then<'a> = (&'a str, &'a mut dyn FnMut(&mut dyn std::io::Write));

/// Runs the command on a terminal of this width, and returns its output and the exit code. A
/// terminal without columns has no rows either. `quiet_errors` discards standard error.
pub(crate) fn on_terminal(
    columns: u16,
    quiet_errors: bool,
    arguments: &[&str],
    variables: &[(&str, &str)],
    then: Option<Then<'_>>,
) -> (String, u32) {
    let redirect = if quiet_errors { "2>/dev/null" } else { "" };
    redirected(columns, redirect, arguments, variables, then)
}

/// The same with any redirection of the shell. The variable `PWD` is the folder of the command.
pub(crate) fn redirected(
    columns: u16,
    redirect: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
    mut then: Option<Then<'_>>,
) -> (String, u32) {
    let size = PtySize {
        rows: if columns == 0 { 0 } else { 50 },
        cols: columns,
        ..PtySize::default()
    };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &format!("exec \"$0\" \"$@\" {redirect}")]);
    command.arg(env!("CARGO_BIN_EXE_pctransfers"));
    command.args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("PCTRANSFERS_") {
            command.env_remove(name);
        }
    }
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    for name in HOME_VARIABLES {
        command.env(name, NO_HOME);
    }
    // Otherwise the home.
    command.cwd(std::env::current_dir().unwrap());
    command.env("TERM", "xterm-256color");
    command.env("TZ", "UTC");
    command.env("PCTRANSFERS_TOKEN", CANARY);
    for (name, value) in variables {
        command.env(name, value);
        if *name == "PWD" {
            command.cwd(value);
        }
    }
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let mut shown = Vec::new();
    let mut buffer = [0; 4096];
    // On Linux, reading a closed terminal is an error and not the end of the stream.
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        shown.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&shown);
        if let Some((_, act)) = then.take_if(|(wanted, _)| text.contains(*wanted)) {
            act(&mut writer);
        }
    }
    let code = child.wait().unwrap().exit_code();
    let shown = String::from_utf8(shown).unwrap().replace("\r\n", "\n");
    assert!(then.is_none(), "never shown: {shown}");
    assert!(!shown.contains(CANARY), "{shown}");
    (shown, code)
}
