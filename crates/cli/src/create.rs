//! The body of a create: from the options, or as JSON from a file.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use partner_center_transfers::types::{
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest, CustomerId, TransferProductType,
};
use serde_json::Value;

use crate::calls::Create;
use crate::report::Failure;
use crate::text::printable;

/// New commerce, by Microsoft's newer page.
const TRANSFER_TYPE: i64 = 5;

/// What is to be sent. Nothing is sent yet.
pub(crate) fn request(create: &Create) -> Result<CreateTransferRequest, Failure> {
    if let Some(path) = &create.file {
        return from_file(path);
    }
    let needed = |name: &str| Failure::Usage(format!("create needs {name}, or a whole --file"));
    let source = create.source.ok_or_else(|| needed("--source <ID>"))?;
    let impossible = |error| Failure::Usage(format!("create: {error}"));
    // The parser does not see it where --new-commerce would be in another option's way.
    let of_new_commerce = [
        ("--customer-email", create.customer_email.is_some()),
        ("--target-email", create.target_email.is_some()),
        ("--product", !create.product.is_empty()),
        ("--transfer-type", create.transfer_type.is_some()),
    ];
    if let Some((name, _)) = of_new_commerce.iter().find(|(_, given)| *given)
        && !create.new_commerce
    {
        let message = format!("create: {name} needs --new-commerce");
        return Err(Failure::Usage(message));
    }
    if create.new_commerce {
        let email = create.customer_email.clone();
        let name = create.source_name.clone();
        let request = CreateNewCommerceTransferRequest::builder()
            .source_partner_tenant_id(source)
            .source_partner_name(name.ok_or_else(|| needed("--source-name <NAME>"))?)
            .customer_email_id(email.ok_or_else(|| needed("--customer-email <ADDRESS>"))?)
            .customer_name(create.customer_name.clone())
            .partner_on_record(create.partner_on_record.clone())
            .target_partner_email_id(create.target_email.clone())
            .target_partner_tenant_id(create.target)
            .target_product_types(create.product.clone())
            .transfer_type(create.transfer_type.unwrap_or(TRANSFER_TYPE));
        let request = CreateNewCommerceTransferRequest::try_from(request);
        return request.map(Into::into).map_err(impossible);
    }
    let item = |id: &String| {
        let mut item = CreateLicenseBasedTransferLineItem::new(id.clone());
        item.partner_id_on_record
            .clone_from(&create.partner_on_record);
        item
    };
    let request = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id(source)
        .source_partner_name(create.source_name.clone())
        .target_partner_tenant_id(create.target.ok_or_else(|| needed("--target <ID>"))?)
        .target_partner_name(create.target_name.clone())
        .customer_name(create.customer_name.clone())
        .line_items(create.subscription.iter().map(item).collect::<Vec<_>>());
    let request = CreateLicenseBasedTransferRequest::try_from(request);
    request.map(Into::into).map_err(impossible)
}

fn from_file(path: &Path) -> Result<CreateTransferRequest, Failure> {
    let wrong = |what: String| Failure::Usage(format!("--file {}: {what}", path.display()));
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    read.map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let json: Value =
        serde_json::from_str(&text).map_err(|error| wrong(format!("is no JSON: {error}")))?;
    // Decoded as what it is and not as either, so that the member that is wrong is named.
    let request = if json.get("transferType").is_some() || json.get("customerEmailId").is_some() {
        serde_json::from_str::<CreateNewCommerceTransferRequest>(&text)
            .map(CreateTransferRequest::from)
            .map_err(|error| format!("is no new-commerce transfer: {error}"))
    } else {
        serde_json::from_str::<CreateLicenseBasedTransferRequest>(&text)
            .map(CreateTransferRequest::from)
            .map_err(|error| {
                format!(
                    "is no licence-based transfer, and no new-commerce one for want of \
                     transferType and customerEmailId: {error}"
                )
            })
    };
    let request = request.map_err(wrong)?;
    // What is misspelt would not be sent, and nobody would know.
    let sent = serde_json::to_value(&request).unwrap_or_default();
    match left_out(&json, &sent) {
        Some(name) => Err(wrong(format!("has `{name}`, which no such request has"))),
        None => Ok(request),
    }
}

/// The first member, if any, that is in one JSON and not in the other.
fn left_out(asked: &Value, sent: &Value) -> Option<String> {
    match asked {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| match sent.get(name) {
                None if value.is_null() => None,
                // An empty list is not sent at all.
                None if value.as_array().is_some_and(Vec::is_empty) => None,
                None => Some(name.clone()),
                Some(sent) => left_out(value, sent).map(|rest| match value {
                    Value::Array(_) => format!("{name}{rest}"),
                    _ => format!("{name}.{rest}"),
                }),
            }),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let rest = left_out(item, sent.get(at)?)?;
            Some(format!("[{at}].{rest}"))
        }),
        _ => None,
    }
}

/// What is to be created, for people: all that is going to be sent.
pub(crate) fn shown(customer: CustomerId, request: &CreateTransferRequest) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:18} {}", printable(value));
        }
    };
    line("Customer", Some(&customer.to_string()));
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            line("Customer's name", request.customer_name.as_deref());
            line("From", Some(&request.source_partner_tenant_id.to_string()));
            line("Its name", request.source_partner_name.as_deref());
            line("To", Some(&request.target_partner_tenant_id.to_string()));
            line("Its name", request.target_partner_name.as_deref());
            for item in &request.line_items {
                line("Subscription", Some(&item.subscription_id));
                line("  Partner on record", item.partner_id_on_record.as_deref());
            }
            format!("A new transfer offers these subscriptions\n{text}")
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            let products = request.target_product_types.iter();
            let products: Vec<_> = products.map(TransferProductType::as_str).collect();
            let products = match &products[..] {
                [] => "all".to_owned(),
                some => some.join(", "),
            };
            let target = request.target_partner_tenant_id.map(|id| id.to_string());
            line("Customer's name", request.customer_name.as_deref());
            line("Customer's e-mail", Some(&request.customer_email_id));
            line("From", Some(&request.source_partner_tenant_id.to_string()));
            line("Its name", Some(&request.source_partner_name));
            line("To", Some(target.as_deref().unwrap_or("you")));
            line("Its e-mail", request.target_partner_email_id.as_deref());
            line("Products", Some(&products));
            line("Partner on record", request.partner_on_record.as_deref());
            line("Transfer type", Some(&request.transfer_type.to_string()));
            if request.ignore_eligibility_check == Some(true) {
                line("Eligibility", Some("is not checked"));
            }
            format!("A new transfer asks for new-commerce subscriptions\n{text}")
        }
    }
}
