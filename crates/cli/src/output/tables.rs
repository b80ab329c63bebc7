//! Tables of transfers, subscriptions, orders, errors and error codes.
//!
//! A table fits the terminal from 80 columns on. Without a terminal it is 100 columns wide, so that
//! files and logs do not depend on where they were made. Ids are never wrapped, because they are
//! there to be copied; names are below them for lack of width. Colors are removed where the table is
//! printed.

use comfy_table::{
    Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle,
    Width::Fixed,
};
use partner_center_terminal::width;
use partner_center_transfers::types::{
    Order, TransferEligibility, TransferEntity, TransferError, TransferLineItem,
};
use partner_center_transfers::{
    ErrorCodeInfo, SubscriptionResult, SubscriptionSummary, TransferPhase, printable,
};

use super::value::or_dash;

/// At least a GUID and its padding.
const ID: Option<ColumnConstraint> = Some(ColumnConstraint::LowerBoundary(Fixed(36 + 2)));
/// At least a day and its padding.
const TIME: Option<ColumnConstraint> = Some(ColumnConstraint::LowerBoundary(Fixed(10 + 2)));
/// At least the width at which a description stays readable.
const DESCRIPTION: Option<ColumnConstraint> = Some(ColumnConstraint::LowerBoundary(Fixed(22)));
/// Never wrapped.
const CONTENT: Option<ColumnConstraint> = Some(ColumnConstraint::ContentWidth);

/// Marks a line item of an order. Spaces would get lost when a cell is wrapped.
const ITEM: &str = "•";

/// One line below the header.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// Transfers, each with its partners below the id.
pub(super) fn transfers<'a>(transfers: impl IntoIterator<Item = &'a TransferEntity>) -> String {
    let columns = [
        ("Transfer and partners", ID),
        ("Status", CONTENT),
        ("Created", TIME),
    ];
    let mut table = table(columns, width::of_stdout());
    for transfer in transfers {
        let partner =
            |name: &Option<String>, id: &Option<String>| or_dash(name.as_ref().or(id.as_ref()));
        let source = partner(
            &transfer.source_partner_name,
            &transfer.source_partner_tenant_id,
        );
        let target = partner(
            &transfer.target_partner_name,
            &transfer.target_partner_tenant_id,
        );
        let id = or_dash(transfer.id.as_ref());
        let created = transfer.created_time.as_ref();
        table.add_row([
            Cell::new(format!("{id}\n{source} → {target}")),
            Cell::new(or_dash(transfer.status.as_ref())).fg(color(transfer.phase())),
            Cell::new(or_dash(created.map(|time| to_minute(time.as_str())))),
        ]);
    }
    table.trim_fmt()
}

/// Subscriptions with their results; `not_mentioned` if there is no result.
pub(super) fn subscriptions(
    results: &[SubscriptionSummary<'_>],
    not_mentioned: &str,
    width: Option<u16>,
) -> String {
    let mut table = table([("Subscription", ID), ("Result", ID)], width);
    for summary in results {
        let (result, color) = match &summary.result {
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
            _ => (not_mentioned.to_owned(), Color::Yellow),
        };
        table.add_row([
            Cell::new(subscription(summary)),
            Cell::new(result).fg(color),
        ]);
    }
    table.trim_fmt()
}

/// The id of a subscription, with its quantity and name below it.
fn subscription(summary: &SubscriptionSummary<'_>) -> String {
    let item = summary.line_item;
    let id = or_dash(summary.subscription_id);
    let name = item.friendly_name.as_ref().or(item.offer_id.as_ref());
    match (item.quantity, name) {
        (_, None) => id,
        (None, Some(name)) => format!("{id}\n{}", printable(name)),
        (Some(quantity), Some(name)) => format!("{id}\n{quantity} × {}", printable(name)),
    }
}

/// Subscriptions of a customer, and whether they can be transferred.
pub(super) fn eligibility<'a>(
    subscriptions: impl Iterator<Item = &'a TransferEligibility>,
) -> String {
    let columns = [("Subscription", CONTENT), ("Eligible", DESCRIPTION)];
    let mut table = table(columns, width::of_stdout());
    for subscription in subscriptions {
        let (word, color) = match subscription.is_eligible {
            Some(true) => ("yes", Color::Green),
            Some(false) => ("no", Color::Red),
            None => ("-", Color::Yellow),
        };
        // Below the word, because a reason may contain ids.
        let reason = subscription.reason.as_deref().unwrap_or_default();
        let eligible = format!("{word}\n{}", printable(reason));
        table.add_row([
            Cell::new(or_dash(subscription.id.as_ref())),
            Cell::new(eligible.trim_end()).fg(color),
        ]);
    }
    table.trim_fmt()
}

/// Error codes of the service.
pub(crate) fn error_codes(codes: &[ErrorCodeInfo]) -> String {
    let columns = [("Code", CONTENT), ("Name", CONTENT), ("Cause", DESCRIPTION)];
    let mut table = table(columns, width::of_stdout());
    for info in codes {
        table.add_row([&info.code.to_string(), info.name, info.cause]);
    }
    table.trim_fmt() + "\n"
}

/// Orders, each with its line items below it.
pub(super) fn orders(orders: &[Order]) -> String {
    let columns = [
        ("Order and offers", ID),
        ("Quantity", CONTENT),
        ("Term", CONTENT),
        ("Billing", CONTENT),
        ("Status", CONTENT),
    ];
    let mut table = table(columns, width::of_stdout());
    for order in orders {
        table.add_row([
            or_dash(order.id.as_ref()),
            String::new(),
            String::new(),
            or_dash(order.billing_cycle.as_ref()),
            or_dash(order.status.as_ref()),
        ]);
        for item in &order.line_items {
            let name = item.friendly_name.as_ref().or(item.offer_id.as_ref());
            table.add_row([
                format!("{ITEM} {}", or_dash(name)),
                or_dash(item.quantity),
                or_dash(item.term_duration.as_ref()),
            ]);
        }
    }
    if let Some(quantity) = table.column_mut(1) {
        quantity.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// Errors, with one row for each subscription of their group.
pub(super) fn errors(errors: &[&TransferError]) -> String {
    let columns = [
        ("Group", CONTENT),
        ("Code", CONTENT),
        ("Subscription", CONTENT),
        ("Description", DESCRIPTION),
    ];
    let mut table = table(columns, width::of_stdout());
    for error in errors {
        let mut items = Vec::new();
        flatten(&error.line_items, "", &mut items);
        if items.is_empty() {
            items.push("-".to_owned());
        }
        let mut group = or_dash(error.transfer_group_id.as_ref());
        let mut code = or_dash(error.code.as_ref());
        let mut description = or_dash(error.description.as_ref());
        for item in items {
            table.add_row([group, code, item, description]);
            (group, code, description) = Default::default();
        }
    }
    table.trim_fmt()
}

/// The subscription and name of each line item, followed by its add-ons.
fn flatten(items: &[TransferLineItem], kind: &str, into: &mut Vec<String>) {
    for item in items {
        let id = or_dash(item.subscription_id.as_ref());
        let name = or_dash(item.friendly_name.as_ref().or(item.offer_id.as_ref()));
        into.push(format!("{id}\n{kind}{name}"));
        flatten(&item.addon_items, "add-on: ", into);
    }
}

/// A time to the minute, if it has the usual format.
fn to_minute(time: &str) -> String {
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

/// A table for a terminal of this width; `None` if there is no terminal.
fn table<const N: usize>(
    columns: [(&str, Option<ColumnConstraint>); N],
    width: Option<u16>,
) -> Table {
    let mut table = Table::new();
    table
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(columns.map(|(name, _)| name))
        .set_width(width.unwrap_or(width::DEFAULT))
        .enforce_styling()
        .style_text_only();
    for (column, (_, constraint)) in table.column_iter_mut().zip(columns) {
        if let Some(constraint) = constraint {
            column.set_constraint(constraint);
        }
    }
    table
}
