//! Reads the customers of a list from a file.

use std::path::Path;

use partner_center_bulk::customers_from_csv;
use partner_center_transfers::types::CustomerId;

use crate::failure::Failure;
use crate::input_file;

/// The customers in a file, or in standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<CustomerId>, Failure> {
    let name = path.display();
    let failure = |error: String| Failure::Usage(format!("--customers {name}: {error}"));
    let file = input_file::read_or_stdin(path)
        .map_err(|error| failure(format!("cannot be read: {error}")))?;
    customers_from_csv(&file).map_err(|error| failure(error.to_string().replace('\n', "; ")))
}
