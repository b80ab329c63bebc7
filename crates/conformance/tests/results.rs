//! Compares the results that a client reports with the bodies that the server sent.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use partner_center_conformance::scenario::{LoadError, LoadedScenario, load};
use partner_center_conformance::{
    Conclusion, Driver, DriverCall, DriverInfo, ReportedAnswer, ScenarioServer, Selection, play,
};
use serde_json::{Value, json};

/// Sends one request, and reports this result whatever the server answers.
struct FixedResult(Value);

impl Driver for FixedResult {
    async fn info(&self) -> Result<DriverInfo, String> {
        Ok(DriverInfo::default())
    }

    async fn call(
        &self,
        call: &DriverCall,
        _: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        let request = reqwest::Client::new()
            .get(&call.url)
            .header("accept", "application/json")
            .bearer_auth(&call.token);
        request.send().await.map_err(|error| error.to_string())?;
        Ok(Some(Conclusion {
            answer: Some(ReportedAnswer {
                status: Some(200),
                result: Some(self.0.clone()),
                ..ReportedAnswer::default()
            }),
            ..Conclusion::default()
        }))
    }
}

/// Loads a scenario with one reply, whose result is compared by the rules.
fn scenario(rules: &Value, body: &Value) -> Result<Vec<LoadedScenario>, LoadError> {
    let scenario = json!({
        "description": "The result equals the body of the reply.",
        "source": {"from": ["inferred"], "page": "nothing but a test"},
        "tags": ["decode"],
        "call": {"operation": "get_transfer"},
        "replies": [{"status": 200, "body": body}],
        "expect": {
            "requests": {"count": 1, "method": "GET", "path": "/"},
            "conclusion": {"answer": {"status": 200, "result": rules}},
        },
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.json");
    std::fs::write(&path, scenario.to_string()).unwrap();
    load(&path)
}

/// The reported differences.
async fn found(rules: Value, sent: &Value, got: &Value) -> Vec<String> {
    let scenarios = scenario(&rules, sent).unwrap();
    let driver = FixedResult(got.clone());
    let report = play(&scenarios, &Selection::default(), &driver, |_| {}).await;
    let reason = &report.unwrap().cases[0].reason;
    let differences = reason.split("; ").filter(|text| !text.is_empty());
    differences.map(str::to_owned).collect()
}

#[tokio::test]
async fn null_and_empty_members_are_ignored() {
    let sent = json!({"a": null, "b": [], "c": [null, {"d": 1, "e": {"f": []}}], "g": 1});
    let got = json!({"c": [{"d": 1.0, "h": null}], "g": 1, "i": []});
    assert_eq!(found(json!({}), &sent, &got).await, [""; 0]);
    assert_eq!(found(json!({}), &got, &sent).await, [""; 0]);
}

#[tokio::test]
async fn lost_changed_and_added_members_are_reported() {
    let sent = json!({"orders": [{"id": "A", "n": 1, "note": "x"}, {}]});
    for (got, said) in [
        (
            json!({"orders": [{"id": "a", "n": 1, "note": "x"}, {}]}),
            r#"result/orders/0/id: expected "A", got "a""#,
        ),
        (
            json!({"orders": [{"id": "A", "n": "1", "note": "x"}, {}]}),
            r#"result/orders/0/n: expected 1, got "1""#,
        ),
        (
            json!({"orders": [{"id": "A", "n": 1}, {}]}),
            r#"result/orders/0/note: expected "x", got nothing"#,
        ),
        (
            json!({"orders": [{"id": "A", "n": 1, "note": "x"}]}),
            "result/orders: expected 2 items, got 1 items",
        ),
        (
            json!({"orders": [{"id": "A", "n": 1, "note": "x"}, {"id": "new"}]}),
            r#"result/orders/1/id: expected nothing, got "new""#,
        ),
    ] {
        assert_eq!(found(json!({}), &sent, &got).await, [said]);
    }
    let sent = json!({"orders": [9_007_199_254_740_993_i64]});
    let got = json!({"orders": [9_007_199_254_740_992_i64]});
    assert_eq!(found(json!({}), &sent, &got).await.len(), 1);
}

#[tokio::test]
async fn a_tolerance_applies_only_at_its_own_path() {
    let sent = json!({"a": [{"n": 1, "word": "Completed", "new": 1, "odd": "x"}]});
    let got = json!({"a": [{"n": "1", "word": "completed"}]});
    let rules = json!({
        "asText": ["/a/*/n"], "inAnyCase": ["/a/0/word"],
        "unknown": ["/a/*/new"], "mayBeLost": ["/a/*/odd"],
    });
    assert_eq!(found(rules.clone(), &sent, &got).await, [""; 0]);
    for rule in ["asText", "inAnyCase", "unknown", "mayBeLost"] {
        let mut rules = rules.clone();
        rules[rule] = json!(["/a/1/n", "/a/0", "/b"]);
        assert_eq!(found(rules, &sent, &got).await.len(), 1, "{rule}");
    }
}

#[tokio::test]
async fn timestamps_are_compared_by_value() {
    let sent = json!({ "creationDate": "2020-03-25T22:24:34.59+00:00" });
    for (got, differences) in [
        ("2020-03-25T22:24:34.590000Z", 0),
        ("2020-03-26T00:24:34.59+02:00", 0),
        ("2020-03-25T22:24:34.60Z", 1),
        ("2020-03-25T22:24:34.59", 1),
    ] {
        let result = json!({ "creationDate": got });
        assert_eq!(
            found(json!({}), &sent, &result).await.len(),
            differences,
            "{got}"
        );
    }
}

#[tokio::test]
async fn items_are_repeated_and_numbered() {
    let template = json!({"orders": {"$repeat": 2, "$item": {"id": "a-{n}", "quantity": 1}}});
    let expanded = json!({"orders": [
        {"id": "a-000000000000", "quantity": 1},
        {"id": "a-000000000001", "quantity": 1},
    ]});
    assert_eq!(found(json!({}), &template, &expanded).await, [""; 0]);
    let plain = json!({"orders": [{"id": "{n}"}], "none": null});
    assert_eq!(found(json!({}), &plain, &plain).await, [""; 0]);
}

#[test]
fn invalid_templates_are_rejected() {
    for template in [
        json!({"$repeat": 2}),
        json!({"$repeat": "2", "$item": 1}),
        json!({"$repeat": 2, "$item": 1, "more": 1}),
        json!({"$repeat": 100_001, "$item": 1}),
        // More than any memory has.
        json!({"$repeat": 100_000, "$item": {"$repeat": 100_000, "$item": 1}}),
        json!({"$repeat": 100_000, "$item": {"a": {"$repeat": 100_000, "$item": "{n}"}}}),
        json!({"$repeat": 100_000, "$item": "x".repeat(100_000)}),
        json!({"$repeat": 100_000, "$item": {"x".repeat(100_000): 1}}),
    ] {
        let said = scenario(&json!({}), &template).unwrap_err().to_string();
        assert!(said.contains("`$repeat`"), "{said}");
    }
}
