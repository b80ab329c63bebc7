//! One row of a plan.

use partner_center_transfers::types::CustomerId;

use super::change::Change;

/// One row of a plan: a change of one transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// The name of the row, unique in the plan.
    pub key: String,
    /// The customer whose subscriptions are transferred.
    pub customer: CustomerId,
    /// What to do.
    pub change: Change,
    /// A text of the caller's own, kept in the journal and the report. It is not sent.
    pub reference: Option<String>,
    /// Columns of the input without a meaning here, kept in the journal and the report.
    pub carried: Vec<(String, String)>,
    /// The row of the input file as a spreadsheet numbers it, so that the header is row 1; `None` for
    /// a row that is from no file.
    pub row: Option<u64>,
}

impl PlanRow {
    /// A row without a reference and carried columns.
    pub fn new(key: impl Into<String>, customer: CustomerId, change: Change) -> Self {
        Self {
            key: key.into(),
            customer,
            change,
            reference: None,
            carried: Vec::new(),
            row: None,
        }
    }
}
