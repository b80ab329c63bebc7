//! The command line: `partner-center-conformance PATH [-- DRIVER...]`.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use partner_center_terminal::{parse_arguments, printable};
use serde::Serialize;

use crate::manual_driver::ManualDriver;
use crate::play::{Selection, play};
use crate::program_driver::ProgramDriver;
use crate::report::CaseReport;
use crate::scenario::file::{Tag, schema};
use crate::scenario::load::load;

/// Run scenarios and check what a client sends and reports.
///
/// With a driver after `--`, the driver makes the call of each scenario and reports the result.
/// Without a driver, each call is printed and you make it yourself; only its requests are checked.
///
/// Exit codes: 0 if every check passed, 1 if a check failed or a scenario or the driver is broken,
/// 2 for wrong usage.
#[derive(Debug, Parser)]
#[command(name = "partner-center-conformance", version)]
struct Arguments {
    /// A scenario file or a folder of them.
    #[arg(required_unless_present = "schema")]
    path: Option<PathBuf>,

    /// Run only scenarios with this tag (can be repeated).
    #[arg(long, value_name = "TAG")]
    only: Vec<Tag>,

    /// Leave out scenarios with this tag (can be repeated).
    #[arg(long, value_name = "TAG")]
    skip: Vec<Tag>,

    /// Write the results to this file as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Time limit for one question to the driver, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    limit: u64,

    /// Print the JSON Schema of a scenario file and exit.
    #[arg(long, conflicts_with_all = ["path", "driver"])]
    schema: bool,

    /// The driver: a program and its arguments.
    #[arg(last = true, value_name = "DRIVER")]
    driver: Vec<String>,
}

/// Runs the command with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments: Arguments = parse_arguments();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("failed to start the async runtime: {error}"));
    match runtime.and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            // If standard error is closed, the exit code still reports the failure.
            let _ = writeln!(io::stderr(), "error: {}", printable(&problem));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<bool, String> {
    let Some(path) = &arguments.path else {
        print(&pretty(&schema())?)?;
        return Ok(true);
    };
    let scenarios = load(path).map_err(|error| error.to_string())?;
    let selection = Selection {
        only: arguments.only.iter().copied().collect(),
        skip: arguments.skip.iter().copied().collect(),
    };
    let on_case = |case: &CaseReport| {
        // Printing the summary reports a closed standard output.
        let _ = print(&format!("{case}\n"));
    };
    let report = if arguments.driver.is_empty() {
        play(&scenarios, &selection, &ManualDriver, on_case).await?
    } else {
        let limit = Duration::from_secs(arguments.limit);
        let driver = ProgramDriver::new(arguments.driver.clone(), limit);
        play(&scenarios, &selection, &driver, on_case).await?
    };
    print(&report.to_string())?;
    if let Some(path) = &arguments.report {
        write(path, &pretty(&report)?)?;
    }
    Ok(report.is_good())
}

fn pretty(value: &impl Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| text + "\n")
        .map_err(|error| format!("cannot write JSON: {error}"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    out.write_all(printable(text).as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))
}
