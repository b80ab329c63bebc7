//! Commands that only read: get, list and eligibility.

use std::cmp::Reverse;

use partner_center_transfers::types::{TransferEntity, TransferStatus};
use partner_center_transfers::{Response, Timestamp};
use serde_json::value::RawValue;

use super::context::Context;
use crate::arguments::{Direction, Eligibility, List, Target};
use crate::failure::Failure;
use crate::report::{ListReport, Report};

pub(super) async fn get(context: &Context<'_>, target: &Target) -> Result<Report, Failure> {
    let _spinner = context.spinner("Reading the transfer");
    let call = context
        .connection
        .client()
        .get_transfer()
        .customer_id(target.customer);
    let response = call.transfer_id(target.transfer).send().await?;
    Ok(Report::Transfer(Box::new(response)))
}

pub(super) async fn list(context: &Context<'_>, list: &List) -> Result<Report, Failure> {
    let caller = match list.partner {
        Some(partner) => Some(partner.to_string()),
        None if list.direction.is_some() => {
            Some(context.connection.caller()?.ok_or_else(|| {
                Failure::Usage(
                    "--direction requires your tenant id: add --partner <ID>, or set \
                 PCTRANSFERS_TENANT_ID to a GUID"
                        .to_owned(),
                )
            })?)
        }
        None => None,
    };
    let spinner = context.spinner("Reading the transfers");
    let call = context.connection.client().list_transfers();
    let response = call.customer_id(list.customer.id).send().await?;
    drop(spinner);
    let mut report = list_report(response);
    report.items.retain(|(transfer, _)| {
        let partner = match list.direction {
            None => return has_status(transfer, &list.status),
            Some(Direction::Incoming) => &transfer.target_partner_tenant_id,
            Some(Direction::Outgoing) => &transfer.source_partner_tenant_id,
        };
        let is_caller = partner
            .as_ref()
            .zip(caller.as_ref())
            .is_some_and(|(partner, caller)| partner.eq_ignore_ascii_case(caller));
        is_caller && has_status(transfer, &list.status)
    });
    // Transfers without a time come last.
    report.items.sort_by_key(|(transfer, _)| {
        let created = transfer.created_time.as_ref();
        Reverse(created.and_then(Timestamp::to_system_time))
    });
    Ok(Report::Transfers(report))
}

/// Whether the transfer has one of these statuses, or whether there are none.
fn has_status(transfer: &TransferEntity, statuses: &[TransferStatus]) -> bool {
    // The documentation also calls Complete "Completed".
    let normalize = |status: &TransferStatus| match status {
        TransferStatus::Completed => TransferStatus::Complete.as_str().to_ascii_lowercase(),
        other => other.as_str().to_ascii_lowercase(),
    };
    let status = transfer.status.as_ref().map(normalize);
    statuses.is_empty() || statuses.iter().any(|it| status == Some(normalize(it)))
}

pub(super) async fn eligibility(
    context: &Context<'_>,
    eligibility: &Eligibility,
) -> Result<Report, Failure> {
    let _spinner = context.spinner("Reading which subscriptions can be transferred");
    let call = context
        .connection
        .client()
        .get_transfer_eligibility()
        .customer_id(eligibility.customer.id)
        .transfer_type(&eligibility.transfer_type);
    Ok(Report::Eligibility(list_report(call.send().await?)))
}

/// The items of a list, each with the JSON that the service sent.
fn list_report<T: Clone>(response: Response<Vec<T>>) -> ListReport<T> {
    let raw: Vec<Option<Box<RawValue>>> = response.decode_items().unwrap_or_default();
    // The client leaves out nulls.
    let raw = raw.into_iter().flatten();
    let items = response.get().iter().cloned().zip(raw).collect();
    ListReport {
        response: Box::new(response),
        items,
    }
}
