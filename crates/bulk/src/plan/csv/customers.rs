//! Reads a list of customers from a CSV file, or from a list of ids.

use std::collections::HashSet;

use partner_center_transfers::types::CustomerId;

use crate::plan::problem::Problem;

use super::cells::{Cells, without_braces};
use super::columns::{Column, Columns};
use super::encoding::decode;
use super::table::{Table, TableRow};

/// Reads the customers, each once, in their order, and what is wrong with them.
pub(super) fn read(file: &[u8]) -> Result<(Vec<CustomerId>, Vec<Problem>), Problem> {
    let mut table = Table::parse(&decode(file)?)?;
    let is_id = |cell: &String| without_braces(cell).parse::<CustomerId>().is_ok();
    let mut problems = Vec::new();
    if table.header.iter().any(is_id) {
        // A list without a header: its first row is a customer too.
        let row = TableRow {
            number: table.header_row,
            cells: std::mem::replace(&mut table.header, vec![Column::Customer.name().to_owned()]),
        };
        table.rows.insert(0, row);
    }
    let columns = Columns::find(&table, &mut problems);
    if !columns.has(Column::Customer) {
        let message = "there is no column customer; the first row must name the columns, or the \
                       file must be a list of customer ids, one in each row";
        return Err(Problem::row(table.header_row, message));
    }
    if table.rows.is_empty() {
        problems.push(Problem::file("the file has a header and no customers"));
    }
    let (mut customers, mut seen) = (Vec::new(), HashSet::new());
    for row in &table.rows {
        if let Err(problem) = columns.check_width(row) {
            problems.push(problem);
            continue;
        }
        let mut cells = Cells {
            columns: &columns,
            row,
            problems: &mut problems,
        };
        let customer = cells.id(Column::Customer);
        customers.extend(customer.filter(|customer: &CustomerId| seen.insert(*customer)));
    }
    Ok((customers, problems))
}
