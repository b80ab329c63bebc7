//! Calls through a proxy that fails: `chaos [--calls N] [--seed S] [--mode MODE]... [--only CALL]`.
//!
//! `cargo xtask chaos` runs it.

use std::process::ExitCode;

use partner_center_tests::{ChaosOptions, Mode, chaos};

const USAGE: &str = "usage: chaos [--calls N] [--seed S] [--mode MODE]... [--only CALL]";

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let result = match options(std::env::args().skip(1)) {
        Ok(options) => chaos(&options).await,
        Err(problem) => Err(problem),
    };
    match result {
        Ok(report) => {
            print!("{report}");
            ExitCode::from(u8::from(!report.problems.is_empty()))
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<ChaosOptions, String> {
    let mut options = ChaosOptions::new(2_000, 1);
    let mut modes = Vec::new();
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        let number = value.parse::<usize>().map_err(|_| USAGE);
        match name.as_str() {
            "--calls" => options.calls = number?,
            "--seed" => options.seed = value.parse().map_err(|_| USAGE)?,
            "--only" => options.only = Some(number?),
            "--mode" => {
                let mode = Mode::ALL.into_iter().find(|mode| mode.name() == value);
                modes.push(mode.ok_or_else(|| format!("unknown mode {value}: {USAGE}"))?);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    if !modes.is_empty() {
        options.modes = modes;
    }
    Ok(options)
}
