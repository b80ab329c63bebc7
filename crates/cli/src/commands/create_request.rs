//! The body of a create: from the options, or from a JSON file.

use std::path::Path;

use partner_center_transfers::types::{
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest, PartnerTenantId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::Context;
use crate::arguments::{Create, plain_id};
use crate::failure::Failure;
use crate::input_file;
use crate::profile::Profile;

/// The transfer type of new commerce according to Microsoft's newer documentation.
const TRANSFER_TYPE: i64 = 5;

/// Builds the request, and fails if an option or the file is invalid. A name that is required and
/// not given is that of the profile, and a license-based request without a source is from the caller.
pub(super) fn build(
    create: &Create,
    context: &Context<'_>,
) -> Result<CreateTransferRequest, Failure> {
    if let Some(path) = &create.file {
        return from_file(path)
            .map_err(|error| Failure::Usage(format!("--file {}: {error}", path.display())));
    }
    let request = if create.new_commerce {
        new_commerce(create, context.connection.profile())
    } else {
        let source = match create.source {
            Some(source) => source,
            None => caller(context)?,
        };
        license_based(create, source)
    };
    request.map_err(|error| Failure::Usage(format!("create: {error}")))
}

/// The caller, who is the source of a license-based transfer.
fn caller(context: &Context<'_>) -> Result<PartnerTenantId, Failure> {
    let tenant = context.connection.caller()?;
    let tenant = tenant.and_then(|tenant| tenant.parse().ok());
    tenant.ok_or_else(|| {
        Failure::Usage(
            "create: your tenant id is not known: add --source <ID>, or set PCTRANSFERS_TENANT_ID \
             to a GUID"
                .to_owned(),
        )
    })
}

fn required<T>(value: Option<T>, option: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("{option} is required, or --file with the whole request"))
}

fn new_commerce(create: &Create, profile: &Profile) -> Result<CreateTransferRequest, String> {
    let known = || Some(profile.name_of(&create.source?.to_string())?.to_owned());
    let name = create.source_name.clone().or_else(known);
    let name = required(name, "--source-name <NAME>")?;
    let email = required(create.customer_email.clone(), "--customer-email <ADDRESS>")?;
    let request = CreateNewCommerceTransferRequest::builder()
        .source_partner_tenant_id(required(create.source, "--source <ID>")?)
        .source_partner_name(name)
        .customer_email_id(email)
        .customer_name(create.customer_name.clone())
        .partner_on_record(create.partner_on_record.clone())
        .target_partner_email_id(create.target_email.clone())
        .target_partner_tenant_id(create.target)
        .target_product_types(create.product.clone())
        .transfer_type(create.transfer_type.unwrap_or(TRANSFER_TYPE));
    let request = CreateNewCommerceTransferRequest::try_from(request);
    request.map(Into::into).map_err(|error| error.to_string())
}

fn license_based(
    create: &Create,
    source: PartnerTenantId,
) -> Result<CreateTransferRequest, String> {
    // Clap's `requires` does not find these, because other options conflict with --new-commerce.
    for (option, is_given) in [
        ("--customer-email", create.customer_email.is_some()),
        ("--target-email", create.target_email.is_some()),
        ("--product", !create.product.is_empty()),
        ("--transfer-type", create.transfer_type.is_some()),
    ] {
        if is_given {
            return Err(format!("{option} requires --new-commerce"));
        }
    }
    let items = create.subscription.iter().map(|id| {
        let mut item = CreateLicenseBasedTransferLineItem::new(id.clone());
        item.partner_id_on_record
            .clone_from(&create.partner_on_record);
        item
    });
    let request = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id(source)
        .source_partner_name(create.source_name.clone())
        .target_partner_tenant_id(required(create.target, "--target <ID>")?)
        .target_partner_name(create.target_name.clone())
        .customer_name(create.customer_name.clone())
        .line_items(items.collect::<Vec<_>>());
    let request = CreateLicenseBasedTransferRequest::try_from(request);
    request.map(Into::into).map_err(|error| error.to_string())
}

fn from_file(path: &Path) -> Result<CreateTransferRequest, String> {
    let bytes =
        input_file::read_or_stdin(path).map_err(|error| format!("cannot be read: {error}"))?;
    let text = input_file::decode(&bytes)?;
    let json: Value =
        serde_json::from_str(&text).map_err(|error| format!("not valid JSON: {error}"))?;
    if !json.is_object() {
        return Err("expected a JSON object with the properties of a request".to_owned());
    }
    // Decoded as one of the two kinds, so that the error names the invalid property.
    if json.get("transferType").is_some() || json.get("customerEmailId").is_some() {
        decode::<CreateNewCommerceTransferRequest>(&text, &json)
            .and_then(|mut request| {
                clean_id("partnerOnRecord", request.partner_on_record.as_mut())?;
                Ok(request.into())
            })
            .map_err(|error| format!("not a valid new-commerce request: {error}"))
    } else {
        decode::<CreateLicenseBasedTransferRequest>(&text, &json)
            .and_then(|mut request| {
                if request.line_items.is_empty() {
                    return Err("lineItems: empty; expected at least one subscription".to_owned());
                }
                for (index, item) in request.line_items.iter_mut().enumerate() {
                    let name = |property| format!("lineItems[{index}].{property}");
                    clean_id(&name("subscriptionId"), Some(&mut item.subscription_id))?;
                    let partner = item.partner_id_on_record.as_mut();
                    clean_id(&name("partnerIdOnRecord"), partner)?;
                }
                Ok(request.into())
            })
            .map_err(|error| {
                format!(
                    "not a valid license-based request (a new-commerce request has transferType \
                     and customerEmailId): {error}"
                )
            })
    }
}

/// Makes an id of a file what the same id in an option is. Tenant ids are decoded like that.
fn clean_id(property: &str, id: Option<&mut String>) -> Result<(), String> {
    if let Some(id) = id {
        *id = plain_id(id).map_err(|error| format!("{property}: {error}"))?;
    }
    Ok(())
}

/// Decodes a request, and fails on unknown properties, because they would not be sent.
fn decode<T: DeserializeOwned + Serialize>(text: &str, json: &Value) -> Result<T, String> {
    let request: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let sent = serde_json::to_value(&request).unwrap_or_default();
    match unknown_property(json, &sent) {
        Some(name) => Err(format!("unknown property `{name}`")),
        None => Ok(request),
    }
}

/// The first property of one JSON value that is not in the other.
fn unknown_property(given: &Value, sent: &Value) -> Option<String> {
    match given {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| match sent.get(name) {
                // Nulls and empty lists are not sent.
                None if value.is_null() || value.as_array().is_some_and(Vec::is_empty) => None,
                None => Some(name.clone()),
                Some(sent) => unknown_property(value, sent).map(|rest| match value {
                    Value::Array(_) => format!("{name}{rest}"),
                    _ => format!("{name}.{rest}"),
                }),
            }),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let rest = unknown_property(item, sent.get(index)?)?;
            Some(format!("[{index}].{rest}"))
        }),
        _ => None,
    }
}
