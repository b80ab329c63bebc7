//! The scenarios of `spec/scenarios`: they agree with their schema, the Rust client passes them
//! all, a client that can do little is judged by that little, and a client that is wrong is told so.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use partner_center_emulator::scenario::{
    About, Answer, Asked, Capability, Conclusion, Driver, ErrorKind, Failure, Loaded, Outcome,
    Played, Program, Report, Selection, Server, Tag, Verdict, load, play, schema,
};
use partner_center_tests::scenario_driver::{RustClient, conclude, rust_client};
use partner_center_tests::workspace;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

fn folder() -> PathBuf {
    workspace().join("spec/scenarios")
}

fn scenarios() -> Vec<Loaded> {
    load(&folder()).unwrap()
}

async fn played<D: Driver>(scenarios: &[Loaded], driver: &D) -> Report {
    let all = Selection::default();
    play(scenarios, &all, driver, |_| ()).await.unwrap()
}

/// What went wrong, a line for each case.
fn wrong(report: &Report) -> Vec<String> {
    let cases = report.cases.iter();
    cases
        .filter(|case| case.verdict != Verdict::Pass || !case.not_judged.is_empty())
        .map(|case| format!("{case} {:?}", case.not_judged))
        .collect()
}

#[tokio::test]
async fn the_rust_client_passes_all_of_them() {
    let scenarios = scenarios();
    assert!(scenarios.len() >= 60, "{}", scenarios.len());
    let client = RustClient { real_limits: false };
    let report = played(&scenarios, &client).await;
    assert_eq!(wrong(&report).join("\n"), "");
    assert_eq!(report.passed, scenarios.len());
}

#[tokio::test]
async fn the_rust_client_passes_as_a_program_of_its_own() {
    let program = vec![env!("CARGO_BIN_EXE_scenario-driver").to_owned()];
    let program = Program::new(program, Duration::from_secs(60));
    let some = Selection {
        only: [Tag::Request, Tag::Input].into(),
        skip: [].into(),
    };
    let mut said = Vec::new();
    let scenarios = scenarios();
    let hear = |case: &Played| said.push(case.to_string());
    let report = play(&scenarios, &some, &program, hear).await.unwrap();
    assert_eq!(wrong(&report).join("\n"), "");
    assert!(report.passed >= 10, "{report}");
    assert_eq!(said.len(), report.passed);
    assert!(said.contains(&"pass accept-published-exchange".to_owned()));
}

#[test]
fn each_scenario_is_as_its_schema_says() {
    let text = std::fs::read_to_string(folder().join("scenario.schema.json")).unwrap();
    let on_file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        on_file,
        schema(),
        "make it anew: cargo run -p partner-center-emulator -- scenario --schema \
         > spec/scenarios/scenario.schema.json"
    );
    let validator = jsonschema::draft202012::new(&on_file).unwrap();
    for loaded in scenarios() {
        let file = folder().join(format!("{}.json", loaded.name));
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            scenario["$schema"], "./scenario.schema.json",
            "{}",
            loaded.name
        );
        let problems: Vec<String> = validator
            .iter_errors(&scenario)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, [""; 0], "{}", loaded.name);
    }
    let scenario = json!({"description": "too short", "tags": ["nonsense"]});
    assert!(validator.iter_errors(&scenario).count() >= 4);
}

/// Each operation of the OpenAPI document has scenarios, and no scenario an operation or an input
/// that is not there.
#[test]
fn scenarios_and_the_spec_name_the_same_things() {
    let spec = partner_center_tests::spec();
    let mut inputs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let paths = spec["paths"].as_object().unwrap();
    for operation in paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
    {
        let of_operation = inputs
            .entry(operation["operationId"].as_str().unwrap())
            .or_default();
        for parameter in operation["parameters"].as_array().unwrap() {
            let pointer = parameter["$ref"].as_str().unwrap();
            let parameter = spec.pointer(&pointer[1..]).unwrap();
            of_operation.insert(parameter["name"].as_str().unwrap());
        }
    }
    let mut covered = BTreeSet::new();
    for loaded in scenarios() {
        let call = &loaded.scenario.call;
        let known = inputs.get(call.operation.as_str());
        let known = known.unwrap_or_else(|| panic!("{}: {}", loaded.name, call.operation));
        for name in call.inputs.keys() {
            assert!(known.contains(name.as_str()), "{}: {name}", loaded.name);
        }
        covered.insert(call.operation.clone());
    }
    let all: BTreeSet<String> = inputs.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(covered, all);
}

/// A payload of the spec is worth a scenario.
#[test]
fn each_example_of_a_body_is_in_a_scenario() {
    let mut used = BTreeSet::new();
    for loaded in scenarios() {
        for reply in &loaded.scenario.replies {
            used.extend(reply.body_file.clone());
        }
    }
    for entry in std::fs::read_dir(workspace().join("spec/examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(used.contains(&format!("../examples/{name}")), "{name}");
        }
    }
}

/// The client that a generator makes of the OpenAPI document, more or less: one request, no ids of
/// its own, no retry, no outcome.
struct Generated;

impl Driver for Generated {
    async fn about(&self) -> Result<About, String> {
        Ok(About {
            client: "generated".to_owned(),
            capabilities: [Capability::UnknownMembers].into(),
        })
    }

    async fn call(&self, asked: &Asked, _: &Server) -> Result<Option<Conclusion>, String> {
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
        let answer = Answer {
            status: Some(status),
            result,
            ..Answer::default()
        };
        Ok(Some(Conclusion {
            answer: Some(answer),
            ..Conclusion::default()
        }))
    }
}

fn failed(status: Option<u16>) -> Conclusion {
    Conclusion {
        error: Some(Failure {
            status,
            ..Failure::default()
        }),
        ..Conclusion::default()
    }
}

#[tokio::test]
async fn a_generated_client_is_judged_by_what_it_can_do() {
    let report = played(&scenarios(), &Generated).await;
    let failed: Vec<_> = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Fail)
        .map(ToString::to_string)
        .collect();
    assert_eq!(failed.join("\n"), "");
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
        line("accept-silence"),
        "skip accept-silence: the driver lacks time-limit"
    );
    assert!(report.passed > 100, "{report}");
    let summary = report.to_string();
    for not_judged in ["effect (", "outcome (", "fault (", "ids ("] {
        assert!(summary.contains(not_judged), "{summary}");
    }
    // As a table of clients needs it.
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["client"], "generated");
    assert_eq!(json["cases"][0]["verdict"], "pass");
    assert!(json["cases"][0]["reason"].is_string());
    assert!(json["cases"][0]["notJudged"].is_array());
}

/// The Rust client, spoilt in one way.
#[derive(Clone, Copy)]
struct Wrong {
    lacks: &'static [Capability],
    mistake: Mistake,
}

#[derive(Clone, Copy)]
enum Mistake {
    /// The question is changed before the client gets it.
    Asks(fn(&mut Asked)),
    /// What the client concluded is changed.
    Says(fn(&mut Conclusion)),
    /// The call is made so often, each time as a new call.
    Sends(usize),
    /// These bytes are sent instead of a request; `{token}` stands in them.
    Writes(&'static str),
}

impl Driver for Wrong {
    async fn about(&self) -> Result<About, String> {
        let mut about = rust_client();
        about
            .capabilities
            .retain(|capability| !self.lacks.contains(capability));
        Ok(about)
    }

    async fn call(&self, asked: &Asked, server: &Server) -> Result<Option<Conclusion>, String> {
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
                server.said(1).await;
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

fn asks(mistake: fn(&mut Asked)) -> Wrong {
    Wrong {
        lacks: &[],
        mistake: Mistake::Asks(mistake),
    }
}

fn answer(conclusion: &mut Conclusion) -> &mut Answer {
    conclusion.answer.as_mut().unwrap()
}

fn result(conclusion: &mut Conclusion) -> &mut Value {
    answer(conclusion).result.as_mut().unwrap()
}

fn error(conclusion: &mut Conclusion) -> &mut Failure {
    conclusion.error.as_mut().unwrap()
}

#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn each_mistake_is_named() {
    let sends = |mistake, lacks| Wrong { lacks, mistake };
    let table = [
        // What is sent.
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
            "request 1: expected HTTP/1.1, got something that is no request",
        ),
        (
            "accept-ids-made-up",
            sends(
                Mistake::Writes("POST / HTTP/1.1\r\nMS-RequestId: 1\r\nContent-Length: 0\r\n\r\n"),
                &[],
            ),
            "request 1, MS-CorrelationId: expected a GUID, got none; request 1, MS-RequestId: \
             expected a GUID, got 1",
        ),
        // How often, and with which ids.
        (
            "accept-429-no-time",
            asks(|asked| asked.options.max_attempts = Some(1)),
            "requests: expected 2, got 1",
        ),
        (
            "accept-429-no-time",
            sends(Mistake::Sends(2), &[]),
            "MS-RequestId: expected one value in all requests, got ",
        ),
        (
            "accept-ids-new-for-each-call",
            asks(|asked| {
                let id = "8389053b-731c-4261-9899-1583d7859153";
                asked.inputs.insert("MS-RequestId".to_owned(), id.into());
            }),
            "MS-RequestId: expected another value in each request",
        ),
        (
            "accept-429-a-second",
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
        // What is concluded of an answer.
        (
            "accept-published-exchange",
            says(|conclusion| answer(conclusion).outcome = Some(Outcome::Complete)),
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
            "conclusion: expected `answer` or `error`, got none of them",
        ),
        (
            "accept-complete",
            says(|conclusion| *conclusion = failed(Some(200))),
            "conclusion: expected an answer with status 200, got an error with status 200",
        ),
        // What is concluded of an error.
        (
            "accept-404-transfer",
            says(|conclusion| {
                conclusion.error = None;
                conclusion.answer = Some(Answer::default());
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
            "accept-429-a-day",
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
            "accept-transfer-id-no-guid",
            says(|conclusion| error(conclusion).message = Some("bad argument".to_owned())),
            "error.message: expected the name transfer-id, got \"bad argument\"",
        ),
        (
            "accept-transfer-id-no-guid",
            asks(|asked| {
                let id = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
                asked.inputs.insert("transfer-id".to_owned(), id.into());
            }),
            "requests: expected 0, got 1",
        ),
    ];
    for (name, driver, said) in table {
        let scenario = load(&folder().join(format!("{name}.json"))).unwrap();
        let report = played(&scenario, &driver).await;
        let case = &report.cases[0];
        assert_eq!(case.verdict, Verdict::Fail, "{name}: {said}");
        assert!(
            case.reason.contains(said),
            "{name}: {}\nlacks {said}",
            case.reason
        );
        assert!(!report.is_good());
    }
}

/// A program that hangs is stopped: the clock of this test runs ahead while nothing happens.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_driver_that_hangs_is_stopped() {
    let program = ["sleep", "600"].map(str::to_owned).to_vec();
    let program = Program::new(program, Duration::from_secs(20));
    let all = Selection::default();
    let problem = play(&scenarios(), &all, &program, |_| ())
        .await
        .unwrap_err();
    assert_eq!(
        problem,
        "the driver did not end within 20s, and was stopped; give it longer with --limit"
    );
}

/// The drivers that `spec/scenarios/README.md` shows, as they stand there.
#[tokio::test]
async fn the_drivers_of_the_readme_work() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (language, interpreter, tools) in [
        ("python", "python3", &["python3"][..]),
        ("sh", "sh", &["sh", "curl", "jq"]),
    ] {
        let fence = format!("```{language}\n#!");
        let (_, code) = readme.split_once(&fence).unwrap();
        let (code, _) = code.split_once("\n```").unwrap();
        if let Some(tool) = tools.iter().find(|tool| !is_there(tool)) {
            println!("{language}: not tried, for {tool} is not on this machine");
            continue;
        }
        let file = folder.path().join(language);
        std::fs::write(&file, format!("#!{code}\n")).unwrap();
        let program = vec![interpreter.to_owned(), file.display().to_string()];
        let program = Program::new(program, Duration::from_secs(60));
        let some = Selection {
            only: [Tag::Request, Tag::Outcome, Tag::Input].into(),
            skip: [].into(),
        };
        let report = play(&scenarios(), &some, &program, |_| ()).await.unwrap();
        let failed: Vec<String> = report
            .cases
            .iter()
            .filter(|case| case.verdict == Verdict::Fail)
            .map(ToString::to_string)
            .collect();
        assert_eq!(failed.join("\n"), "", "{language}");
        assert!(report.passed >= 20, "{language}: {report}");
    }
}

/// Whether a program is there and starts.
fn is_there(program: &str) -> bool {
    let child = Command::new(program)
        .arg(if program == "sh" { "-c" } else { "--version" })
        .args((program == "sh").then_some(":"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return false };
    let mut said = String::new();
    let _ = child.stdout.take().unwrap().read_to_string(&mut said);
    child.wait().is_ok_and(|status| status.success())
}
