//! Before a change to an existing transfer: whether the caller's role and the transfer's generation
//! allow it, as far as the transfer that was read shows them.

use partner_center_transfers::types::TransferEntity;
use partner_center_transfers::{Generation, TransferPhase, printable};

use crate::arguments::Target;
use crate::commands::command_line::CommandLines;
use crate::outcome::Action;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Source,
    Target,
}

impl Role {
    /// The caller's role. `None` if it is not known, or if two hints contradict each other.
    fn of_caller(transfer: &TransferEntity, caller: Option<&str>) -> Option<Self> {
        let by_direction = match transfer.transfer_direction {
            Some(1) => Some(Self::Target),
            Some(2) => Some(Self::Source),
            _ => None,
        };
        let by_tenant = caller.and_then(|tenant| Self::of_tenant(transfer, tenant));
        // That it is the caller's tenant is inferred, so it only counts against another hint.
        let partner = transfer.partnertenantid.as_deref();
        let by_partner = partner.and_then(|tenant| Self::of_tenant(transfer, tenant));
        let role = by_tenant.or(by_direction)?;
        let hints = [by_direction, by_tenant, by_partner];
        let agree = hints.into_iter().flatten().all(|hint| hint == role);
        agree.then_some(role)
    }

    /// The role of the partner with this tenant id.
    fn of_tenant(transfer: &TransferEntity, tenant: &str) -> Option<Self> {
        let is = |id: &Option<String>| {
            id.as_deref()
                .is_some_and(|id| id.eq_ignore_ascii_case(tenant))
        };
        match (
            is(&transfer.source_partner_tenant_id),
            is(&transfer.target_partner_tenant_id),
        ) {
            (true, false) => Some(Self::Source),
            (false, true) => Some(Self::Target),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }

    /// What this partner can do with an open transfer, and the commands.
    fn can(self, generation: Generation, lines: CommandLines<'_>, target: Target) -> String {
        let line = |command: &str| lines.on(command, target.transfer);
        match (generation, self) {
            (Generation::LicenseBased, Self::Source) => {
                format!("can withdraw it with {}", line("withdraw"))
            }
            (Generation::LicenseBased, Self::Target) => format!(
                "can accept it with {}, or reject it with {}",
                line("accept"),
                line("reject")
            ),
            (Generation::NewCommerce, Self::Source) => format!(
                "can accept it with {}, or let it expire",
                line("accept --new-commerce --subscription <ID>")
            ),
            (Generation::NewCommerce, Self::Target) => {
                format!("can cancel it with {}", line("cancel"))
            }
        }
    }
}

/// The generation and the role that a change requires, and how an error says so.
fn requirement(action: Action) -> Option<(Generation, Role, &'static str)> {
    Some(match action {
        Action::Create => return None,
        Action::Accept => (
            Generation::LicenseBased,
            Role::Target,
            "its target partner accepts it, without --new-commerce",
        ),
        Action::AcceptNewCommerce => (
            Generation::NewCommerce,
            Role::Source,
            "its source partner accepts it, with --new-commerce",
        ),
        Action::Reject => (
            Generation::LicenseBased,
            Role::Target,
            "only its target partner can reject it",
        ),
        Action::Cancel => (
            Generation::NewCommerce,
            Role::Target,
            "only its target partner can cancel it",
        ),
        Action::Withdraw => (
            Generation::LicenseBased,
            Role::Source,
            "only its source partner can withdraw it",
        ),
    })
}

/// A change for the other partner or the other generation.
struct Mismatch {
    generation: Generation,
    role: Option<Role>,
    reason: &'static str,
}

fn mismatch(action: Action, transfer: &TransferEntity, caller: Option<&str>) -> Option<Mismatch> {
    let (right_generation, right_role, who) = requirement(action)?;
    let generation = Generation::of(transfer)?;
    let role = Role::of_caller(transfer, caller);
    let is_right = generation == right_generation && role.is_none_or(|role| role == right_role);
    if is_right || transfer.is_settled() {
        return None;
    }
    let reason = match (action, generation == right_generation) {
        (_, true) => who,
        (Action::Accept, false) => requirement(Action::AcceptNewCommerce)?.2,
        (Action::AcceptNewCommerce, false) => requirement(Action::Accept)?.2,
        (Action::Cancel, false) => "only new-commerce transfers can be cancelled",
        (Action::Withdraw, false) => "only license-based transfers can be withdrawn",
        (_, false) => "only license-based transfers can be rejected",
    };
    Some(Mismatch {
        generation,
        role,
        reason,
    })
}

/// What is wrong with a change of a plan, in a few words and in terms of its columns.
pub(in crate::commands) fn short_objection(
    action: Action,
    transfer: &TransferEntity,
    caller: Option<&str>,
) -> Option<String> {
    let found = mismatch(action, transfer, caller)?;
    let generation = found.generation.name();
    let accepts = match found.generation {
        Generation::LicenseBased => "its target partner accepts it",
        Generation::NewCommerce => "its source partner accepts it",
    };
    let reason = match (action, found.generation) {
        (Action::Accept, Generation::NewCommerce)
        | (Action::AcceptNewCommerce, Generation::LicenseBased) => {
            format!("{accepts}, and its row needs {generation} in the column kind")
        }
        (Action::Accept | Action::AcceptNewCommerce, _) => accepts.to_owned(),
        _ => found.reason.to_owned(),
    };
    Some(format!("it is a {generation} transfer: {reason}"))
}

/// Returns what is wrong and what to run instead, if the change is for the other partner or for the
/// other generation. `caller` is the tenant of the calling partner.
///
/// Allows everything that the transfer does not clearly rule out, and leaves the refusal of a change
/// to a settled transfer to the service.
pub(super) fn objection(
    action: Action,
    target: Target,
    transfer: &TransferEntity,
    caller: Option<&str>,
    lines: CommandLines<'_>,
) -> Option<String> {
    let Mismatch {
        generation,
        role,
        reason,
    } = mismatch(action, transfer, caller)?;
    let advice = match (transfer.phase(), role) {
        (TransferPhase::InProgress, _) => format!(
            "it is being processed, so wait for it with {}",
            lines.on("wait", target.transfer)
        ),
        (_, Some(role)) => format!(
            "as its {} partner you {}",
            role.name(),
            role.can(generation, lines, target)
        ),
        (_, None) => format!(
            "its source partner {}; its target partner {}",
            Role::Source.can(generation, lines, target),
            Role::Target.can(generation, lines, target)
        ),
    };
    let status = match &transfer.status {
        Some(status) => format!(" with status {}", printable(status.as_str())),
        None => String::new(),
    };
    Some(format!(
        "nothing was sent, because transfer {} is a {} transfer{status}: {reason}; {advice}",
        target.transfer,
        generation.name()
    ))
}
