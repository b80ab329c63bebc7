//! Cells that a spreadsheet would take for a formula.

/// The cell as text that no spreadsheet takes for a formula.
pub(super) fn neutral(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}
