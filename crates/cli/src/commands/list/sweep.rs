//! Lists the transfers of many customers.

use std::path::Path;
use std::time::Instant;

use partner_center_bulk::{Sweep, SweepEvent};
use partner_center_transfers::Response;
use partner_center_transfers::types::{CustomerId, TransferEntity};

use super::customers;
use super::filter::Filter;
use super::progress::CustomersRead;
use crate::arguments::List;
use crate::commands::context::Context;
use crate::commands::progress::Meter;
use crate::commands::read::list_report;
use crate::failure::Failure;
use crate::report::{ListedTransfer, Report, SweepReport};

pub(super) async fn sweep(
    context: &Context<'_>,
    list: &List,
    file: &Path,
    filter: &Filter<'_>,
) -> Result<Report, Failure> {
    let file = file.to_owned();
    // On a thread of its own, so that Ctrl-C is handled while standard input is read.
    let customers = tokio::task::spawn_blocking(move || customers::read(&file)).await;
    let customers = customers.map_err(|error| Failure::Local(error.to_string()))??;
    let mut report = SweepReport {
        items: Vec::new(),
        found: 0,
        customers: customers.len(),
        read: 0,
        failed: Vec::new(),
        stopped: None,
    };
    let mut progress = CustomersRead::new(customers.len(), Instant::now());
    let mut meter = Meter::start(context.global, &progress.line(Instant::now()));
    let client = context.connection.client().clone();
    let mut sweep = Sweep::new(client, customers)
        .options(&list.sweep.options())
        .retries(context.global.retries)
        .start();
    loop {
        let event = tokio::select! {
            biased;
            event = sweep.next_event() => event,
            () = meter.tick() => {
                meter.show(progress.line(Instant::now()));
                continue;
            }
        };
        match event {
            None => break,
            Some(SweepEvent::Read {
                customer,
                transfers,
            }) => {
                progress.read(transfers.get().len());
                report.read += 1;
                report.found += transfers.get().len();
                let items = items(customer, *transfers).filter(|it| filter.matches(&it.transfer));
                report.items.extend(items);
            }
            Some(SweepEvent::Failed { customer, error }) => {
                progress.failed();
                report.failed.push((customer, error));
            }
            Some(SweepEvent::Paused {
                customer,
                time,
                reason,
                ..
            }) => {
                if progress.paused(customer.is_none(), time, reason, Instant::now()) {
                    meter.show_soon(progress.line(Instant::now()));
                }
            }
            Some(SweepEvent::Stopped(error)) => report.stopped = Some(error),
            Some(_) => {}
        }
    }
    drop(meter);
    // Customers are read in any order; the result does not depend on it.
    report.items.sort_by_cached_key(|item| {
        let id = item.transfer.id.clone();
        (filter.rank(&item.transfer), item.customer.to_string(), id)
    });
    report
        .failed
        .sort_by_cached_key(|(customer, _)| customer.to_string());
    Ok(Report::Sweep(Box::new(report)))
}

fn items(
    customer: CustomerId,
    response: Response<Vec<TransferEntity>>,
) -> impl Iterator<Item = ListedTransfer> {
    let items = list_report(customer, response).items.into_iter();
    items.map(move |(transfer, raw)| ListedTransfer {
        customer,
        transfer,
        raw,
    })
}
