//! One run of a command: what it does, when it started and ended, and which service it called.

use std::cell::OnceCell;

use jiff::Timestamp;
use partner_center_transfers::types::{CustomerId, TransferId};

use crate::arguments::{ServiceCommand, Target};
use crate::profile::Profile;
use crate::report::Report;

/// One run of a command, as its record names it.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// The name of the command; `None` if the arguments are invalid.
    pub(crate) operation: Option<&'static str>,
    pub(crate) customer: Option<CustomerId>,
    pub(crate) transfer: Option<TransferId>,
    pub(crate) started_at: Timestamp,
    /// Set once the connection is known.
    pub(crate) service: OnceCell<Service>,
}

/// The service that a command calls, and as whom.
#[derive(Debug)]
pub(crate) struct Service {
    /// The tenant of the credential, if the settings name it.
    pub(crate) tenant: Option<String>,
    pub(crate) endpoint: String,
    /// The profile in use, which has names of partners.
    pub(crate) profile: Profile,
}

/// A run that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) invocation: &'a Invocation,
    pub(crate) at: Timestamp,
    pub(crate) exit_code: u8,
}

impl Ended<'_> {
    /// The profile of the command; an empty one if the command failed before it was known.
    pub(crate) fn profile(&self) -> Profile {
        let service = self.invocation.service.get();
        service.map_or_else(Profile::default, |service| service.profile.clone())
    }
}

impl Invocation {
    /// A run that starts now and calls no service.
    pub(crate) fn start(operation: Option<&'static str>) -> Self {
        Self {
            operation,
            customer: None,
            transfer: None,
            started_at: Timestamp::now(),
            service: OnceCell::new(),
        }
    }

    /// A run of a command that calls the service, which starts now.
    pub(crate) fn start_of(command: &ServiceCommand) -> Self {
        let on = |target: &Target| (Some(target.customer), Some(target.transfer));
        let (name, (customer, transfer)) = match command {
            ServiceCommand::Create(create) => ("create", (Some(create.customer.id), None)),
            ServiceCommand::Get(target) => ("get", on(target)),
            ServiceCommand::List(list) => ("list", (list.customer.id, None)),
            ServiceCommand::Accept(accept) => ("accept", on(&accept.change.target)),
            ServiceCommand::Reject(change) => ("reject", on(&change.target)),
            ServiceCommand::Cancel(change) => ("cancel", on(&change.target)),
            ServiceCommand::Withdraw(change) => ("withdraw", on(&change.target)),
            ServiceCommand::Eligibility(eligibility) => {
                ("eligibility", (Some(eligibility.customer.id), None))
            }
            ServiceCommand::Wait(wait) => ("wait", on(&wait.target)),
        };
        Self {
            customer,
            transfer,
            ..Self::start(Some(name))
        }
    }

    /// The run, which ends now with this result.
    pub(crate) fn end_with(&self, report: &Report) -> Ended<'_> {
        Ended {
            invocation: self,
            // Not before the start if the clock was set back.
            at: Timestamp::now().max(self.started_at),
            exit_code: report.outcome().exit_code(),
        }
    }
}
