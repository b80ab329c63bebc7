//! Reads the rows of a plan from a CSV file.

mod cells;
mod columns;
mod customers;
mod encoding;
mod quotes;
mod table;

use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateLicenseBasedTransferLineItem,
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CustomerId,
    PartnerTenantId, TransferId, TransferProductType,
};

use super::change::{Change, Operation};
use super::problem::{PlanError, Problem};
use super::row::PlanRow;

use cells::{Cells, Kind};
use columns::Column;
pub(crate) use columns::Columns;
use table::Table;

/// Reads a list of customers, each once.
pub(super) fn customers(file: &[u8]) -> Result<Vec<CustomerId>, PlanError> {
    let (customers, problems) = customers::read(file)?;
    if problems.is_empty() {
        Ok(customers)
    } else {
        Err(PlanError::new(problems))
    }
}

/// The type of a new-commerce transfer. Microsoft's newest page recommends this of two values.
const NEW_COMMERCE: i64 = 5;

/// Reads the rows, and what is wrong with them.
pub(super) fn read(
    file: &[u8],
    operation: Operation,
) -> Result<(Vec<PlanRow>, Vec<Problem>), Problem> {
    let table = Table::parse(&encoding::decode(file)?)?;
    let mut problems = Vec::new();
    let columns = Columns::find(&table, &mut problems);
    if columns.has_none() {
        let message = format!(
            "the first row has no column names: put a row with names above it, or correct its \
             names; they are {}",
            Columns::all_names()
        );
        return Err(Problem::row(table.header_row, message));
    }
    missing_columns(&table, &columns, operation, &mut problems);
    if table.rows.is_empty() {
        problems.push(Problem::file("the file has a header and no rows"));
    }
    let mut rows = Vec::new();
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
        let change = change(&mut cells, operation);
        let (Some(customer), Some((change, unused))) = (customer, change) else {
            continue;
        };
        rows.push(PlanRow {
            key: format!("row {}", row.number),
            customer,
            change,
            reference: cells.text(Column::Reference),
            carried: columns.carried(row, unused),
            row: Some(row.number),
        });
    }
    Ok((rows, problems))
}

/// The columns that every row needs.
fn missing_columns(
    table: &Table,
    columns: &Columns,
    operation: Operation,
    problems: &mut Vec<Problem>,
) {
    let has_kind = columns.has(Column::Kind);
    let needed: &[Column] = match operation {
        Operation::Create if has_kind => &[Column::Customer, Column::Source],
        Operation::Create => &[
            Column::Customer,
            Column::Source,
            Column::Target,
            Column::Subscriptions,
        ],
        _ => &[Column::Customer, Column::Transfer],
    };
    for column in needed.iter().filter(|column| !columns.has(**column)) {
        let message = format!(
            "there is no column {}; the first row must name the columns, which are {}",
            column.name(),
            Columns::all_names()
        );
        problems.push(Problem::row(table.header_row, message));
    }
}

/// The change of a row, and the columns that it does not use; `None` after a problem.
fn change(cells: &mut Cells<'_>, operation: Operation) -> Option<(Change, &'static [Column])> {
    let default = match operation {
        Operation::Cancel => Kind::NewCommerce,
        _ => Kind::LicenseBased,
    };
    match (operation, cells.kind(default)) {
        (Operation::Create, Kind::LicenseBased) => {
            let change = create_license_based(cells)?;
            Some((change, &[Column::CustomerEmail, Column::Product]))
        }
        (Operation::Create, Kind::NewCommerce) => {
            Some((create_new_commerce(cells)?, &[Column::Subscriptions]))
        }
        (Operation::Accept, Kind::LicenseBased) => {
            let transfer = cells.id(Column::Transfer)?;
            Some((Change::Accept { transfer }, UNUSED))
        }
        (Operation::Accept, Kind::NewCommerce) => {
            Some((accept_new_commerce(cells)?, UNUSED_BY_NEW_COMMERCE_ACCEPT))
        }
        (Operation::Reject, Kind::LicenseBased) => {
            let transfer = cells.id(Column::Transfer)?;
            Some((Change::Reject { transfer }, UNUSED))
        }
        (Operation::Withdraw, Kind::LicenseBased) => {
            let transfer = cells.id(Column::Transfer)?;
            Some((Change::Withdraw { transfer }, UNUSED))
        }
        (Operation::Cancel, Kind::NewCommerce) => Some((cancel(cells)?, UNUSED_BY_CANCEL)),
        (Operation::Cancel, Kind::LicenseBased) => {
            let message = "a license-based transfer cannot be cancelled: its source withdraws it";
            cells.problem(Column::Kind, message);
            None
        }
        (Operation::Reject | Operation::Withdraw, Kind::NewCommerce) => {
            let message = "a new-commerce transfer cannot be rejected or withdrawn: its target \
                           cancels it";
            cells.problem(Column::Kind, message);
            None
        }
    }
}

const UNUSED: &[Column] = &[
    Column::Subscriptions,
    Column::Source,
    Column::Target,
    Column::SourceName,
    Column::CustomerName,
    Column::CustomerEmail,
    Column::Product,
];
const UNUSED_BY_NEW_COMMERCE_ACCEPT: &[Column] = &[
    Column::Source,
    Column::Target,
    Column::SourceName,
    Column::CustomerName,
    Column::CustomerEmail,
];
const UNUSED_BY_CANCEL: &[Column] = &[
    Column::Subscriptions,
    Column::SourceName,
    Column::CustomerEmail,
    Column::Product,
];

// All cells of a row are read before `?`, so that each problem of the row is found.

fn create_license_based(cells: &mut Cells<'_>) -> Option<Change> {
    let source = cells.id::<PartnerTenantId>(Column::Source);
    let target = cells.id::<PartnerTenantId>(Column::Target);
    if !cells.columns.has(Column::Target) {
        cells.problem(
            Column::Target,
            "is needed to offer license-based subscriptions",
        );
    }
    if !cells.columns.has(Column::Subscriptions) {
        let message = "is needed to offer license-based subscriptions";
        cells.problem(Column::Subscriptions, message);
    }
    let subscriptions = cells.subscriptions();
    let (source, target) = (source?, target?);
    if subscriptions.is_empty() {
        return None;
    }
    let items = subscriptions.into_iter();
    let items: Vec<_> = items.map(CreateLicenseBasedTransferLineItem::new).collect();
    let request = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id(source)
        .target_partner_tenant_id(target)
        .source_partner_name(cells.text(Column::SourceName))
        .customer_name(cells.text(Column::CustomerName))
        .line_items(items);
    cells.request(request).map(Change::CreateLicenseBased)
}

fn create_new_commerce(cells: &mut Cells<'_>) -> Option<Change> {
    let source = cells.id::<PartnerTenantId>(Column::Source);
    let target = cells.optional_id::<PartnerTenantId>(Column::Target);
    let target_is_invalid = target.is_none() && cells.text(Column::Target).is_some();
    let mut needed = |column: Column| {
        if !cells.columns.has(column) {
            cells.problem(column, "is needed to ask for new-commerce subscriptions");
        }
        cells.required(column)
    };
    let source_name = needed(Column::SourceName);
    let customer_email = needed(Column::CustomerEmail);
    let (source, source_name, customer_email) = (source?, source_name?, customer_email?);
    if target_is_invalid {
        return None;
    }
    let products = cells.list(Column::Product).into_iter();
    let products: Vec<_> = products.map(TransferProductType::from).collect();
    let request = CreateNewCommerceTransferRequest::builder()
        .source_partner_tenant_id(source)
        .source_partner_name(source_name)
        .customer_email_id(customer_email)
        .customer_name(cells.text(Column::CustomerName))
        .target_partner_tenant_id(target)
        .target_product_types(products)
        .transfer_type(NEW_COMMERCE);
    cells.request(request).map(Change::CreateNewCommerce)
}

fn accept_new_commerce(cells: &mut Cells<'_>) -> Option<Change> {
    let transfer: Option<TransferId> = cells.id(Column::Transfer);
    if !cells.columns.has(Column::Subscriptions) {
        let message = "is needed to accept a new-commerce transfer";
        cells.problem(Column::Subscriptions, message);
    }
    let subscriptions = cells.subscriptions();
    let products = cells.list(Column::Product);
    let product = match &products[..] {
        [] => TransferProductType::OnlineServicesNce,
        [one] => TransferProductType::from(one.as_str()),
        _ => {
            let message = "has several product types: give each one a row of its own";
            cells.problem(Column::Product, message);
            return None;
        }
    };
    let transfer = transfer?;
    let items = subscriptions.into_iter();
    let line_items: Vec<_> = items
        .map(|id| AcceptNewCommerceTransferLineItem::new(id, product.clone()))
        .collect();
    (!line_items.is_empty()).then_some(Change::AcceptNewCommerce {
        transfer,
        line_items,
    })
}

fn cancel(cells: &mut Cells<'_>) -> Option<Change> {
    let id = cells.id(Column::Transfer);
    let mut party = |column: Column| {
        let id: Option<PartnerTenantId> = cells.optional_id(column);
        id.map(|id| id.to_string())
    };
    let source = party(Column::Source);
    let target = party(Column::Target);
    let request = CancelTransferRequest::builder()
        .id::<TransferId>(id?)
        .source_partner_tenant_id(source)
        .target_partner_tenant_id(target)
        .customer_name(cells.text(Column::CustomerName));
    cells.request(request).map(Change::Cancel)
}
