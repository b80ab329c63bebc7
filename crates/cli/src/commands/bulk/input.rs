//! Reads a plan, and shows all its problems.

use std::fmt::Write as _;
use std::path::Path;

use partner_center_bulk::wording::count;
use partner_center_bulk::{Operation, Plan, PlanError, Problem};
use partner_center_transfers::printable;
use serde::Serialize;

use crate::arguments::GlobalOptions;
use crate::end::End;
use crate::failure::Failure;
use crate::outcome::CommandOutcome;
use crate::{exit, input_file, terminal};

/// Reads the file, or standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    input_file::read_or_stdin(path).map_err(|error| {
        let name = name(path);
        Failure::Usage(format!(
            "--input: cannot read {name}: {error}; nothing was sent"
        ))
    })
}

/// How messages call the file.
fn name(path: &Path) -> String {
    if input_file::is_stdin(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

/// The plan in a file, or its problems.
pub(super) fn plan(
    global: &GlobalOptions,
    operation: Operation,
    path: &Path,
    file: &[u8],
) -> Result<Plan, Box<End>> {
    Plan::from_csv(file, operation).map_err(|error| Box::new(problems(global, path, &error)))
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

fn problems(global: &GlobalOptions, path: &Path, error: &PlanError) -> End {
    let problems = error.problems();
    let found = count(problems.len(), "problem");
    let message = format!(
        "nothing was sent, because the plan in {} has {found}: correct the file",
        name(path)
    );
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
