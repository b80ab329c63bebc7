//! Tables: as CSV, as lines without a terminal, and at the widths of terminals.

use partner_center_emulator::data_set;
use serde_json::json;

use crate::command_lines::{IN_PART, accept};
#[cfg(unix)]
use crate::pseudo_terminal::{Then, on_terminal, redirected};
use crate::run::{Run, run};
use crate::server::{CUSTOMER, Server, TRANSFER, example, on_transfer};

/// The header and the rows of CSV or of text with tabs.
fn table(run: &Run, format: &str) -> Vec<std::collections::HashMap<String, String>> {
    let delimiter = if format == "tsv" { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader
        .delimiter(delimiter)
        .from_reader(run.stdout.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn reads_and_an_accept_are_tables_for_spreadsheets() {
    for format in ["csv", "tsv"] {
        let server = Server::start();
        server.reply("GET", 200, example!("get-transfer-partially-complete"));
        let rows = table(
            &server.call(&on_transfer("get", &["--output", format])),
            format,
        );
        assert_eq!(rows.len(), 3, "one row for each subscription");
        assert_eq!(rows[0]["customer"], CUSTOMER);
        assert_eq!(rows[0]["created"], "2026-08-03T10:12:53.622599Z");
        assert_eq!(rows[0]["outcome"], "moved");
        assert_eq!(rows[0]["order"], "d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045");
        assert_eq!(rows[1]["outcome"], "failed");
        assert!(rows[1]["cause"].starts_with("The subscription is suspended."));
        assert_eq!(rows[1]["quantity"], "1");

        let server = Server::start();
        server.reply("GET", 200, example!("get-transfer-eligibility-mixed"));
        let arguments = ["eligibility", "--customer", CUSTOMER, "--output", format];
        let rows = table(&server.call(&arguments), format);
        assert_eq!(rows.len(), 3);
        assert_eq!(
            (&rows[0]["eligible"][..], &rows[1]["eligible"][..]),
            ("yes", "no")
        );
        assert_eq!(rows[1]["reason"], "Subscription status is Suspended.");

        let all = run(&[&accept(IN_PART)[..], &["--output", format]].concat());
        assert_eq!(all.code, 3);
        let rows = table(&all, format);
        assert!(!rows.is_empty(), "{}", all.stdout);
        let failed = rows.iter().find(|row| row["outcome"] == "failed").unwrap();
        assert_eq!(
            (&failed["code"][..], &failed["transfer"][..]),
            ("900103", IN_PART)
        );
        assert!(!failed["remedy"].is_empty() && !failed["request_id"].is_empty());
        let moved = rows.iter().find(|row| row["outcome"] == "moved").unwrap();
        assert_eq!(moved["order"].len(), 36);

        let codes = run(&["explain", "--output", format]);
        assert!(
            table(&codes, format)
                .iter()
                .any(|row| row["code"] == "900103")
        );
    }
}

#[test]
fn a_refusal_as_csv_is_on_standard_error_only() {
    let server = Server::start();
    server.reply("GET", 403, "{}");
    let run = server.call(&on_transfer("get", &["--output", "csv"]));
    assert_eq!((run.code, &run.stdout[..]), (4, ""));
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

#[test]
fn commands_without_a_table_refuse_csv_and_send_nothing() {
    let server = Server::start();
    for command in ["withdraw", "reject", "cancel", "wait"] {
        let yes: &[&str] = if command == "wait" { &[] } else { &["--yes"] };
        for format in ["csv", "tsv"] {
            let arguments = on_transfer(command, &[yes, &["--output", format]].concat());
            let run = server.call(&arguments);
            assert_eq!(run.code, 2, "{command}: {}", run.stderr);
            let message = format!("'--output {format}' can only be used with list, get");
            assert!(run.stderr.contains(&message), "{command}: {}", run.stderr);
            let usage = format!("\nUsage: pctransfers {command} ");
            assert!(run.stderr.contains(&usage), "{command}: {}", run.stderr);
        }
    }
    let arguments = ["bulk", "status", "--journal", "j.db", "--output", "csv"];
    let run = server.call(&arguments);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let usage = "\nUsage: pctransfers bulk status --journal <FILE>\n";
    assert!(run.stderr.contains(usage), "{}", run.stderr);
    assert!(server.requests().is_empty());
}

#[test]
fn formulas_of_others_are_text_in_a_spreadsheet() {
    let server = Server::start();
    for start in ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\u{ff1d}"] {
        let name = format!("{start}1+1");
        let item = json!({ "subscriptionId": "x", "friendlyName": name });
        server.reply_once("GET", 200, &json!({ "lineItems": [item] }).to_string());
        let run = server.call(&on_transfer("get", &["--output", "csv"]));
        let rows = table(&run, "csv");
        assert!(
            rows[0]["offer"].starts_with('\''),
            "{start:?}: {}",
            run.stdout
        );
        assert_eq!(run.stdout.matches('\n').count(), 2, "{:?}", run.stdout);
    }
}

/// As `wc -l`, `cut` and `grep` expect it.
#[test]
fn without_a_terminal_each_item_is_one_line() {
    let server = Server::start();
    server.reply("GET", 200, example!("list-transfers-several"));
    let run = server.call(&["list", "--customer", CUSTOMER]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", run.stdout);
    assert_eq!(run.stderr, "");
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!((cells.len(), cells[0].len()), (5, 36), "{line}");
        assert_eq!(cells[1], "Contoso → Fabrikam");
    }

    let server = Server::start();
    server.reply("GET", 200, example!("get-transfer-partially-complete"));
    let run = server.call(&on_transfer("get", &[]));
    let of = "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37\tOffice Suite Business\t5\tmoved\t\
              d0a4c2e7-5b18-4f96-8c3d-7e1f2a6b9045\t-";
    assert!(run.stdout.lines().any(|line| line == of), "{}", run.stdout);

    // A name with a line break or a tab stays in its cell.
    let server = Server::start();
    let item = json!({ "subscriptionId": "s", "friendlyName": "a\nb\tc\r\nd" });
    server.reply("GET", 200, &json!({ "lineItems": [item] }).to_string());
    let run = server.call(&on_transfer("get", &[]));
    let line = run.stdout.lines().last().unwrap();
    assert_eq!(line.split('\t').count(), 6, "{line:?}");
}

/// Each table at 60, 80, 100 and 140 columns. Names and ids have columns of their own, no line is
/// wider than the terminal, and no id is broken.
#[cfg(unix)]
#[test]
fn tables_are_readable_at_each_width() {
    let list = {
        let mut list: serde_json::Value =
            serde_json::from_str(example!("list-transfers-several")).unwrap();
        // Far from the edge of a day.
        let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(4 * 24 + 3);
        list[1]["expirationTime"] = expires.to_string().into();
        list.to_string()
    };
    let no_color = [("NO_COLOR", "1")];
    for columns in [60, 80, 100, 140] {
        let mut all = String::new();
        let mut show = |body: &str, arguments: &[&str]| {
            let server = Server::start();
            server.reply("GET", 200, body);
            let url = server.url();
            let arguments = [&["--endpoint", &url], arguments].concat();
            let (shown, _) = on_terminal(columns, true, &arguments, &no_color, None);
            all += &shown;
            all += "\n========\n\n";
        };
        show(&list, &["list", "--customer", CUSTOMER]);
        let get = on_transfer("get", &[]);
        show(example!("get-transfer-partially-complete"), &get);
        let eligibility = ["eligibility", "--customer", CUSTOMER];
        show(example!("get-transfer-eligibility-mixed"), &eligibility);
        let customer = data_set::CUSTOMER.to_string();
        let arguments = [
            "--emulator",
            "accept",
            "--customer",
            &customer,
            "--transfer",
            IN_PART,
            "--no-read",
            "--yes",
        ];
        let (shown, _) = on_terminal(columns, true, &arguments, &no_color, None);
        all += shown.split("\nRequest id").next().unwrap();
        let lines = all.lines().map(str::trim_end);
        let all: String = lines.map(|line| line.to_owned() + "\n").collect();
        for line in all.lines() {
            assert!(
                line.chars().count() <= columns.into(),
                "{columns}: {line}\n{all}"
            );
        }
        for id in [
            "5e9a2d41-7c38-4b06-a1f9-8d3b6c2e7f50",
            "637ff8f6-d842-4573-8da8-89765356cd1a",
        ] {
            assert!(all.contains(id), "{columns}: {id} is broken: {all}");
        }
        assert!(all.contains("in 4 days"), "{all}");
        insta::assert_snapshot!(format!("tables-at-{columns}"), all);
    }
}

/// The question of an accept says when the transfer expires.
#[cfg(unix)]
#[test]
fn a_question_says_when_the_transfer_expires() {
    let server = Server::start();
    let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(4 * 24 + 3);
    let transfer =
        json!({ "id": TRANSFER, "status": "Active", "expirationTime": expires.to_string() });
    server.reply("GET", 200, &transfer.to_string());
    let url = server.url();
    let accept = on_transfer("accept", &["--endpoint", &url]);
    let mut answer = |terminal: &mut dyn std::io::Write| terminal.write_all(b"n\n").unwrap();
    let then: Then<'_> = ("[y/N] ", &mut answer);
    let (shown, code) = redirected(120, "", &accept, &[("NO_COLOR", "1")], Some(then));
    assert_eq!(code, 1, "{shown}");
    let question = shown.split("[y/N]").next().unwrap();
    assert!(question.contains(" +00:00 (in 4 days)"), "{shown}");
}
