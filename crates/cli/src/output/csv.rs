//! Reports as CSV and as text with tabs, for spreadsheets and scripts.
//!
//! The names of columns are those of the input and of the report of bulk commands, so that a list of
//! transfers is an input of `bulk accept` as it is. Times are as the service sent them.

use csv::{Terminator, WriterBuilder};
use partner_center_bulk::is_formula;
use partner_center_transfers::types::{
    CustomerId, ErrorCode, TransferEligibility, TransferEntity, TransferProductType,
};
use partner_center_transfers::{
    ErrorCodeInfo, Generation, Response, SubscriptionResult, SubscriptionSummary, Timestamp,
    explain, printable,
};

use crate::arguments::OutputFormat;
use crate::report::{AcceptReport, Report};

use super::value::product_name;

const LIST: &[&str] = &[
    "customer",
    "customer_name",
    "transfer",
    "kind",
    "status",
    "source",
    "source_name",
    "target",
    "target_name",
    "subscriptions",
    "customer_email",
    "products",
    "created",
    "completed",
    "expires",
];

const SUBSCRIPTIONS: &[&str] = &[
    "customer",
    "transfer",
    "kind",
    "status",
    "source",
    "source_name",
    "target",
    "target_name",
    "customer_name",
    "created",
    "completed",
    "expires",
    "subscription",
    "offer",
    "quantity",
    "outcome",
    "order",
    "code",
    "cause",
    "remedy",
    "request_id",
];

const ELIGIBILITY: &[&str] = &["customer", "subscription", "eligible", "reason"];

const ERROR_CODES: &[&str] = &["code", "name", "cause", "remedy"];

/// The report as a table with a header; empty if the command failed.
pub(super) fn report(report: &Report, format: OutputFormat) -> String {
    match report {
        Report::Transfers(list) => {
            let transfers = list.items.iter();
            let rows = transfers.map(|(transfer, _)| listed(list.customer, transfer));
            table(format, LIST, rows)
        }
        Report::Sweep(sweep) if sweep.has_failed() => String::new(),
        Report::Sweep(sweep) => {
            let transfers = sweep.items.iter();
            let rows = transfers.map(|item| listed(item.customer, &item.transfer));
            table(format, LIST, rows)
        }
        Report::Eligibility(list) => {
            let items = list.items.iter();
            let rows = items.map(|(subscription, _)| eligibility(list.customer, subscription));
            table(format, ELIGIBILITY, rows)
        }
        Report::Accepted(report) => table(format, SUBSCRIPTIONS, accepted(report)),
        Report::Transfer(response) => {
            table(format, SUBSCRIPTIONS, of_transfer(response.get(), None))
        }
        Report::Changed { response, .. } => {
            let rows = of_transfer(response.get(), Some(response));
            table(format, SUBSCRIPTIONS, rows)
        }
        Report::ReadBack(report) => {
            let transfers = report.transfers.iter();
            let mut rows: Vec<_> = transfers.flat_map(|it| of_transfer(it, None)).collect();
            let request_id = report.error.request_id().map(|id| id.to_string());
            for row in &mut rows {
                row[20] = request_id.clone().unwrap_or_default();
            }
            table(format, SUBSCRIPTIONS, rows)
        }
        Report::Withdrawn { .. } | Report::Waited { .. } | Report::Declined | Report::Failed(_) => {
            String::new()
        }
    }
}

/// Error codes of the service.
pub(crate) fn error_code_table(codes: &[ErrorCodeInfo], format: OutputFormat) -> String {
    let rows = codes.iter().map(|info| {
        let texts = [info.name, info.cause, info.remedy].map(str::to_owned);
        [vec![info.code.to_string()], texts.to_vec()].concat()
    });
    table(format, ERROR_CODES, rows)
}

/// A row of a list, which is a row of the input of `bulk accept`.
fn listed(customer: CustomerId, transfer: &TransferEntity) -> Vec<String> {
    let subscriptions = transfer.by_subscription();
    let ids = subscriptions.iter().filter_map(|it| it.subscription_id);
    let products = transfer.target_product_types.iter();
    let products = products.map(TransferProductType::as_str);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        customer.to_string(),
        text(&transfer.customer_name),
        text(&transfer.id),
        kind(transfer),
        status(transfer),
        text(&transfer.source_partner_tenant_id),
        text(&transfer.source_partner_name),
        text(&transfer.target_partner_tenant_id),
        text(&transfer.target_partner_name),
        ids.collect::<Vec<_>>().join(";"),
        text(&transfer.customer_email_id),
        products.collect::<Vec<_>>().join(";"),
        time(transfer.created_time.as_ref()),
        time(transfer.completed_time.as_ref()),
        time(transfer.expiration_time.as_ref()),
    ]
}

/// A row for each subscription of a transfer, or one row if it has none.
fn of_transfer(
    transfer: &TransferEntity,
    response: Option<&Response<TransferEntity>>,
) -> Vec<Vec<String>> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let start = vec![
        text(&transfer.customer_tenant_id),
        text(&transfer.id),
        kind(transfer),
        status(transfer),
        text(&transfer.source_partner_tenant_id),
        text(&transfer.source_partner_name),
        text(&transfer.target_partner_tenant_id),
        text(&transfer.target_partner_name),
        text(&transfer.customer_name),
        time(transfer.created_time.as_ref()),
        time(transfer.completed_time.as_ref()),
        time(transfer.expiration_time.as_ref()),
    ];
    let expects_result = transfer.is_settled();
    let request_id = response.map_or_else(String::new, |it| it.request_id().to_string());
    with_subscriptions(
        &start,
        &transfer.by_subscription(),
        expects_result,
        &request_id,
    )
}

fn with_subscriptions(
    start: &[String],
    subscriptions: &[SubscriptionSummary<'_>],
    expects_result: bool,
    request_id: &str,
) -> Vec<Vec<String>> {
    let end = || vec![request_id.to_owned()];
    if subscriptions.is_empty() {
        let none = vec![String::new(); SUBSCRIPTIONS.len() - start.len() - 1];
        return vec![[start.to_vec(), none, end()].concat()];
    }
    let rows = subscriptions
        .iter()
        .map(|summary| [start.to_vec(), subscription(summary, expects_result), end()].concat());
    rows.collect()
}

/// The values of a subscription, from its id to the remedy.
fn subscription(summary: &SubscriptionSummary<'_>, expects_result: bool) -> Vec<String> {
    let item = summary.line_item;
    let name = product_name(item.friendly_name.as_ref(), item.offer_id.as_ref());
    let quantity = item.quantity.map(|quantity| quantity.to_string());
    let (outcome, order, code, cause) = match &summary.result {
        SubscriptionResult::Moved { order_id } => ("moved", *order_id, None, None),
        SubscriptionResult::Failed { code, cause } => ("failed", None, *code, *cause),
        _ if expects_result => ("notMentioned", None, None, None),
        _ => ("", None, None, None),
    };
    let known = code.and_then(ErrorCode::as_number).and_then(explain);
    vec![
        summary.subscription_id.unwrap_or_default().to_owned(),
        name.cloned().unwrap_or_default(),
        quantity.unwrap_or_default(),
        outcome.to_owned(),
        order.unwrap_or_default().to_owned(),
        code.map(ToString::to_string).unwrap_or_default(),
        cause.unwrap_or_default().to_owned(),
        known.map_or_else(String::new, |known| known.remedy.to_owned()),
    ]
}

/// A row for each subscription of an accept; without the transfer, for each that an order or an
/// error names.
fn accepted(report: &AcceptReport) -> Vec<Vec<String>> {
    let unread = TransferEntity::default();
    let transfer = report.after.as_ref().or(report.before.as_ref());
    let request_id = report.response.request_id().to_string();
    // The status is the one after the accept, if that is known.
    let mut start = of_transfer(transfer.unwrap_or(&unread), None).swap_remove(0);
    start.truncate(12);
    start[0] = report.customer.to_string();
    start[1] = report.transfer.to_string();
    start[3] = report.after.as_ref().map_or_else(String::new, status);
    let body = report.response.get();
    let known = report.by_subscription();
    let is_read = known.is_some();
    let summaries = known.unwrap_or_else(|| body.by_subscription(&unread));
    let mut rows = Vec::new();
    if is_read || !summaries.is_empty() || body.orders.is_empty() {
        rows = with_subscriptions(&start, &summaries, true, &request_id);
    }
    if !is_read {
        for order in &body.orders {
            for line in &order.line_items {
                let name = product_name(line.friendly_name.as_ref(), line.offer_id.as_ref());
                let mut row = start.clone();
                row.extend([
                    String::new(),
                    name.cloned().unwrap_or_default(),
                    line.quantity.map(|it| it.to_string()).unwrap_or_default(),
                    "moved".to_owned(),
                    order.id.clone().unwrap_or_default(),
                ]);
                row.resize(SUBSCRIPTIONS.len() - 1, String::new());
                row.push(request_id.clone());
                rows.push(row);
            }
        }
    }
    rows
}

fn eligibility(customer: CustomerId, subscription: &TransferEligibility) -> Vec<String> {
    let eligible = match subscription.is_eligible {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    vec![
        customer.to_string(),
        subscription.id.clone().unwrap_or_default(),
        eligible.to_owned(),
        subscription.reason.clone().unwrap_or_default(),
    ]
}

fn kind(transfer: &TransferEntity) -> String {
    let generation = Generation::of(transfer);
    generation.map_or_else(String::new, |it| it.name().to_owned())
}

fn status(transfer: &TransferEntity) -> String {
    let status = transfer.status.as_ref();
    status.map_or_else(String::new, |status| status.as_str().to_owned())
}

fn time(time: Option<&Timestamp>) -> String {
    time.map_or_else(String::new, |time| time.as_str().to_owned())
}

/// A header and rows: RFC 4180, or tabs and line feeds.
fn table(
    format: OutputFormat,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut builder = WriterBuilder::new();
    if format == OutputFormat::Tsv {
        builder.delimiter(b'\t');
    } else {
        builder.terminator(Terminator::CRLF);
    }
    let mut writer = builder.from_writer(Vec::new());
    // Writing to memory cannot fail, and all rows are as long as the header.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|value| cell(value)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A value on one line, as text that no spreadsheet takes for a formula.
fn cell(value: &str) -> String {
    let text = printable(value).replace(['\n', '\r', '\t'], " ");
    if is_formula(value) {
        format!("'{text}")
    } else {
        text
    }
}
