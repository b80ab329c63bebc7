//! Each number has a range: in the builder, in control requests and in data files.

use std::time::Duration;

use partner_center_emulator::{DataSet, Emulator, FaultKind, InjectedFault, RateLimit, data_set};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{Lab, json as body};

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn options_out_of_range_are_refused_at_the_start() {
    let limit = |requests, window| RateLimit { requests, window };
    let new = Emulator::builder;
    let too_long = Duration::from_secs(315_360_001);
    for (builder, name) in [
        (new().token_lifetime(Duration::MAX), "token_lifetime"),
        (new().token_lifetime(too_long), "token_lifetime"),
        (new().device_code_interval(too_long), "device_code_interval"),
        (new().accept_takes(Duration::MAX), "accept_takes"),
        (
            new().new_commerce_takes(Duration::MAX),
            "new_commerce_takes",
        ),
        (new().read_timeout(Duration::MAX), "read_timeout"),
        (
            new().partner_rate_limit(limit(0, DAY)),
            "partner_rate_limit",
        ),
        (
            new().customer_rate_limit(limit(1, Duration::MAX)),
            "customer_rate_limit",
        ),
        (
            new().customer_rate_limit(limit(1, Duration::ZERO)),
            "customer_rate_limit",
        ),
    ] {
        let error = builder.start().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with(name), "{error}");
    }
    let longest = Duration::from_secs(315_360_000);
    let lab = Lab::with(
        new()
            .token_lifetime(longest)
            .new_commerce_takes(longest)
            .partner_rate_limit(limit(u32::MAX, DAY)),
    )
    .await;
    let accepted = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    assert_eq!(accepted.status(), 200);
    lab.emulator.advance(Duration::MAX);
    lab.emulator.advance(Duration::MAX);
    let accepted = lab.accept(data_set::ACCEPTED_IN_PART).send().await.unwrap();
    assert_eq!(accepted.status(), 200, "a new token, a century later");
}

/// Numbers as JSON, so also those that no type of Rust has.
const WRONG: [&str; 7] = [
    "-1",
    "-9223372036854775808",
    "1.5",
    "1e400",
    "18446744073709551616",
    "\"1\"",
    "true",
];

#[tokio::test]
async fn control_requests_name_the_range_of_a_number() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let post = async |path: &str, text: String| {
        let request = lab.control(Method::POST, path, text);
        request.send().await.unwrap()
    };
    let max = u64::MAX.to_string();
    for (path, template, too_large) in [
        ("/clock", r#"{"advanceSeconds": N}"#, max.as_str()),
        ("/clock", r#"{"advanceSeconds": N}"#, "3153600001"),
        (
            "/faults",
            r#"{"count": N, "fault": {"kind": "stall"}}"#,
            "4294967296",
        ),
        (
            "/faults",
            r#"{"count": N, "fault": {"kind": "stall"}}"#,
            "0",
        ),
        (
            "/faults",
            r#"{"skip": N, "fault": {"kind": "stall"}}"#,
            "4294967296",
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "latency", "milliseconds": N}}"#,
            max.as_str(),
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "html", "status": N}}"#,
            "65536",
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "html", "status": N}}"#,
            "600",
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "status", "status": N}}"#,
            "399",
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "status", "status": 400, "code": N}}"#,
            "4294967296",
        ),
        (
            "/faults",
            r#"{"fault": {"kind": "status", "status": 429, "retryAfterSeconds": N}}"#,
            max.as_str(),
        ),
        (
            "/faults",
            r#"{"probability": N, "fault": {"kind": "stall"}}"#,
            "1.01",
        ),
    ] {
        for number in WRONG.into_iter().chain([too_large]) {
            if template.contains("probability") && number == "true" {
                continue;
            }
            let response = post(path, template.replace('N', number)).await;
            assert_eq!(response.status(), 400, "{template} {number}");
            let error = body(response).await["error"].as_str().unwrap().to_owned();
            for private in ["u16", "u32", "u64", "i64", "f64"] {
                assert!(!error.contains(private), "{error}");
            }
        }
    }
    let waiting = body(
        lab.bare(Method::GET, "/_emulator/faults")
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(waiting, json!([]));
    let response = post(
        "/faults",
        r#"{"count": -1, "fault": {"kind": "stall"}}"#.to_owned(),
    );
    let error = body(response.await).await;
    assert_eq!(
        error["error"]
            .as_str()
            .unwrap()
            .split(" at line")
            .next()
            .unwrap(),
        "count: invalid value: integer `-1`, expected a whole number from 0 to 4294967295"
    );
}

#[tokio::test]
async fn the_clock_and_delays_reach_their_limit_and_not_more() {
    let lab = Lab::with(Emulator::builder().no_auth()).await;
    let post = async |path: &str, text: String| {
        let request = lab.control(Method::POST, path, text);
        request.send().await.unwrap()
    };
    let limit = 3_153_600_000_u64;
    for (seconds, status) in [(limit - 1, 200), (2, 400), (1, 200), (0, 200), (1, 400)] {
        let response = post("/clock", json!({"advanceSeconds": seconds}).to_string()).await;
        assert_eq!(response.status(), status, "{seconds}");
    }
    let accepted = lab.accept_with("any", data_set::ACCEPTED_WHOLE);
    assert_eq!(accepted.send().await.unwrap().status(), 200);
    let longest = FaultKind::Latency {
        milliseconds: 315_360_000_000,
    };
    lab.emulator.inject(InjectedFault::new(longest)).unwrap();
    let none = InjectedFault::new(FaultKind::TruncatedBody).count(0);
    assert!(lab.emulator.inject(none).is_err());
}

#[tokio::test]
async fn data_files_name_the_range_of_a_number_and_of_a_time() {
    let with = |pointer: &str, number: &str| {
        let mut data = serde_json::to_value(DataSet::built_in()).unwrap();
        *data.pointer_mut(pointer).unwrap() = json!("@N@");
        DataSet::from_json(data.to_string().replace("\"@N@\"", number))
    };
    for (pointer, numbers) in [
        (
            "/customers/0/subscriptions/0/quantity",
            &["-1", "4294967296", "1.5", "1e400"][..],
        ),
        (
            "/transfers/0/groups/0/lineItems/0/id",
            &["9223372036854775808", "0.5", "1e400"],
        ),
        (
            "/transfers/5/newCommerce/transferType",
            &["4", "-9223372036854775808", "1e99"],
        ),
        (
            "/transfers/5/newCommerce/expirationTime",
            &[
                "\"+999999-01-01T00:00:00Z\"",
                "\"99999-01-01T00:00:00Z\"",
                "1",
                "\"\"",
            ],
        ),
    ] {
        // Make sure that the member exists.
        let mut data = serde_json::to_value(DataSet::built_in()).unwrap();
        if data.pointer(pointer).is_none() {
            let (parent, member) = pointer.rsplit_once('/').unwrap();
            data.pointer_mut(parent).unwrap()[member] = Value::Null;
        }
        for number in numbers {
            let mut data = data.clone();
            *data.pointer_mut(pointer).unwrap() = json!("@N@");
            let text = data.to_string().replace("\"@N@\"", number);
            let error = DataSet::from_json(text).unwrap_err().to_string();
            for private in ["u32", "i64"] {
                assert!(!error.contains(private), "{error}");
            }
        }
    }
    assert!(
        with(
            "/transfers/0/groups/0/lineItems/0/id",
            "9223372036854775807"
        )
        .is_ok()
    );

    // The ends of what can be written: in the past, and never.
    for (time, status) in [
        ("-009999-01-02T01:59:59Z", "Expired"),
        ("9999-12-30T22:00:00Z", "Pending"),
    ] {
        let mut data = DataSet::built_in();
        data.transfers[5]
            .new_commerce
            .as_mut()
            .unwrap()
            .expiration_time = Some(time.to_owned());
        let lab = Lab::with(Emulator::builder().data(data)).await;
        let transfer = lab.transfer(&lab.source(), data_set::PENDING).await;
        assert_eq!(transfer["status"], status);
    }
}

/// A counter of a state file is at its end.
#[tokio::test]
async fn a_count_in_a_state_file_stays_in_its_range() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let start = || Emulator::builder().no_auth().state_file(&file).start();
    let id = "8389053b-731c-4261-9899-1583d7859153";
    let lab = |emulator: Emulator| Lab {
        emulator,
        client: reqwest::Client::builder().no_proxy().build().unwrap(),
    };
    let accept = async |lab: &Lab| {
        let request = lab.accept_with("any", data_set::ACCEPTED_WHOLE);
        request.header("MS-RequestId", id).send().await.unwrap()
    };
    let first = lab(start().await.unwrap());
    assert_eq!(accept(&first).await.status(), 200);
    drop(first);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("\"requests\":1", "\"requests\":4294967295"),
    )
    .unwrap();
    let second = lab(start().await.unwrap());
    assert_eq!(accept(&second).await.status(), 200);
    assert_eq!(second.emulator.effects()[0].requests, u32::MAX);
    drop(second);
    std::fs::write(&file, text.replace("\"version\":2", "\"version\":-1")).unwrap();
    let error = start().await.unwrap_err().to_string();
    assert!(
        error.contains("version: ") && error.contains("from 0 to 4294967295"),
        "{error}"
    );
}
