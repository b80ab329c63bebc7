//! `list --customers`: the transfers of many customers.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use partner_center_bulk::{Operation, Plan};
use partner_center_tests::{Reply, Request, ScriptedServer};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

#[cfg(unix)]
use crate::pseudo_terminal::{Then, on_terminal};
use crate::run::{CANARY, Run, command, finish};
use crate::server::{SOURCE, TARGET};

/// The id of the customer with this number.
fn customer(number: usize) -> String {
    format!("c0000000-0000-4000-8000-{number:012}")
}

/// The id of the transfer of a customer.
fn transfer(number: usize) -> String {
    format!("7a000000-0000-4000-8000-{number:012}")
}

fn after(days: i64) -> String {
    let time = Timestamp::now() + SignedDuration::from_hours(24 * days);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn active(number: usize) -> Value {
    json!({
        "id": transfer(number), "status": "Active", "customerTenantId": customer(number),
        "customerName": format!("Customer {number}"),
        "sourcePartnerTenantId": SOURCE, "sourcePartnerName": "Contoso",
        "targetPartnerTenantId": TARGET, "targetPartnerName": "Fabrikam",
        "createdTime": format!("2026-09-{:02}T08:31:00Z", number + 1),
        "lineItems": [{ "subscriptionId": format!("5b000000-0000-4000-8000-{number:012}") }],
    })
}

/// A server whose replies depend on the number of the customer.
struct Service {
    scripted: ScriptedServer,
    _runtime: Runtime,
}

impl Service {
    fn start(reply: impl Fn(usize) -> (u16, Value) + Send + Sync + 'static) -> Self {
        Self::with_handler(move |number| {
            let (status, body) = reply(number);
            Reply::json(&format!("{status} -"), &body.to_string())
        })
    }

    fn with_handler(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let runtime = Runtime::new().unwrap();
        let handler = move |request: &Request| {
            let id = request.target().split("/customers/").nth(1)?;
            Some(reply(id[24..36].parse().ok()?))
        };
        Self {
            scripted: runtime.block_on(ScriptedServer::with_handler(handler)),
            _runtime: runtime,
        }
    }

    /// The number of the customer of each request, sorted.
    fn asked(&self) -> Vec<usize> {
        let requests = self.scripted.requests();
        let asked = requests.iter().map(|request| {
            let id = request.target().split("/customers/").nth(1).unwrap();
            id[24..36].parse().unwrap()
        });
        let mut asked: Vec<usize> = asked.collect();
        asked.sort_unstable();
        asked
    }

    fn arguments(&self, more: &[&str]) -> Vec<String> {
        let url = self.scripted.url();
        let words = ["--endpoint", url, "--retries", "0", "list"];
        let words = words.iter().chain(more);
        words.map(|word| (*word).to_owned()).collect()
    }

    /// Runs `list` with this file as the customers.
    fn list(&self, file: &[u8], more: &[&str]) -> Run {
        let path = file_of(file);
        let path = path.path().to_str().unwrap();
        let arguments = self.arguments(&[&["--customers", path], more].concat());
        finish(command().args(arguments).env("PCTRANSFERS_TOKEN", CANARY))
    }
}

fn file_of(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn each_form_of_a_customer_file_is_read() {
    let [one, two] = [customer(1), customer(2)];
    let (upper, braces) = (one.to_uppercase(), format!("{{{two}}}"));
    for file in [
        format!("customer\n{one}\n{two}\n").into_bytes(),
        format!("Name,CUSTOMER\r\n\"A, B\",{upper}\r\n\r\nC,{two}\r\n").into_bytes(),
        format!("\u{feff}Customer;Transfer\r\n{one};x\r\n{two};y\r\n{one};z").into_bytes(),
        utf_16(&format!("Name\tCustomer\r\nÄ\t{one}\r\n\t{braces}\r\n")),
        // A list without a header.
        format!("{one}\n{two}\n").into_bytes(),
        format!("\r\n  {upper}\r\n\r\n{braces}\r\n{one}").into_bytes(),
        utf_16(&format!("{one}\r\n{two}\r\n")),
    ] {
        let service = Service::start(|number| (200, json!([active(number)])));
        let run = service.list(&file, &["--quiet"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let ids = [transfer(2), transfer(1)].map(|id| id + "\n").concat();
        assert_eq!(run.stdout, ids, "{file:?}");
        assert_eq!(service.asked(), [1, 2], "each customer is read once");
    }
}

#[test]
fn customers_come_from_standard_input_too() {
    let service = Service::start(|number| (200, json!([active(number)])));
    let arguments = service.arguments(&["--customers", "-", "--quiet"]);
    let mut command = command();
    let command = command.args(arguments).env("PCTRANSFERS_TOKEN", CANARY);
    let run = finish(command.write_stdin(format!("customer\n{}\n", customer(7))));
    assert_eq!(run.stdout, transfer(7) + "\n", "{}", run.stderr);
}

#[test]
fn nothing_is_sent_for_an_invalid_file() {
    let one = customer(1);
    for (file, problem) in [
        (String::new(), "the file is empty"),
        ("customer\n".to_owned(), "no customers"),
        (format!("tenant\n{}\n", "x"), "there is no column customer"),
        (
            format!("customer,x\n{one},1\n,2\n"),
            "row 3, column customer: is empty",
        ),
        (
            format!("customer\n{one}\ncontoso.com\n"),
            "row 3, column customer: ",
        ),
        (format!("{one}\ncontoso.com\n"), "row 2, column customer: "),
        (format!("{one},{one}\n{one},{one}\n"), "row 1: has 2 cells"),
        (
            format!("customer,customer\n{one},{one}\n"),
            "the column is there twice",
        ),
    ] {
        let service = Service::start(|number| (200, json!([active(number)])));
        let run = service.list(file.as_bytes(), &[]);
        assert_eq!((run.code, &run.stdout[..]), (2, ""), "{file}");
        assert!(run.stderr.contains("error: --customers "), "{}", run.stderr);
        assert!(run.stderr.contains(problem), "{file}: {}", run.stderr);
        assert_eq!(service.asked(), [0_usize; 0], "{file}");
    }
    let missing = Service::start(|_| (200, json!([])));
    let arguments = missing.arguments(&["--customers", "no-such-file.csv"]);
    let run = finish(command().args(arguments).env("PCTRANSFERS_TOKEN", CANARY));
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("no-such-file.csv: cannot be read"),
        "{}",
        run.stderr
    );
}

fn file_with(customers: std::ops::RangeInclusive<usize>) -> Vec<u8> {
    let lines = customers.map(|number| customer(number) + "\n");
    lines.collect::<String>().into_bytes()
}

#[test]
fn customers_that_fail_are_named_and_the_others_are_listed() {
    let service = Service::start(|number| match number {
        2 => (
            403,
            json!({ "code": 2000, "description": "no relationship" }),
        ),
        4 => (404, json!({})),
        5 => (500, json!("broken")),
        number => (200, json!([active(number)])),
    });
    let file = file_with(1..=6);
    let run = service.list(&file, &[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
    for number in [1, 3, 6] {
        let is_of =
            |line: &&str| line.contains(&transfer(number)) && line.contains(&customer(number));
        assert_eq!(
            run.stdout.lines().filter(is_of).count(),
            1,
            "{}",
            run.stdout
        );
    }
    for number in [2, 4, 5] {
        let named = format!("warning: customer {} was not read: ", customer(number));
        assert!(run.stderr.contains(&named), "{}", run.stderr);
    }
    assert!(
        run.stderr.contains("3 of 6 customers read, 3 not"),
        "{}",
        run.stderr
    );

    let document = service.list(&file, &["--output", "json"]).document();
    assert_eq!(document["outcome"], "partial");
    assert_eq!(document["answer"].as_array().unwrap().len(), 3);
    assert_eq!(document["customers"]["read"], 3);
    let failed = document["customers"]["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 3);
    assert_eq!(failed[0]["customerId"], customer(2));
    assert_eq!(failed[0]["code"], 2000);
    // If none can be read, the exit code is that of the failure.
    let refusing = Service::start(|_| (403, json!({ "code": 2000 })));
    let run = refusing.list(&file, &["--output", "csv"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert_eq!(refusing.asked().len(), 6);
}

#[test]
fn a_refused_caller_is_asked_for_no_further_customer() {
    let service = Service::start(|_| (401, json!({})));
    let run = service.list(&file_with(1..=90), &["--concurrency", "2"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(service.asked().len() <= 4, "{:?}", service.asked());
    assert!(
        run.stderr.contains("error: 90 customers were not read: "),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("lists no"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_customer_without_transfers_is_no_line() {
    let service = Service::start(|_| (200, json!([])));
    let run = service.list(&file_with(1..=2), &[]);
    assert_eq!((run.code, &run.stdout[..]), (0, ""));
    assert_eq!(
        run.stderr,
        "The service lists no transfers of 2 customers.\n"
    );
}

#[test]
fn only_open_transfers_that_expire_soon_are_listed() {
    let transfer_of = |number: usize, status: &str, days: i64| {
        let mut transfer = active(number);
        transfer["status"] = status.into();
        transfer["expirationTime"] = after(days).into();
        transfer
    };
    let service = Service::start(move |number| {
        let transfer = match number {
            1 => transfer_of(1, "Pending", 6),
            2 => transfer_of(2, "Active", 4),
            3 => transfer_of(3, "Pending", 9),
            4 => transfer_of(4, "Complete", 4),
            5 => transfer_of(5, "Expired", -1),
            6 => transfer_of(6, "Pending", -1),
            number => active(number),
        };
        (200, json!([transfer]))
    });
    let file = file_with(1..=7);
    let run = service.list(&file, &["--expiring-within", "7d", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let first_to_expire = [transfer(2), transfer(1)].map(|id| id + "\n").concat();
    assert_eq!(run.stdout, first_to_expire);
    let run = service.list(
        &file,
        &["--expiring-within", "10d", "--status", "pending", "--quiet"],
    );
    assert_eq!(
        run.stdout,
        [transfer(1), transfer(3)].map(|id| id + "\n").concat()
    );
    // One customer works in the same way.
    let more = ["--customer", &customer(2), "--expiring-within", "1w"];
    let arguments = service.arguments(&more);
    let run = finish(command().args(arguments).env("PCTRANSFERS_TOKEN", CANARY));
    assert!(run.stdout.ends_with("\tin 4 days\n"), "{}", run.stdout);

    let run = service.list(&file, &["--expiring-within", "soon"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("expected a time such as 7d"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_list_as_csv_is_an_input_of_bulk_accept() {
    let service = Service::start(|number| {
        let mut transfer = active(number);
        transfer["customerName"] = "=cmd|' /C calc'!A0".into();
        transfer["sourcePartnerName"] = "Contoso, \"the\" source\r\n+49 line".into();
        transfer["expirationTime"] = "2026-12-01T00:00:00.1234567Z".into();
        (200, json!([transfer]))
    });
    for (format, separator) in [("csv", ','), ("tsv", '\t')] {
        let filters = [
            "--direction",
            "incoming",
            "--partner",
            TARGET,
            "--status",
            "active",
        ];
        let run = service.list(
            &file_with(1..=3),
            &[&filters[..], &["--output", format]].concat(),
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        let header = run.stdout.lines().next().unwrap();
        for name in [
            "customer",
            "transfer",
            "kind",
            "subscriptions",
            "source_name",
            "expires",
        ] {
            assert!(header.split(separator).any(|it| it == name), "{header}");
        }
        // RFC 4180 ends rows with CRLF.
        let ends = run.stdout.matches("\r\n").count();
        assert_eq!(ends, if format == "csv" { 4 } else { 0 }, "{}", run.stdout);
        assert_eq!(run.stdout.matches('\n').count(), 4, "{}", run.stdout);
        assert!(run.stdout.contains("'=cmd|"), "{}", run.stdout);
        assert!(
            run.stdout.contains("2026-12-01T00:00:00.1234567Z"),
            "{}",
            run.stdout
        );

        let plan = Plan::from_csv(run.stdout.as_bytes(), Operation::Accept).unwrap();
        let mut rows: Vec<_> = plan.rows().iter().collect();
        rows.sort_by_key(|row| row.customer.to_string());
        assert_eq!(rows.len(), 3);
        for (number, row) in (1..).zip(rows) {
            assert_eq!(row.customer.to_string(), customer(number));
            let expected = partner_center_bulk::Change::Accept {
                transfer: transfer(number).parse().unwrap(),
            };
            assert_eq!(row.change, expected);
            // What a plan does not use is kept for its report, as the service sent it.
            let carried = |name: &str| {
                let found = row.carried.iter().find(|(column, _)| column == name);
                found.map(|(_, text)| text.clone()).unwrap()
            };
            assert_eq!(carried("customer_name"), "=cmd|' /C calc'!A0");
            assert_eq!(carried("status"), "Active");
        }
    }
}

#[test]
fn one_customer_or_a_file_is_required() {
    let service = Service::start(|_| (200, json!([])));
    let file = file_of(b"x");
    let path = file.path().to_str().unwrap();
    for arguments in [
        &[][..],
        &["--customer", &customer(1), "--customers", path],
        &["--customer", &customer(1), "--rate", "5/s"],
        &["--customers", path, "--rate", "fast"],
        &["--customers", path, "--concurrency", "0"],
    ] {
        let arguments = service.arguments(arguments);
        let run = finish(command().args(&arguments).env("PCTRANSFERS_TOKEN", CANARY));
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stdout);
    }
    assert_eq!(service.asked(), [0_usize; 0]);
}

/// The server replies only after the progress was seen.
#[cfg(unix)]
#[test]
fn a_terminal_shows_how_far_the_list_is() {
    let seen = Arc::new(AtomicBool::new(false));
    let may_reply = Arc::clone(&seen);
    let service = Service::start(move |number| {
        while number > 1 && !may_reply.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        (200, json!([active(number)]))
    });
    let file = file_of(&file_with(1..=3));
    let path = file.path().to_str().unwrap();
    let arguments = service.arguments(&["--customers", path, "--concurrency", "1"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut reply = |_: &mut dyn std::io::Write| seen.store(true, Ordering::Relaxed);
    let then: Then<'_> = ("Read 1 of 3 customers: 1 transfer,", &mut reply);
    let (shown, code) = on_terminal(140, false, &arguments, &[], Some(then));
    assert_eq!(code, 0, "{shown}");
    let result = shown.rsplit("\u{1b}[2K").next().unwrap();
    assert!(!result.contains("Read 1 of"), "{shown:?}");
    let end = "3 transfers of 3 customers shown; times are in UTC";
    assert!(result.contains(end), "{shown}");
}
