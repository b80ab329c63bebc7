//! The transfer that a create request asks for, as text.

use std::fmt::Write as _;

use partner_center_transfers::printable;
use partner_center_transfers::types::{CreateTransferRequest, CustomerId, TransferProductType};

/// All properties that are sent.
pub(crate) fn new_transfer(customer: CustomerId, request: &CreateTransferRequest) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:18} {}", printable(value));
        }
    };
    line("Customer", Some(&customer.to_string()));
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            line("Customer name", request.customer_name.as_deref());
            line(
                "Source",
                Some(&request.source_partner_tenant_id.to_string()),
            );
            line("Source name", request.source_partner_name.as_deref());
            line(
                "Target",
                Some(&request.target_partner_tenant_id.to_string()),
            );
            line("Target name", request.target_partner_name.as_deref());
            for item in &request.line_items {
                line("Subscription", Some(&item.subscription_id));
                line("  Partner on record", item.partner_id_on_record.as_deref());
            }
            format!("The new transfer offers these subscriptions to the target:\n{text}")
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            let products = request.target_product_types.iter();
            let products: Vec<_> = products.map(TransferProductType::as_str).collect();
            let products = match &products[..] {
                [] => "all".to_owned(),
                some => some.join(", "),
            };
            let target = request.target_partner_tenant_id.map(|id| id.to_string());
            line("Customer name", request.customer_name.as_deref());
            line("Customer e-mail", Some(&request.customer_email_id));
            line(
                "Source",
                Some(&request.source_partner_tenant_id.to_string()),
            );
            line("Source name", Some(&request.source_partner_name));
            line("Target", Some(target.as_deref().unwrap_or("your tenant")));
            line("Target e-mail", request.target_partner_email_id.as_deref());
            line("Products", Some(&products));
            line("Partner on record", request.partner_on_record.as_deref());
            line("Transfer type", Some(&request.transfer_type.to_string()));
            if request.ignore_eligibility_check == Some(true) {
                line("Eligibility", Some("not checked"));
            }
            format!("The new transfer asks the source for new-commerce subscriptions:\n{text}")
        }
    }
}
