//! A client with few capabilities is judged by these only.

use partner_center_conformance::{
    Capability, Conclusion, Driver, DriverCall, DriverInfo, ReportedAnswer, ScenarioServer,
};

use super::{failed, failures, played, scenarios};

/// A client such as a generator makes: one request, no ids, no retry, no outcome.
struct Generated;

impl Driver for Generated {
    async fn info(&self) -> Result<DriverInfo, String> {
        Ok(DriverInfo {
            client: "generated".to_owned(),
            capabilities: [Capability::UnknownMembers].into(),
            operations: ["accept_transfer", "withdraw_transfer"]
                .map(str::to_owned)
                .into(),
        })
    }

    async fn call(
        &self,
        asked: &DriverCall,
        _: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        let input = |name: &str| asked.inputs[name].as_str().unwrap_or_default().to_owned();
        let transfer = format!(
            "{}/v1/customers/{}/transfers/{}",
            asked.url,
            input("customer-id"),
            input("transfer-id")
        );
        let accept = asked.operation == "accept_transfer";
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let mut request = if accept {
            http.post(format!("{transfer}/accept"))
                .header("content-length", "0")
        } else {
            http.delete(transfer)
        };
        for name in ["MS-RequestId", "MS-CorrelationId", "X-Locale"] {
            if asked.inputs.contains_key(name) {
                request = request.header(name, input(name));
            }
        }
        let request = request
            .bearer_auth(&asked.token)
            .header("accept", "application/json");
        let Ok(response) = request.send().await else {
            return Ok(Some(failed(None)));
        };
        let status = response.status().as_u16();
        let Ok(body) = response.bytes().await else {
            return Ok(Some(failed(Some(status))));
        };
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
        let good = if accept { [200, 201] } else { [200, 204] };
        let result = serde_json::from_slice(body).ok();
        if !good.contains(&status) || (accept && result.is_none()) {
            return Ok(Some(failed(Some(status))));
        }
        let answer = ReportedAnswer {
            status: Some(status),
            result,
            ..ReportedAnswer::default()
        };
        Ok(Some(Conclusion {
            answer: Some(answer),
            ..Conclusion::default()
        }))
    }
}

#[tokio::test]
async fn a_generated_client_is_judged_by_its_capabilities() {
    let report = played(&scenarios(), &Generated).await;
    assert_eq!(failures(&report), "");
    let line = |name: &str| {
        let case = report.cases.iter().find(|case| case.case == name).unwrap();
        case.to_string()
    };
    assert_eq!(line("accept-429-published"), "pass accept-429-published");
    assert_eq!(
        line("accept-transfer-id-empty"),
        "skip accept-transfer-id-empty: the driver lacks input-check"
    );
    assert_eq!(
        line("accept-no-response"),
        "skip accept-no-response: the driver lacks time-limit"
    );
    assert_eq!(
        line("create-license-based"),
        "skip create-license-based: the driver has no create_transfer"
    );
    assert!(report.passed > 100, "{report}");
    let summary = report.to_string();
    for not_judged in ["effect (", "outcome (", "fault (", "ids ("] {
        assert!(summary.contains(not_judged), "{summary}");
    }
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["client"], "generated");
    assert_eq!(json["cases"][0]["verdict"], "pass");
    assert!(json["cases"][0]["reason"].is_string());
    assert!(json["cases"][0]["notJudged"].is_array());
}
