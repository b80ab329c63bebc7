//! What only reads: one transfer, all of a customer's, what can be transferred, and waiting.

use std::cmp::Reverse;
use std::time::Duration;

use partner_center_transfers::types::{TransferEntity, TransferStatus};
use partner_center_transfers::{Client, Progress, Response, Timestamp};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::arguments::Arguments;
use crate::calls::{Direction, Eligibility, List, Target, Wait};
use crate::connection::Connection;
use crate::progress::Spinner;
use crate::report::{Failure, Listed, Report};
use crate::streams;
use crate::text::printable;

pub(crate) async fn get(
    arguments: &Arguments,
    client: &Client,
    target: &Target,
) -> Result<Report, Failure> {
    let _spinner = Spinner::start(arguments, "Reading the transfer");
    let call = client
        .get_transfer()
        .customer_id(target.customer)
        .transfer_id(target.transfer);
    Ok(Report::Shown(Box::new(call.send().await?)))
}

pub(crate) async fn list(
    arguments: &Arguments,
    connection: &Connection,
    list: &List,
) -> Result<Report, Failure> {
    let caller = match (list.direction, list.partner) {
        (None, _) => None,
        (Some(direction), Some(partner)) => Some((direction, partner.to_string())),
        (Some(direction), None) => {
            let caller = connection.caller()?.ok_or_else(|| {
                Failure::Usage(
                    "--direction needs to know who you are: add --partner <ID> with your tenant \
                     id, a GUID, or set PCTRANSFERS_TENANT_ID to it"
                        .to_owned(),
                )
            })?;
            Some((direction, caller))
        }
    };
    for status in &list.status {
        if let TransferStatus::Other(word) = status {
            let word = printable(word);
            streams::diagnose(&format!(
                "warning: --status {word}: no such state is known; known are Active, Pending, \
                 InProgress, Complete, PartiallyComplete, Reject, Cancel and Expired\n"
            ));
        }
    }
    let spinner = Spinner::start(arguments, "Reading the transfers");
    let call = connection.client().list_transfers();
    let answer = call.customer_id(list.customer).send().await?;
    drop(spinner);
    let mut listed = listed(answer);
    listed.shown.retain(|(transfer, _)| {
        is_asked_for(transfer, &list.status)
            && caller.as_ref().is_none_or(|(direction, caller)| {
                let partner = match direction {
                    Direction::Incoming => &transfer.target_partner_tenant_id,
                    Direction::Outgoing => &transfer.source_partner_tenant_id,
                };
                let partner = partner.as_deref();
                partner.is_some_and(|partner| partner.eq_ignore_ascii_case(caller))
            })
    });
    // Those without a time at the end.
    listed.shown.sort_by_key(|(transfer, _)| {
        let created = transfer.created_time.as_ref();
        Reverse(created.and_then(Timestamp::to_system_time))
    });
    Ok(Report::Transfers(listed))
}

/// A page of the service has another word for the same state.
fn is_asked_for(transfer: &TransferEntity, asked: &[TransferStatus]) -> bool {
    let one_word = |status: &TransferStatus| match status {
        TransferStatus::Completed => one_case(&TransferStatus::Complete),
        other => one_case(other),
    };
    let status = transfer.status.as_ref().map(one_word);
    asked.is_empty() || asked.iter().any(|asked| status == Some(one_word(asked)))
}

fn one_case(status: &TransferStatus) -> String {
    status.as_str().to_ascii_lowercase()
}

pub(crate) async fn eligibility(
    arguments: &Arguments,
    client: &Client,
    eligibility: &Eligibility,
) -> Result<Report, Failure> {
    let _spinner = Spinner::start(arguments, "Reading what can be transferred");
    let call = client
        .get_transfer_eligibility()
        .customer_id(eligibility.customer)
        .transfer_type(&eligibility.transfer_type);
    Ok(Report::Eligibility(listed(call.send().await?)))
}

/// The items of a list, each with the text that it came as.
fn listed<T: Clone + Serialize>(answer: Response<Vec<T>>) -> Listed<T> {
    let raw: Vec<Box<RawValue>> = answer.decode_body().unwrap_or_default();
    let items = answer.get();
    let shown = if raw.len() == items.len() {
        items.iter().cloned().zip(raw).collect()
    } else {
        // Nulls in the list were left out, so the places do not tell any more.
        let written = |item: &T| Some((item.clone(), to_raw_value(item).ok()?));
        items.iter().filter_map(written).collect()
    };
    Listed {
        answer: Box::new(answer),
        shown,
    }
}

pub(crate) async fn wait(
    arguments: &Arguments,
    client: &Client,
    wait: &Wait,
) -> Result<Report, Failure> {
    let Target { customer, transfer } = wait.target;
    let spinner = Spinner::start(arguments, "Reading the transfer");
    let waiting = client
        .wait_until_settled(customer, transfer)
        .timeout(Duration::from_secs(wait.max_wait))
        .on_progress(|progress| {
            let line = progress_line(&progress);
            if spinner.is_seen() {
                spinner.say(line);
            } else if !arguments.quiet {
                streams::diagnose(&format!("{line}\n"));
            }
        });
    Ok(Report::WaitOutcome {
        transfer,
        waited: waiting.await?,
    })
}

fn progress_line(progress: &Progress<'_>) -> String {
    let seen = match progress.seen {
        Ok(transfer) => match &transfer.status {
            Some(status) => format!("the transfer is {}", printable(status.as_str())),
            None => "the transfer has no status".to_owned(),
        },
        Err(error) => printable(&error.to_string()),
    };
    let next = progress.next.map_or_else(String::new, |next| {
        format!("; next read in {} s", next.as_millis().div_ceil(1000))
    });
    format!("Read {}: {seen}{next}", progress.reads)
}
