//! All tables: of transfers, of subscriptions, of orders, of errors, of error codes.
//!
//! A table fits the terminal, from 80 columns up; where there is none it is 100 wide, so that a
//! file or a log is readable and always the same. The ids that name a row are never broken: they
//! are there to be copied. They take so much of a line that names stand below them and not
//! beside them.

use std::io::{IsTerminal as _, stdout};

use comfy_table::{
    Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
    Width::Fixed,
};
use partner_center_transfers::types::{
    Order, TransferEligibility, TransferEntity, TransferError, TransferLineItem,
};
use partner_center_transfers::{
    ErrorCodeInfo, SubscriptionResult, SubscriptionSummary, TransferPhase,
};

use crate::text::printable;

/// Columns of a table that goes to no terminal.
const WIDTH: u16 = 100;

/// A GUID and the space around it.
const ID_WIDTH: u16 = 36 + 2;

/// Less, and a description becomes a column of syllables.
const DESCRIPTION_WIDTH: u16 = 22;

/// What stands for a value that the service did not send.
const NOTHING: &str = "-";

/// Before a line item of an order. No blanks: those at the start of a cell get lost when it is
/// wrapped.
const ITEM: &str = "•";

/// One line under the header, and no other.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// A row for each transfer, with both partners below its id.
pub(crate) fn transfers<'a>(transfers: impl Iterator<Item = &'a TransferEntity>) -> String {
    let mut table = table(&["Transfer and partners", "Status", "Created"]);
    for transfer in transfers {
        let partner =
            |name: &Option<String>, id: &Option<String>| shown(name.as_ref().or(id.as_ref()));
        let id = shown(transfer.id.as_ref());
        let source = partner(
            &transfer.source_partner_name,
            &transfer.source_partner_tenant_id,
        );
        let target = partner(
            &transfer.target_partner_name,
            &transfer.target_partner_tenant_id,
        );
        table.add_row([
            Cell::new(format!("{id}\n{source} → {target}")),
            Cell::new(shown(transfer.status.as_ref())).fg(color(transfer.phase())),
            Cell::new(shown(
                transfer
                    .created_time
                    .as_ref()
                    .map(|time| minute(time.as_str())),
            )),
        ]);
    }
    constrain(
        &mut table,
        0,
        ColumnConstraint::LowerBoundary(Fixed(ID_WIDTH)),
    );
    constrain(&mut table, 1, ColumnConstraint::ContentWidth);
    table.trim_fmt()
}

/// A row for each subscription and what became of it; `silent` where nothing says so.
pub(crate) fn subscriptions(outcomes: &[SubscriptionSummary<'_>], silent: &str) -> String {
    let mut table = table(&["Subscription", "Result"]);
    for outcome in outcomes {
        let (result, color) = match &outcome.result {
            SubscriptionResult::Moved { order_id: None } => ("moved".to_owned(), Color::Green),
            SubscriptionResult::Moved { order_id: Some(id) } => {
                (format!("moved, order\n{}", printable(id)), Color::Green)
            }
            SubscriptionResult::Failed { code, cause } => {
                let code = code.map_or_else(String::new, |code| format!(" with code {code}"));
                let failed = format!("failed{}", printable(&code));
                let cause =
                    cause.map_or_else(String::new, |cause| format!("\n{}", printable(cause)));
                (failed + &cause, Color::Red)
            }
            _ => (silent.to_owned(), Color::Yellow),
        };
        table.add_row([
            Cell::new(subscription(outcome)),
            Cell::new(result).fg(color),
        ]);
    }
    constrain(
        &mut table,
        0,
        ColumnConstraint::LowerBoundary(Fixed(ID_WIDTH)),
    );
    constrain(
        &mut table,
        1,
        ColumnConstraint::LowerBoundary(Fixed(ID_WIDTH)),
    );
    table.trim_fmt()
}

/// The id, and below it how much of what.
fn subscription(outcome: &SubscriptionSummary<'_>) -> String {
    let item = outcome.line_item;
    let id = shown(outcome.subscription_id);
    let name = item.friendly_name.as_ref().or(item.offer_id.as_ref());
    match (item.quantity, name) {
        (_, None) => id,
        (None, Some(name)) => format!("{id}\n{}", printable(name)),
        (Some(quantity), Some(name)) => format!("{id}\n{quantity} × {}", printable(name)),
    }
}

/// A row for each subscription of a customer.
pub(crate) fn eligibility<'a>(
    subscriptions: impl Iterator<Item = &'a TransferEligibility>,
) -> String {
    let mut table = table(&["Subscription", "Eligible"]);
    for subscription in subscriptions {
        let (word, color) = match subscription.is_eligible {
            Some(true) => ("yes", Color::Green),
            Some(false) => ("no", Color::Red),
            None => (NOTHING, Color::Yellow),
        };
        // Beside the word there would be too little room for the ids that a reason names.
        let reason = subscription.reason.as_deref().unwrap_or_default();
        let eligible = format!("{word}\n{}", printable(reason));
        table.add_row([
            Cell::new(shown(subscription.id.as_ref())),
            Cell::new(eligible.trim_end()).fg(color),
        ]);
    }
    constrain(&mut table, 0, ColumnConstraint::ContentWidth);
    table.trim_fmt()
}

/// A row for each error code of the service.
pub(crate) fn error_codes(known: &[ErrorCodeInfo]) -> String {
    let mut table = table(&["Code", "Name", "Cause"]);
    for known in known {
        table.add_row([
            known.code.to_string(),
            known.name.to_owned(),
            known.cause.to_owned(),
        ]);
    }
    constrain(&mut table, 0, ColumnConstraint::ContentWidth);
    constrain(&mut table, 1, ColumnConstraint::ContentWidth);
    table.trim_fmt()
}

/// A time to the minute, if it is written as the service does.
fn minute(time: &str) -> String {
    match (time.get(..10), time.get(10..11), time.get(11..16)) {
        (Some(day), Some("T"), Some(minute)) => format!("{day} {minute}"),
        _ => time.to_owned(),
    }
}

fn color(phase: TransferPhase) -> Color {
    match phase {
        TransferPhase::Open => Color::Cyan,
        TransferPhase::Processed => Color::Green,
        TransferPhase::Rejected | TransferPhase::Cancelled | TransferPhase::Expired => Color::Red,
        _ => Color::Yellow,
    }
}

/// A row for each order, and below it one for each of its line items.
pub(crate) fn orders(orders: &[Order]) -> String {
    let mut table = table(&["Order and offers", "Quantity", "Term", "Billing", "Status"]);
    for order in orders {
        table.add_row([
            shown(order.id.as_ref()),
            String::new(),
            String::new(),
            shown(order.billing_cycle.as_ref()),
            shown(order.status.as_ref()),
        ]);
        for item in &order.line_items {
            let name = item.friendly_name.as_ref().or(item.offer_id.as_ref());
            table.add_row([
                format!("{ITEM} {}", shown(name)),
                shown(item.quantity),
                shown(item.term_duration.as_ref()),
            ]);
        }
    }
    constrain(
        &mut table,
        0,
        ColumnConstraint::LowerBoundary(Fixed(ID_WIDTH)),
    );
    for column in 1..=4 {
        constrain(&mut table, column, ColumnConstraint::ContentWidth);
    }
    if let Some(quantity) = table.column_mut(1) {
        quantity.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// A row for each error, with the first subscription of its group, and one for each other
/// subscription.
pub(crate) fn errors(errors: &[TransferError]) -> String {
    let mut table = table(&["Group", "Code", "Subscription", "Description"]);
    for error in errors {
        let mut items = Vec::new();
        flatten(&error.line_items, "", &mut items);
        if items.is_empty() {
            items.push(NOTHING.to_owned());
        }
        for (index, subscription) in items.into_iter().enumerate() {
            let of_error = |value: String| if index == 0 { value } else { String::new() };
            table.add_row([
                of_error(shown(error.transfer_group_id.as_ref())),
                of_error(shown(error.code.as_ref())),
                subscription,
                of_error(shown(error.description.as_ref())),
            ]);
        }
    }
    for column in 0..=2 {
        constrain(&mut table, column, ColumnConstraint::ContentWidth);
    }
    let enough = ColumnConstraint::LowerBoundary(Fixed(DESCRIPTION_WIDTH));
    constrain(&mut table, 3, enough);
    table.trim_fmt()
}

/// The subscription of each line item with its name below it, each add-on after the one that it
/// belongs to.
fn flatten(items: &[TransferLineItem], kind: &str, into: &mut Vec<String>) {
    for item in items {
        let name = item.friendly_name.as_ref().or(item.offer_id.as_ref());
        into.push(format!(
            "{}\n{kind}{}",
            shown(item.subscription_id.as_ref()),
            shown(name)
        ));
        flatten(&item.addon_items, "add-on: ", into);
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.iter().copied());
    if !stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table
}

fn constrain(table: &mut Table, column: usize, constraint: ColumnConstraint) {
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(constraint);
    }
}

/// A value on one line, or what stands for none.
pub(crate) fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), |value| printable(&value.to_string()))
}
