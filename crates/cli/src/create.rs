//! The body of a create: from the options, or as JSON from a file.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use partner_center_transfers::types::{
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest,
};
use serde_json::Value;

use crate::calls::Create;
use crate::report::Failure;
use crate::text::printable;

/// What is to be sent. Nothing is sent yet.
pub(crate) fn request(create: &Create) -> Result<CreateTransferRequest, Failure> {
    if let Some(path) = &create.file {
        return from_file(path);
    }
    let needed = |name: &str| Failure::Usage(format!("create needs {name}, or a whole --file"));
    let source = create.source.ok_or_else(|| needed("--source <ID>"))?;
    let impossible = |error| Failure::Usage(format!("create: {error}"));
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
            .transfer_type(create.transfer_type);
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

/// What is to be created, for people.
pub(crate) fn shown(request: &CreateTransferRequest) -> String {
    let mut text = String::new();
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            let _ = writeln!(
                text,
                "A new transfer offers these subscriptions\n  from  {}\n  to    {}",
                request.source_partner_tenant_id, request.target_partner_tenant_id
            );
            for item in &request.line_items {
                let _ = writeln!(text, "  • {}", printable(&item.subscription_id));
            }
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            let _ = writeln!(
                text,
                "A new transfer asks for new-commerce subscriptions\n  from  {} ({})\n  told  {}",
                request.source_partner_tenant_id,
                printable(&request.source_partner_name),
                printable(&request.customer_email_id),
            );
        }
    }
    text
}
