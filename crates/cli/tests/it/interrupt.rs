//! Ctrl-C in each phase of a call.

use serde_json::{Value, json};

use crate::running::{interrupt, listen, request, start};
use crate::server::{CUSTOMER, Server, TRANSFER, on_create, on_transfer};

/// The read before a change counts as a read.
#[cfg(unix)]
#[test]
fn an_interrupted_read_has_changed_nothing() {
    for words in [
        on_transfer("get", &[]),
        on_transfer("withdraw", &["--yes"]),
        on_create(&["--subscription", "s"]),
    ] {
        let (listener, url) = listen();
        let child = start(&url, &[&words[..], &["--output", "json"]].concat());
        let _connection = request(&listener, "GET ");
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{words:?}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["outcome"], "interrupted");
        assert_eq!(document["error"]["mayHaveBeenApplied"], false);
    }
}

/// The reader of the result may have stopped reading.
#[cfg(unix)]
#[test]
fn a_blocked_output_can_be_interrupted() {
    use std::io::Read as _;

    let server = Server::start();
    // Larger than the buffer of a pipe.
    let body = json!([{ "id": TRANSFER, "customerName": "x".repeat(1 << 20) }]);
    server.reply("GET", 200, &body.to_string());
    let list = ["list", "--customer", CUSTOMER, "--output", "json"];
    let mut child = start(&server.url(), &list);
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// While the change is in progress, and while the state is read back.
#[cfg(unix)]
#[test]
fn an_interrupted_change_leaves_the_outcome_unknown() {
    for is_lost in [false, true] {
        let (listener, url) = listen();
        let words = ["--yes", "--no-read", "--output", "json"];
        let child = start(&url, &on_transfer("accept", &words));
        let (mut connection, request_id) = request(&listener, "POST ");
        if is_lost {
            drop(connection);
            (connection, _) = request(&listener, "GET ");
        }
        // The request has arrived, and there is no response.
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        drop(connection);
        assert_eq!(output.status.code(), Some(5));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.contains("interrupted; the service may have applied the accept"),
            "{errors}"
        );
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let id = document["requestId"].as_str().unwrap();
        assert_eq!(id, request_id);
        assert!(errors.contains(&format!("--request-id {id}")), "{errors}");
        assert_eq!(document["outcome"], "unknown");
        assert_eq!(document["error"]["mayHaveBeenApplied"], true);
    }
}
