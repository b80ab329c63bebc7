//! Generated clients of others, each a program of its own, so that the workspace does not depend on
//! what they need. They are built below `target/peers` when the benchmark runs.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::measure::Round;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A running peer.
pub(crate) struct Peer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(program: &Path, address: SocketAddr) -> Result<Self, String> {
        let mut process = Command::new(program)
            .arg(format!("http://{address}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Ok(Self {
            process,
            input,
            output,
        })
    }

    pub(crate) fn round(&mut self, calls: usize, in_flight: usize, count: bool) -> Round {
        writeln!(self.input, "{calls} {in_flight} {}", u8::from(count)).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let mut numbers = line.split_whitespace().map(|word| word.parse().unwrap());
        let mut next = || numbers.next().expect("a peer answers three numbers");
        Round {
            wall: Duration::from_nanos(next()),
            cpu: Duration::from_nanos(next()),
            allocations: next(),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds a peer, and returns its program.
type Build = fn() -> Result<PathBuf, String>;

/// Builds and starts the peers. One that cannot be built is left out, with the reason.
pub(crate) fn start(address: SocketAddr) -> Vec<(&'static str, Peer)> {
    let builds: [(&str, Build); 2] = [
        ("progenitor, stock", progenitor),
        ("openapi-generator", openapi_generator),
    ];
    let mut peers = Vec::new();
    for (name, build) in builds {
        match build().and_then(|program| Peer::start(&program, address)) {
            Ok(peer) => peers.push((name, peer)),
            Err(reason) => eprintln!("WARNING: {name} is left out: {reason}"),
        }
    }
    peers
}

/// progenitor's client. The package generates it, because the generator turns on features of `serde_json` that
/// its client does not need.
fn progenitor() -> Result<PathBuf, String> {
    build(
        "progenitor",
        include_str!("../peers/progenitor.toml"),
        &[
            ("build.rs", include_str!("../peers/progenitor_build.rs")),
            (
                "openapi.json",
                include_str!("../../../spec/dist/openapi.json"),
            ),
            ("src/main.rs", include_str!("../peers/progenitor.rs")),
        ],
    )
}

/// openapi-generator's client, which the conformance run has generated.
fn openapi_generator() -> Result<PathBuf, String> {
    let client = Path::new(WORKSPACE).join("target/conformance/openapi-generator-rust/generated");
    if !client.is_dir() {
        return Err("run `cargo xtask conformance openapi-generator-rust` first".to_owned());
    }
    build(
        "openapi-generator",
        &include_str!("../peers/openapi_generator.toml")
            .replace("GENERATED", &client.display().to_string()),
        &[("src/main.rs", include_str!("../peers/openapi_generator.rs"))],
    )
}

/// Writes the package of a peer, and builds it.
fn build(name: &str, manifest: &str, files: &[(&str, &str)]) -> Result<PathBuf, String> {
    let target = Path::new(WORKSPACE).join("target/peers");
    let package = target.join(name);
    let shared = [
        ("src/measure.rs", include_str!("../peers/measure.rs")),
        ("src/serve.rs", include_str!("../peers/serve.rs")),
    ];
    let write = |file: PathBuf, text: &str| {
        std::fs::create_dir_all(file.parent().unwrap())?;
        // An unchanged file needs no build.
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            return Ok(());
        }
        std::fs::write(file, text)
    };
    let written: std::io::Result<()> = (|| {
        write(package.join("Cargo.toml"), manifest)?;
        for (file, text) in files.iter().chain(&shared) {
            write(package.join(file), text)?;
        }
        Ok(())
    })();
    written.map_err(|error| format!("{}: {error}", package.display()))?;
    eprintln!("building {name} in {}", package.display());
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err("it does not build".to_owned());
    }
    Ok(target.join("release").join(format!("peer-{name}")))
}
