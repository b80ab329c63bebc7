//! A user signs in to the emulator, with the emulator's own rules for codes and tokens.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use partner_center_emulator::{DeviceCodeAnswer, Emulator, data_set};

use crate::command_lines::CUSTOMER;
use crate::run::{HOME_VARIABLES, bare_command};

fn start(emulator: &Emulator, home: &Path, arguments: &[&str]) -> Child {
    let mut command: Command = bare_command();
    command
        .args(arguments)
        .envs(HOME_VARIABLES.map(|name| (name, home)))
        .env("PCTRANSFERS_ENDPOINT", emulator.url())
        .env("PCTRANSFERS_AUTHORITY", emulator.url())
        .env("PCTRANSFERS_TENANT_ID", data_set::SOURCE.to_string())
        .env(
            "PCTRANSFERS_CLIENT_ID",
            data_set::SOURCE_PUBLIC_APP.to_string(),
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Standard output and the exit code.
fn run(emulator: &Emulator, home: &Path, arguments: &[&str]) -> (String, i32) {
    let output = start(emulator, home, arguments).wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text, output.status.code().unwrap())
}

/// Logs in, and answers with the code that the command shows.
fn log_in(emulator: &Emulator, home: &Path, answer: DeviceCodeAnswer) -> (String, String, i32) {
    let mut child = start(emulator, home, &["login"]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut shown = String::new();
    stderr.read_line(&mut shown).unwrap();
    let (_, code) = shown.split_once("enter the code ").unwrap();
    let code = code.split('.').next().unwrap();
    emulator.answer_device_code(code, answer).unwrap();
    stderr.read_to_string(&mut shown).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text, shown, output.status.code().unwrap())
}

#[test]
fn a_user_signs_in_lists_and_signs_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = Emulator::builder().device_code_interval(Duration::ZERO);
    let emulator = runtime.block_on(emulator.start()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let home = home.path();

    let (_, errors, code) = log_in(&emulator, home, DeviceCodeAnswer::Decline);
    assert_eq!(code, 1, "{errors}");
    assert!(errors.contains("the sign-in was declined"), "{errors}");
    assert_eq!(run(&emulator, home, &["whoami"]).1, 2);

    let (text, errors, code) = log_in(&emulator, home, DeviceCodeAnswer::SignIn(None));
    assert_eq!(code, 0, "{errors}");
    let expected = "Signed in as agent@contoso.onmicrosoft.com with multifactor authentication.\n";
    assert_eq!(text, expected);
    let (text, code) = run(&emulator, home, &["whoami"]);
    assert_eq!(code, 0);
    for line in [
        "User        agent@contoso.onmicrosoft.com",
        "MFA         yes",
        "Tenant      11111111-0000-4000-8000-00000000000a",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let list = ["list", "--customer", CUSTOMER];
    assert_eq!(run(&emulator, home, &list).1, 0);
    // With the refresh token.
    let without_cache = [&["--no-token-cache"], &list[..]].concat();
    assert_eq!(run(&emulator, home, &without_cache).1, 0);
    assert_eq!(run(&emulator, home, &["logout"]).1, 0);
    assert_eq!(run(&emulator, home, &list).1, 2);
}
