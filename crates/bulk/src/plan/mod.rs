//! Plans: the rows to run, checked as a whole before anything is sent.

mod change;
mod checks;
mod csv;
mod problem;
mod row;

use std::collections::BTreeMap;

pub use change::{Change, Operation};
pub(crate) use csv::Columns;
pub use problem::{PlanError, Problem};
pub use row::PlanRow;

use partner_center_transfers::types::CustomerId;

/// Reads a list of customers from the bytes of a CSV file, in the encodings and with the separators
/// of [`Plan::from_csv`].
///
/// The file has a column `customer`, in any letter case, or it has no header and one id in each row.
/// Other columns are ignored. A customer that is there several times is one customer.
///
/// # Errors
///
/// All problems of the file, each with row and column.
pub fn customers_from_csv(file: &[u8]) -> Result<Vec<CustomerId>, PlanError> {
    csv::customers(file)
}

/// A checked list of rows.
///
/// ```
/// use partner_center_bulk::{Change, Plan, PlanRow};
///
/// let transfer = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba".parse()?;
/// let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d".parse()?;
/// let row = PlanRow::new("first", customer, Change::Accept { transfer });
/// assert_eq!(Plan::new(vec![row.clone()])?.rows().len(), 1);
///
/// // Accepting a transfer twice is a mistake.
/// let twice = Plan::new(vec![row.clone(), PlanRow { key: "second".to_owned(), ..row }]);
/// assert_eq!(twice.unwrap_err().problems().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    rows: Vec<PlanRow>,
}

impl Plan {
    /// Checks rows as a whole: there is at least one, each request is complete, and no row repeats
    /// another one. These are repetitions:
    ///
    /// - the same key;
    /// - the same transfer of the same customer;
    /// - for license-based creates, a subscription of the same customer;
    /// - for new-commerce creates, the same customer, source and target.
    ///
    /// # Errors
    ///
    /// All problems, each with its row.
    pub fn new(rows: Vec<PlanRow>) -> Result<Self, PlanError> {
        let problems = checks::problems(&rows);
        if problems.is_empty() {
            Ok(Self { rows })
        } else {
            Err(PlanError::new(problems))
        }
    }

    /// Reads a plan from the bytes of a CSV file, as Excel and others write it. All rows have the
    /// same operation.
    ///
    /// - Encodings: UTF-8 with or without a mark, UTF-16.
    /// - Separators: comma, semicolon or tab, found in the header. A cell that contains the
    ///   separator is quoted, as Excel does it.
    /// - Empty rows are skipped. Problems name the row as a spreadsheet numbers it.
    ///
    /// The header names the columns, in any order and letter case:
    ///
    /// | column | value | needed for |
    /// |---|---|---|
    /// | `customer` | tenant id of the customer | all |
    /// | `transfer` | id of the transfer | accept, reject, cancel, withdraw |
    /// | `kind` | `license-based` or `new-commerce`; default `license-based`, for cancel `new-commerce` | |
    /// | `subscriptions` | subscription ids, separated by `;` or blanks | license-based create, new-commerce accept |
    /// | `source` | tenant id of the source partner | create |
    /// | `target` | tenant id of the target partner | license-based create |
    /// | `source_name` | name of the source partner | new-commerce create |
    /// | `customer_email` | e-mail address of the customer | new-commerce create |
    /// | `customer_name` | name of the customer | |
    /// | `product` | product types; for an accept one, by default `OnlineServicesNCE` | |
    /// | `reference` | a text of your own, which is not sent | |
    ///
    /// Other columns are [carried](PlanRow::carried) into the report. Ids may have braces and
    /// surrounding blanks. The key of a row is `row` and its number.
    ///
    /// # Errors
    ///
    /// All problems of the file, each with row and column.
    pub fn from_csv(file: &[u8], operation: Operation) -> Result<Self, PlanError> {
        let (rows, mut problems) = csv::read(file, operation)?;
        problems.extend(checks::repetitions(&rows));
        if problems.is_empty() {
            Self::new(rows)
        } else {
            Err(PlanError::new(problems))
        }
    }

    /// The rows, in their order.
    pub fn rows(&self) -> &[PlanRow] {
        &self.rows
    }

    /// The number of rows for each operation, by its name.
    pub fn operations(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.change.operation().as_str()).or_default() += 1;
        }
        counts
    }
}
