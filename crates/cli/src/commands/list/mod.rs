//! The list command: the transfers of one customer, or of many.

mod customers;
mod filter;
mod progress;
mod sweep;

use self::filter::Filter;
use super::context::Context;
use super::read::list_report;
use crate::arguments::List;
use crate::failure::Failure;
use crate::report::Report;

pub(super) async fn list(context: &Context<'_>, list: &List) -> Result<Report, Failure> {
    list.sweep.check()?;
    let filter = Filter::new(context, list)?;
    if let Some(file) = &list.sweep.customers {
        return sweep::sweep(context, list, file, &filter).await;
    }
    let customer = list.customer()?;
    let spinner = context.spinner("Reading the transfers");
    let call = context.connection.client().list_transfers();
    let response = call.customer_id(customer).send().await?;
    drop(spinner);
    let mut report = list_report(customer, response);
    report
        .items
        .retain(|(transfer, _)| filter.matches(transfer));
    report
        .items
        .sort_by_key(|(transfer, _)| filter.rank(transfer));
    Ok(Report::Transfers(report))
}
