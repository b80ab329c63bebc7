//! The JSON Schema of each Rust type equals the spec's component of the same name: the code generator
//! has lost no property, type or enum value.
//!
//! Both schemas are normalized before they are compared. Ignored are:
//!
//! - documentation and examples;
//! - null: all properties are nullable in the spec, and all Rust types accept null (for a list too,
//!   which JSON Schema cannot express);
//! - the `format` of numbers (`int64`, `double`), which is the width of the Rust type;
//! - `default`, which is what Rust writes for a missing value;
//! - `additionalProperties`, which Rust keeps in `extra`;
//! - `required`: responses require nothing, and Rust always writes lists.
//!
//! The pattern of a GUID counts as `format: uuid`.

use partner_center_codegen::json_schema_of;
use partner_center_tests::spec;
use partner_center_transfers::types as t;
use partner_center_transfers::{CorrelationId, RequestId};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The name and schema of each type.
fn rust_schemas() -> Vec<(&'static str, Value)> {
    fn of<T: JsonSchema>() -> Value {
        let mut generator = SchemaGenerator::default();
        // The root refers to itself as `#`, and other types refer to it by its name.
        let schema = Schema::to_value(generator.root_schema_for::<T>()).to_string();
        let by_name = format!("\"#/$defs/{}\"", T::schema_name());
        serde_json::from_str(&schema.replace("\"#\"", &by_name)).unwrap()
    }
    macro_rules! schemas {
        ($($name:ident: $type:ty,)*) => { vec![$((stringify!($name), of::<$type>()),)*] };
    }
    schemas! {
        AcceptNewCommerceTransferLineItem: t::AcceptNewCommerceTransferLineItem,
        AcceptNewCommerceTransferRequest: t::AcceptNewCommerceTransferRequest,
        BillingCycle: t::BillingCycle,
        CancelStatus: t::CancelStatus,
        CancelTransferRequest: t::CancelTransferRequest,
        CorrelationId: CorrelationId,
        CreateLicenseBasedTransferLineItem: t::CreateLicenseBasedTransferLineItem,
        CreateLicenseBasedTransferRequest: t::CreateLicenseBasedTransferRequest,
        CreateNewCommerceTransferRequest: t::CreateNewCommerceTransferRequest,
        CreateTransferRequest: t::CreateTransferRequest,
        CustomerId: t::CustomerId,
        ErrorCode: t::ErrorCode,
        Fault: t::Fault,
        KeyValuePair: t::KeyValuePair,
        Link: t::Link,
        Order: t::Order,
        OrderLineItem: t::OrderLineItem,
        OrderLineItemLinks: t::OrderLineItemLinks,
        OrderLineItemTransactionType: t::OrderLineItemTransactionType,
        OrderLinks: t::OrderLinks,
        OrderStatus: t::OrderStatus,
        OrderTransactionType: t::OrderTransactionType,
        PartnerTenantId: t::PartnerTenantId,
        Pricing: t::Pricing,
        PurchaseCommitment: t::PurchaseCommitment,
        RateLimitFault: t::RateLimitFault,
        RejectStatus: t::RejectStatus,
        RejectTransferRequest: t::RejectTransferRequest,
        RenewsTo: t::RenewsTo,
        RequestId: RequestId,
        ResourceAttributes: t::ResourceAttributes,
        ResourceLinks: t::ResourceLinks,
        TransferEligibility: t::TransferEligibility,
        TransferEntity: t::TransferEntity,
        TransferError: t::TransferError,
        TransferId: t::TransferId,
        TransferLineItem: t::TransferLineItem,
        TransferLineItemId: t::TransferLineItemId,
        TransferLineItemStatus: t::TransferLineItemStatus,
        TransferProductType: t::TransferProductType,
        TransferStatus: t::TransferStatus,
        TransferSubmitResult: t::TransferSubmitResult,
        UpdateTransferRequest: t::UpdateTransferRequest,
        WithdrawTransferResult: t::WithdrawTransferResult,
    }
}

/// Normalizes a schema.
fn normal(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        // `true` means the same as `{}`.
        return json!({});
    };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        return json!({ "is": target.rsplit('/').next() });
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if let Some(parts) = schema.get(keyword).and_then(Value::as_array) {
            let mut parts: Vec<Value> = parts
                .iter()
                .filter(|part| **part != json!({ "type": "null" }))
                .map(normal)
                .collect();
            parts.sort_by_key(ToString::to_string);
            return match &mut parts[..] {
                [only] => only.take(),
                _ => json!({ "one of": parts }),
            };
        }
    }
    let mut normal_form = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "type" => match value.as_array() {
                Some(types) => types.iter().find(|kind| **kind != "null").cloned().unwrap(),
                None => value.clone(),
            },
            "properties" => value
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, property)| (name.clone(), normal(property)))
                .collect(),
            "items" => normal(value),
            "const" => {
                normal_form.insert("enum".to_owned(), json!([value]));
                continue;
            }
            "format" if value == "int64" || value == "double" => continue,
            "pattern" if value.as_str().unwrap().starts_with("^[0-9a-fA-F]{8}-") => {
                normal_form.insert("format".to_owned(), "uuid".into());
                continue;
            }
            "format" | "x-extensible-enum" | "pattern" | "enum" | "minimum" | "maximum"
            | "maxLength" => value.clone(),
            _ => continue,
        };
        normal_form.insert(keyword.clone(), value);
    }
    Value::Object(normal_form)
}

/// Keeps `x-extensible-enum`, which `json_schema_of` drops.
fn of_spec(component: &Value) -> Value {
    let mut schema = json_schema_of(component);
    if let Some(values) = component.get("x-extensible-enum") {
        schema["x-extensible-enum"] = values.clone();
    }
    normal(&schema)
}

#[test]
fn each_rust_type_matches_the_spec() {
    let spec = spec();
    for (name, schema) in rust_schemas() {
        assert_eq!(
            normal(&schema),
            of_spec(&spec["components"]["schemas"][name]),
            "{name}"
        );
    }
}

#[test]
fn each_component_has_a_rust_type() {
    let spec = spec();
    let mut components: Vec<_> = spec["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    components.sort();
    let names: Vec<_> = rust_schemas().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, components);
}

#[test]
fn the_comparison_detects_differences() {
    let spec = spec();
    let order = &spec["components"]["schemas"]["Order"];
    let (_, rust) = rust_schemas()
        .into_iter()
        .find(|(name, _)| *name == "Order")
        .unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut order = order.clone();
        change(&mut order);
        normal(&rust) != of_spec(&order)
    };
    assert!(!changed(|_| {}));
    assert!(changed(|order| {
        order["properties"]["id"] = json!({ "type": "integer" });
    }));
    assert!(changed(|order| {
        order["properties"]
            .as_object_mut()
            .unwrap()
            .remove("status");
    }));
    assert!(changed(|order| {
        order["properties"]["lineItems"]["items"] = json!({ "type": "string" });
    }));
    assert!(changed(|order| {
        order["properties"]["creationDate"]["format"] = "date".into();
    }));
}
