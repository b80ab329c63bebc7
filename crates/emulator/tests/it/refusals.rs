//! Requests that are refused before the transfer is looked up, and rate limits: nothing takes effect.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use partner_center_emulator::{DataSet, Emulator, RateLimit, data_set};
use reqwest::Method;

use crate::{
    Lab, accept_path, check_error, check_error_with, eligibility_path, header, json, path,
    transfers_path,
};

const ACTIVE: uuid::Uuid = data_set::ACCEPTED_WHOLE;

#[tokio::test]
async fn requests_without_a_bearer_token_are_refused() {
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
            let response = request.send().await.unwrap();
            assert_eq!(
                header(&response, "WWW-Authenticate"),
                r#"Bearer error="invalid_token""#
            );
            check_error(response, 401, 800_001.into()).await;
        }
    }
    let twice = lab
        .withdraw(ACTIVE)
        .header("Authorization", "Bearer another");
    check_error(twice.send().await.unwrap(), 401, 800_001.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn the_scheme_ignores_letter_case() {
    let lab = Lab::new().await;
    let request = lab
        .bare(Method::DELETE, &path(ACTIVE))
        .header("Authorization", format!("bearer {}", lab.source()));
    assert_eq!(request.send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn an_id_in_the_path_must_be_a_guid() {
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
            let response = request.bearer_auth(lab.source()).send().await.unwrap();
            let description = match which {
                "customer" => check_error(response, 400, 900_118.into()).await,
                _ => {
                    check_error_with(response, 400, 800_002.into(), &["transfer-id".to_owned()])
                        .await
                }
            };
            assert_eq!(description, format!("The {which} id is not valid."));
        }
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn the_header_of_the_mfa_check_is_true_or_false() {
    let lab = Lab::new().await;
    for value in ["", "yes", "1", "{}"] {
        let call = lab.withdraw(ACTIVE).header("ValidateMfa", value);
        let response = call.send().await.unwrap();
        let data = ["ValidateMfa".to_owned()];
        check_error_with(response, 400, 800_002.into(), &data).await;
    }
    assert_eq!(lab.emulator.effects(), []);
    for (value, status) in [("True", 204), ("false", 404)] {
        let call = lab.withdraw(ACTIVE).header("ValidateMfa", value);
        assert_eq!(call.send().await.unwrap().status(), status, "{value}");
    }
}

#[tokio::test]
async fn an_id_in_a_header_must_be_a_guid() {
    let lab = Lab::new().await;
    for name in ["MS-RequestId", "MS-CorrelationId"] {
        for value in ["", "seven", "8389053b731c426198991583d7859153"] {
            let response = lab
                .withdraw(ACTIVE)
                .header(name, value)
                .send()
                .await
                .unwrap();
            let description = check_error(response, 400, 800_002.into()).await;
            assert_eq!(description, format!("The header {name} is not one GUID."));
        }
    }
    let twice = lab
        .withdraw(ACTIVE)
        .header("MS-RequestId", "8389053b-731c-4261-9899-1583d7859153")
        .header("MS-RequestId", "cdf6e25c-7b32-4cc3-d8bc-53e0b37eebd8");
    check_error(twice.send().await.unwrap(), 400, 800_002.into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn unknown_paths_get_404() {
    let lab = Lab::new().await;
    for path in [
        "/".to_owned(),
        "/v1".to_owned(),
        format!("{}/", path(ACTIVE)),
        format!("{}/reject", path(ACTIVE)),
        format!("/v2/customers/{}/transfers/{ACTIVE}", data_set::CUSTOMER),
    ] {
        let response = lab
            .bare(Method::DELETE, &path)
            .bearer_auth(lab.source())
            .send()
            .await
            .unwrap();
        check_error(response, 404, "404".into()).await;
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn other_methods_get_405() {
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
            let response = lab
                .bare(other.parse().unwrap(), &resource)
                .bearer_auth(lab.source())
                .send()
                .await
                .unwrap();
            assert_eq!(header(&response, "Allow"), allowed, "{other}");
            let description = check_error(response, 405, "405".into()).await;
            assert_eq!(
                description,
                format!("The method {other} is not allowed for this resource.")
            );
        }
    }
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn an_accept_needs_a_content_length() {
    let lab = Lab::new().await;
    let request = lab
        .bare(Method::POST, &accept_path(ACTIVE))
        .bearer_auth(lab.target());
    // Without a body the HTTP library sends no length.
    check_error(request.send().await.unwrap(), 411, "411".into()).await;
    assert_eq!(lab.emulator.effects(), []);

    assert_eq!(lab.accept(ACTIVE).send().await.unwrap().status(), 200);
}

fn limit(requests: u32) -> RateLimit {
    RateLimit {
        requests,
        window: Duration::from_secs(60),
    }
}

#[tokio::test]
async fn requests_beyond_the_limit_are_refused_until_the_window_ends() {
    for builder in [
        Emulator::builder().partner_rate_limit(limit(2)),
        Emulator::builder().customer_rate_limit(limit(2)),
    ] {
        let lab = Lab::with(builder).await;
        let send = || lab.accept(data_set::IN_PROGRESS).send();
        for _ in 0..2 {
            assert_eq!(send().await.unwrap().status(), 409);
        }
        let response = send().await.unwrap();
        assert_eq!(response.status(), 429);
        let seconds: u64 = header(&response, "Retry-After").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(
            json(response).await,
            serde_json::json!({
                "statusCode": 429,
                "message": format!("Rate limit is exceeded. Try again in {seconds} seconds."),
            })
        );
        // Another partner has its own limit.
        let other = lab.withdraw(data_set::IN_PROGRESS).send().await.unwrap();
        assert_eq!(other.status(), 409);
        lab.emulator.advance(Duration::from_secs(61));
        assert_eq!(send().await.unwrap().status(), 409);
    }
}

/// A request that counts: 409, or the seconds to wait.
async fn counted(lab: &Lab) -> Result<(), u64> {
    let response = lab.accept(data_set::IN_PROGRESS).send().await.unwrap();
    match response.status().as_u16() {
        409 => Ok(()),
        429 => Err(header(&response, "Retry-After").parse().unwrap()),
        status => panic!("{status}"),
    }
}

/// The real time of the requests is added to the emulator's clock, so waits are compared with a
/// tolerance of some seconds.
#[tokio::test]
async fn the_window_of_a_limit_slides_and_early_retries_count() {
    let lab = Lab::with(Emulator::builder().partner_rate_limit(limit(2))).await;
    let after = async |seconds: u64| {
        lab.emulator.advance(Duration::from_secs(seconds));
        counted(&lab).await
    };
    assert_eq!(after(0).await, Ok(()));
    assert_eq!(after(10).await, Ok(()));
    let wait = after(10).await.unwrap_err();
    assert!((46..=50).contains(&wait), "10 and 20 count: {wait}");
    assert_eq!(after(50).await, Ok(()), "20 and 70 count");
    let wait = after(5).await.unwrap_err();
    assert!((51..=55).contains(&wait), "70 and 75 count: {wait}");
    assert_eq!(after(wait).await, Ok(()), "the wait is rounded up");
    assert_eq!(after(370).await, Ok(()));
}

#[tokio::test]
async fn a_limit_counts_per_partner_or_per_partner_and_customer() {
    let mut data = DataSet::built_in();
    let mut customer = data.customers[0].clone();
    customer.tenant_id = uuid::Uuid::from_u128(1);
    customer.subscriptions.clear();
    data.customers.push(customer);
    let other = format!("/v1/customers/{}/transfers", uuid::Uuid::from_u128(1));
    for (builder, other_customer) in [
        (Emulator::builder().partner_rate_limit(limit(1)), 429),
        (Emulator::builder().customer_rate_limit(limit(1)), 200),
    ] {
        let lab = Lab::with(builder.data(data.clone())).await;
        for (token, path, status) in [
            (lab.target(), &transfers_path(), 200),
            (lab.source(), &transfers_path(), 200),
            (lab.target(), &other, other_customer),
            (lab.target(), &other, 429),
        ] {
            let response = lab.read(&token, path).send().await.unwrap();
            assert_eq!(response.status(), status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_must_accept_json() {
    let lab = Lab::new().await;
    let response = lab
        .accept(data_set::ACCEPTED_WHOLE)
        .header("Accept", "text/html, application/xml")
        .send()
        .await
        .unwrap();
    check_error(response, 406, "406".into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

/// `malformed_requests` and `lifecycle` send requests without `Accept`, which are not refused.
#[tokio::test]
async fn json_must_be_in_an_accepted_range() {
    let lab = Lab::new().await;
    for (value, status) in [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/html, application/*;q=0.1", 200),
        ("*/*", 200),
        ("", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("*/*, application/json; q=0", 406),
        ("application/json; q=0.0, */*", 406),
        ("application/xml", 406),
        ("nonsense", 406),
    ] {
        let request = lab.read(&lab.target(), &transfers_path());
        let response = request.header("Accept", value).send().await.unwrap();
        assert_eq!(response.status(), status, "{value}");
    }
}

#[tokio::test]
async fn a_bearer_token_is_one_word_after_the_scheme() {
    let lab = Lab::new().await;
    for (value, reason) in [
        ("Bearer t", "was not issued"),
        ("bearer abc.def-_~+/=", "was not issued"),
        ("BEARER  t", "was not issued"),
        ("", "is missing"),
        ("Bearer", "is missing"),
        ("Bearer ", "is missing"),
        ("t", "is missing"),
        ("Basic dDp0", "is missing"),
        ("Bearer a b", "is missing"),
        ("Bearert", "is missing"),
    ] {
        let request = lab.bare(Method::GET, &transfers_path());
        let response = request.header("Authorization", value).send().await.unwrap();
        assert_eq!(response.status(), 401, "{value}");
        let body = json(response).await;
        let description = body["description"].as_str().unwrap();
        assert!(description.contains(reason), "{value}: {description}");
    }
}

#[tokio::test]
async fn a_body_must_be_json_and_at_most_a_mebibyte() {
    let lab = Lab::new().await;
    let post = |kind: &str, body: Vec<u8>| {
        lab.bare(Method::POST, &accept_path(data_set::ACCEPTED_WHOLE))
            .bearer_auth(lab.target())
            .header("Content-Type", kind)
            .body(body)
            .send()
    };
    let response = post("application/xml", b"<a/>".to_vec()).await.unwrap();
    check_error(response, 415, "415".into()).await;
    // Only the head: a client that is still sending the body may miss the response.
    let address = lab
        .emulator
        .url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    write!(
        connection,
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        accept_path(data_set::ACCEPTED_WHOLE),
        lab.target(),
        1024 * 1024 + 1,
    )
    .unwrap();
    let mut giant = String::new();
    connection.read_to_string(&mut giant).unwrap();
    assert!(giant.starts_with("HTTP/1.1 413 "), "{giant}");
    assert!(giant.contains(r#""code":"413""#), "{giant}");
    assert_eq!(lab.emulator.effects(), []);
    let response = post("application/json; charset=utf-8", b"{}".to_vec()).await;
    assert_eq!(response.unwrap().status(), 200);
}
