//! Checks that the OpenAPI document describes every request and response of these tests.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use partner_center_codegen::json_schema_of as convert;
use partner_center_emulator::{Emulator, FaultKind, InjectedFault, Operation, RateLimit, data_set};
use reqwest::{Method, Response};
use serde_json::{Map, Value, json};

use crate::{Lab, eligibility_path, path, transfers_path};

struct Spec(Value);

impl Spec {
    fn load() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/dist/openapi.json");
        Self(serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(pointer) => self.0.pointer(pointer.strip_prefix('#').unwrap()).unwrap(),
            None => value,
        }
    }

    fn validator(&self, schema: &Value) -> Validator {
        let components: Map<String, Value> = self.0["components"]["schemas"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, schema)| (name.clone(), convert(schema)))
            .collect();
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": { "schemas": components },
            "allOf": [convert(schema)],
        });
        jsonschema::options()
            .should_validate_formats(true)
            .build(&root)
            .unwrap()
    }

    fn check(&self, schema: &Value, value: &Value, what: &str) {
        let validator = self.validator(schema);
        if let Err(error) = validator.validate(value) {
            panic!("{what}: {error} at {}", error.instance_path());
        }
    }

    /// Returns the id, the path and the method of each operation.
    fn operations(&self) -> Vec<(String, &str, &str, &Value)> {
        let mut found = Vec::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if let Some(id) = operation["operationId"].as_str() {
                    found.push((id.to_owned(), path.as_str(), method.as_str(), operation));
                }
            }
        }
        found
    }

    fn operation(&self, operation: Operation) -> (&str, &str, &Value) {
        let operations = self.operations();
        let (_, path, method, found) = operations
            .into_iter()
            .find(|(id, ..)| *id == operation.to_string())
            .unwrap();
        (path, method, found)
    }

    /// Checks a request before it is sent.
    fn check_request(&self, operation: Operation, request: &reqwest::Request) {
        let (template, method, described) = self.operation(operation);
        assert!(request.method().as_str().eq_ignore_ascii_case(method));
        let segments: Vec<&str> = request.url().path().split('/').collect();
        let names: Vec<&str> = template.split('/').collect();
        assert_eq!(segments.len(), names.len());
        for parameter in described["parameters"].as_array().unwrap() {
            let parameter = self.resolve(parameter);
            let name = parameter["name"].as_str().unwrap();
            let value = match parameter["in"].as_str().unwrap() {
                "path" => {
                    let at = names.iter().position(|part| *part == format!("{{{name}}}"));
                    Some(segments[at.unwrap()].to_owned())
                }
                "query" => {
                    let mut pairs = request.url().query_pairs();
                    let found = pairs.find(|(key, _)| key == name);
                    found.map(|(_, value)| value.into_owned())
                }
                _ => request
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned()),
            };
            match value {
                Some(value) => self.check(&parameter["schema"], &json!(value), name),
                None => assert_ne!(parameter["required"], true, "{name}"),
            }
        }
        let body = request.body().and_then(reqwest::Body::as_bytes);
        match described.get("requestBody") {
            None => assert_eq!(body, None),
            Some(described) => {
                let schema = &described["content"]["application/json"]["schema"];
                let body: Value = serde_json::from_slice(body.unwrap()).unwrap();
                self.check(schema, &body, &operation.to_string());
            }
        }
    }

    /// Checks the status, the headers, the media type and the body.
    async fn check_response(&self, operation: Operation, response: Response) -> u16 {
        let (_, _, described) = self.operation(operation);
        let status = response.status().as_u16();
        let what = format!("{operation} {status}");
        let described = &described["responses"][status.to_string()];
        assert!(described.is_object(), "{what} is not described");
        let described = self.resolve(described);
        for (name, header) in described["headers"].as_object().unwrap() {
            if let Some(value) = response.headers().get(name) {
                let schema = &self.resolve(header)["schema"];
                self.check(schema, &json!(value.to_str().unwrap()), &what);
            }
        }
        let kind = response.headers().get("content-type").map(|kind| {
            let kind = kind.to_str().unwrap();
            kind.split(';').next().unwrap().to_owned()
        });
        let body = response.bytes().await.unwrap();
        match kind {
            None => {
                assert!(described.get("content").is_none(), "{what} has no body");
                assert_eq!(body, "");
            }
            Some(kind) => {
                let schema = &described["content"][&kind]["schema"];
                assert!(schema.is_object(), "{what} as {kind} is not described");
                let value = match kind.as_str() {
                    "application/json" => serde_json::from_slice(&body).unwrap(),
                    _ => json!(str::from_utf8(&body).unwrap()),
                };
                self.check(schema, &value, &what);
            }
        }
        status
    }
}

#[test]
fn each_operation_of_the_document_is_served() {
    let spec = Spec::load();
    let mut described: Vec<String> = spec.operations().into_iter().map(|one| one.0).collect();
    let mut served: Vec<String> = Operation::ALL.iter().map(ToString::to_string).collect();
    described.sort();
    served.sort();
    assert_eq!(described, served);
}

/// Returns a request for each operation and kind of body.
fn requests(lab: &Lab, id: uuid::Uuid) -> Vec<(Operation, reqwest::RequestBuilder)> {
    let created = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
        "lineItems": [{"subscriptionId": data_set::FREE_SUBSCRIPTIONS[0]}],
    });
    let asked = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "sourcePartnerName": "Contoso",
        "customerEmailId": "admin@tailspin.example",
        "transferType": 5,
        "customerName": "Tailspin Toys",
        "targetProductTypes": ["OnlineServicesNCE"],
        "partnerOnRecord": "6210447",
        "targetPartnerEmailId": "reference-17",
        "ignoreEligibilityCheck": false,
    });
    let accepted = json!({
        "lineItems": [{
            "subscriptionId": data_set::FREE_SUBSCRIPTIONS[1],
            "productType": "OnlineServicesNCE",
        }],
    });
    let (source, target) = (lab.source(), lab.target());
    let eligibility = format!("{}?transferType=directtoindirect", eligibility_path());
    vec![
        (Operation::Accept, lab.accept(id)),
        (Operation::Withdraw, lab.withdraw(id)),
        (Operation::Get, lab.read(&target, &path(id))),
        (Operation::List, lab.read(&source, &transfers_path())),
        (Operation::Eligibility, lab.read(&source, &eligibility)),
        (Operation::Create, lab.create(&source, &created)),
        (Operation::Create, lab.create(&target, &asked)),
        (
            Operation::Update,
            lab.update(&target, id, &json!({"id": id, "status": "reject"})),
        ),
        (
            Operation::Update,
            lab.update(&target, id, &json!({"id": id, "status": "Cancel"})),
        ),
        (Operation::Update, lab.update(&source, id, &accepted)),
    ]
}

#[tokio::test]
async fn the_document_describes_each_response() {
    let spec = Spec::load();
    let limit = RateLimit {
        requests: 300,
        window: std::time::Duration::from_secs(60),
    };
    let lab = Lab::with(Emulator::builder().partner_rate_limit(limit)).await;
    let mut seen = Vec::new();
    let mut calls: Vec<(Operation, reqwest::RequestBuilder)> = Vec::new();
    for id in [
        data_set::ACCEPTED_IN_PART,
        data_set::ACCEPTED_WHOLE,
        data_set::ACCEPTED_WITHOUT_ORDER,
        data_set::IN_PROGRESS,
        data_set::PENDING,
        uuid::Uuid::from_u128(9),
    ] {
        calls.extend(requests(&lab, id));
    }
    // In reverse order, so that the created transfer is accepted before it is cancelled.
    let first = uuid::Uuid::from_u128(0xe000_0000_0000_4000_8000_0000_0000_0000 + 8);
    calls.extend(requests(&lab, first).into_iter().rev());
    calls.push((Operation::Withdraw, lab.withdraw(data_set::TO_WITHDRAW)));
    for (operation, request) in requests(&lab, data_set::ACCEPTED_WHOLE) {
        calls.push((operation, request.header("Accept", "text/html")));
    }
    let stranger = lab.emulator.token(data_set::STRANGER).unwrap();
    for token in ["wrong", &stranger] {
        calls.push((
            Operation::Withdraw,
            lab.bare(Method::DELETE, &path(data_set::TO_WITHDRAW))
                .bearer_auth(token),
        ));
        calls.push((
            Operation::Accept,
            lab.accept_with(token, data_set::TO_WITHDRAW),
        ));
    }
    for (operation, request) in calls {
        let request = request
            .header("MS-RequestId", uuid::Uuid::new_v4().to_string())
            .build()
            .unwrap();
        spec.check_request(operation, &request);
        let response = lab.client.execute(request).await.unwrap();
        seen.push(spec.check_response(operation, response).await);
    }
    for status in [400, 401, 403, 404, 408, 409, 412, 500, 501, 502, 503, 504] {
        for html in [false, true] {
            if html && ![401, 502, 503, 504].contains(&status) {
                continue;
            }
            let kind = if html {
                FaultKind::Html {
                    status,
                    after_effect: false,
                }
            } else {
                FaultKind::Status {
                    status,
                    code: None,
                    retry_after_seconds: Some(3),
                    after_effect: false,
                }
            };
            let fault = InjectedFault::new(kind).count(10);
            lab.emulator.inject(fault).unwrap();
            for (operation, request) in requests(&lab, data_set::IN_PROGRESS) {
                let response = request.send().await.unwrap();
                seen.push(spec.check_response(operation, response).await);
            }
        }
    }
    // The document also describes the errors for invalid ids and for other methods.
    let request = lab
        .bare(Method::DELETE, "/v1/customers/x/transfers/y")
        .bearer_auth(lab.source());
    let response = request.send().await.unwrap();
    seen.push(spec.check_response(Operation::Withdraw, response).await);
    let request = lab.bare(Method::PUT, &path(data_set::IN_PROGRESS));
    let response = request.send().await.unwrap();
    seen.push(spec.check_response(Operation::Withdraw, response).await);
    loop {
        let response = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
        let status = spec.check_response(Operation::Accept, response).await;
        seen.push(status);
        if status == 429 {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(
        seen,
        [
            200, 201, 204, 400, 401, 403, 404, 405, 406, 408, 409, 412, 429, 500, 501, 502, 503,
            504
        ]
    );
}
