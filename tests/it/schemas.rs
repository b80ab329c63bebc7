//! The JSON Schema of each Rust type agrees with the spec's component of that name. This guards
//! the generator's passes over progenitor's output: a property that got lost, a type that
//! changed, an enum that forgot a value.
//!
//! Both sides are brought to one form first. What that takes away, and why it may:
//!
//! - documentation and examples: they bind nothing;
//! - null: every property of the spec may be null, and every Rust type here reads null, a list as
//!   an empty one, which JSON Schema cannot say;
//! - `format` of numbers (`int64`, `double`): the width of the Rust type;
//! - `default`: what Rust writes when nothing was read;
//! - `additionalProperties`: open in the spec by default, and kept in `extra` in Rust;
//! - `required`: the spec requires nothing of answers, and a Rust list is always written;
//! - a GUID by its pattern is one by its format.

use partner_center_codegen::json_schema_of;
use partner_center_tests::spec;
use partner_center_transfers::types as t;
use partner_center_transfers::{CorrelationId, RequestId};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of each type by its name.
fn rust_schemas() -> Vec<(&'static str, Value)> {
    fn of<T: JsonSchema>() -> Value {
        let mut generator = SchemaGenerator::default();
        // The root refers to itself as `#`; by its name it reads as any other does.
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

/// One form for both sides.
fn normal(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        // `true` allows all, as `{}` does.
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

/// `json_schema_of` drops the extension, which is what tells open enums apart.
fn of_spec(component: &Value) -> Value {
    let mut schema = json_schema_of(component);
    if let Some(values) = component.get("x-extensible-enum") {
        schema["x-extensible-enum"] = values.clone();
    }
    normal(&schema)
}

#[test]
fn each_rust_type_is_what_the_spec_says() {
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
fn no_component_is_without_a_type() {
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
fn the_comparison_sees_what_it_should() {
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
