//! Commands that only read: get and eligibility.

use partner_center_transfers::Response;
use partner_center_transfers::types::CustomerId;
use serde_json::value::RawValue;

use super::context::Context;
use crate::arguments::{Eligibility, Target};
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
    let response = call.send().await?;
    Ok(Report::Eligibility(list_report(
        eligibility.customer.id,
        response,
    )))
}

/// The items of a list, each with the JSON that the service sent.
pub(super) fn list_report<T: Clone>(
    customer: CustomerId,
    response: Response<Vec<T>>,
) -> ListReport<T> {
    let raw: Vec<Option<Box<RawValue>>> = response.decode_items().unwrap_or_default();
    // The client leaves out nulls.
    let raw = raw.into_iter().flatten();
    let items = response.get().iter().cloned().zip(raw).collect();
    ListReport {
        customer,
        response: Box::new(response),
        items,
    }
}
