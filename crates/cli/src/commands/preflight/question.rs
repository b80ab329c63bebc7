//! The question before a change: what will move, who pays for it, and what cannot be undone.

use partner_center_bulk::wording::count;
use partner_center_transfers::printable;
use partner_center_transfers::types::{CreateTransferRequest, TransferEntity};

use crate::commands::mutation::{Mutation, StateBefore, Update};
use crate::profile::Profile;

/// One question and its consequences. The profile has names of partners that the service may not say.
pub(super) fn question(mutation: &Mutation<'_>, before: &StateBefore, profile: &Profile) -> String {
    let partner = |name, tenant, otherwise| partner(profile, name, tenant, otherwise);
    let (_, update) = match mutation {
        Mutation::Create(new) => return create(&new.request, profile),
        Mutation::Update(target, update) => (target, update),
    };
    let unknown = TransferEntity::default();
    let transfer = before.transfer.as_ref().unwrap_or(&unknown);
    let source = partner(
        transfer.source_partner_name.as_deref(),
        transfer.source_partner_tenant_id.as_deref(),
        "the source partner",
    );
    let target = partner(
        transfer.target_partner_name.as_deref(),
        transfer.target_partner_tenant_id.as_deref(),
        "the target partner",
    );
    // Add-ons are subscriptions too.
    let number = transfer.by_subscription().len();
    let items = match number {
        0 => "the subscriptions of this transfer".to_owned(),
        _ => count(number, "subscription"),
    };
    let [they, object, stay] = pronouns(number);
    match update {
        Update::Accept => format!(
            "Move {items} to your tenant? {they} will be ordered and billed to you. {they} {stay} \
             in the customer's tenant, {source} will no longer bill {object}, and this cannot be \
             undone."
        ),
        Update::AcceptNewCommerce(given) => {
            let items = count(given.len(), "subscription");
            let [they, object, stay] = pronouns(given.len());
            format!(
                "Hand over {items} to {target}? {they} will be billed to {target}, and you will no \
                 longer bill {object}. {they} {stay} in the customer's tenant. This cannot be undone."
            )
        }
        Update::Reject => format!(
            "Reject {items} from {source}? Nothing will move, and the transfer will end. To offer \
             {object} again, {source} has to create a new transfer.",
        ),
        Update::Cancel => format!(
            "Cancel your request to {source}? Nothing will move, and the transfer will end. To ask \
             again, you have to create a new transfer."
        ),
        Update::Withdraw => format!(
            "Withdraw the offer of {items} to {target}? You will go on billing {object}, and the \
             transfer will end. To offer {object} again, you have to create a new transfer."
        ),
    }
}

fn create(request: &CreateTransferRequest, profile: &Profile) -> String {
    let partner = |name, tenant, otherwise| partner(profile, name, tenant, otherwise);
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            let number = request.line_items.len();
            let (items, [_, object, _]) = (count(number, "subscription"), pronouns(number));
            // "It" in the next sentence is the target.
            let they = if number == 1 {
                "the subscription"
            } else {
                "they"
            };
            let tenant = request.target_partner_tenant_id.to_string();
            let target = partner(
                request.target_partner_name.as_deref(),
                Some(&tenant),
                "the target partner",
            );
            format!(
                "Offer {items} to {target}? If it accepts, {they} will be ordered and billed to it, \
                 and you will no longer bill {object}. Until then you can withdraw the transfer."
            )
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            let tenant = request.source_partner_tenant_id.to_string();
            let source = partner(
                Some(&request.source_partner_name),
                Some(&tenant),
                "the source partner",
            );
            format!(
                "Ask {source} for this customer's subscriptions? What {source} hands over will be \
                 ordered and billed to you, and the customer is notified. Until {source} accepts, \
                 you can cancel the transfer."
            )
        }
    }
}

/// How a sentence refers to this number of subscriptions, as its subject and as its object, and the
/// verb "stay" after the subject.
fn pronouns(number: usize) -> [&'static str; 3] {
    if number == 1 {
        ["It", "it", "stays"]
    } else {
        ["They", "them", "stay"]
    }
}

/// The name of a partner in the transfer, or else its tenant id, after the name in the profile.
fn partner(profile: &Profile, name: Option<&str>, tenant: Option<&str>, otherwise: &str) -> String {
    let given = |text: &&str| !text.trim().is_empty();
    match (name.filter(given), tenant.filter(given)) {
        (Some(name), _) => printable(name).into_owned(),
        (None, Some(tenant)) => match profile.name_of(tenant) {
            Some(name) => format!("{} ({})", printable(name), printable(tenant)),
            None => printable(tenant).into_owned(),
        },
        (None, None) => otherwise.to_owned(),
    }
}
