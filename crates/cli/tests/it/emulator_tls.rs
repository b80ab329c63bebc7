//! The command against an emulator with TLS, as the emulator's greeting says.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use partner_center_emulator::data_set;

use crate::run::{CANARY, Run, bare_command, command, finish};
use crate::running::interrupt;

/// `pctransfers emulator --tls` as a process, and the variables that it says to export.
struct TlsEmulator {
    child: Child,
    variables: HashMap<String, String>,
    url: String,
}

impl TlsEmulator {
    fn start() -> Self {
        let mut command = bare_command();
        command.args(["emulator", "--tls", "--listen", "127.0.0.1:0", "--quiet"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut variables = HashMap::new();
        let mut secrets = 0;
        for line in lines.map(Result::unwrap) {
            if let Some(variable) = line.trim().strip_prefix("export ") {
                let (name, value) = variable.split_once('=').unwrap();
                variables.insert(name.to_owned(), value.trim_matches('\'').to_owned());
                secrets += usize::from(name == "PCTRANSFERS_CLIENT_SECRET");
            }
            // The target partner is the second one.
            if secrets == 2 {
                break;
            }
        }
        let url = variables["PCTRANSFERS_ENDPOINT"].replace("127.0.0.1", "localhost");
        assert!(url.starts_with("https://localhost:"), "{url}");
        variables.insert("PCTRANSFERS_ENDPOINT".to_owned(), url.clone());
        variables.insert("PCTRANSFERS_AUTHORITY".to_owned(), url.clone());
        Self {
            child,
            variables,
            url,
        }
    }

    /// Runs the command as the target partner, without these variables and with a token, if any.
    fn run(&self, words: &[&str], without: &[&str], token: Option<&str>) -> Run {
        let mut command = command();
        command.args(["--retries", "0"]).args(words);
        command.args(["--customer", &data_set::CUSTOMER.to_string()]);
        command.args(["--transfer", &data_set::ACCEPTED_WHOLE.to_string()]);
        command.envs(&self.variables);
        for name in without {
            command.env_remove(name);
        }
        finish(command.envs(token.map(|token| ("PCTRANSFERS_TOKEN", token))))
    }
}

impl Drop for TlsEmulator {
    fn drop(&mut self) {
        // It deletes the file with its certificate.
        interrupt(&self.child);
        let _ = self.child.wait();
    }
}

#[test]
fn a_transfer_is_accepted_over_tls_with_the_printed_root() {
    let emulator = TlsEmulator::start();
    let run = emulator.run(&["accept", "--yes"], &[], None);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("was accepted: 2 orders"),
        "{}",
        run.stdout
    );
    let run = emulator.run(&["get"], &[], None);
    assert!(
        run.stdout.contains("Complete"),
        "{} {}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn without_the_root_the_error_says_what_to_set() {
    let emulator = TlsEmulator::start();
    let app = [
        "PCTRANSFERS_TENANT_ID",
        "PCTRANSFERS_CLIENT_ID",
        "PCTRANSFERS_CLIENT_SECRET",
    ];
    let token = (&app[..], Some(CANARY), "no connection to https://localhost");
    let login = "no connection to the login service at https://localhost";
    for (more, token, expected) in [(&[][..], None, login), token] {
        let without = [&["PCTRANSFERS_CA_FILE"], more].concat();
        let run = emulator.run(&["accept", "--yes", "--no-read"], &without, token);
        assert_eq!(run.code, 1, "{}", run.stderr);
        for text in [
            expected,
            &emulator.url,
            "UnknownIssuer",
            "PCTRANSFERS_CA_FILE",
        ] {
            assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
        }
    }
    let run = emulator.run(&["get"], &[], None);
    assert!(
        run.stdout.contains("Active"),
        "{} {}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn the_root_of_an_emulator_that_was_restarted_is_not_advised_again() {
    let directory = tempfile::tempdir().unwrap();
    let old = directory.path().join("old.pem");
    let first = TlsEmulator::start();
    std::fs::copy(&first.variables["PCTRANSFERS_CA_FILE"], &old).unwrap();
    drop(first);
    let mut second = TlsEmulator::start();
    let old = old.to_str().unwrap().to_owned();
    second
        .variables
        .insert("PCTRANSFERS_CA_FILE".to_owned(), old);
    let run = second.run(&["get"], &[], None);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for text in [
        "the file in PCTRANSFERS_CA_FILE does not contain its issuer",
        "an emulator with --tls makes a new certificate at each start",
    ] {
        assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
    }
}
