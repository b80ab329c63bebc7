//! Cells that a spreadsheet would take for a formula.

/// The first characters of a formula, also in the width of East Asian scripts.
const SIGNS: [char; 8] = [
    '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
];

/// Whether a spreadsheet takes the cell for a formula. As text it needs an apostrophe before it,
/// which a plan that is read removes.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(SIGNS) || cell.starts_with(['\t', '\r', '\n'])
}

/// The cell as text that no spreadsheet takes for a formula.
pub(crate) fn neutral(cell: String) -> String {
    if is_formula(&cell) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// The text of a cell without the apostrophe of [`neutral`].
pub(crate) fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(SIGNS) => text,
        _ => cell,
    }
}
