//! What follows a failure that may pass.

use std::time::Duration;

use partner_center_transfers::Error;

use crate::journal::row::RowUpdate;

use super::context::Context;
use super::event::{Event, PauseReason, StopReason};
use super::failure::Failure;
use super::pending::Pending;
use super::step_end::{StepEnd, finished};

/// How often a step is tried that fails for a reason that may pass. With the delays between them
/// this takes about two minutes.
const MAX_FAILURES: u32 = 8;
/// The same for a service that no request has reached yet: most likely the endpoint or the proxy is
/// wrong, and nothing is lost if the run stops.
const MAX_FAILURES_AT_START: u32 = 2;

/// After a failure that may pass.
pub(super) fn try_again(
    context: &Context,
    mut pending: Pending,
    failure: Failure,
    error: &Error,
    update: &RowUpdate,
) -> StepEnd {
    let customer = pending.row.customer;
    if error.status().is_some() {
        context.note_reached();
    }
    let (asked, is_for_all) = match failure {
        Failure::Caller => return StepEnd::Stop(StopReason::Refused(error.to_string())),
        Failure::Limited(time) => {
            let all = context.limits.pause_customer(customer, time);
            return StepEnd::Again {
                pending: Box::new(pending),
                after: Duration::ZERO,
                event: Some(Event::Paused {
                    customer: (!all).then_some(customer),
                    time,
                    reason: PauseReason::RateLimited,
                }),
            };
        }
        Failure::Unreachable(asked) => (asked, true),
        Failure::Transient(asked) => (asked, false),
        Failure::Refused => return finished(pending, update),
    };
    pending.failures += 1;
    let most = if context.has_reached() {
        MAX_FAILURES
    } else {
        MAX_FAILURES_AT_START
    };
    if pending.failures > most {
        return if is_for_all {
            StepEnd::Stop(StopReason::Unreachable(error.to_string()))
        } else {
            // A resume tries it again.
            finished(pending, update)
        };
    }
    let backoff = Duration::from_secs(1 << (pending.failures - 1).min(6));
    let jitter = context.client.runtime().random().clamp(0.0, 1.0);
    let time = backoff
        .mul_f64(0.5 + jitter / 2.0)
        .max(asked.unwrap_or_default());
    if is_for_all {
        context.limits.pause_all(time);
    }
    StepEnd::Again {
        pending: Box::new(pending),
        after: time,
        event: is_for_all.then_some(Event::Paused {
            customer: None,
            time,
            reason: PauseReason::Unavailable,
        }),
    }
}
