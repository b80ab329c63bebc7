//! What is refused before any transfer is looked at: nothing of it takes effect.

use partner_center_emulator::data_set;
use reqwest::Method;

use crate::{Lab, accept_path, eligibility_path, fault, fault_with, header, path, transfers_path};

const ACTIVE: uuid::Uuid = data_set::ACCEPTED_WHOLE;

#[tokio::test]
async fn without_a_bearer_token_nothing_is_done() {
    let lab = Lab::new().await;
    for authorization in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Basic dXNlcjpwYXNz"),
        Some("Bearer two words"),
        Some("token"),
    ] {
        for (method, path) in [
            (Method::POST, accept_path(ACTIVE)),
            (Method::DELETE, path(ACTIVE)),
        ] {
            let mut request = lab.bare(method, &path).header("Content-Length", "0");
            if let Some(value) = authorization {
                request = request.header("Authorization", value);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(
                header(&answer, "WWW-Authenticate"),
                r#"Bearer error="invalid_token""#
            );
            fault(answer, 401, 800_001.into()).await;
        }
    }
    let twice = lab
        .withdraw(ACTIVE)
        .header("Authorization", "Bearer another");
    fault(twice.send().await.unwrap(), 401, 800_001.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn the_scheme_may_be_written_in_either_letter_case() {
    let lab = Lab::new().await;
    let request = lab
        .bare(Method::DELETE, &path(ACTIVE))
        .header("Authorization", format!("bearer {}", lab.source()));
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn an_id_that_is_no_guid_is_refused() {
    let lab = Lab::new().await;
    let customer = data_set::CUSTOMER;
    for (customer, transfer, which) in [
        (String::new(), ACTIVE.to_string(), "customer"),
        ("none".to_owned(), ACTIVE.to_string(), "customer"),
        (
            customer.simple().to_string(),
            ACTIVE.to_string(),
            "customer",
        ),
        (
            customer.braced().to_string(),
            ACTIVE.to_string(),
            "customer",
        ),
        ("%FF".to_owned(), ACTIVE.to_string(), "customer"),
        ("%2e%2e%2f".to_owned(), ACTIVE.to_string(), "customer"),
        (customer.to_string(), "none".to_owned(), "transfer"),
        (customer.to_string(), format!("{ACTIVE}0"), "transfer"),
    ] {
        let resource = format!("/v1/customers/{customer}/transfers/{transfer}");
        for request in [
            lab.bare(Method::DELETE, &resource),
            lab.bare(Method::POST, &format!("{resource}/accept"))
                .header("Content-Length", "0"),
        ] {
            let answer = request.bearer_auth(lab.source()).send().await.unwrap();
            let description = match which {
                "customer" => fault(answer, 400, 900_118.into()).await,
                _ => fault_with(answer, 400, 800_002.into(), &["transfer-id".to_owned()]).await,
            };
            assert_eq!(description, format!("The {which} id is not valid."));
        }
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn an_id_in_a_header_that_is_no_guid_is_refused_and_not_sent_back() {
    let lab = Lab::new().await;
    for name in ["MS-RequestId", "MS-CorrelationId"] {
        for value in ["", "seven", "8389053b731c426198991583d7859153"] {
            let answer = lab
                .withdraw(ACTIVE)
                .header(name, value)
                .send()
                .await
                .unwrap();
            let description = fault(answer, 400, 800_002.into()).await;
            assert_eq!(description, format!("The header {name} is not one GUID."));
        }
    }
    let twice = lab
        .withdraw(ACTIVE)
        .header("MS-RequestId", "8389053b-731c-4261-9899-1583d7859153")
        .header("MS-RequestId", "cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8");
    fault(twice.send().await.unwrap(), 400, 800_002.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn another_path_is_no_resource() {
    let lab = Lab::new().await;
    for path in [
        "/".to_owned(),
        "/v1".to_owned(),
        format!("{}/", path(ACTIVE)),
        format!("{}/reject", path(ACTIVE)),
        format!("/v2/customers/{}/transfers/{ACTIVE}", data_set::CUSTOMER),
    ] {
        let answer = lab
            .bare(Method::DELETE, &path)
            .bearer_auth(lab.source())
            .send()
            .await
            .unwrap();
        fault(answer, 404, "404".into()).await;
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let lab = Lab::new().await;
    for (resource, allowed, others) in [
        (
            path(ACTIVE),
            "GET,HEAD,PATCH,DELETE",
            ["POST", "PUT", "BREW"],
        ),
        (accept_path(ACTIVE), "POST", ["DELETE", "GET", "OPTIONS"]),
        (
            transfers_path(),
            "GET,HEAD,POST",
            ["DELETE", "PUT", "PATCH"],
        ),
        (eligibility_path(), "GET,HEAD", ["POST", "DELETE", "PATCH"]),
    ] {
        for other in others {
            let answer = lab
                .bare(other.parse().unwrap(), &resource)
                .bearer_auth(lab.source())
                .send()
                .await
                .unwrap();
            assert_eq!(header(&answer, "Allow"), allowed, "{other}");
            let description = fault(answer, 405, "405".into()).await;
            assert_eq!(
                description,
                format!("The method {other} is not allowed for this resource.")
            );
        }
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn an_accept_needs_a_length() {
    let lab = Lab::new().await;
    let request = lab
        .bare(Method::POST, &accept_path(ACTIVE))
        .bearer_auth(lab.target());
    // The HTTP library sends none where there is no body: what a careless client does.
    fault(request.send().await.unwrap(), 411, "411".into()).await;
    assert_eq!(lab.emulator.effects(), []);

    assert_eq!(lab.accept(ACTIVE).send().await.unwrap().status(), 200);
}
