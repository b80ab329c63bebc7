//! Runs the code samples of spec/dist/openapi.json against the emulator, through a proxy that records
//! what they send.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a sample sends.
type Sent = Arc<Mutex<String>>;

/// Forwards each connection to another address, and records what clients send.
fn proxy(to: &str) -> (String, Sent) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let to = to.trim_start_matches("http://").to_owned();
    let sent = Sent::default();
    let record = Arc::clone(&sent);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(&to).unwrap());
            let (from, into) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let record = Arc::clone(&record);
            std::thread::spawn(move || forward(from, into, Some(&record)));
            std::thread::spawn(move || forward(server, client, None));
        }
    });
    (address, sent)
}

fn forward(mut from: TcpStream, mut into: TcpStream, record: Option<&Mutex<String>>) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if let Some(record) = record {
            let text = String::from_utf8_lossy(&buffer[..count]);
            record.lock().unwrap().push_str(&text);
        }
        if into.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = into.shutdown(Shutdown::Write);
}

/// The program that runs a sample in a language, in a directory.
fn program(language: &str, source: &str, directory: &Path) -> Command {
    let file = |name: &str, text: &str| {
        let path = directory.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut command;
    match language {
        "Shell" => {
            command = Command::new("sh");
            command.arg("-eu").arg(file("sample.sh", source));
        }
        "Python" => {
            command = Command::new("python3");
            command.arg(file("sample.py", source));
        }
        "TypeScript" => {
            // As Node.js does that is new enough: without the types.
            let packages = std::fs::read_dir(workspace().join("target/tools")).unwrap();
            let typescript = packages
                .map(|entry| entry.unwrap().path().join("node_modules/typescript"))
                .find(|path| path.is_dir())
                .expect("`cargo xtask spec check` installs TypeScript");
            let compile = "const [, compiler, source] = process.argv; \
                           const { ModuleKind, ScriptTarget, transpileModule } = require(compiler); \
                           const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 }; \
                           process.stdout.write(transpileModule(source, { compilerOptions }).outputText);";
            let output = Command::new("node")
                .args(["-e", compile])
                .arg(typescript)
                .arg(source)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            let script = String::from_utf8(output.stdout).unwrap();
            command = Command::new("node");
            command.arg(file("sample.mjs", &script));
        }
        _ => unreachable!("{language} is not run"),
    }
    command.current_dir(directory);
    command
}

#[test]
#[ignore = "needs curl, Node.js and Python: `cargo xtask ci` runs it"]
fn each_sample_does_what_its_operation_says() {
    let bundle = std::fs::read(workspace().join("spec/dist/openapi.json")).unwrap();
    let bundle: Value = serde_json::from_slice(&bundle).unwrap();
    let urls: Vec<&str> = bundle["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|server| server["url"].as_str().unwrap())
        .collect();
    assert_eq!(urls[0], "https://api.partnercenter.microsoft.com");
    assert!(urls.contains(&"http://127.0.0.1:8484"), "{urls:?}");

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runs = 0;
    for operation in bundle["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
    {
        let id = operation["operationId"].as_str().unwrap();
        let (partner, effects, printed) = match id {
            "list_transfers" | "get_transfer" => {
                (data_set::SOURCE, 0, "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba")
            }
            "get_transfer_eligibility" => {
                (data_set::SOURCE, 0, "5B000000-0000-4000-8000-000000000001")
            }
            "create_transfer" => (data_set::SOURCE, 1, "Active"),
            "accept_transfer" => (data_set::TARGET, 1, "900103"),
            "update_transfer" => (data_set::TARGET, 1, "Reject"),
            "withdraw_transfer" => (data_set::SOURCE, 1, ""),
            _ => panic!("{id}: no expectation"),
        };
        for sample in operation["x-codeSamples"].as_array().unwrap() {
            let (language, source) = (
                sample["lang"].as_str().unwrap(),
                sample["source"].as_str().unwrap(),
            );
            if !matches!(language, "Shell" | "Python" | "TypeScript") {
                continue;
            }
            let emulator = runtime.block_on(Emulator::start()).unwrap();
            let (url, sent) = proxy(&emulator.url());
            let directory = tempfile::tempdir().unwrap();
            let output = program(language, source, directory.path())
                .env("PARTNER_CENTER_URL", url)
                .env("PARTNER_CENTER_TOKEN", emulator.token(partner).unwrap())
                .output()
                .unwrap();
            assert!(output.status.success(), "{id} in {language}: {output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains(printed), "{id} in {language}: {text}");
            assert_eq!(emulator.effects().len(), effects, "{id} in {language}");
            let sent = sent.lock().unwrap().to_lowercase();
            if effects > 0 {
                let effect = &emulator.effects()[0];
                assert!(
                    sent.contains(&format!("ms-requestid: {}\r\n", effect.request_id)),
                    "{id} in {language}: {sent}"
                );
            }
            if id == "accept_transfer" {
                assert!(sent.contains("content-length: 0\r\n"), "{language}: {sent}");
            }
            runs += 1;
        }
    }
    assert_eq!(runs, 7 * 3);
}
