//! What happened to each subscription of a transfer: joins the orders and errors of an accept, or
//! the line items of a transfer that was read back, by subscription id.
//!
//! Subscription ids are the only usable key. Line item ids repeat within one transfer (published
//! examples number three items 0), and the service varies the letter case of subscription ids.

use crate::types::{
    ErrorCode, Order, OrderLineItem, TransferEntity, TransferError, TransferLineItem,
    TransferLineItemStatus, TransferStatus, TransferSubmitResult,
};

/// One subscription of a transfer, or one of its add-ons, and what happened to it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[must_use = "a subscription may have failed although the call succeeded"]
pub struct SubscriptionSummary<'a> {
    /// The id of the subscription as the line item has it; `None` if it has none. Ignore letter
    /// case when you compare it.
    pub subscription_id: Option<&'a str>,
    /// The line item. Its `id` is not unique within the transfer.
    pub line_item: &'a TransferLineItem,
    /// What happened to the subscription.
    pub result: SubscriptionResult<'a>,
}

/// What happened to a subscription.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SubscriptionResult<'a> {
    /// The subscription moved to the tenant of the partner that receives it.
    Moved {
        /// The order that it became part of, if that is known.
        order_id: Option<&'a str>,
    },
    /// The subscription did not move.
    Failed {
        /// The error code; `None` for a transfer that was read back, which keeps no codes.
        code: Option<&'a ErrorCode>,
        /// The service's description of the cause.
        cause: Option<&'a str>,
    },
    /// The response does not say what happened to the subscription. Read the transfer back.
    NotMentioned,
}

impl TransferSubmitResult {
    /// What happened to each subscription of the transfer, and to each one that only an error
    /// names. `transfer` is the transfer as it was read before or after the accept.
    ///
    /// The result of a subscription comes from, in this order:
    ///
    /// 1. an error that names the subscription or its group;
    /// 2. its line item in the transfer, if that was read after the accept;
    /// 3. an order that names the subscription;
    /// 4. the orders that name no subscription: if they have at least as many items with the same
    ///    offer and quantity as there are such subscriptions without a result, those have moved.
    ///    If they have fewer, it is not known which ones moved, and the subscriptions stay
    ///    [`SubscriptionResult::NotMentioned`].
    ///
    /// An add-on without a result of its own gets the one of its base: they are in one group, which
    /// moves or fails as a whole. That is inferred from the published examples.
    pub fn by_subscription<'a>(
        &'a self,
        transfer: &'a TransferEntity,
    ) -> Vec<SubscriptionSummary<'a>> {
        let mut rows = Rows::new(&transfer.line_items, &|item| {
            self.failed(item)
                .or_else(|| own_result(item))
                .or_else(|| self.ordered(item))
        });
        rows.inherit();
        self.match_by_offer(&mut rows.summaries);
        rows.inherit();
        let mut summaries = rows.summaries;
        for error in &self.transfer_errors {
            for named in Rows::new(&error.line_items, &|_| Some(failure(error))).summaries {
                let is_listed = summaries.iter().any(|summary| {
                    let id = summary.subscription_id;
                    id.is_some_and(|id| names(named.line_item, id))
                });
                if !is_listed {
                    summaries.push(named);
                }
            }
        }
        summaries
    }

    /// The error that names the subscription of a line item, or else its group.
    fn failed<'a>(&'a self, item: &'a TransferLineItem) -> Option<SubscriptionResult<'a>> {
        let by_id = |error: &&TransferError| {
            let id = item.subscription_id.as_deref();
            id.is_some_and(|id| any_names(&error.line_items, id))
        };
        let by_group = |error: &&TransferError| {
            error.transfer_group_id.is_some() && error.transfer_group_id == item.transfer_group_id
        };
        let mut errors = self.transfer_errors.iter();
        let error = errors
            .clone()
            .find(by_id)
            .or_else(|| errors.find(by_group))?;
        Some(failure(error))
    }

    /// The order that names the subscription of a line item.
    fn ordered<'a>(&'a self, item: &'a TransferLineItem) -> Option<SubscriptionResult<'a>> {
        let id = item.subscription_id.as_deref()?;
        let order = self.orders.iter().find(|order| {
            let mut lines = order.line_items.iter();
            lines.any(|line| same(line.subscription_id.as_deref(), Some(id)))
        })?;
        let order_id = order.id.as_deref();
        Some(SubscriptionResult::Moved { order_id })
    }

    /// Gives subscriptions without a result the orders with the same offer and quantity.
    fn match_by_offer<'a>(&'a self, summaries: &mut [SubscriptionSummary<'a>]) {
        let is_taken = |order: &&Order| {
            summaries.iter().any(|summary| {
                matches!(summary.result, SubscriptionResult::Moved { order_id }
                    if same(order_id, order.id.as_deref()))
            })
        };
        let free_orders = self.orders.iter().filter(|order| !is_taken(order));
        let free: Vec<(&OrderLineItem, Option<&str>)> = free_orders
            .flat_map(|order| {
                order
                    .line_items
                    .iter()
                    .map(|line| (line, order.id.as_deref()))
            })
            .filter(|(line, _)| line.subscription_id.is_none())
            .collect();
        let is_open =
            |summary: &SubscriptionSummary<'_>| summary.result == SubscriptionResult::NotMentioned;
        let open: Vec<&TransferLineItem> = summaries
            .iter()
            .filter(|summary| is_open(summary))
            .map(|summary| summary.line_item)
            .collect();
        for summary in summaries.iter_mut().filter(|summary| is_open(summary)) {
            let item = summary.line_item;
            let is_like = |offer: &Option<String>, quantity| {
                same(offer.as_deref(), item.offer_id.as_deref()) && quantity == item.quantity
            };
            let wanted = open
                .iter()
                .filter(|open| is_like(&open.offer_id, open.quantity))
                .count();
            let mut orders: Vec<Option<&str>> = free
                .iter()
                .filter(|(line, _)| is_like(&line.offer_id, line.quantity))
                .map(|(_, order)| *order)
                .collect();
            if wanted > 0 && orders.len() >= wanted {
                orders.dedup();
                // With several orders it is not known which one.
                let order_id = if let [only] = orders[..] { only } else { None };
                summary.result = SubscriptionResult::Moved { order_id };
            }
        }
    }
}

impl TransferEntity {
    /// Whether a line item or an add-on is this subscription, by its id or by the source's id of it.
    /// Letter case and surrounding blanks do not matter.
    pub fn contains_subscription(&self, subscription_id: &str) -> bool {
        any_names(&self.line_items, subscription_id)
    }

    /// What happened to each subscription of a transfer that was read after it was processed.
    ///
    /// The result comes from the line item's `status`, `orderId` or `transferError`. Without them
    /// the subscription has moved if the transfer as a whole is complete, and is
    /// [`SubscriptionResult::NotMentioned`] otherwise. A line item with a status that this version
    /// does not know is `NotMentioned` too; it keeps the status.
    pub fn by_subscription(&self) -> Vec<SubscriptionSummary<'_>> {
        let is_complete = matches!(
            self.status,
            Some(TransferStatus::Complete | TransferStatus::Completed)
        );
        let mut rows = Rows::new(&self.line_items, &own_result);
        rows.inherit();
        for summary in &mut rows.summaries {
            if is_complete && is_silent(summary) {
                summary.result = SubscriptionResult::Moved { order_id: None };
            }
        }
        rows.summaries
    }
}

/// Whether neither the line item nor anything else says what happened. A status that is not known
/// says something.
fn is_silent(summary: &SubscriptionSummary<'_>) -> bool {
    summary.result == SubscriptionResult::NotMentioned && summary.line_item.status.is_none()
}

/// Line items and their add-ons in one list, each add-on after its base.
struct Rows<'a> {
    summaries: Vec<SubscriptionSummary<'a>>,
    /// For each summary the index of its base.
    bases: Vec<Option<usize>>,
}

impl<'a> Rows<'a> {
    fn new(
        items: &'a [TransferLineItem],
        result_of: &impl Fn(&'a TransferLineItem) -> Option<SubscriptionResult<'a>>,
    ) -> Self {
        let mut rows = Self {
            summaries: Vec::new(),
            bases: Vec::new(),
        };
        rows.add(items, None, result_of);
        rows
    }

    fn add(
        &mut self,
        items: &'a [TransferLineItem],
        base: Option<usize>,
        result_of: &impl Fn(&'a TransferLineItem) -> Option<SubscriptionResult<'a>>,
    ) {
        for item in items {
            let at = self.summaries.len();
            self.bases.push(base);
            self.summaries.push(SubscriptionSummary {
                subscription_id: item.subscription_id.as_deref(),
                line_item: item,
                result: result_of(item).unwrap_or(SubscriptionResult::NotMentioned),
            });
            self.add(&item.addon_items, Some(at), result_of);
        }
    }

    /// Gives add-ons without a result the one of their base.
    fn inherit(&mut self) {
        for at in 0..self.summaries.len() {
            match self.bases[at] {
                Some(base) if is_silent(&self.summaries[at]) => {
                    self.summaries[at].result = self.summaries[base].result.clone();
                }
                _ => {}
            }
        }
    }
}

/// What a line item of a transfer that was read back says about itself.
fn own_result(item: &TransferLineItem) -> Option<SubscriptionResult<'_>> {
    use TransferLineItemStatus::{Complete, Failed};
    let order_id = item.order_id.as_deref();
    let cause = item.transfer_error.as_deref();
    match &item.status {
        Some(Complete) => Some(SubscriptionResult::Moved { order_id }),
        Some(Failed) => Some(SubscriptionResult::Failed { code: None, cause }),
        _ if cause.is_some() => Some(SubscriptionResult::Failed { code: None, cause }),
        _ if order_id.is_some() => Some(SubscriptionResult::Moved { order_id }),
        _ => None,
    }
}

fn failure(error: &TransferError) -> SubscriptionResult<'_> {
    SubscriptionResult::Failed {
        code: error.code.as_ref(),
        cause: error.description.as_deref(),
    }
}

fn any_names(items: &[TransferLineItem], id: &str) -> bool {
    items
        .iter()
        .any(|item| names(item, id) || any_names(&item.addon_items, id))
}

/// Whether a line item names a subscription, by its id or by the source's id of it.
fn names(item: &TransferLineItem, id: &str) -> bool {
    let ids = [&item.subscription_id, &item.source_subscription_id];
    let is_same = |known: &str| known.trim().eq_ignore_ascii_case(id.trim());
    ids.into_iter().flatten().any(|known| is_same(known))
}

/// Whether both ids are there and equal, in any letter case.
pub(crate) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}
