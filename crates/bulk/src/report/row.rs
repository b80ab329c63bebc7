//! What became of each subscription of a row.

use std::collections::BTreeMap;

use partner_center_transfers::types::{
    ErrorCode, Order, TransferEntity, TransferLineItem, TransferSubmitResult,
};
use partner_center_transfers::{SubscriptionResult, SubscriptionSummary, explain};
use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{Outcome, RowRecord, RowState};
use crate::plan::{Change, Operation};

/// What became of a subscription, or of a change that moves none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReportOutcome {
    /// The subscription moved.
    Moved,
    /// The change was made: a transfer was created, rejected, cancelled or withdrawn.
    Done,
    /// The subscription did not move, or the change was refused.
    Failed,
    /// The row is settled, and nothing says what happened to this subscription.
    NotMentioned,
    /// Not sent, or certainly not applied.
    NotSent,
    /// May have been sent, and not read back yet.
    Sending,
    /// Accepted, and still processed by the service.
    Processing,
    /// Cannot be found out.
    Unknown,
}

/// A subscription of a row, or the whole row if its subscriptions are not known.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReportRow {
    /// The position of the row in the plan, from 1.
    pub row: i64,
    /// The row of the input, as a spreadsheet numbers it.
    pub line: Option<i64>,
    /// `create`, `accept`, `reject`, `cancel` or `withdraw`.
    pub operation: String,
    /// The tenant id of the customer.
    pub customer: String,
    /// The id of the transfer.
    pub transfer: Option<String>,
    /// The id of the subscription before the transfer.
    pub subscription: Option<String>,
    /// The order that it became part of.
    pub order: Option<String>,
    /// Its id after the transfer, where that is known.
    pub subscription_after: Option<String>,
    /// The name of the offer, or its id.
    pub offer: Option<String>,
    /// The number of licences.
    pub quantity: Option<i64>,
    /// What became of it.
    pub outcome: ReportOutcome,
    /// The service's error code.
    pub code: Option<String>,
    /// Why it failed.
    pub cause: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// When the transfer was created, as the service says.
    pub created: Option<String>,
    /// When the change was sent.
    pub sent: Option<String>,
    /// When the service completed the transfer, or else when its result was known.
    pub completed: Option<String>,
    /// When the transfer expires.
    pub expires: Option<String>,
    /// `MS-RequestId` of the change.
    pub request_id: Option<String>,
    /// The caller's own text.
    pub reference: Option<String>,
    /// The columns of the input without a meaning.
    pub carried: BTreeMap<String, String>,
}

/// The rows of the report for a row of the journal; at least one.
pub(super) fn rows(record: &RowRecord) -> Vec<ReportRow> {
    let read_back: Option<TransferEntity> = record
        .read_back
        .as_ref()
        .and_then(|transfer| serde_json::from_value(transfer.clone()).ok());
    let whole = whole(record, read_back.as_ref());
    if record.change.operation() != Operation::Accept || record.state != RowState::Settled {
        return named(record, whole);
    }
    let answer = record.answer.as_deref();
    let answer: Option<TransferSubmitResult> = match record.change {
        Change::Accept { .. } => answer.and_then(|answer| serde_json::from_str(answer).ok()),
        _ => None,
    };
    let orders = answer.as_ref().map_or(&[][..], |answer| &answer.orders);
    let unread = TransferEntity::default();
    let summaries = match (&answer, &read_back) {
        (Some(answer), transfer) => answer.by_subscription(transfer.as_ref().unwrap_or(&unread)),
        (None, Some(transfer)) => transfer.by_subscription(),
        (None, None) => Vec::new(),
    };
    let mut rows: Vec<ReportRow> = summaries
        .iter()
        .map(|summary| subscription(&whole, summary, orders))
        .collect();
    if read_back.is_none() {
        // Without the transfer, what moved is known by its orders only.
        rows.extend(orders.iter().flat_map(|order| ordered(&whole, order)));
    }
    if rows.is_empty() {
        named(record, whole)
    } else {
        rows
    }
}

/// The row of the report for all subscriptions together.
fn whole(record: &RowRecord, read_back: Option<&TransferEntity>) -> ReportRow {
    let is_accept = record.change.operation() == Operation::Accept;
    let outcome = match (record.state, record.outcome) {
        (RowState::Planned, _) => ReportOutcome::NotSent,
        (RowState::Sending, _) => ReportOutcome::Sending,
        (RowState::Processing, _) => ReportOutcome::Processing,
        (RowState::Settled, Some(Outcome::Done)) if is_accept => ReportOutcome::Moved,
        (RowState::Settled, Some(Outcome::Done)) => ReportOutcome::Done,
        (RowState::Settled, Some(Outcome::InPart)) => ReportOutcome::NotMentioned,
        (RowState::Settled, Some(Outcome::Failed)) => ReportOutcome::Failed,
        _ => ReportOutcome::Unknown,
    };
    let time = |time: Option<&partner_center_transfers::Timestamp>| {
        time.map(|time| time.as_str().to_owned())
    };
    let created = time(read_back.and_then(|transfer| transfer.created_time.as_ref()));
    let completed = time(read_back.and_then(|transfer| transfer.completed_time.as_ref()));
    let is_settled = record.state == RowState::Settled;
    ReportRow {
        row: record.number,
        line: record.line,
        operation: record.change.operation().to_string(),
        customer: record.customer.clone(),
        transfer: record.transfer.clone(),
        subscription: None,
        order: None,
        subscription_after: None,
        offer: None,
        quantity: None,
        outcome,
        code: record.code.clone(),
        cause: record.cause.clone(),
        remedy: record.remedy.clone(),
        created,
        sent: record.sent.clone(),
        completed: completed.or_else(|| record.changed.clone().filter(|_| is_settled)),
        expires: record.expires.clone(),
        request_id: record.request_id.clone(),
        reference: record.reference.clone(),
        carried: record.carried.iter().cloned().collect(),
    }
}

/// One row for each subscription that the request names, or one for all.
fn named(record: &RowRecord, whole: ReportRow) -> Vec<ReportRow> {
    let subscriptions = record.change.subscriptions();
    if subscriptions.is_empty() {
        return vec![whole];
    }
    let rows = subscriptions.into_iter().map(|id| ReportRow {
        subscription: Some(id.to_owned()),
        ..whole.clone()
    });
    rows.collect()
}

/// The row of a subscription of which the answer or the transfer says something.
fn subscription(
    whole: &ReportRow,
    summary: &SubscriptionSummary<'_>,
    orders: &[Order],
) -> ReportRow {
    let item = summary.line_item;
    let mut row = ReportRow {
        subscription: before(item),
        offer: item.friendly_name.clone().or_else(|| item.offer_id.clone()),
        quantity: item.quantity,
        ..whole.clone()
    };
    match &summary.result {
        SubscriptionResult::Moved { order_id } => {
            row.outcome = ReportOutcome::Moved;
            row.order = order_id
                .map(str::to_owned)
                .or_else(|| item.order_id.clone());
            row.subscription_after = after(item, row.order.as_deref(), orders);
            (row.code, row.cause, row.remedy) = (None, None, None);
        }
        SubscriptionResult::Failed { code, cause } => {
            row.outcome = ReportOutcome::Failed;
            row.cause = cause.map(str::to_owned).or(row.cause);
            if let Some(code) = code {
                row.code = Some(match code {
                    ErrorCode::Integer(number) => number.to_string(),
                    ErrorCode::String(text) => text.clone(),
                });
                let known = code.as_number().and_then(explain);
                row.remedy = known.map(|known| known.remedy.to_owned()).or(row.remedy);
            }
        }
        _ => row.outcome = ReportOutcome::NotMentioned,
    }
    row
}

/// The id of a subscription at the source.
fn before(item: &TransferLineItem) -> Option<String> {
    let source = item.source_subscription_id.clone();
    source.or_else(|| item.subscription_id.clone())
}

/// The id of a subscription at the target: by the line item, or by the only line of its order with
/// the same offer.
fn after(item: &TransferLineItem, order: Option<&str>, orders: &[Order]) -> Option<String> {
    if item.source_subscription_id.is_some() {
        return item.subscription_id.clone();
    }
    let order = orders
        .iter()
        .find(|one| one.id.is_some() && one.id.as_deref() == order)?;
    let mut lines = order.line_items.iter().filter(|line| {
        let offer = item.offer_id.as_deref().unwrap_or_default();
        let own = line.offer_id.as_deref().unwrap_or_default();
        own.eq_ignore_ascii_case(offer)
    });
    match (lines.next(), lines.next()) {
        (Some(only), None) => only.subscription_id.clone(),
        _ => None,
    }
}

/// The rows of an order whose transfer was not read.
fn ordered(whole: &ReportRow, order: &Order) -> Vec<ReportRow> {
    let lines = order.line_items.iter().map(|line| ReportRow {
        order: order.id.clone(),
        subscription_after: line.subscription_id.clone(),
        offer: line.friendly_name.clone().or_else(|| line.offer_id.clone()),
        quantity: line.quantity,
        outcome: ReportOutcome::Moved,
        code: None,
        cause: None,
        remedy: None,
        ..whole.clone()
    });
    lines.collect()
}
