//! Calls with a body, from the JSON of a scenario. The properties are set one by one, as a caller
//! would, so that the client's builders check them.

use partner_center_conformance::DriverCall;
use partner_center_transfers::Client;
use partner_center_transfers::builder::{CreateTransfer, UpdateTransfer};
use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelStatus, CancelTransferRequest,
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CustomerId, PartnerTenantId, TransferId, TransferProductType,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A call, or the error of the client's types about the body. The outer error means that the client
/// cannot run the scenario.
type Prepared<T> = Result<Result<T, String>, String>;

/// Sets the properties of a request; returns the error of the first one that is not valid.
macro_rules! with_properties {
    ($builder:expr, $body:expr, $($name:literal => $set:ident: $type:ty),* $(,)?) => {{
        let mut builder = $builder;
        for (name, value) in $body {
            builder = match name.as_str() {
                $($name => match property::<$type>(name, value) {
                    Ok(value) => builder.$set(value),
                    Err(error) => return Ok(Err(error)),
                },)*
                other => return Ok(Err(format!("{other}: no such property"))),
            };
        }
        builder
    }};
}

fn property<T: DeserializeOwned>(name: &str, value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| format!("{name}: {error}"))
}

fn body(asked: &DriverCall) -> Result<&Map<String, Value>, String> {
    let body = asked.body.as_ref().and_then(Value::as_object);
    body.ok_or_else(|| format!("{} needs a body", asked.operation))
}

/// A path parameter as a typed id. The driver sets it again as text.
fn id<T: std::str::FromStr>(asked: &DriverCall, name: &str) -> Result<T, String> {
    let text = asked.inputs.get(name).and_then(Value::as_str);
    let id = text.and_then(|text| text.parse().ok());
    id.ok_or_else(|| format!("{} needs a valid {name}", asked.operation))
}

pub(crate) fn create<'a>(client: &'a Client, asked: &DriverCall) -> Prepared<CreateTransfer<'a>> {
    let body = body(asked)?;
    let customer: CustomerId = id(asked, "customer-id")?;
    if body.contains_key("lineItems") {
        let request = with_properties!(
            CreateLicenseBasedTransferRequest::builder(), body,
            "sourcePartnerTenantId" => source_partner_tenant_id: String,
            "targetPartnerTenantId" => target_partner_tenant_id: String,
            "lineItems" => line_items: Vec<CreateLicenseBasedTransferLineItem>,
            "sourcePartnerName" => source_partner_name: String,
            "targetPartnerName" => target_partner_name: String,
            "customerName" => customer_name: String,
        );
        return Ok(Ok(client.create_license_based_transfer(customer, request)));
    }
    let request = with_properties!(
        CreateNewCommerceTransferRequest::builder(), body,
        "sourcePartnerTenantId" => source_partner_tenant_id: String,
        "sourcePartnerName" => source_partner_name: String,
        "customerEmailId" => customer_email_id: String,
        "transferType" => transfer_type: i64,
        "customerName" => customer_name: String,
        "targetPartnerTenantId" => target_partner_tenant_id: PartnerTenantId,
        "targetPartnerEmailId" => target_partner_email_id: String,
        "targetProductTypes" => target_product_types: Vec<TransferProductType>,
        "partnerOnRecord" => partner_on_record: String,
        "ignoreEligibilityCheck" => ignore_eligibility_check: bool,
    );
    Ok(Ok(client.create_new_commerce_transfer(customer, request)))
}

pub(crate) fn update<'a>(client: &'a Client, asked: &DriverCall) -> Prepared<UpdateTransfer<'a>> {
    let body = body(asked)?;
    let customer: CustomerId = id(asked, "customer-id")?;
    let transfer: TransferId = id(asked, "transfer-id")?;
    if let Some(items) = body.get("lineItems") {
        return Ok(
            property::<Vec<AcceptNewCommerceTransferLineItem>>("lineItems", items)
                .map(|items| client.accept_new_commerce_transfer(customer, transfer, items)),
        );
    }
    if body.get("status").is_some_and(|status| status == "reject") {
        return Ok(Ok(client.reject_transfer(customer, transfer)));
    }
    let request = with_properties!(
        CancelTransferRequest::builder(), body,
        "id" => id: String,
        "status" => status: CancelStatus,
        "sourcePartnerTenantId" => source_partner_tenant_id: String,
        "targetPartnerTenantId" => target_partner_tenant_id: String,
        "customerName" => customer_name: String,
    );
    Ok(Ok(client.cancel_transfer(customer, request)))
}
