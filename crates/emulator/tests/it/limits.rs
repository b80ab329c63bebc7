//! Limits: of requests for a partner and for a partner with a customer, and of what a request may
//! be.

use std::time::Duration;

use partner_center_emulator::{Emulator, RateLimit, data_set};
use reqwest::Method;

use crate::{Lab, accept_path, fault, header, json};

fn limit(requests: u32) -> RateLimit {
    RateLimit {
        requests,
        window: Duration::from_secs(60),
    }
}

#[tokio::test]
async fn too_many_requests_are_refused_until_the_time_is_over() {
    for builder in [
        Emulator::builder().partner_rate_limit(limit(2)),
        Emulator::builder().customer_rate_limit(limit(2)),
    ] {
        let lab = Lab::with(builder).await;
        let send = || lab.accept(data_set::IN_PROGRESS).send();
        for _ in 0..2 {
            assert_eq!(send().await.unwrap().status(), 409);
        }
        let answer = send().await.unwrap();
        assert_eq!(answer.status(), 429);
        let seconds: u64 = header(&answer, "Retry-After").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(
            json(answer).await,
            serde_json::json!({
                "statusCode": 429,
                "message": format!("Rate limit is exceeded. Try again in {seconds} seconds."),
            })
        );
        // Another partner has a limit of its own.
        let other = lab.withdraw(data_set::IN_PROGRESS).send().await.unwrap();
        assert_eq!(other.status(), 409);
        lab.emulator.advance(Duration::from_secs(61));
        assert_eq!(send().await.unwrap().status(), 409);
    }
}

#[tokio::test]
async fn a_request_that_wants_something_else_than_json_is_refused() {
    let lab = Lab::new().await;
    let answer = lab
        .accept(data_set::ACCEPTED_WHOLE)
        .header("Accept", "text/html, application/xml")
        .send()
        .await
        .unwrap();
    fault(answer, 406, "406".into()).await;
    assert_eq!(lab.emulator.effects(), []);
}

#[tokio::test]
async fn a_body_must_be_json_and_of_a_sensible_size() {
    let lab = Lab::new().await;
    let post = |kind: &str, body: Vec<u8>| {
        lab.bare(Method::POST, &accept_path(data_set::ACCEPTED_WHOLE))
            .bearer_auth(lab.target())
            .header("Content-Type", kind)
            .body(body)
            .send()
    };
    let answer = post("application/xml", b"<a/>".to_vec()).await.unwrap();
    fault(answer, 415, "415".into()).await;
    let giant = post("application/json", vec![b' '; 1024 * 1024 + 1]).await;
    fault(giant.unwrap(), 413, "413".into()).await;
    assert_eq!(lab.emulator.effects(), []);
    let answer = post("application/json; charset=utf-8", b"{}".to_vec()).await;
    assert_eq!(answer.unwrap().status(), 200);
}
