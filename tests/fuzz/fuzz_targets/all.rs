//! All fuzz targets: the variable `FUZZ_TARGET` names the one to run. `cargo xtask fuzz` sets it.

#![no_main]

use std::sync::OnceLock;

use partner_center_tests::{FUZZ_TARGETS, FuzzTarget};

static TARGET: OnceLock<FuzzTarget> = OnceLock::new();

fn selected() -> FuzzTarget {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let target = FUZZ_TARGETS.into_iter().find(|target| target.name == name);
    target.unwrap_or_else(|| {
        eprintln!("FUZZ_TARGET is {name:?}; expected the name of a target");
        std::process::exit(2)
    })
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (TARGET.get_or_init(selected).run)(bytes);
});
