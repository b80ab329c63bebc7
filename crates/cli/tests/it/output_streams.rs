//! Standard output and standard error that are closed or full.

use std::process::Stdio;

use crate::command_lines::{IN_PART, WHOLE, accept};
use crate::run::bare_command;

#[test]
fn closed_output_does_not_change_the_exit_code() {
    for output in ["text", "json"] {
        let (reader, writer) = std::io::pipe().unwrap();
        let (errors, error_writer) = std::io::pipe().unwrap();
        drop((reader, errors));
        let status = bare_command()
            .args(accept(IN_PART))
            .args(["--output", output])
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(error_writer)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(3), "{output}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = bare_command()
        .arg("--help")
        .stdout(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for (transfer, code) in [(WHOLE, 1), (IN_PART, 3)] {
        let output = bare_command()
            .args(accept(transfer))
            .stdout(full())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.contains("error: failed to write the result:"),
            "{errors}"
        );
    }
}
