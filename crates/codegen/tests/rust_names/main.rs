//! A name in the document may be a name that Rust, its standard library or the generated code uses
//! itself. Each is either accepted, and the generated code compiles, or rejected with a message.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod document;
#[path = "../generated_crate/mod.rs"]
mod generated_crate;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use document::{KINDS, document};
use generated_crate::{generate, run_cargo};

#[test]
fn every_accepted_name_compiles() {
    let mut files = BTreeMap::new();
    let mut library = String::from(
        "//! Made by a test of crates/codegen.\n#![deny(missing_docs, warnings)]\n\
         #![allow(unused_qualifications, ambiguous_glob_reexports)]\n",
    );
    // Each name has another kind of schema in each module.
    for shift in 0..KINDS {
        let module = format!("shift_{shift}");
        let generated = generate(&document(shift), &[]).unwrap_or_else(|errors| panic!("{errors}"));
        for (name, text) in generated {
            let public = format!("partner_center_transfers::{module}");
            let mut text = text.replace("partner_center_transfers", &public);
            if name == "mod.rs" {
                text += "pub use partner_center_core::*;\n";
            }
            files.insert(format!("src/{module}/{name}"), text);
        }
        let _ = write!(library, "/// Generated code.\npub mod {module};\n");
    }
    files.insert("src/lib.rs".to_owned(), library);
    let manifest = "[profile.dev.package.partner-center-transfers]\ndebug = 0\n";
    run_cargo("rust-names", manifest, &files, &["build"]);
}
