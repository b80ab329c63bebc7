//! The fuzz targets with their corpus, and with inputs that differ from it a little: what libFuzzer
//! finds stays found, without libFuzzer.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use partner_center_tests::{FUZZ_TARGETS, FuzzTarget, workspace};

/// A part of a text is replaced by one of these.
const PARTS: [&[u8]; 12] = [
    b"",
    b"\0",
    b"\"",
    b"null",
    b"-1",
    b"1e400",
    b"{}",
    b"[[",
    b"\r\n",
    b"\xff",
    b"\xe2\x80\xae",
    b"9999999999999999999",
];

/// Changes an input in one to three places.
fn changed(input: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..=3) {
        let from = random.usize(0..=bytes.len());
        let to = (from + random.usize(0..=8)).min(bytes.len());
        let part = PARTS[random.usize(..PARTS.len())];
        bytes.splice(from..to, part.iter().copied());
    }
    bytes
}

fn run(target: FuzzTarget, changes: usize) {
    let mut random = fastrand::Rng::with_seed(16);
    let inputs = target.inputs();
    assert!(inputs.len() >= 3, "{}", target.name);
    for input in &inputs {
        try_input(target, input);
    }
    for _ in 0..changes {
        let input = &inputs[random.usize(..inputs.len())];
        try_input(target, &changed(input, &mut random));
    }
}

fn try_input(target: FuzzTarget, input: &[u8]) {
    let result = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    if result.is_err() {
        let shown = input.escape_ascii();
        panic!(
            "{}: add this input to its corpus, and correct what panics: {shown}",
            target.name
        );
    }
}

/// Runs the target with this name, and names it here so that failures are separate.
macro_rules! targets {
    ($($test:ident: $name:literal, $changes:literal;)*) => {
        const TESTED: &[&str] = &[$($name),*];
        $(
            #[test]
            fn $test() {
                let target = FUZZ_TARGETS.into_iter().find(|target| target.name == $name);
                let target = target.expect("a target of this name");
                // As much as the main thread has. Without optimization 64 levels of YAML need 2 MB.
                let thread = std::thread::Builder::new().stack_size(8 << 20);
                let run = thread.spawn(move || run(target, $changes));
                if let Err(panic) = run.unwrap().join() {
                    resume_unwind(panic);
                }
            }
        )*
    };
}

targets! {
    success_bodies: "success-bodies", 2_000;
    responses: "responses", 500;
    token_responses: "token-responses", 50;
    emulator_requests: "emulator-requests", 300;
    data_files: "data-files", 500;
    state_files: "state-files", 50;
    scenarios: "scenarios", 50;
    plans: "plans", 500;
    documents: "documents", 3;
    text: "text", 2_000;
}

#[test]
fn each_target_is_tested_and_has_a_corpus() {
    let names: BTreeSet<_> = FUZZ_TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, TESTED.iter().copied().collect());
    let folders = std::fs::read_dir(workspace().join("tests/fuzz/corpus")).unwrap();
    let folders: BTreeSet<_> = folders
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        names
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>(),
        folders
    );
}
