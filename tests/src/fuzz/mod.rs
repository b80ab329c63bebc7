//! What fuzzing runs: functions that take any bytes and panic where a promise is broken.
//!
//! `cargo xtask fuzz` runs them with libFuzzer (`tests/fuzz`); a test runs them with the corpus.

mod bodies;
mod emulator;
mod files;
mod responses;
mod text;

use std::path::PathBuf;

use crate::workspace;

/// A function to fuzz.
#[derive(Clone, Copy, Debug)]
pub struct FuzzTarget {
    /// The name in arguments, and of its folder in `tests/fuzz/corpus`.
    pub name: &'static str,
    /// Runs it with these bytes.
    ///
    /// # Panics
    ///
    /// If a promise is broken.
    pub run: fn(&[u8]),
    /// More folders with inputs, relative to the workspace.
    seeds: &'static [&'static str],
}

const fn target(name: &'static str, run: fn(&[u8]), seeds: &'static [&'static str]) -> FuzzTarget {
    FuzzTarget { name, run, seeds }
}

/// All functions to fuzz.
pub const FUZZ_TARGETS: [FuzzTarget; 10] = [
    target("success-bodies", bodies::success_bodies, &["spec/examples"]),
    target("responses", responses::responses, &[]),
    target("token-responses", responses::token_responses, &[]),
    target("emulator-requests", emulator::requests, &[]),
    target(
        "data-files",
        emulator::data_files,
        &["crates/emulator/data"],
    ),
    target("state-files", emulator::state_files, &[]),
    target("scenarios", files::scenarios, &["spec/scenarios"]),
    target("plans", files::plans, &[]),
    target("documents", files::documents, &[]),
    target("text", text::text, &["spec/examples"]),
];

impl FuzzTarget {
    /// The folders with inputs. The first is the target's own.
    pub fn corpus(&self) -> Vec<PathBuf> {
        let own = workspace().join("tests/fuzz/corpus").join(self.name);
        let seeds = self.seeds.iter().map(|folder| workspace().join(folder));
        std::iter::once(own).chain(seeds).collect()
    }

    /// The inputs of the corpus, in the order of their names.
    ///
    /// # Panics
    ///
    /// If a folder cannot be read.
    pub fn inputs(&self) -> Vec<Vec<u8>> {
        let mut inputs = Vec::new();
        for folder in self.corpus() {
            let entries = std::fs::read_dir(&folder).expect("a folder of the corpus");
            let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            files.sort();
            let files = files.into_iter().filter(|path| path.is_file());
            inputs.extend(files.map(|path| std::fs::read(path).expect("a file of the corpus")));
        }
        inputs
    }
}
