//! The driver of openapi-generator's Rust client, as described in spec/scenarios/README.md.

use std::error::Error as _;

use openapi::apis::configuration::Configuration;
use openapi::apis::transfers_api::{
    self, AcceptTransferSuccess, CreateTransferSuccess, GetTransferEligibilitySuccess,
    GetTransferSuccess, ListTransfersSuccess, UpdateTransferSuccess,
};
use openapi::apis::{Error, ResponseContent};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, HeaderValue};
use serde_json::{Value, from_value, json, to_value};

/// The status of the response, and the decoded body.
type Answer<T> = (u16, Option<T>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ask: Value = serde_json::from_reader(std::io::stdin())?;
    let answer = if ask["ask"] == "capabilities" {
        json!({ "client": "openapi-generator (rust)", "capabilities": ["fault", "outcome"] })
    } else {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(call(&ask))?
    };
    println!("{answer}");
    Ok(())
}

async fn call(ask: &Value) -> Result<Value, Box<dyn std::error::Error>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    if ask["operation"] == "accept_transfer" {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let configuration = Configuration {
        base_path: text(&ask["url"]),
        bearer_access_token: Some(text(&ask["token"])),
        // The client sends neither, and the service rejects an accept without a length.
        client: reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .build()?,
        ..Configuration::new()
    };
    let customer = text(&ask["inputs"]["customer-id"]);
    let transfer = text(&ask["inputs"]["transfer-id"]);
    let header = |name: &str| ask["inputs"][name].as_str();
    let (request, correlation) = (header("MS-RequestId"), header("MS-CorrelationId"));
    let locale = header("X-Locale");
    // Decodes a success, which has its own types for each operation.
    macro_rules! read {
        ($operation:ident($($argument:expr),*), $($success:path)|+) => {
            conclusion(
                transfers_api::$operation(&configuration, $($argument,)* request, correlation, locale, None).await,
                |answer| typed(answer, |entity| match entity {
                    $($success(read))|+ => to_value(read).ok(),
                    _ => None,
                }),
            )
        };
    }
    // One arm for each operation of the OpenAPI document.
    Ok(match ask["operation"].as_str() {
        Some("accept_transfer") => conclusion(
            transfers_api::accept_transfer(
                &configuration, &customer, &transfer, request, correlation, locale, None,
            )
            .await,
            accepted,
        ),
        Some("withdraw_transfer") => conclusion(
            transfers_api::withdraw_transfer(
                &configuration, &customer, &transfer, request, correlation, locale, None,
            )
            .await,
            |(status, entity)| json!({ "answer": { "status": status, "result": to_value(entity).ok() } }),
        ),
        Some("list_transfers") => {
            read!(list_transfers(&customer), ListTransfersSuccess::Status200)
        }
        Some("create_transfer") => read!(
            create_transfer(&customer, from_value(ask["body"].clone())?),
            CreateTransferSuccess::Status200 | CreateTransferSuccess::Status201
        ),
        Some("get_transfer") => {
            read!(get_transfer(&customer, &transfer), GetTransferSuccess::Status200)
        }
        Some("update_transfer") => read!(
            update_transfer(&customer, &transfer, from_value(ask["body"].clone())?),
            UpdateTransferSuccess::Status200 | UpdateTransferSuccess::Status201
        ),
        Some("get_transfer_eligibility") => read!(
            get_transfer_eligibility(&customer, &text(&ask["inputs"]["transferType"])),
            GetTransferEligibilitySuccess::Status200
        ),
        other => return Err(format!("no operation {other:?}").into()),
    })
}

fn conclusion<T, E: serde::Serialize + std::fmt::Debug + 'static>(
    answered: Result<ResponseContent<T>, Error<E>>,
    answer: impl Fn(Answer<T>) -> Value,
) -> Value {
    match answered {
        Ok(content) => answer((content.status.as_u16(), content.entity)),
        Err(Error::ResponseError(content)) => {
            let fault = to_value(content.entity).unwrap_or_default();
            let description = match &fault["description"] {
                Value::Null => &fault["message"],
                description => description,
            };
            json!({ "error": {
                "status": content.status.as_u16(),
                "code": fault["code"],
                "description": description.as_str(),
            } })
        }
        Err(error) => {
            let cause = error.source().map(ToString::to_string);
            json!({ "error": { "message": format!("{error}: {cause:?}") } })
        }
    }
}

/// Returns an error for a success that is left as untyped JSON, since it was not decoded.
fn typed<T>((status, entity): Answer<T>, read: impl Fn(T) -> Option<Value>) -> Value {
    match entity.and_then(read) {
        Some(result) => json!({ "answer": { "status": status, "result": result } }),
        None => json!({ "error": { "status": status, "message": "the answer was not decoded" } }),
    }
}

fn accepted((status, entity): Answer<AcceptTransferSuccess>) -> Value {
    let result = match entity {
        Some(AcceptTransferSuccess::Status200(result) | AcceptTransferSuccess::Status201(result)) => result,
        _ => return json!({ "error": { "status": status, "message": "the answer was not decoded" } }),
    };
    let orders = result.orders.iter().flatten().flatten().count();
    let errors = result.transfer_errors.iter().flatten().flatten().count();
    let outcome = match (orders, errors) {
        (0, _) => "failed",
        (_, 0) => "complete",
        _ => "partial",
    };
    json!({ "answer": {
        "status": status,
        "result": result,
        "outcome": outcome,
        "orders": orders,
        "errors": errors,
    } })
}
