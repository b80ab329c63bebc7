//! Reads a plan, and shows all its problems.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use partner_center_bulk::{Operation, Plan, PlanError, Problem};
use partner_center_transfers::printable;
use serde::Serialize;

use super::end::End;
use crate::arguments::GlobalOptions;
use crate::failure::Failure;
use crate::outcome::CommandOutcome;
use crate::{exit, input_file, terminal};

/// The name of standard input.
const STDIN: &str = "-";

/// Whether the plan is read from standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

/// Reads the file, or standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if is_stdin(path) {
        input_file::read_all(io::stdin().lock())
            .map_err(|error| format!("cannot read standard input: {error}"))
    } else {
        std::fs::File::open(path)
            .and_then(input_file::read_all)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    read.map_err(|error| Failure::Usage(format!("--input: {error}; nothing was sent")))
}

/// The plan in a file, or its problems.
pub(super) fn plan(
    global: &GlobalOptions,
    operation: Operation,
    file: &[u8],
) -> Result<Plan, Box<End>> {
    Plan::from_csv(file, operation).map_err(|error| Box::new(problems(global, &error)))
}

/// The document of a plan with problems.
#[derive(Serialize)]
struct Document<'a> {
    outcome: CommandOutcome,
    error: Message<'a>,
    problems: &'a [Problem],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    message: &'a str,
    may_have_been_applied: bool,
}

fn problems(global: &GlobalOptions, error: &PlanError) -> End {
    let problems = error.problems();
    let message = match problems.len() {
        1 => "nothing was sent, because the plan has a problem: correct it in the input".to_owned(),
        many => format!(
            "nothing was sent, because the plan has {many} problems: correct them in the input"
        ),
    };
    let mut errors = terminal::error_line(&message);
    for problem in problems {
        let _ = writeln!(errors, "  {}", printable(&problem.to_string()));
    }
    let document = Document {
        outcome: CommandOutcome::UsageError,
        error: Message {
            message: &message,
            may_have_been_applied: false,
        },
        problems,
    };
    End::new(global, exit::USAGE, String::new, &document).with_errors(errors)
}
