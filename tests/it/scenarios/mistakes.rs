//! The judge detects each mistake that a client can make.

use partner_center_conformance::scenario::{ErrorKind, OutcomeKind, load};
use partner_center_conformance::{
    Capability, CaseStatus, Conclusion, Driver, DriverCall, DriverInfo, ReportedAnswer,
    ReportedError, ScenarioServer,
};
use partner_center_tests::scenario_driver::{conclude, rust_client};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{failed, folder, played};

/// The Rust client with one mistake.
#[derive(Clone, Copy)]
struct Wrong {
    lacks: &'static [Capability],
    mistake: Mistake,
}

#[derive(Clone, Copy)]
enum Mistake {
    /// Changes the call before the client makes it.
    Asks(fn(&mut DriverCall)),
    /// Changes the client's conclusion.
    Says(fn(&mut Conclusion)),
    /// Makes this many calls.
    Sends(usize),
    /// First sends these bytes, with the token in place of `{token}`.
    Writes(&'static str),
}

impl Driver for Wrong {
    async fn info(&self) -> Result<DriverInfo, String> {
        let mut about = rust_client();
        about
            .capabilities
            .retain(|capability| !self.lacks.contains(capability));
        Ok(about)
    }

    async fn call(
        &self,
        asked: &DriverCall,
        server: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        let mut asked = asked.clone();
        let mut times = 1;
        match self.mistake {
            Mistake::Asks(change) => change(&mut asked),
            Mistake::Sends(count) => {
                times = count;
                asked.options.max_attempts = Some(1);
            }
            Mistake::Writes(text) => {
                let mut stream = TcpStream::connect(&server.url()[7..]).await.unwrap();
                let text = text.replace("{token}", &asked.token);
                stream.write_all(text.as_bytes()).await.unwrap();
                server.wait_for_replies(1).await;
            }
            Mistake::Says(_) => {}
        }
        let mut conclusion = conclude(&asked, false).await?;
        for _ in 1..times {
            conclusion = conclude(&asked, false).await?;
        }
        if let Mistake::Says(change) = self.mistake {
            change(&mut conclusion);
        }
        Ok(Some(conclusion))
    }
}

fn says(mistake: fn(&mut Conclusion)) -> Wrong {
    Wrong {
        lacks: &[],
        mistake: Mistake::Says(mistake),
    }
}

fn asks(mistake: fn(&mut DriverCall)) -> Wrong {
    Wrong {
        lacks: &[],
        mistake: Mistake::Asks(mistake),
    }
}

fn answer(conclusion: &mut Conclusion) -> &mut ReportedAnswer {
    conclusion.answer.as_mut().unwrap()
}

fn result(conclusion: &mut Conclusion) -> &mut Value {
    answer(conclusion).result.as_mut().unwrap()
}

fn error(conclusion: &mut Conclusion) -> &mut ReportedError {
    conclusion.error.as_mut().unwrap()
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn each_mistake_is_detected() {
    let sends = |mistake, lacks| Wrong { lacks, mistake };
    let table = [
        // Requests.
        (
            "accept-published-exchange",
            asks(|asked| asked.token = "another".to_owned()),
            "request 1, Authorization: expected Bearer scenario-token-one, got Bearer another",
        ),
        (
            "accept-published-exchange",
            asks(|asked| {
                asked.inputs.insert("X-Locale".to_owned(), "nl-NL".into());
            }),
            "request 1, X-Locale: expected en-US, got nl-NL",
        ),
        (
            "accept-published-exchange",
            asks(|asked| {
                asked.inputs.remove("MS-RequestId");
            }),
            "request 1, MS-RequestId: expected 8389053b-731c-4261-9899-1583d7859153, got ",
        ),
        (
            "accept-complete",
            asks(|asked| asked.operation = "withdraw_transfer".to_owned()),
            "request 1, method: expected POST, got DELETE; request 1, path: expected /v1/",
        ),
        (
            "accept-complete",
            sends(Mistake::Sends(2), &[]),
            "requests: expected 1, got 2",
        ),
        (
            "accept-complete",
            sends(
                Mistake::Writes(
                    "POST /v1/x?y HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                ),
                &[],
            ),
            "/accept, got /v1/x?y; request 1, Authorization: expected Bearer scenario-token-one, \
             got none; request 1, Accept: expected application/json, got none; request 1, body: \
             expected none, got 2 bytes; request 1, Content-Length: expected 0, got none",
        ),
        (
            "accept-complete",
            sends(Mistake::Writes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), &[]),
            "request 1: expected HTTP/1.1, got data that is not an HTTP/1.1 request",
        ),
        (
            "accept-generated-ids",
            sends(
                Mistake::Writes("POST / HTTP/1.1\r\nMS-RequestId: 1\r\nContent-Length: 0\r\n\r\n"),
                &[],
            ),
            "request 1, MS-CorrelationId: expected a GUID, got none; request 1, MS-RequestId: \
             expected a GUID, got 1",
        ),
        // The number of requests, and their ids.
        (
            "accept-429-without-retry-after",
            asks(|asked| asked.options.max_attempts = Some(1)),
            "requests: expected 2, got 1",
        ),
        (
            "accept-429-without-retry-after",
            sends(Mistake::Sends(2), &[]),
            "MS-RequestId: expected one value in all requests, got ",
        ),
        (
            "accept-new-request-id-per-call",
            asks(|asked| {
                let id = "8389053b-731c-4261-9899-1583d7859153";
                asked.inputs.insert("MS-RequestId".to_owned(), id.into());
            }),
            "MS-RequestId: expected another value in each request",
        ),
        (
            "accept-429-retry-after-one-second",
            sends(
                Mistake::Sends(2),
                &[Capability::PlannedWaits, Capability::Ids],
            ),
            "wait before request 2: expected at least 1000 ms, got ",
        ),
        (
            "accept-429-published",
            says(|conclusion| conclusion.waits_ms = Some(vec![400])),
            "wait before request 2: expected at least 57000 ms, got 400 ms",
        ),
        (
            "accept-429-published",
            says(|conclusion| conclusion.waits_ms = Some(vec![999_000])),
            "wait before request 2: expected at most 75000 ms, got 999000 ms",
        ),
        (
            "accept-401-then-complete",
            asks(|asked| asked.renewed_token = "stale".to_owned()),
            "request 2, Authorization: expected Bearer scenario-token-two, got Bearer stale",
        ),
        (
            "accept-closed",
            asks(|asked| asked.options.retry_ambiguous = true),
            "requests: expected 1, got ",
        ),
        // Conclusions about responses.
        (
            "accept-published-exchange",
            says(|conclusion| answer(conclusion).outcome = Some(OutcomeKind::Complete)),
            "outcome: expected partial, got complete",
        ),
        (
            "accept-published-exchange",
            says(|conclusion| answer(conclusion).errors = None),
            "errors: expected 1, got none",
        ),
        (
            "accept-published-exchange",
            says(|conclusion| {
                let id = &mut result(conclusion)["orders"][0]["lineItems"][0]["offerId"];
                *id = id.as_str().unwrap().to_lowercase().into();
            }),
            r#"result/orders/0/lineItems/0/offerId: expected "5344C201-3099-44E5-B333-C3EB0401EDE0", got "5344c201"#,
        ),
        (
            "accept-unknown-members",
            says(|conclusion| {
                result(conclusion)
                    .as_object_mut()
                    .unwrap()
                    .remove("continuation");
            }),
            r#"result/continuation: expected "c", got nothing"#,
        ),
        (
            "accept-201",
            says(|conclusion| answer(conclusion).status = Some(200)),
            "status: expected 201, got 200",
        ),
        (
            "accept-complete",
            says(|conclusion| conclusion.attempts = Some(2)),
            "attempts: expected 1, got 2",
        ),
        (
            "accept-complete",
            says(|conclusion| conclusion.request_id = None),
            "requestId: expected ",
        ),
        (
            "accept-complete",
            says(|conclusion| conclusion.answer = None),
            "conclusion: expected `answer` or `error`, got neither",
        ),
        (
            "accept-complete",
            says(|conclusion| *conclusion = failed(Some(200))),
            "conclusion: expected an answer with status 200, got an error with status 200",
        ),
        // Conclusions about errors.
        (
            "accept-404-transfer",
            says(|conclusion| {
                conclusion.error = None;
                conclusion.answer = Some(ReportedAnswer::default());
            }),
            "expected an error of kind service with status 404, got an answer with status none",
        ),
        (
            "accept-closed",
            says(|conclusion| error(conclusion).may_have_been_applied = Some(false)),
            "error.mayHaveBeenApplied: expected true, got false",
        ),
        (
            "accept-closed",
            says(|conclusion| error(conclusion).kind = Some(ErrorKind::Connect)),
            "error.kind: expected interrupted, got connect",
        ),
        (
            "accept-404-transfer",
            says(|conclusion| error(conclusion).code = None),
            "error.code: expected 900100, got none",
        ),
        (
            "accept-404-transfer",
            says(|conclusion| error(conclusion).description = Some("Not Found".to_owned())),
            "error.description: expected Transfer ",
        ),
        (
            "accept-502-page",
            says(|conclusion| error(conclusion).body = None),
            "error.body: expected \"<!DOCTYPE html>",
        ),
        (
            "accept-429-retry-after-one-day",
            says(|conclusion| error(conclusion).retry_after_ms = None),
            "error.retryAfterMs: expected 86400000, got none",
        ),
        (
            "accept-404-transfer",
            says(|conclusion| {
                error(conclusion).message = Some("Bearer scenario-token-one".to_owned());
            }),
            "error.message: expected no access token, got one",
        ),
        (
            "accept-transfer-id-not-guid",
            says(|conclusion| error(conclusion).message = Some("bad argument".to_owned())),
            "error.message: expected the name transfer-id, got \"bad argument\"",
        ),
        (
            "accept-transfer-id-not-guid",
            asks(|asked| {
                let id = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
                asked.inputs.insert("transfer-id".to_owned(), id.into());
            }),
            "requests: expected 0, got 1",
        ),
    ];
    for (name, driver, expected) in table {
        let scenario = load(&folder().join(format!("{name}.json"))).unwrap();
        let report = played(&scenario, &driver).await;
        let case = &report.cases[0];
        assert_eq!(case.status, CaseStatus::Fail, "{name}: {expected}");
        assert!(
            case.reason.contains(expected),
            "{name}: {}\nlacks {expected}",
            case.reason
        );
        assert!(!report.is_good());
    }
}
