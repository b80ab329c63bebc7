//! Tables of transfers, subscriptions, orders, errors and error codes.
//!
//! Names and ids have columns of their own. Where the terminal is too narrow for that, values are
//! below each other. Ids are never broken, because they are there to be copied. Colors are removed
//! where the table is printed.

use comfy_table::Color;
use partner_center_terminal::width;
use partner_center_transfers::types::{
    CustomerId, Order, TransferEligibility, TransferEntity, TransferError, TransferLineItem,
};
use partner_center_transfers::{
    ErrorCodeInfo, SubscriptionResult, SubscriptionSummary, TransferPhase, printable,
};

use super::table::{Column, Table, Value};
use super::time;
use super::value::{or_dash, product_name};
use crate::profile::Profile;

/// Transfers of one customer. The profile has names of partners that the service may leave out.
pub(super) fn transfers<'a>(
    transfers: impl IntoIterator<Item = &'a TransferEntity>,
    profile: &Profile,
) -> String {
    let columns = [
        Column::whole("Transfer"),
        Column::text("Partners"),
        Column::whole("Status"),
        Column::whole("Created"),
        Column::whole("Expires"),
    ];
    let mut table = Table::new(
        columns,
        &[
            &[&[0], &[1], &[2], &[3], &[4]],
            &[&[0], &[1], &[2, 4], &[3]],
            &[&[0, 3], &[1], &[2, 4]],
            &[&[0, 3], &[1, 2, 4]],
        ],
    );
    for transfer in transfers {
        table.add([
            or_dash(transfer.id.as_ref()).into(),
            partners(transfer, profile),
            status(transfer),
            created(transfer),
            expires(transfer),
        ]);
    }
    table.show(width::of_stdout())
}

/// Transfers of several customers.
pub(super) fn transfers_of_customers<'a>(
    transfers: impl IntoIterator<Item = (CustomerId, &'a TransferEntity)>,
    profile: &Profile,
) -> String {
    let columns = [
        Column::whole("Transfer"),
        Column::whole("Customer"),
        Column::text("Name"),
        Column::text("Partners"),
        Column::whole("Status"),
        Column::whole("Created"),
        Column::whole("Expires"),
    ];
    let mut table = Table::new(
        columns,
        &[
            &[&[0], &[1], &[2], &[3], &[4], &[5], &[6]],
            &[&[0, 1], &[2], &[3], &[4], &[5], &[6]],
            &[&[0, 1], &[2], &[3], &[4, 6], &[5]],
            &[&[0, 1, 5], &[2, 3], &[4, 6]],
            &[&[0, 1, 5], &[2, 3, 4, 6]],
        ],
    );
    for (customer, transfer) in transfers {
        table.add([
            or_dash(transfer.id.as_ref()).into(),
            customer.to_string().into(),
            or_dash(transfer.customer_name.as_ref()).into(),
            partners(transfer, profile),
            status(transfer),
            created(transfer),
            expires(transfer),
        ]);
    }
    table.show(width::of_stdout())
}

fn partners(transfer: &TransferEntity, profile: &Profile) -> Value {
    let partner = |name: &Option<String>, id: &Option<String>| {
        let id = id.as_deref();
        or_dash(profile.partner_name(name.as_deref(), id).or(id))
    };
    let source = partner(
        &transfer.source_partner_name,
        &transfer.source_partner_tenant_id,
    );
    let target = partner(
        &transfer.target_partner_name,
        &transfer.target_partner_tenant_id,
    );
    format!("{source} → {target}").into()
}

fn status(transfer: &TransferEntity) -> Value {
    let color = match transfer.phase() {
        TransferPhase::Open => Color::Cyan,
        TransferPhase::Processed => Color::Green,
        TransferPhase::Rejected | TransferPhase::Cancelled | TransferPhase::Expired => Color::Red,
        _ => Color::Yellow,
    };
    Value::colored(or_dash(transfer.status.as_ref()), color)
}

fn created(transfer: &TransferEntity) -> Value {
    or_dash(transfer.created_time.as_ref().map(time::to_second)).into()
}

fn expires(transfer: &TransferEntity) -> Value {
    let time = transfer.expiration_time.as_ref();
    or_dash(time.map(|time| time::from_now(time).unwrap_or_else(|| time.to_string()))).into()
}

/// Subscriptions with their results; `not_mentioned` if there is no result.
pub(super) fn subscriptions(
    results: &[SubscriptionSummary<'_>],
    not_mentioned: &str,
    width: Option<u16>,
) -> String {
    let columns = [
        Column::whole("Subscription"),
        Column::text("Name"),
        Column::number("Qty"),
        Column::whole("Result"),
        Column::whole("Order"),
        Column::text("Cause"),
    ];
    let mut table = Table::new(
        columns,
        &[
            &[&[0], &[1], &[2], &[3], &[4], &[5]],
            &[&[0, 4], &[1], &[2], &[3], &[5]],
            &[&[0, 4], &[1], &[2], &[3, 5]],
            &[&[0, 4, 5], &[1], &[2], &[3]],
            &[&[0, 4, 5], &[1, 3], &[2]],
        ],
    );
    for summary in results {
        let (result, order, cause) = match &summary.result {
            SubscriptionResult::Moved { order_id } => (
                Value::colored("moved", Color::Green),
                or_dash(*order_id),
                String::new(),
            ),
            SubscriptionResult::Failed { code, cause } => {
                let code = code.map(|code| format!("code {code}"));
                let parts = [code, cause.map(str::to_owned)].into_iter().flatten();
                let cause = parts.collect::<Vec<_>>().join(": ");
                (
                    Value::colored("failed", Color::Red),
                    String::new(),
                    printable(&cause).into_owned(),
                )
            }
            _ => (
                Value::colored(not_mentioned, Color::Yellow),
                String::new(),
                String::new(),
            ),
        };
        let item = summary.line_item;
        table.add([
            or_dash(summary.subscription_id).into(),
            name(item).into(),
            or_dash(item.quantity).into(),
            result,
            order.into(),
            cause.into(),
        ]);
    }
    table.show(width)
}

fn name(item: &TransferLineItem) -> String {
    or_dash(product_name(
        item.friendly_name.as_ref(),
        item.offer_id.as_ref(),
    ))
}

/// Subscriptions of a customer, and whether they can be transferred.
pub(super) fn eligibility<'a>(
    subscriptions: impl Iterator<Item = &'a TransferEligibility>,
) -> String {
    let columns = [
        Column::whole("Subscription"),
        Column::whole("Eligible"),
        Column::text("Reason"),
    ];
    let mut table = Table::new(
        columns,
        &[&[&[0], &[1], &[2]], &[&[0], &[1, 2]], &[&[0, 2], &[1]]],
    );
    for subscription in subscriptions {
        let eligible = match subscription.is_eligible {
            Some(true) => Value::colored("yes", Color::Green),
            Some(false) => Value::colored("no", Color::Red),
            None => Value::colored("-", Color::Yellow),
        };
        table.add([
            or_dash(subscription.id.as_ref()).into(),
            eligible,
            or_dash(subscription.reason.as_ref()).into(),
        ]);
    }
    table.show(width::of_stdout())
}

/// Error codes of the service.
pub(crate) fn error_codes(codes: &[ErrorCodeInfo]) -> String {
    let columns = [
        Column::whole("Code"),
        Column::whole("Name"),
        Column::text("Cause"),
    ];
    let mut table = Table::new(columns, &[&[&[0], &[1], &[2]], &[&[0], &[1, 2]]]);
    for info in codes {
        table.add([
            info.code.to_string().into(),
            info.name.to_owned().into(),
            info.cause.to_owned().into(),
        ]);
    }
    table.show(width::of_stdout()) + "\n"
}

/// Orders, with a row for each of their line items.
pub(super) fn orders(orders: &[Order]) -> String {
    let columns = [
        Column::whole("Order"),
        Column::text("Name"),
        Column::number("Qty"),
        Column::whole("Term"),
        Column::whole("Billing"),
        Column::whole("Status"),
    ];
    let mut table = Table::new(
        columns,
        &[
            &[&[0], &[1], &[2], &[3], &[4], &[5]],
            &[&[0], &[1], &[2], &[3, 4, 5]],
            &[&[0, 4, 5], &[1, 3], &[2]],
        ],
    );
    for order in orders {
        let of_order = |is_repeated: bool| {
            let values = [
                or_dash(order.id.as_ref()),
                or_dash(order.billing_cycle.as_ref()),
                or_dash(order.status.as_ref()),
            ];
            values.map(|value| Value::from(value).repeated(is_repeated))
        };
        if order.line_items.is_empty() {
            let [id, billing, status] = of_order(false);
            let none = || Value::from("-".to_owned());
            table.add([id, none(), none(), none(), billing, status]);
        }
        for (at, item) in order.line_items.iter().enumerate() {
            let [id, billing, status] = of_order(at > 0);
            let name = product_name(item.friendly_name.as_ref(), item.offer_id.as_ref());
            table.add([
                id,
                or_dash(name).into(),
                or_dash(item.quantity).into(),
                or_dash(item.term_duration.as_ref()).into(),
                billing,
                status,
            ]);
        }
    }
    table.show(width::of_stdout())
}

/// Errors, with one row for each subscription of their group.
pub(super) fn errors(errors: &[&TransferError]) -> String {
    let columns = [
        Column::whole("Group"),
        Column::whole("Code"),
        Column::whole("Subscription"),
        Column::text("Name"),
        Column::text("Description"),
    ];
    let mut table = Table::new(
        columns,
        &[
            &[&[0], &[1], &[2], &[3], &[4]],
            &[&[0], &[1], &[2, 4], &[3]],
            &[&[1, 0], &[2, 3, 4]],
        ],
    );
    for error in errors {
        let mut items = Vec::new();
        flatten(&error.line_items, "", &mut items);
        if items.is_empty() {
            items.push(("-".to_owned(), "-".to_owned()));
        }
        for (at, (id, name)) in items.into_iter().enumerate() {
            let of_group = |text: String| Value::from(text).repeated(at > 0);
            table.add([
                of_group(or_dash(error.transfer_group_id.as_ref())),
                of_group(or_dash(error.code.as_ref())),
                id.into(),
                name.into(),
                of_group(or_dash(error.description.as_ref())),
            ]);
        }
    }
    table.show(width::of_stdout())
}

/// The subscription and name of each line item, followed by its add-ons.
fn flatten(items: &[TransferLineItem], kind: &str, into: &mut Vec<(String, String)>) {
    for item in items {
        let id = or_dash(item.subscription_id.as_ref());
        into.push((id, format!("{kind}{}", name(item))));
        flatten(&item.addon_items, "add-on: ", into);
    }
}
