//! Reads the state of each row of a plan, within the rate limits. Changes nothing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use partner_center_bulk::reads::{Limits, MAX_LIMITED, fails_for_all, pause_of};
use partner_center_bulk::wording::{count, number};
use partner_center_bulk::{Change, PauseReason, Plan, PlanRow, RunOptions};
use partner_center_transfers::{Client, Error};
use tokio::task::JoinSet;

use super::finding::{Expected, Finding};
use crate::arguments::GlobalOptions;
use crate::commands::preflight;
use crate::commands::progress::{Meter, Progress, pause_text};
use crate::failure::{Failure, message_of};

/// After this many reads in a row without an answer of the service, it counts as unreachable.
const MAX_UNREACHABLE: u32 = 5;

/// What the rows of a plan would do, in their order.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) findings: Vec<Finding>,
}

impl Survey {
    /// How many rows are expected to end like this.
    pub(super) fn expected(&self, expected: Expected) -> u64 {
        let rows = self.findings.iter();
        rows.filter(|finding| finding.expected == expected).count() as u64
    }

    /// How many subscriptions the rows are about that are not expected to fail, and whether that is
    /// known of each row.
    pub(super) fn subscriptions(&self) -> (u64, bool) {
        self.subscriptions_of(|expected| expected != Expected::Failed)
    }

    /// Such as ` with 1,904 subscriptions`, of the rows that are expected to end like this.
    pub(super) fn with_subscriptions(&self, is_counted: impl Fn(Expected) -> bool) -> String {
        match self.subscriptions_of(is_counted) {
            (0, _) => String::new(),
            (known, true) => format!(" with {}", count(known, "subscription")),
            (known, false) => format!(" with at least {}", count(known, "subscription")),
        }
    }

    fn subscriptions_of(&self, is_counted: impl Fn(Expected) -> bool) -> (u64, bool) {
        let rows = self.findings.iter();
        let rows = rows.filter(|finding| is_counted(finding.expected));
        let counts: Vec<Option<u64>> = rows.map(|finding| finding.subscriptions).collect();
        (
            counts.iter().flatten().sum(),
            counts.iter().all(Option::is_some),
        )
    }

    /// Such as `312 transfers with 1,904 subscriptions`.
    pub(super) fn subject(&self) -> String {
        let transfers = count(self.findings.len(), "transfer");
        transfers + &self.with_subscriptions(|expected| expected != Expected::Failed)
    }
}

/// A row to read, and how often that was refused because of the rate.
struct Next {
    at: usize,
    limited: u32,
}

/// Reads the state of each row.
///
/// # Errors
///
/// The caller is refused, or the service cannot be reached.
pub(super) async fn survey(
    global: &GlobalOptions,
    client: &Client,
    plan: &Plan,
    options: &RunOptions,
    caller: Option<&str>,
) -> Result<Survey, Failure> {
    let total = plan.rows().len();
    let mut meter = Meter::start(global, "Reading the transfers");
    let mut progress = Progress::new(Instant::now());
    let limits = Arc::new(Limits::new(client, options));
    let caller: Option<Arc<str>> = caller.map(Arc::from);
    let mut waiting: VecDeque<Next> = (0..total).map(|at| Next { at, limited: 0 }).collect();
    let mut running = JoinSet::new();
    let mut findings: Vec<Option<Finding>> = Vec::new();
    findings.resize_with(total, || None);
    let (mut done, mut unreachable) = (0_u64, 0);
    while done < total as u64 {
        while running.len() < options.calls()
            && let Some(next) = waiting.pop_front()
            && let Some(row) = plan.rows().get(next.at)
        {
            let (client, row, caller) = (client.clone(), row.clone(), caller.clone());
            let limits = Arc::clone(&limits);
            running.spawn(async move {
                for _ in 0..requests(&row) {
                    limits.take(row.customer).await;
                }
                let found = read(&client, &row, next.at, caller.as_deref()).await;
                (next, row, found)
            });
        }
        tokio::select! {
            biased;
            () = meter.tick() => {
                let all = total as u64;
                let left = progress.text(done, all - done, Instant::now());
                meter.show(format!("Read {} of {}{left}", number(done), count(all, "transfer")));
            }
            Some(ended) = running.join_next() => {
                let (next, row, found) = ended.map_err(|error| Failure::Local(error.to_string()))?;
                let error = match found {
                    Ok(finding) => {
                        unreachable = 0;
                        if let Some(place) = findings.get_mut(next.at) {
                            *place = Some(finding);
                        }
                        done += 1;
                        continue;
                    }
                    Err(error) => error,
                };
                if let Some(pause) = pause_of(&error)
                    && next.limited < MAX_LIMITED
                {
                    let all = limits.pause_customer(row.customer, pause);
                    let what = pause_text(PauseReason::RateLimited, all);
                    progress.pause(what, pause, Instant::now());
                    waiting.push_front(Next { limited: next.limited + 1, ..next });
                    continue;
                }
                unreachable = if error.is_service() { 0 } else { unreachable + 1 };
                if fails_for_all(&error) || unreachable >= MAX_UNREACHABLE {
                    return Err(error.into());
                }
                if let Some(place) = findings.get_mut(next.at) {
                    *place = Some(unread(&row, next.at, &error));
                }
                done += 1;
            }
        }
    }
    Ok(Survey {
        findings: findings.into_iter().flatten().collect(),
    })
}

/// How many requests the read of a row takes.
fn requests(row: &PlanRow) -> u32 {
    match row.change {
        // The customer's transfers, and the eligibility.
        Change::CreateLicenseBased(_) => 2,
        _ => 1,
    }
}

async fn read(
    client: &Client,
    row: &PlanRow,
    at: usize,
    caller: Option<&str>,
) -> Result<Finding, Error> {
    let customer = row.customer;
    if let Some(id) = row.change.transfer() {
        let call = client.get_transfer().customer_id(customer);
        let transfer = call.transfer_id(id).send().await?;
        return Ok(Finding::of_transfer(row, at, transfer.get(), caller));
    }
    let Some(request) = row.change.create_request() else {
        return Ok(Finding::not_read(
            row,
            at,
            "not known to this version".to_owned(),
        ));
    };
    let transfers = client.list_transfers().customer_id(customer).send().await?;
    let ineligible = preflight::eligibility_warnings(client, customer, &request).await?;
    let transfers = transfers.get();
    Ok(Finding::of_create(
        row, at, &request, transfers, ineligible, caller,
    ))
}

/// What a failed read says about a row. A missing transfer cannot be changed.
fn unread(row: &PlanRow, at: usize, error: &Error) -> Finding {
    let mut finding = Finding::not_read(row, at, message_of(error));
    if error.status().is_some_and(|status| status.as_u16() == 404) {
        finding.expected = Expected::Failed;
    }
    finding
}
