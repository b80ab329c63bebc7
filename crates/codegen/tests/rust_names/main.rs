//! A name in the document may be a name that Rust, its standard library or the generated code uses
//! itself. Each is either accepted, and the generated code compiles, or rejected with a message.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod document;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use document::{KINDS, document};
use partner_center_codegen::{Source, outputs};

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_path_buf()
}

/// The files of the client that is generated from a document, by name.
fn generate(spec: &str) -> BTreeMap<String, String> {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("spec")).unwrap();
    std::fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    let outputs = outputs(&Source::read(root.path()).unwrap());
    let outputs = outputs.unwrap_or_else(|errors| panic!("{errors}"));
    let client = outputs.into_iter().filter_map(|(file, text)| {
        let name = file.strip_prefix("crates/transfers/src/generated/")?;
        Some((name.to_owned(), text))
    });
    client.collect()
}

#[test]
fn every_accepted_name_compiles() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target.join("rust-names");
    let mut library = String::from(
        "//! Made by a test of crates/codegen.\n#![deny(missing_docs, warnings)]\n\
         #![allow(unused_qualifications, ambiguous_glob_reexports)]\n",
    );
    // Each name has another kind of schema in each module.
    for shift in 0..KINDS {
        let module = format!("shift_{shift}");
        let directory = root.join("src").join(&module);
        std::fs::create_dir_all(&directory).unwrap();
        for (name, text) in generate(&document(shift)) {
            let public = format!("partner_center_transfers::{module}");
            let text = text.replace("partner_center_transfers", &public);
            std::fs::write(directory.join(name), text).unwrap();
        }
        let file = directory.join("mod.rs");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text + "pub use partner_center_core::*;\n").unwrap();
        let _ = write!(library, "/// Generated code.\npub mod {module};\n");
    }
    let core = workspace().join("crates/core");
    let manifest = format!(
        "[package]\nname = \"partner-center-transfers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [workspace]\n[features]\nschemars = []\n[dependencies]\n\
         partner-center-core = {{ path = {core:?} }}\nserde = \"1\"\nserde_json = \"1\"\n\
         [profile.dev.package.partner-center-transfers]\ndebug = 0\n"
    );
    for (file, text) in [("Cargo.toml", manifest), ("src/lib.rs", library)] {
        std::fs::write(root.join(file), text).unwrap();
    }
    // The same versions as the workspace, so that nothing is downloaded.
    std::fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap())
        .args(["build", "--offline"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", target.parent().unwrap())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
}
