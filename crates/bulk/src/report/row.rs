//! What became of each subscription of a row.

use std::collections::BTreeMap;

use partner_center_transfers::types::{
    ErrorCode, Order, TransferEntity, TransferLineItem, TransferSubmitResult,
};
use partner_center_transfers::{SubscriptionResult, SubscriptionSummary, TransferPhase, explain};
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

impl ReportOutcome {
    /// All outcomes, in the order in which a report counts them.
    pub const ALL: [Self; 8] = [
        Self::Moved,
        Self::Done,
        Self::Failed,
        Self::Unknown,
        Self::NotMentioned,
        Self::Processing,
        Self::Sending,
        Self::NotSent,
    ];

    /// The word in reports, such as `not-sent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotMentioned => "not-mentioned",
            Self::NotSent => "not-sent",
            Self::Sending => "sending",
            Self::Processing => "processing",
            Self::Unknown => "unknown",
        }
    }
}

/// A subscription of a row, or the whole row if its subscriptions are not known.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReportRow {
    /// The row of the input file as a spreadsheet numbers it, so that the header is row 1. Without a
    /// file it is the place in the plan, from 1.
    pub row: i64,
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
    /// When the change was sent first.
    pub sent: Option<String>,
    /// When the accept was sent that took effect; of another change, or without an effect: `None`.
    pub accepted: Option<String>,
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
    let read_back = transfer(record.read_back.as_ref());
    let before = match record.change.operation() {
        // A create keeps the list of the customer's other transfers.
        Operation::Create => None,
        _ => transfer(record.before.as_ref()),
    };
    let known = read_back.as_ref().or(before.as_ref());
    let whole = whole(record, known);
    let is_accept = record.change.operation() == Operation::Accept;
    let mut rows = if is_accept && record.state == RowState::Settled {
        results(record, &whole, read_back.as_ref())
    } else {
        Vec::new()
    };
    if rows.is_empty()
        && let Some(known) = known
    {
        add_listed(&whole, &known.line_items, &mut rows);
    }
    if rows.is_empty() {
        named(record, whole)
    } else {
        rows
    }
}

fn transfer(json: Option<&serde_json::Value>) -> Option<TransferEntity> {
    serde_json::from_value(json?.clone()).ok()
}

/// What became of each subscription of a settled accept. Empty if neither the answer nor the
/// transfer names one.
fn results(
    record: &RowRecord,
    whole: &ReportRow,
    read_back: Option<&TransferEntity>,
) -> Vec<ReportRow> {
    let answer = record.answer.as_deref();
    let answer: Option<TransferSubmitResult> = match record.change {
        Change::Accept { .. } => answer.and_then(|answer| serde_json::from_str(answer).ok()),
        _ => None,
    };
    let orders = answer.as_ref().map_or(&[][..], |answer| &answer.orders);
    let unread = TransferEntity::default();
    let summaries = match (&answer, read_back) {
        (Some(answer), transfer) => answer.by_subscription(transfer.unwrap_or(&unread)),
        (None, Some(transfer)) => transfer.by_subscription(),
        (None, None) => Vec::new(),
    };
    let mut rows: Vec<ReportRow> = summaries
        .iter()
        .map(|summary| subscription(whole, summary, orders))
        .collect();
    if read_back.is_none() {
        // Without the transfer, what moved is known by its orders only.
        rows.extend(orders.iter().flat_map(|order| ordered(whole, order)));
    }
    rows
}

/// The row of the report for all subscriptions together.
fn whole(record: &RowRecord, transfer: Option<&TransferEntity>) -> ReportRow {
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
    let created = time(transfer.and_then(|transfer| transfer.created_time.as_ref()));
    let completed = time(transfer.and_then(|transfer| transfer.completed_time.as_ref()));
    let is_settled = record.state == RowState::Settled;
    ReportRow {
        row: record.row,
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
        remedy: record.remedy.clone().or_else(|| next_step(outcome)),
        created,
        sent: record.sent.clone(),
        accepted: accepted(record, transfer),
        completed: completed.or_else(|| record.changed.clone().filter(|_| is_settled)),
        expires: record.expires.clone(),
        request_id: record.request_id.clone(),
        reference: record.reference.clone(),
        carried: record.carried.iter().cloned().collect(),
    }
}

/// What to do about a row that has no result yet.
fn next_step(outcome: ReportOutcome) -> Option<String> {
    let step = match outcome {
        ReportOutcome::NotSent => "resume the run, which sends it",
        ReportOutcome::Sending => "resume the run, which reads back what became of it",
        ReportOutcome::Processing => "resume the run later, which reads the transfer again",
        _ => return None,
    };
    Some(step.to_owned())
}

/// When an accept that took effect was sent. The service does not say when it accepted it.
fn accepted(record: &RowRecord, transfer: Option<&TransferEntity>) -> Option<String> {
    if record.change.operation() != Operation::Accept {
        return None;
    }
    let took_effect = match (record.state, record.outcome) {
        (RowState::Processing, _) | (_, Some(Outcome::Done | Outcome::InPart)) => true,
        // An accepted transfer of which nothing moved, in contrast to a refused accept.
        (_, Some(Outcome::Failed)) => {
            record
                .status
                .is_some_and(|status| (200..300).contains(&status))
                || transfer.is_some_and(is_processed)
        }
        _ => false,
    };
    record.last_sent.clone().filter(|_| took_effect)
}

/// Whether the service has processed an accepted transfer.
fn is_processed(transfer: &TransferEntity) -> bool {
    use TransferPhase::{Processed, Unknown};
    transfer.is_settled() && matches!(transfer.phase(), Processed | Unknown)
}

/// One row for each subscription of a transfer whose subscriptions have the result of the whole.
fn add_listed(whole: &ReportRow, items: &[TransferLineItem], rows: &mut Vec<ReportRow>) {
    for item in items {
        rows.push(listed(whole, item));
        add_listed(whole, &item.addon_items, rows);
    }
}

fn listed(whole: &ReportRow, item: &TransferLineItem) -> ReportRow {
    ReportRow {
        subscription: before(item),
        offer: item.friendly_name.clone().or_else(|| item.offer_id.clone()),
        quantity: item.quantity,
        ..whole.clone()
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

const LOOK: &str = "the service does not say what happened to this subscription: look at the \
                    transfer in Partner Center";

/// The row of a subscription of which the answer or the transfer says something.
fn subscription(
    whole: &ReportRow,
    summary: &SubscriptionSummary<'_>,
    orders: &[Order],
) -> ReportRow {
    let item = summary.line_item;
    let mut row = listed(whole, item);
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
        // Nothing of the transfer moved.
        _ if whole.outcome == ReportOutcome::Failed => {}
        _ => {
            row.outcome = ReportOutcome::NotMentioned;
            // Those of the row are about another subscription.
            (row.code, row.cause) = (None, None);
            row.remedy = Some(LOOK.to_owned());
        }
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
