//! Runs the code samples of spec/dist/openapi.json against the emulator, through a proxy that records
//! what they send.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;
use uuid::Uuid;

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

/// Compiles TypeScript samples, strictly, with what Node.js adds.
fn compile(directory: &Path) {
    let node = "declare const process: { env: Record<string, string | undefined> };\n";
    std::fs::write(directory.join("node.d.ts"), node).unwrap();
    let options = serde_json::json!({
        "compilerOptions": {
            "strict": true, "module": "nodenext", "moduleDetection": "force", "target": "es2022",
            "lib": ["es2022", "dom", "dom.iterable"], "types": [],
        },
    });
    let options = options.to_string();
    std::fs::write(directory.join("tsconfig.json"), options).unwrap();
    std::fs::write(directory.join("package.json"), r#"{ "type": "module" }"#).unwrap();
    let packages = std::fs::read_dir(workspace().join("target/tools")).unwrap();
    let compiler = packages
        .map(|entry| entry.unwrap().path())
        .map(|place| place.join("node_modules/typescript/bin/tsc"))
        .find(|file| file.is_file())
        .expect("`cargo xtask spec check` installs TypeScript");
    let output = Command::new("node")
        .arg(compiler)
        .current_dir(directory)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}
/// The languages that are run: the program, the extension of its files, and what it prints for a
/// response other than success.
const LANGUAGES: [(&str, &str, &str); 3] = [
    ("bash", "sh", "401"),
    ("Python", "py", "401: "),
    ("TypeScript", "js", "Error: 401: "),
];

/// Runs a sample with an access token.
fn run(file: &Path, url: &str, token: &str) -> Output {
    let program = match file.extension().and_then(OsStr::to_str) {
        Some("sh") => "sh",
        Some("py") => "python3",
        _ => "node",
    };
    Command::new(program)
        .arg(file)
        .env("PARTNER_CENTER_URL", url)
        .env("PARTNER_CENTER_TOKEN", token)
        .output()
        .unwrap()
}

/// Reads the bundle, and checks the servers.
fn operations() -> Vec<Value> {
    let bundle = std::fs::read(workspace().join("spec/dist/openapi.json")).unwrap();
    let bundle: Value = serde_json::from_slice(&bundle).unwrap();
    let servers = bundle["servers"].as_array().unwrap().iter();
    let urls: Vec<_> = servers.map(|server| server["url"].as_str()).collect();
    assert_eq!(urls[0], Some("https://api.partnercenter.microsoft.com"));
    assert!(urls.contains(&Some("http://127.0.0.1:8484")), "{urls:?}");
    let items = bundle["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations.cloned().collect()
}

/// Writes the samples of the languages that are run.
fn write(operations: &[Value], directory: &Path) {
    for operation in operations {
        let id = operation["operationId"].as_str().unwrap();
        for (language, extension, _) in LANGUAGES {
            let samples = operation["x-codeSamples"].as_array().unwrap();
            let sample = samples.iter().find(|sample| sample["lang"] == language);
            let source = sample.unwrap()["source"].as_str().unwrap();
            let extension = extension.replace("js", "ts");
            std::fs::write(directory.join(format!("{id}.{extension}")), source).unwrap();
        }
    }
    compile(directory);
}

/// The partner that calls an operation, the number of its effects, and what its sample prints.
fn expected(id: &str) -> (Uuid, usize, &'static str) {
    match id {
        "list_transfers" | "get_transfer" => {
            (data_set::SOURCE, 0, "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba")
        }
        "get_transfer_eligibility" => (data_set::SOURCE, 0, "5B000000-0000-4000-8000-000000000001"),
        "create_transfer" => (data_set::SOURCE, 1, "Active"),
        // One of the groups failed.
        "accept_transfer" => (data_set::TARGET, 1, "900103"),
        "update_transfer" => (data_set::TARGET, 1, "Reject"),
        "withdraw_transfer" => (data_set::SOURCE, 1, ""),
        _ => panic!("{id}: no expectation"),
    }
}

#[test]
#[ignore = "needs curl, Node.js and Python: `cargo xtask ci` runs it"]
fn each_sample_does_what_its_operation_says() {
    let (operations, directory) = (operations(), tempfile::tempdir().unwrap());
    assert_eq!(operations.len(), 7);
    write(&operations, directory.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for operation in &operations {
        let id = operation["operationId"].as_str().unwrap();
        let (partner, effects, printed) = expected(id);
        for (language, extension, refused) in LANGUAGES {
            let file = directory.path().join(format!("{id}.{extension}"));
            let emulator = runtime.block_on(Emulator::start()).unwrap();
            let (url, sent) = proxy(&emulator.url());
            let at = format!("{id} in {language}");

            let output = run(&file, &url, "no-token");
            assert!(!output.status.success(), "{at}: {output:?}");
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains(refused), "{at}: {error}");
            assert_eq!(emulator.effects().len(), 0, "{at}");

            let output = run(&file, &url, &emulator.token(partner).unwrap());
            assert!(output.status.success(), "{at}: {output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains(printed), "{at}: {text}");
            assert_eq!(emulator.effects().len(), effects, "{at}");

            // Without the id, a reader cannot send the same call again.
            let sent = sent.lock().unwrap().to_lowercase();
            let notes = String::from_utf8(output.stderr).unwrap();
            for effect in emulator.effects() {
                let id = format!("ms-requestid: {}", effect.request_id);
                assert!(sent.contains(&(id.clone() + "\r\n")), "{at}: {sent}");
                assert!(notes.to_lowercase().contains(&id), "{at}: {notes}");
            }
            // As the description of the server says.
            let emulator = Emulator::builder().no_auth();
            let emulator = runtime.block_on(emulator.start()).unwrap();
            let output = run(&file, &emulator.url(), "any");
            assert!(output.status.success(), "{at}: {output:?}");
            assert_eq!(emulator.effects().len(), effects, "{at}");

            if id == "accept_transfer" {
                assert!(sent.contains("content-length: 0\r\n"), "{at}: {sent}");
            }
        }
    }
}
