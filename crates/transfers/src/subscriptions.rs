//! What became of each subscription of a transfer: the orders and errors of an accept, or the line
//! items of a transfer that was read back, joined by the ids of subscriptions.
//!
//! Those ids are the only key. Ids of line items repeat within one transfer (published examples
//! number three items 0), and the service spells one subscription in upper case here and in lower
//! case there.

use crate::types::{
    ErrorCode, OrderLineItem, TransferEntity, TransferError, TransferLineItem,
    TransferLineItemStatus, TransferStatus, TransferSubmitResult,
};

/// What became of one subscription of a transfer. Add-ons have one of their own.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[must_use = "a subscription may have failed although the call succeeded"]
pub struct SubscriptionSummary<'a> {
    /// The subscription, as the line item spells it. Compare without regard to letter case.
    /// `None` where the line item names none.
    pub subscription_id: Option<&'a str>,
    /// The line item. Its `id` is not unique within the transfer: never use it as a key.
    pub line_item: &'a TransferLineItem,
    /// What became of it.
    pub result: SubscriptionResult<'a>,
}

/// What became of a subscription.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SubscriptionResult<'a> {
    /// It became part of an order in the tenant of the partner that received it.
    Moved {
        /// The order, where the answer tells which one it was.
        order_id: Option<&'a str>,
    },
    /// It was not transferred.
    Failed {
        /// The code; a transfer that was read back keeps none.
        code: Option<&'a ErrorCode>,
        /// The cause, as the service's own text for people.
        cause: Option<&'a str>,
    },
    /// Nothing that came says what became of it. Read the transfer back.
    NotMentioned,
}

impl TransferSubmitResult {
    /// What became of each subscription of a transfer that was read before the accept, or after
    /// it; and of any that only an error names.
    ///
    /// In this order of trust: an error that names the subscription, or its group; what the
    /// transfer itself says, if it was read after the accept; an order that names the
    /// subscription. Orders have been seen not to name any. So at last a subscription counts as
    /// moved if the orders hold at least as many items of its offer and quantity as there are
    /// subscriptions of that kind left. Where they hold fewer, nobody can say which ones moved:
    /// those are [`SubscriptionResult::NotMentioned`].
    ///
    /// An add-on that nothing names shares the result of its base: they are in one group, and a
    /// group moves or fails as a whole. Source: inferred from the published examples.
    pub fn by_subscription<'a>(
        &'a self,
        transfer: &'a TransferEntity,
    ) -> Vec<SubscriptionSummary<'a>> {
        let mut joined = Joined::of(&transfer.line_items, &|item| {
            self.failed(item)
                .or_else(|| said_by(item))
                .or_else(|| self.ordered(item))
        });
        joined.inherit();
        self.match_by_offer(&mut joined.outcomes);
        joined.inherit();
        let mut outcomes = joined.outcomes;
        for error in &self.transfer_errors {
            for named in Joined::of(&error.line_items, &|_| Some(fate_of(error))).outcomes {
                let is_there = outcomes.iter().any(|outcome| {
                    outcome
                        .subscription_id
                        .is_some_and(|id| names(named.line_item, id))
                });
                if !is_there {
                    outcomes.push(named);
                }
            }
        }
        outcomes
    }

    /// The failure of a line item: of the subscription itself, or else of its group.
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
        Some(fate_of(error))
    }

    /// The order that names the subscription of a line item.
    fn ordered<'a>(&'a self, item: &'a TransferLineItem) -> Option<SubscriptionResult<'a>> {
        let id = item.subscription_id.as_deref()?;
        let order = self.orders.iter().find(|order| {
            let mut named = order.line_items.iter();
            named.any(|line| same(line.subscription_id.as_deref(), Some(id)))
        })?;
        let order_id = order.id.as_deref();
        Some(SubscriptionResult::Moved { order_id })
    }

    /// Matches what is left to the items of orders by offer and quantity.
    fn match_by_offer<'a>(&'a self, outcomes: &mut [SubscriptionSummary<'a>]) {
        let claimed = |id: Option<&str>, outcomes: &[SubscriptionSummary<'_>]| {
            outcomes.iter().any(|outcome| match outcome.result {
                SubscriptionResult::Moved { order_id } => same(order_id, id),
                _ => false,
            })
        };
        // What an order holds that is of no subscription yet, and in which order.
        let free: Vec<(&OrderLineItem, Option<&str>)> = self
            .orders
            .iter()
            .filter(|order| !claimed(order.id.as_deref(), outcomes))
            .flat_map(|order| {
                order
                    .line_items
                    .iter()
                    .map(|line| (line, order.id.as_deref()))
            })
            .filter(|(line, _)| line.subscription_id.is_none())
            .collect();
        let left: Vec<&TransferLineItem> = outcomes
            .iter()
            .filter(|outcome| outcome.result == SubscriptionResult::NotMentioned)
            .map(|outcome| outcome.line_item)
            .collect();
        for outcome in outcomes {
            let kind = (
                outcome.line_item.offer_id.as_deref(),
                outcome.line_item.quantity,
            );
            let is_of_kind =
                |offer: Option<&str>, quantity| same(offer, kind.0) && quantity == kind.1;
            let wanted = left
                .iter()
                .filter(|item| is_of_kind(item.offer_id.as_deref(), item.quantity))
                .count();
            let mut orders: Vec<Option<&str>> = free
                .iter()
                .filter(|(line, _)| is_of_kind(line.offer_id.as_deref(), line.quantity))
                .map(|(_, order)| *order)
                .collect();
            let is_left = outcome.result == SubscriptionResult::NotMentioned;
            if is_left && wanted > 0 && orders.len() >= wanted {
                orders.dedup();
                outcome.result = SubscriptionResult::Moved {
                    // With several orders of the kind it could be any of them.
                    order_id: match orders[..] {
                        [only] => only,
                        _ => None,
                    },
                };
            }
        }
    }
}

impl TransferEntity {
    /// What became of each subscription of this transfer, if it was read after it was processed.
    ///
    /// A line item tells it by its `status`, its `orderId` or its `transferError`. Where it has
    /// none of them it moved if the transfer as a whole is complete, and is
    /// [`SubscriptionResult::NotMentioned`] otherwise: also with a status that this version does not
    /// know, which the line item has as it came.
    pub fn by_subscription(&self) -> Vec<SubscriptionSummary<'_>> {
        let is_complete = matches!(
            self.status,
            Some(TransferStatus::Complete | TransferStatus::Completed)
        );
        let mut joined = Joined::of(&self.line_items, &said_by);
        joined.inherit();
        let mut outcomes = joined.outcomes;
        for outcome in &mut outcomes {
            let is_silent = outcome.line_item.status.is_none()
                && outcome.result == SubscriptionResult::NotMentioned;
            if is_complete && is_silent {
                outcome.result = SubscriptionResult::Moved { order_id: None };
            }
        }
        outcomes
    }
}

/// Line items with their add-ons, and theirs, one after the other: each after its base.
struct Joined<'a> {
    outcomes: Vec<SubscriptionSummary<'a>>,
    /// For each of them the place of its base.
    bases: Vec<Option<usize>>,
}

impl<'a> Joined<'a> {
    fn of(
        items: &'a [TransferLineItem],
        known: &impl Fn(&'a TransferLineItem) -> Option<SubscriptionResult<'a>>,
    ) -> Self {
        let mut joined = Self {
            outcomes: Vec::new(),
            bases: Vec::new(),
        };
        joined.add(items, None, known);
        joined
    }

    fn add(
        &mut self,
        items: &'a [TransferLineItem],
        base: Option<usize>,
        known: &impl Fn(&'a TransferLineItem) -> Option<SubscriptionResult<'a>>,
    ) {
        for item in items {
            let at = self.outcomes.len();
            self.bases.push(base);
            self.outcomes.push(SubscriptionSummary {
                subscription_id: item.subscription_id.as_deref(),
                line_item: item,
                result: known(item).unwrap_or(SubscriptionResult::NotMentioned),
            });
            self.add(&item.addon_items, Some(at), known);
        }
    }

    /// Gives add-ons of which nothing is known the result of their base.
    fn inherit(&mut self) {
        for at in 0..self.outcomes.len() {
            if let Some(base) = self.bases[at]
                && self.outcomes[at].result == SubscriptionResult::NotMentioned
                // A word that is not known is not nothing.
                && self.outcomes[at].line_item.status.is_none()
            {
                self.outcomes[at].result = self.outcomes[base].result.clone();
            }
        }
    }
}

/// What a line item of a transfer that was read back says of itself.
fn said_by(item: &TransferLineItem) -> Option<SubscriptionResult<'_>> {
    let order_id = item.order_id.as_deref();
    let cause = item.transfer_error.as_deref();
    match &item.status {
        Some(TransferLineItemStatus::Complete) => Some(SubscriptionResult::Moved { order_id }),
        Some(TransferLineItemStatus::Failed) => {
            Some(SubscriptionResult::Failed { code: None, cause })
        }
        _ if cause.is_some() => Some(SubscriptionResult::Failed { code: None, cause }),
        _ if order_id.is_some() => Some(SubscriptionResult::Moved { order_id }),
        _ => None,
    }
}

fn fate_of(error: &TransferError) -> SubscriptionResult<'_> {
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

/// Whether a line item is about a subscription; the source's own id of it counts too.
fn names(item: &TransferLineItem, id: &str) -> bool {
    same(item.subscription_id.as_deref(), Some(id))
        || same(item.source_subscription_id.as_deref(), Some(id))
}

/// Whether two ids are there and the same, in whatever letter case.
pub(crate) fn same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}
