//! What a row of a plan would do, as the state of its transfer shows it.

use std::fmt::Write as _;

use partner_center_bulk::wording::count;
use partner_center_bulk::{Change, Operation, PlanRow};
use partner_center_transfers::types::{CreateTransferRequest, TransferEntity};
use partner_center_transfers::{TransferPhase, printable};
use serde::Serialize;

use crate::commands::preflight;
use crate::outcome::Action;

/// What a row would do.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    /// The row of the input file, as a spreadsheet numbers it.
    pub(super) row: u64,
    pub(super) customer: String,
    /// Null for a create.
    pub(super) transfer: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) expected: Expected,
    /// How many subscriptions it is about; null if that is not known.
    pub(super) subscriptions: Option<u64>,
    /// The status of the transfer.
    pub(super) status: Option<String>,
    /// When the transfer expires.
    pub(super) expires: Option<String>,
    /// Why the change is not expected to be made, or not for all subscriptions.
    pub(super) problems: Vec<String>,
}

/// What is expected of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Expected {
    /// The change is made.
    Applied,
    /// The change is made, but not for all subscriptions.
    InPart,
    /// The change fails.
    Failed,
    /// The state could not be read.
    NotRead,
}

/// The action of a change, for its texts.
pub(super) fn action(change: &Change) -> Option<Action> {
    Some(match change {
        Change::CreateLicenseBased(_) | Change::CreateNewCommerce(_) => Action::Create,
        Change::Accept { .. } => Action::Accept,
        Change::AcceptNewCommerce { .. } => Action::AcceptNewCommerce,
        Change::Reject { .. } => Action::Reject,
        Change::Cancel(_) => Action::Cancel,
        Change::Withdraw { .. } => Action::Withdraw,
        _ => return None,
    })
}

impl Finding {
    /// A row of which nothing was read.
    pub(super) fn not_read(row: &PlanRow, at: usize, why: String) -> Self {
        let mut finding = Self::new(row, at);
        finding.expected = Expected::NotRead;
        finding.problems.push(why);
        finding
    }

    fn new(row: &PlanRow, at: usize) -> Self {
        let named = row.change.subscriptions().len() as u64;
        Self {
            row: row.row.unwrap_or(at as u64 + 1),
            customer: row.customer.to_string(),
            transfer: row.change.transfer().map(|id| id.to_string()),
            reference: row.reference.clone(),
            expected: Expected::Applied,
            subscriptions: (named > 0).then_some(named),
            status: None,
            expires: None,
            problems: Vec::new(),
        }
    }

    /// Of a change to this transfer. `caller` is the tenant of the calling partner.
    pub(super) fn of_transfer(
        row: &PlanRow,
        at: usize,
        transfer: &TransferEntity,
        caller: Option<&str>,
    ) -> Self {
        let mut finding = Self::new(row, at);
        let found = transfer.by_subscription().len() as u64;
        if found > 0 && finding.subscriptions.is_none() {
            finding.subscriptions = Some(found);
        }
        let status = transfer.status.as_ref().map(ToString::to_string);
        finding.status = status;
        let expires = transfer.expiration_time.as_ref();
        finding.expires = expires.map(|time| time.as_str().to_owned());
        let action = action(&row.change);
        let objection = action.and_then(|action| preflight::objection(action, transfer, caller));
        let problem = match transfer.phase() {
            TransferPhase::InProgress => Some("the service is processing it".to_owned()),
            phase if phase.is_settled() || transfer.is_settled() => {
                let status = finding.status.as_deref().unwrap_or("settled");
                Some(format!("it is {} already", printable(status)))
            }
            _ => objection,
        };
        if let Some(problem) = problem {
            finding.fails(problem);
        }
        finding
    }

    /// Of a create. `transfers` are those of the customer, and `ineligible` says which
    /// subscriptions cannot be transferred.
    pub(super) fn of_create(
        row: &PlanRow,
        at: usize,
        request: &CreateTransferRequest,
        transfers: &[TransferEntity],
        ineligible: Vec<String>,
        caller: Option<&str>,
    ) -> Self {
        let mut finding = Self::new(row, at);
        if !ineligible.is_empty() {
            let is_all = finding.subscriptions == Some(ineligible.len() as u64);
            finding.expected = if is_all {
                Expected::Failed
            } else {
                Expected::InPart
            };
            finding.problems = ineligible;
        }
        if let Some(duplicate) = preflight::duplicate(request, caller, transfers) {
            finding.fails(duplicate);
        }
        if let Some(role) = preflight::wrong_role(request, caller) {
            finding.fails(role.to_owned());
        }
        finding
    }

    fn fails(&mut self, problem: String) {
        self.expected = Expected::Failed;
        self.problems.insert(0, problem);
    }

    /// What would be done with a row, in one line.
    pub(super) fn line(&self, operation: Operation) -> String {
        let mut line = format!("row {}: ", self.row);
        line += match self.expected {
            Expected::Applied | Expected::InPart => "would ",
            Expected::Failed => "would fail to ",
            Expected::NotRead => "not read: ",
        };
        line += match self.transfer.as_deref() {
            None => "create a transfer".to_owned(),
            Some(id) => format!("{operation} transfer {id}"),
        }
        .as_str();
        let _ = write!(line, " of customer {}", self.customer);
        if let Some(reference) = &self.reference {
            let _ = write!(line, " ({})", printable(reference));
        }
        let mut details = Vec::new();
        if let Some(subscriptions) = self.subscriptions {
            details.push(count(subscriptions, "subscription"));
        }
        details.extend(
            self.status
                .as_deref()
                .map(|status| printable(status).into_owned()),
        );
        let expires = self.expires.as_deref();
        details.extend(expires.map(|time| format!("expires {}", printable(time))));
        if !details.is_empty() {
            let _ = write!(line, ": {}", details.join(", "));
        }
        for problem in &self.problems {
            let _ = write!(line, "; {}", printable(problem));
        }
        line
    }
}
