//! What users install: the archive of `cargo xtask dist`, and the images of the Dockerfile.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail the test"
)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;

/// The documents that the archive contains.
const DOCUMENTS: [&str; 4] = [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "crates/cli/README.md",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The binary of pctransfers beside that of this test. All tests of the workspace build it; a test of
/// xtask alone builds it here.
fn pctransfers() -> PathBuf {
    let name = format!("pctransfers{}", std::env::consts::EXE_SUFFIX);
    let binary = Path::new(env!("CARGO_BIN_EXE_xtask")).with_file_name(name);
    if !binary.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--package", "pctransfers"]);
        assert!(cargo.current_dir(workspace()).status().unwrap().success());
    }
    binary
}

/// A program that passes its arguments on to the binary. It is small, because a debug build of xtask
/// takes a minute to compress the binary itself.
const STAND_IN: &str = r#"
fn main() {
    let mut command = std::process::Command::new(env!("PCTRANSFERS"));
    let status = command.args(std::env::args_os().skip(1)).status();
    std::process::exit(status.ok().and_then(|status| status.code()).unwrap_or(1));
}
"#;

/// Compiles the stand-in.
fn stand_in(file: &Path) {
    let mut rustc = Command::new("rustc")
        .args(["--edition", "2024", "-C", "strip=symbols", "-o"])
        .arg(file)
        .arg("-")
        .env("PCTRANSFERS", pctransfers())
        .current_dir(workspace())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut source = rustc.stdin.take().unwrap();
    source.write_all(STAND_IN.as_bytes()).unwrap();
    drop(source);
    assert!(rustc.wait().unwrap().success());
}

/// What `cargo xtask dist` makes.
struct Dist {
    name: String,
    archive: Vec<u8>,
    sum: String,
}

/// Packages the binary in a folder with the documents.
fn dist(binary: &Path) -> Dist {
    let root = tempfile::tempdir().unwrap();
    for document in DOCUMENTS {
        let path = root.path().join(document);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(workspace().join(document), path).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["dist", "--binary"])
        .arg(binary)
        .arg("--root")
        .arg(root.path())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let [archive, sum] = stdout.lines().collect::<Vec<_>>()[..] else {
        panic!("{stdout}");
    };
    Dist {
        name: archive.strip_prefix("target/dist/").unwrap().to_owned(),
        archive: std::fs::read(root.path().join(archive)).unwrap(),
        sum: std::fs::read_to_string(root.path().join(sum)).unwrap(),
    }
}

/// Everything about an entry that a reader of the archive sees.
struct Entry {
    mode: u32,
    metadata: (u64, u64, u64),
    bytes: Vec<u8>,
}

fn entries(archive: &[u8]) -> BTreeMap<String, Entry> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let header = entry.header().clone();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let metadata = (
            header.mtime().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap(),
        );
        let entry = Entry {
            mode: header.mode().unwrap(),
            metadata,
            bytes,
        };
        (name, entry)
    });
    entries.collect()
}

#[test]
fn the_archive_is_complete_reproducible_and_has_a_checksum() {
    let directory = tempfile::tempdir().unwrap();
    let binary = format!("pctransfers{}", std::env::consts::EXE_SUFFIX);
    let program = directory.path().join(&binary);
    stand_in(&program);
    let Dist { name, archive, sum } = dist(&program);
    let folder = name.strip_suffix(".tar.gz").unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let target = folder
        .strip_prefix(&format!("pctransfers-{version}-"))
        .unwrap();
    assert!(target.contains(std::env::consts::ARCH), "{target}");

    let entries = entries(&archive);
    let packed = &entries[&format!("{folder}/{binary}")].bytes;
    assert!(*packed == std::fs::read(&program).unwrap(), "other bytes");
    for file in [
        binary.as_str(),
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "completions/_pctransfers",
        "completions/_pctransfers.ps1",
        "completions/pctransfers.bash",
        "completions/pctransfers.elv",
        "completions/pctransfers.fish",
        "man/man1/pctransfers.1",
        "man/man1/pctransfers-accept.1",
        "man/man1/pctransfers-bulk-accept.1",
    ] {
        let entry = entries.get(&format!("{folder}/{file}"));
        let entry = entry.unwrap_or_else(|| panic!("no {file}"));
        assert!(entry.bytes.len() > 200, "{file}");
        assert_eq!(
            entry.mode,
            if file == binary { 0o755 } else { 0o644 },
            "{file}"
        );
    }
    assert!(entries.values().all(|entry| entry.metadata == (0, 0, 0)));
    assert!(
        entries
            .keys()
            .all(|name| name.starts_with(&format!("{folder}/")))
    );
    let readme = &entries[&format!("{folder}/README.md")].bytes;
    assert!(!String::from_utf8_lossy(readme).contains("](.."));

    assert!(dist(&program).archive == archive, "not reproducible");
    assert!(sum.ends_with(&format!("  {name}\n")), "{sum}");
    check_sum(&name, &archive, &sum);
    binstall_finds_the_binary(&name, &entries);
}

/// Checks the sum with the program that users have for it, where it is installed.
fn check_sum(name: &str, archive: &[u8], sum: &str) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join(name), archive).unwrap();
    std::fs::write(directory.path().join("sum"), sum).unwrap();
    let check = Command::new("sha256sum")
        .args(["--check", "sum"])
        .current_dir(directory.path())
        .output();
    if let Ok(check) = check {
        assert!(
            check.status.success(),
            "{}",
            String::from_utf8_lossy(&check.stderr)
        );
    }
}

/// `cargo binstall` looks for the archive under the name that `dist` gives it.
fn binstall_finds_the_binary(name: &str, entries: &BTreeMap<String, Entry>) {
    let manifest = std::fs::read_to_string(workspace().join("crates/cli/Cargo.toml")).unwrap();
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(key));
        let value = line.unwrap().trim_start_matches(" = ").trim_matches('"');
        let folder = name.strip_suffix(".tar.gz").unwrap();
        let target = folder.strip_prefix(&format!("pctransfers-{}-", env!("CARGO_PKG_VERSION")));
        [
            ("{ name }", "pctransfers"),
            ("{ bin }", "pctransfers"),
            ("{ version }", env!("CARGO_PKG_VERSION")),
            ("{ target }", target.unwrap()),
            ("{ binary-ext }", std::env::consts::EXE_SUFFIX),
        ]
        .iter()
        .fold(value.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    };
    assert!(manifest.contains("[package.metadata.binstall]"));
    let file = value("pkg-url").rsplit('/').next().unwrap().to_owned();
    assert_eq!(file, name);
    assert_eq!(value("pkg-fmt"), "tgz");
    assert!(entries.contains_key(&value("bin-dir")));
}

/// No container runtime is needed: what the Dockerfile names exists.
#[test]
fn the_dockerfile_names_what_exists() {
    let text = std::fs::read_to_string(workspace().join("crates/cli/Dockerfile")).unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let toolchain = std::fs::read_to_string(workspace().join("rust-toolchain.toml")).unwrap();
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "));
    let channel = channel.unwrap().trim_matches('"');

    let mut stages = Vec::new();
    let mut built = Vec::new();
    for line in &lines {
        match line[..] {
            ["FROM", image, "AS", stage] => {
                // The last stages contain nothing but the binaries and root certificates.
                let is_compiler = image.starts_with(&format!("rust:{channel}-"));
                let is_small =
                    image.starts_with("gcr.io/distroless/cc-") && image.ends_with(":nonroot");
                assert!(
                    if stages.is_empty() {
                        is_compiler
                    } else {
                        is_small
                    },
                    "{image}"
                );
                stages.push(stage);
            }
            [
                "RUN",
                "cargo",
                "build",
                "--release",
                "--locked",
                ref packages @ ..,
            ] => {
                for package in packages.chunks(2) {
                    assert_eq!(package[0], "--package");
                    built.push(package[1]);
                }
            }
            ["COPY", "--from=build", binary, "/usr/local/bin/"] => {
                let name = binary.strip_prefix("/src/target/release/").unwrap();
                assert!(built.contains(&name), "{name}");
            }
            ["ENTRYPOINT", program] => {
                let program: Vec<String> = serde_json::from_str(program).unwrap();
                let name = program[0].strip_prefix("/usr/local/bin/").unwrap();
                assert!(built.contains(&name), "{name}");
            }
            ["CMD", ..] => {
                let arguments = line[1..].join(" ");
                let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
                let emulator = ["serve", "--listen", "0.0.0.0:8484", "--allow-remote"];
                assert_eq!(arguments, emulator);
            }
            ["WORKDIR", "/src"]
            | ["COPY", ".", "."]
            | ["EXPOSE", "8484"]
            | ["ARG", "PCTRANSFERS_COMMIT"] => {}
            _ => panic!("unexpected line: {}", line.join(" ")),
        }
    }
    assert_eq!(stages, ["build", "emulator", "command"]);
    assert_eq!(built, ["pctransfers", "partner-center-emulator"]);
}
