//! Which transfers are shown, and in which order.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime};

use partner_center_transfers::Timestamp;
use partner_center_transfers::types::{TransferEntity, TransferStatus};

use crate::arguments::{Direction, List};
use crate::commands::context::Context;
use crate::failure::Failure;

#[derive(Debug)]
pub(super) struct Filter<'a> {
    statuses: &'a [TransferStatus],
    /// The direction, and the tenant of the partner that it is relative to.
    direction: Option<(Direction, String)>,
    expiring_within: Option<Duration>,
    now: SystemTime,
}

impl<'a> Filter<'a> {
    pub(super) fn new(context: &Context<'_>, list: &'a List) -> Result<Self, Failure> {
        let direction = match (list.direction, list.partner) {
            (None, _) => None,
            (Some(direction), Some(partner)) => Some((direction, partner.to_string())),
            (Some(direction), None) => {
                let caller = context.connection.caller()?.ok_or_else(|| {
                    Failure::Usage(
                        "--direction requires your tenant id: add --partner <ID>, or set \
                         PCTRANSFERS_TENANT_ID to a GUID"
                            .to_owned(),
                    )
                })?;
                Some((direction, caller))
            }
        };
        Ok(Self {
            statuses: &list.status,
            direction,
            expiring_within: list.sweep.expiring_within,
            now: SystemTime::now(),
        })
    }

    pub(super) fn matches(&self, transfer: &TransferEntity) -> bool {
        has_status(transfer, self.statuses)
            && self.has_direction(transfer)
            && self.expires(transfer)
    }

    fn has_direction(&self, transfer: &TransferEntity) -> bool {
        let Some((direction, caller)) = &self.direction else {
            return true;
        };
        let partner = match direction {
            Direction::Incoming => &transfer.target_partner_tenant_id,
            Direction::Outgoing => &transfer.source_partner_tenant_id,
        };
        let partner = partner.as_ref();
        partner.is_some_and(|partner| partner.eq_ignore_ascii_case(caller))
    }

    /// Whether the transfer is open and expires in time. One that has ended does not expire, even if
    /// it has such a time.
    fn expires(&self, transfer: &TransferEntity) -> bool {
        let Some(within) = self.expiring_within else {
            return true;
        };
        let left = expiration(transfer).and_then(|time| time.duration_since(self.now).ok());
        !transfer.is_settled() && left.is_some_and(|left| left <= within)
    }

    /// The place of a transfer: newest first and those without a time last, or the next to expire
    /// first.
    pub(super) fn rank(&self, transfer: &TransferEntity) -> impl Ord + use<> {
        let by_expiration = self.expiring_within.and_then(|_| expiration(transfer));
        let created = transfer.created_time.as_ref();
        let created = created.and_then(Timestamp::to_system_time);
        (by_expiration, Reverse(created))
    }
}

fn expiration(transfer: &TransferEntity) -> Option<SystemTime> {
    transfer.expiration_time.as_ref()?.to_system_time()
}

/// Whether the transfer has one of these statuses. An empty list allows each status.
fn has_status(transfer: &TransferEntity, statuses: &[TransferStatus]) -> bool {
    // The documentation also calls Complete "Completed".
    let normalize = |status: &TransferStatus| match status {
        TransferStatus::Completed => TransferStatus::Complete.as_str().to_ascii_lowercase(),
        other => other.as_str().to_ascii_lowercase(),
    };
    let status = transfer.status.as_ref().map(normalize);
    statuses.is_empty() || statuses.iter().any(|it| status == Some(normalize(it)))
}
