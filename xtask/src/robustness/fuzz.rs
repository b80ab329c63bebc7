//! `cargo xtask fuzz`: builds `tests/fuzz` with libFuzzer, and runs its targets.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use clap::Args;

use crate::files;
use crate::process;

/// The instrumentation that libFuzzer needs, as cargo-fuzz sets it. There is no address sanitizer, as the
/// code is safe; so a stable compiler suffices.
const RUSTFLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The folder of the package, a workspace of its own.
const FOLDER: &str = "tests/fuzz";

#[derive(Args)]
pub(crate) struct FuzzArgs {
    /// The targets to run, which are the folders of tests/fuzz/corpus [default: all]
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// How long each target runs
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    seconds: u32,
    /// The first choices of libFuzzer: another seed tries other inputs
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u32,
    /// How many targets run at the same time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
}

/// Builds the targets, and runs each. Inputs that are found go to `tests/fuzz/target/corpus/`.
pub(crate) fn run(root: &Path, arguments: &FuzzArgs) -> Result<(), String> {
    let all = targets(root)?;
    if let Some(unknown) = arguments.targets.iter().find(|one| !all.contains(one)) {
        return Err(format!(
            "no target {unknown}: expected one of {}",
            all.join(", ")
        ));
    }
    let chosen = if arguments.targets.is_empty() {
        all
    } else {
        arguments.targets.clone()
    };
    let binary = build(root)?;
    let waiting = Mutex::new(chosen.into_iter());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let Some(target) = waiting.lock().ok().and_then(|mut it| it.next()) else {
                        return;
                    };
                    match fuzz(root, &binary, &target, arguments) {
                        Ok(executions) => println!("{target}: {executions} executions"),
                        Err(failure) => {
                            failures
                                .lock()
                                .into_iter()
                                .for_each(|mut it| it.push(failure.clone()));
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_default();
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures.join("\n\n"))
}

/// The names of the targets: the folders of the corpus. A test compares them with the code.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let corpus = root.join(FOLDER).join("corpus");
    let entries =
        std::fs::read_dir(&corpus).map_err(|error| files::failed("read", &corpus, &error))?;
    let mut names: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn build(root: &Path) -> Result<PathBuf, String> {
    let host = process::host(root)?;
    let folder = root.join(FOLDER);
    let status = Command::new("cargo")
        // With a target, build scripts and macros are built without instrumentation.
        .args(["build", "--locked", "--target", &host])
        .env("RUSTFLAGS", RUSTFLAGS)
        .current_dir(&folder)
        .status()
        .map_err(|error| format!("failed to run `cargo build`: {error}"))?;
    if !status.success() {
        return Err(format!("`cargo build` in {FOLDER} ended with {status}"));
    }
    Ok(folder.join("target").join(host).join("debug/all"))
}

/// Runs a target and returns the number of its executions.
fn fuzz(root: &Path, binary: &Path, target: &str, arguments: &FuzzArgs) -> Result<u64, String> {
    let folder = root.join(FOLDER);
    let found = folder.join("target/corpus").join(target);
    let artifacts = folder.join("artifacts").join(target);
    for path in [&found, &artifacts] {
        std::fs::create_dir_all(path).map_err(|error| files::failed("create", path, &error))?;
    }
    let output = Command::new(binary)
        .env("FUZZ_TARGET", target)
        .arg(format!("-max_total_time={}", arguments.seconds))
        .arg(format!("-seed={}", arguments.seed))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args(["-print_final_stats=1", "-rss_limit_mb=4096", "-timeout=30"])
        .args([&found, &folder.join("corpus").join(target)])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("failed to run {}: {error}", binary.display()))?;
    let printed = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let lines: Vec<_> = printed.lines().collect();
        let end = lines[lines.len().saturating_sub(40)..].join("\n");
        return Err(format!(
            "{target} failed:\n{end}\nadd the input from {} to {FOLDER}/corpus/{target}",
            artifacts.display()
        ));
    }
    let executions = printed.lines().find_map(|line| {
        let count = line.strip_prefix("stat::number_of_executed_units:")?;
        count.trim().parse().ok()
    });
    Ok(executions.unwrap_or_default())
}
