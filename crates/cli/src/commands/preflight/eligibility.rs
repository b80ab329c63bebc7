//! Before a license-based create: which of its subscriptions cannot be transferred, and why.

use partner_center_transfers::printable;
use partner_center_transfers::types::{CreateTransferRequest, CustomerId};
use partner_center_transfers::{Client, Error};

use crate::arguments::Eligibility;
use crate::commands::line_items::is_same_subscription;

/// A warning for each subscription of the request that cannot be transferred. The service says so
/// for license-based subscriptions only.
pub(in crate::commands) async fn warnings(
    client: &Client,
    customer: CustomerId,
    request: &CreateTransferRequest,
) -> Result<Vec<String>, Error> {
    let CreateTransferRequest::LicenseBasedTransferRequest(request) = request else {
        return Ok(Vec::new());
    };
    let call = client.get_transfer_eligibility().customer_id(customer);
    let response = call.transfer_type(Eligibility::DEFAULT_TYPE).send().await?;
    let mut warnings = Vec::new();
    for item in &request.line_items {
        let known = response.get().iter().find(|known| {
            let id = known.id.as_deref();
            id.is_some_and(|id| is_same_subscription(id, &item.subscription_id))
        });
        let Some(known) = known.filter(|known| known.is_eligible == Some(false)) else {
            continue;
        };
        let id = printable(&item.subscription_id);
        warnings.push(match known.reason.as_deref().map(str::trim) {
            None | Some("") => {
                format!("subscription {id} cannot be transferred; the service gives no reason")
            }
            Some(reason) => format!(
                "subscription {id} cannot be transferred: {}",
                printable(reason)
            ),
        });
    }
    Ok(warnings)
}
