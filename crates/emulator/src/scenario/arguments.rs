//! The subcommand: `scenario PATH [-- DRIVER...]`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::by_hand::ByHand;
use super::command::Program;
use super::load::load;
use super::model::{Tag, schema};
use super::play::{Selection, play};
use super::report::{Played, Report};

/// Play scenarios, and judge what a client sends and concludes.
///
/// With a driver after `--`, each scenario is a call that the driver makes and reports. Without
/// one, each call is printed, waits to be made by hand, and its request is judged.
///
/// Exit code 0: all that could be judged is right. 1: something is not, or a scenario or the
/// driver is broken. 2: wrong usage.
#[derive(Args, Clone, Debug)]
pub struct ScenarioArgs {
    /// A scenario, or a folder of them.
    #[arg(required_unless_present = "schema")]
    path: Option<PathBuf>,

    /// Play only scenarios with this tag, or with one of several.
    #[arg(long, value_name = "TAG")]
    only: Vec<Tag>,

    /// Leave out scenarios with this tag.
    #[arg(long, value_name = "TAG")]
    skip: Vec<Tag>,

    /// Write what came of each scenario to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// How long the driver may take for each call, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    limit: u64,

    /// Print the JSON Schema of a scenario, and do nothing else.
    #[arg(long, conflicts_with_all = ["path", "driver"])]
    schema: bool,

    /// The driver: a program and its arguments.
    #[arg(last = true, value_name = "DRIVER")]
    driver: Vec<String>,
}

/// Does what the arguments say. Lines go to standard output, problems to standard error.
pub async fn run(args: &ScenarioArgs) -> ExitCode {
    match go(args).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            // If standard error is gone, the exit code still says it.
            let _ = writeln!(std::io::stderr(), "error: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn go(args: &ScenarioArgs) -> Result<bool, String> {
    let Some(path) = &args.path else {
        let text = serde_json::to_string_pretty(&schema())
            .map_err(|error| format!("the schema cannot be written: {error}"))?;
        print(&format!("{text}\n"))?;
        return Ok(true);
    };
    let scenarios = load(path).map_err(|error| error.to_string())?;
    let selection = Selection {
        only: args.only.iter().copied().collect(),
        skip: args.skip.iter().copied().collect(),
    };
    let line = |played: &Played| {
        // A reader that is gone is found out below.
        let _ = print(&format!("{played}\n"));
    };
    let report = if args.driver.is_empty() {
        play(&scenarios, &selection, &ByHand, line).await?
    } else {
        let limit = Duration::from_secs(args.limit);
        let program = Program::new(args.driver.clone(), limit);
        play(&scenarios, &selection, &program, line).await?
    };
    print(&format!("{report}"))?;
    if let Some(path) = &args.report {
        write(path, &report)?;
    }
    Ok(report.is_good())
}

fn write(path: &PathBuf, report: &Report) -> Result<(), String> {
    let mut text = serde_json::to_string_pretty(report)
        .map_err(|error| format!("the report cannot be written: {error}"))?;
    text.push('\n');
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

pub(super) fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))
}
