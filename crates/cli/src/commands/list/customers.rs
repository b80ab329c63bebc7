//! Reads the customers of a list from a file.

use std::path::Path;

use partner_center_bulk::{PlanError, customers_from_csv};
use partner_center_transfers::types::CustomerId;

use crate::failure::Failure;
use crate::input_file;

/// How many problems a message names.
const SHOWN: usize = 10;

/// The customers in a file, or in standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<CustomerId>, Failure> {
    let name = path.display();
    let failure = |error: String| Failure::Usage(format!("--customers {name}: {error}"));
    let file = input_file::read_or_stdin(path)
        .map_err(|error| failure(format!("cannot be read: {error}")))?;
    customers_from_csv(&file).map_err(|error| failure(problems(&error)))
}

fn problems(error: &PlanError) -> String {
    let problems = error.problems();
    let shown = problems.iter().take(SHOWN).map(ToString::to_string);
    let mut shown: Vec<String> = shown.collect();
    match problems.len().saturating_sub(SHOWN) {
        0 => {}
        1 => shown.push("and 1 more problem".to_owned()),
        more => shown.push(format!("and {more} more problems")),
    }
    shown.join("; ")
}
