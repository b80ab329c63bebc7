//! The packages of all that may be published: what they contain, that the command can be installed from them,
//! that the other programs can be built, and that the README's program can be built with them.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail the test"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;
use tar::Archive;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The cargo that runs this test, at the root of the workspace.
fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace());
    // It would hide whether the command takes its commit from the package.
    cargo.env_remove("PCTRANSFERS_COMMIT");
    cargo
}

/// Runs a command that must succeed, and returns its standard output.
fn run(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(
        status.success(),
        "{command:?} ended with {status}: {stderr}"
    );
    String::from_utf8(stdout).unwrap()
}

/// A crate that may be published.
struct Publishable {
    name: String,
    /// The folder of its sources.
    folder: PathBuf,
    /// What cargo reads from its manifest.
    manifest: Value,
}

impl Publishable {
    /// The name of its package, and of the folder in it.
    fn package(&self) -> String {
        format!("{}-{}", self.name, env!("CARGO_PKG_VERSION"))
    }

    fn words(&self, key: &str) -> Vec<&str> {
        let words = self.manifest[key].as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap()).collect()
    }
}

/// The crates that may be published.
static PUBLISHABLE: LazyLock<Vec<Publishable>> = LazyLock::new(|| {
    let mut metadata = cargo();
    metadata.args(["metadata", "--format-version=1", "--no-deps", "--offline"]);
    let metadata: Value = serde_json::from_str(&run(&mut metadata)).unwrap();
    let crates = metadata["packages"].as_array().unwrap().iter();
    let publishable = crates.filter(|it| it["publish"] != Value::Array(Vec::new()));
    let publishable = publishable.map(|it| Publishable {
        name: it["name"].as_str().unwrap().to_owned(),
        folder: Path::new(it["manifest_path"].as_str().unwrap())
            .parent()
            .unwrap()
            .to_owned(),
        manifest: it.clone(),
    });
    publishable.collect()
});

/// Makes the packages of all publishable crates in a target directory. Cargo resolves the
/// dependencies of each as from a registry that contains the others.
fn make_packages(target: &Path) {
    let mut package = cargo();
    package.args(["package", "--offline", "--locked", "--no-verify"]);
    package.args(["--allow-dirty", "--quiet", "--target-dir"]);
    package.arg(target);
    for publishable in &*PUBLISHABLE {
        package.args(["--package", &publishable.name]);
    }
    run(&mut package);
}

/// The package of a crate.
fn archive(target: &Path, publishable: &Publishable) -> Archive<GzDecoder<File>> {
    let file = format!("package/{}.crate", publishable.package());
    Archive::new(GzDecoder::new(File::open(target.join(file)).unwrap()))
}

type Files = BTreeMap<String, Vec<u8>>;

/// The files of each package by their names in it.
static PACKAGES: LazyLock<BTreeMap<&str, Files>> = LazyLock::new(|| {
    let target = tempfile::tempdir().unwrap();
    make_packages(target.path());
    let packages = PUBLISHABLE.iter().map(|publishable| {
        let mut files = Files::new();
        for entry in archive(target.path(), publishable).entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let path = entry.path().unwrap().into_owned();
            let name = path.strip_prefix(publishable.package()).unwrap();
            files.insert(name.to_str().unwrap().to_owned(), bytes);
        }
        (publishable.name.as_str(), files)
    });
    packages.collect()
});

#[test]
fn each_publishable_crate_can_be_packaged() {
    let names: Vec<_> = PACKAGES.keys().copied().collect();
    assert_eq!(
        names,
        [
            "partner-center-bulk",
            "partner-center-conformance",
            "partner-center-core",
            "partner-center-emulator",
            "partner-center-terminal",
            "partner-center-transfers",
            "pctransfers",
        ]
    );
    for (package, files) in &*PACKAGES {
        // A registry has every dependency: none is a path.
        let manifest = String::from_utf8_lossy(&files["Cargo.toml"]);
        let mut is_dependency = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                is_dependency = line.contains("dependencies.");
            }
            let is_path = is_dependency && line.starts_with("path =");
            assert!(!is_path, "{package}: {line}");
        }
        let sources = files.keys().map(Path::new);
        let sources = sources.filter(|file| file.extension().is_some_and(|ending| ending == "rs"));
        assert!(sources.count() > 2, "{package}");
    }
    // Generated code uses parts of core that are not public API.
    let transfers = String::from_utf8_lossy(&PACKAGES["partner-center-transfers"]["Cargo.toml"]);
    let (_, core) = transfers
        .split_once("[dependencies.partner-center-core]\n")
        .unwrap();
    let exact = format!("version = \"={}\"\n", env!("CARGO_PKG_VERSION"));
    assert!(core.starts_with(&exact), "{core}");
    let command = &PACKAGES["pctransfers"];
    // The build script that reads the commit, and what `--locked` needs.
    let mut expected = vec!["build.rs", "Cargo.lock"];
    if is_checkout() {
        expected.push(".cargo_vcs_info.json");
    }
    for file in expected {
        assert!(command.contains_key(file), "{file}");
    }
}

/// The metadata and the files that crates.io requires or shows.
#[test]
fn each_package_says_what_it_is() {
    const CATEGORIES: [&str; 6] = [
        "api-bindings",
        "authentication",
        "command-line-interface",
        "command-line-utilities",
        "development-tools::testing",
        "web-programming::http-client",
    ];
    for publishable in &*PUBLISHABLE {
        let name = &publishable.name;
        let manifest = &publishable.manifest;
        assert_eq!(manifest["license"], "MIT OR Apache-2.0", "{name}");
        assert_eq!(manifest["readme"], "README.md", "{name}");
        let description = manifest["description"].as_str().unwrap_or_default();
        assert!(description.len() > 20, "{name}");

        let keywords = publishable.words("keywords");
        assert!((1..=5).contains(&keywords.len()), "{name}: {keywords:?}");
        for keyword in keywords {
            let is_short = keyword.len() <= 20 && keyword.starts_with(char::is_alphabetic);
            let is_word = |char: char| char.is_ascii_alphanumeric() || "-_+".contains(char);
            assert!(
                is_short && keyword.chars().all(is_word),
                "{name}: {keyword}"
            );
        }
        let categories = publishable.words("categories");
        assert!(
            (1..=5).contains(&categories.len()),
            "{name}: {categories:?}"
        );
        for category in categories {
            assert!(CATEGORIES.contains(&category), "{name}: {category}");
        }

        // docs.rs shows what a feature adds.
        let has_features = !manifest["features"].as_object().unwrap().is_empty();
        let is_library = manifest["targets"]
            .as_array()
            .unwrap()
            .iter()
            .any(|target| target["kind"] == serde_json::json!(["lib"]));
        if has_features && is_library {
            let docs = &manifest["metadata"]["docs"]["rs"];
            assert_eq!(docs["all-features"], true, "{name}");
            assert_eq!(docs["rustdoc-args"], serde_json::json!(["--cfg", "docsrs"]));
        }

        let files = &PACKAGES[name.as_str()];
        let readme = std::fs::read(publishable.folder.join("README.md")).unwrap();
        assert!(files["README.md"] == readme, "{name}");
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let text = std::fs::read(workspace().join(licence)).unwrap();
            let packed = files.get(licence);
            assert!(packed == Some(&text), "{name}: other text in {licence}");
        }
    }
}

#[test]
fn no_package_contains_a_private_key_or_anything_of_the_tests() {
    for (package, files) in &*PACKAGES {
        for (name, bytes) in files {
            let is_known = match Path::new(name).extension() {
                Some(extension) => ["css", "json", "md", "rs", "sql", "toml"]
                    .iter()
                    .any(|known| extension == *known),
                None => ["LICENSE-APACHE", "LICENSE-MIT"].contains(&name.as_str()),
            };
            let is_cargos = ["Cargo.lock", "Cargo.toml.orig"].contains(&name.as_str());
            assert!(is_known || is_cargos, "{package}: {name}");
            let folders: Vec<_> = name.split('/').collect();
            for folder in ["benches", "examples", "snapshots", "testdata", "tests"] {
                assert!(!folders.contains(&folder), "{package}: {name}");
            }
            // The end of the first line of a key in PEM.
            let text = String::from_utf8(bytes.clone()).unwrap();
            let is_key = |line: &str| line.ends_with("PRIVATE KEY-----");
            assert!(!text.lines().any(is_key), "{package}: {name}");
        }
    }
}

/// Cargo installs the command from its package, against the packages of the other crates and with the
/// versions of its `Cargo.lock`, and builds a program of a user with the same packages.
#[test]
#[ignore = "compiles the command and its dependencies: `cargo xtask ci` runs it"]
fn the_command_can_be_installed_and_the_library_used_from_packages() {
    // Cargo looks for a workspace above each folder but `target/package`.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages/target");
    let unpacked = target.join("package");
    if unpacked.exists() {
        std::fs::remove_dir_all(&unpacked).unwrap();
    }
    make_packages(&target);

    let root = tempfile::tempdir().unwrap();
    let mut install = cargo();
    install.args(["install", "--locked", "--debug", "--quiet", "--path"]);
    let command_package = unpacked.join(format!("pctransfers-{}", env!("CARGO_PKG_VERSION")));
    install.arg(&command_package);
    install.arg("--target-dir").arg(&target);
    install.arg("--root").arg(root.path());
    for publishable in &*PUBLISHABLE {
        let mut archive = archive(&target, publishable);
        // Cargo compiles again what is newer. The times in a package are always the same.
        archive.set_preserve_mtime(false);
        archive.unpack(&unpacked).unwrap();
        unlock_siblings(&unpacked.join(publishable.package()).join("Cargo.lock"));
    }
    let packages = siblings(&unpacked, "pctransfers");
    install.args(&packages);
    // Without debug information it takes less time and space.
    run(install.env("CARGO_PROFILE_DEV_DEBUG", "0"));

    let program = format!("pctransfers{}", std::env::consts::EXE_SUFFIX);
    let directory = root.path().join("bin");
    let installed = std::fs::read_dir(&directory).unwrap();
    let installed: Vec<_> = installed.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(installed, [program.as_str()]);
    let command = || {
        let mut command = Command::new(directory.join(&program));
        let variables = std::env::vars_os().filter(|(name, _)| {
            let name = name.to_string_lossy();
            !name.starts_with("PCTRANSFERS_") && !name.starts_with("CARGO")
        });
        command.env_clear().envs(variables);
        command.env("HOME", root.path()).current_dir(root.path());
        command
    };
    let version = run(command().arg("--version"));
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    if is_checkout() {
        let source = std::fs::read(command_package.join(".cargo_vcs_info.json")).unwrap();
        let source: Value = serde_json::from_slice(&source).unwrap();
        let commit = source["git"]["sha1"].as_str().unwrap();
        assert!(version.contains(commit), "{version}");
    }

    // The accept of the README, which is accepted in part.
    let accept = command()
        .args(["--emulator", "accept"])
        .args(["--customer", "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d"])
        .args(["--transfer", "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba"])
        .args(["--output", "json"])
        .output()
        .unwrap();
    assert_eq!(accept.status.code(), Some(3), "{accept:?}");
    let record: Value = serde_json::from_slice(&accept.stdout).unwrap();
    assert_eq!(record["outcome"], "partial", "{record}");

    for name in ["partner-center-conformance", "partner-center-emulator"] {
        let mut build = cargo();
        build.args(["build", "--offline", "--locked", "--quiet"]);
        build.args(siblings(&unpacked, name));
        build.arg("--target-dir").arg(&target);
        build.env("CARGO_PROFILE_DEV_DEBUG", "0");
        let folder = unpacked.join(format!("{name}-{}", env!("CARGO_PKG_VERSION")));
        run(build.current_dir(folder));
        let program = target.join(format!("debug/{name}{}", std::env::consts::EXE_SUFFIX));
        let help = run(Command::new(program).arg("--help"));
        assert!(help.contains("Usage: "), "{name}: {help}");
    }

    let mut build = cargo();
    build.args(["build", "--offline"]).args(&packages);
    build.arg("--target-dir").arg(&target);
    build.env("CARGO_PROFILE_DEV_DEBUG", "0");
    let consumer = root.path().join("consumer");
    write_consumer(&consumer);
    // Other versions than those that were tested may not even be on this machine.
    std::fs::copy(
        command_package.join("Cargo.lock"),
        consumer.join("Cargo.lock"),
    )
    .unwrap();
    run(build.current_dir(&consumer));
    let program = target.join(format!("debug/consumer{}", std::env::consts::EXE_SUFFIX));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let mut consumer = Command::new(program);
    consumer.arg(emulator.url());
    consumer.arg(emulator.token(data_set::TARGET).unwrap());
    let outcome = run(&mut consumer);
    assert!(outcome.starts_with("Partial"), "{outcome}");
}

/// The arguments by which the folders of the other packages that a package needs stand for those in the registry.
fn siblings(unpacked: &Path, name: &str) -> Vec<String> {
    let version = env!("CARGO_PKG_VERSION");
    let lock = unpacked.join(format!("{name}-{version}/Cargo.lock"));
    let lock = std::fs::read_to_string(lock).unwrap();
    let needed = PUBLISHABLE
        .iter()
        .filter(|it| it.name != name && lock.contains(&format!("name = \"{}\"\n", it.name)));
    let arguments = needed.flat_map(|it| {
        let folder = unpacked.join(it.package());
        let folder = folder.display();
        let patch = format!("patch.crates-io.{}.path = '{folder}'", it.name);
        ["--config".to_owned(), patch]
    });
    arguments.collect()
}

/// Writes a program of a user: the README's function, and what calls it at the emulator.
fn write_consumer(folder: &Path) {
    let version = env!("CARGO_PKG_VERSION");
    let manifest = format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n\n[dependencies]\n\
         partner-center-transfers = \"{version}\"\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
    );
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let block = readme.split("```rust,no_run\n").nth(1).unwrap();
    let example = block.split("```").next().unwrap();
    let (builder, at_emulator) = (
        "Client::builder()",
        "Client::builder().endpoint(std::env::args().nth(1).unwrap())",
    );
    assert_eq!(example.matches(builder).count(), 1, "{example}");
    let program = format!(
        "{}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n\
         let token = std::env::args().nth(2).unwrap();\n\
         println!(\"{{:?}}\", accept(token).await.unwrap());\n}}\n",
        example.replace(builder, at_emulator)
    );
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), program).unwrap();
}

/// Removes the origin of the packages of this workspace from a `Cargo.lock`, as cargo would because
/// their folders stand for them. All others keep their version and checksum.
fn unlock_siblings(lock: &Path) {
    let text = std::fs::read_to_string(lock).unwrap();
    let entries = text.split("\n\n").map(|entry| {
        let is_sibling = PUBLISHABLE
            .iter()
            .any(|it| entry.contains(&format!("name = \"{}\"\n", it.name)));
        let lines = entry.lines().filter(|line| {
            !(is_sibling && (line.starts_with("source = ") || line.starts_with("checksum = ")))
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    let entries: Vec<_> = entries.collect();
    std::fs::write(lock, entries.join("\n\n") + "\n").unwrap();
}

/// Whether git tracks the workspace. It does not in an archive of the sources.
fn is_checkout() -> bool {
    Command::new("git")
        .args(["ls-files", "--error-unmatch", "Cargo.toml"])
        .current_dir(workspace())
        .output()
        .is_ok_and(|output| output.status.success())
}
