//! Parses the bodies of create and update, which select the generation and the change.
//!
//! As strict as the `OpenAPI` document: unknown members and members of the other generation are
//! refused, and the error names the member. The service may be more lenient.

use serde_json::Value;
use uuid::Uuid;

use super::members::{Members, whole};
use crate::http::api_error::ApiError;
use crate::service::change::{Change, CreateRequest, RequestedItem};
use crate::service::model::NewCommerce;
use crate::service::operation::Operation;
use crate::text_encoding::Charset;

/// Returns the requested change, or `None` if the operation only reads. `transfer` is the id in the
/// path, `caller` the calling partner, and `body` its bytes with their encoding.
pub(super) fn read(
    operation: Operation,
    transfer: Option<Uuid>,
    caller: Option<Uuid>,
    body: (&[u8], Charset),
) -> Result<Option<Change>, ApiError> {
    Ok(Some(match operation {
        Operation::Accept => Change::Accept,
        Operation::Withdraw => Change::Withdraw,
        Operation::Create => create(Members::of_body(body)?, caller)?,
        Operation::Update => update(Members::of_body(body)?, transfer)?,
        Operation::Eligibility | Operation::Get | Operation::List => return Ok(None),
    }))
}

fn create(mut body: Members, caller: Option<Uuid>) -> Result<Change, ApiError> {
    let source = body.guid("sourcePartnerTenantId")?;
    let request = if body.has("lineItems") {
        CreateRequest {
            source,
            target: body.guid("targetPartnerTenantId")?,
            items: body.items(license_based_item)?,
            source_name: body.optional_string("sourcePartnerName")?,
            target_name: body.optional_string("targetPartnerName")?,
            customer_name: body.optional_string("customerName")?,
            new_commerce: None,
        }
    } else {
        CreateRequest {
            source,
            source_name: Some(body.string("sourcePartnerName")?),
            new_commerce: Some(NewCommerce {
                customer_email_id: body.string("customerEmailId")?,
                transfer_type: body.number("transferType")?,
                target_partner_email_id: body.optional_string("targetPartnerEmailId")?,
                partner_on_record: body.optional_string("partnerOnRecord")?,
                target_product_types: body
                    .optional("targetProductTypes", "must be a list of strings")?,
                ignore_eligibility_check: body
                    .optional("ignoreEligibilityCheck", "must be true or false")?,
                expiration_time: None,
                settles_time: None,
                completed_time: None,
            }),
            target: match caller {
                Some(caller) if !body.has("targetPartnerTenantId") => caller,
                _ => body.guid("targetPartnerTenantId")?,
            },
            target_name: None,
            customer_name: body.optional_string("customerName")?,
            items: Vec::new(),
        }
    };
    body.end()?;
    Ok(Change::Create(Box::new(request)))
}

fn update(mut body: Members, transfer: Option<Uuid>) -> Result<Change, ApiError> {
    if body.has("lineItems") {
        if body.has("id") {
            check_id(&mut body, transfer)?;
        }
        let items = body.items(new_commerce_item)?;
        body.end()?;
        return Ok(Change::AcceptNewCommerce(items));
    }
    check_id(&mut body, transfer)?;
    let change = match body.string("status")?.as_str() {
        "reject" => Change::Reject,
        "Cancel" => {
            // These repeat what the transfer has.
            for name in [
                "sourcePartnerTenantId",
                "targetPartnerTenantId",
                "customerName",
            ] {
                body.optional_string(name)?;
            }
            Change::Cancel
        }
        _ => return Err(body.invalid("status", "must be reject or Cancel")),
    };
    body.end()?;
    Ok(change)
}

fn check_id(body: &mut Members, transfer: Option<Uuid>) -> Result<(), ApiError> {
    match body.guid("id")? {
        id if Some(id) == transfer => Ok(()),
        _ => Err(body.invalid("id", "is not the transfer in the path")),
    }
}

fn license_based_item(item: &mut Members) -> Result<RequestedItem, ApiError> {
    Ok(RequestedItem {
        id: None,
        subscription_id: item.string("subscriptionId")?,
        partner_id_on_record: item.optional_string("partnerIdOnRecord")?,
        product_type: None,
    })
}

fn new_commerce_item(item: &mut Members) -> Result<RequestedItem, ApiError> {
    Ok(RequestedItem {
        subscription_id: item.string("subscriptionId")?,
        product_type: Some(item.string("productType")?),
        partner_id_on_record: None,
        id: match item.take("id") {
            None | Some(Value::Null) => None,
            // The documentation says text, the published examples have numbers.
            Some(id) => {
                let number = match &id {
                    Value::String(text) => text.parse().ok(),
                    other => whole(other),
                };
                Some(number.ok_or_else(|| item.invalid("id", "must be a whole number"))?)
            }
        },
    })
}
