//! Terminals of unknown, small and usual widths.

use crate::pseudo_terminal::{Then, on_terminal, redirected};
use crate::run::{command, finish, run};
use crate::server::{CUSTOMER, Server, on_transfer};
use partner_center_emulator::data_set;
use serde_json::json;

const URL: &str = "https://learn.microsoft.com/partner-center/transfer-subscriptions-overview";
const ID: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";

/// The widest line without colors, as most terminals show it.
fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

/// A terminal without columns, or with a few, as in containers and CI systems.
#[test]
fn an_unknown_width_is_the_usual_width() {
    let customer = data_set::CUSTOMER.to_string();
    let no_color = ("NO_COLOR", "1");
    let list = ["--emulator", "list", "--customer", &customer];
    let eligibility = ["--emulator", "eligibility", "--customer", &customer];
    for arguments in [
        &list[..],
        &eligibility,
        &["explain"],
        &["--help"],
        &["accept", "-h"],
    ] {
        let (usual, _) = on_terminal(100, true, arguments, &[no_color], None);
        assert!(widest(&usual) > 60, "{usual}");
        for (columns, variable) in [(0, "0"), (0, ""), (0, "x"), (0, "19"), (1, "1"), (19, "0")] {
            let variables = [no_color, ("COLUMNS", variable)];
            let (shown, code) = on_terminal(columns, true, arguments, &variables, None);
            assert_eq!(code, 0, "{shown}");
            assert_eq!(shown, usual, "{columns} columns, COLUMNS={variable}");
        }
        // The variable counts only if the terminal reports no width.
        let variables = [no_color, ("COLUMNS", "60")];
        let (shown, _) = on_terminal(0, true, arguments, &variables, None);
        let (narrow, _) = on_terminal(60, true, arguments, &[no_color], None);
        assert_eq!(shown, narrow);
        let (shown, _) = on_terminal(100, true, arguments, &variables, None);
        assert_eq!(shown, usual);
    }
}

#[test]
fn help_without_a_terminal_ignores_a_width_of_zero() {
    let usual = run(&["--help"]).stdout;
    for columns in ["0", "1", "19"] {
        let run = finish(command().arg("--help").env("COLUMNS", columns));
        assert_eq!(run.stdout, usual);
    }
}

#[test]
fn no_width_breaks_words_into_letters() {
    let customer = data_set::CUSTOMER.to_string();
    let no_color = [("NO_COLOR", "1")];
    for columns in [20, 30, 45, 60, 80] {
        for call in ["list", "eligibility"] {
            let arguments = ["--emulator", call, "--customer", &customer];
            let (shown, _) = on_terminal(columns, true, &arguments, &no_color, None);
            assert!(shown.contains(&data_set::ACCEPTED_WHOLE.to_string()) || call != "list");
            let letters = |line: &&str| line.trim().chars().count() == 1;
            let letters = shown.lines().filter(letters).count();
            assert_eq!(letters, 0, "{columns} columns: {shown}");
        }
    }
}

/// Emoji and Chinese letters are two columns wide.
#[test]
fn columns_are_aligned_below_wide_letters() {
    const CODER: &str = "\u{1F469}\u{200d}\u{1F4BB}";
    let item = |name: &str| {
        json!({ "subscriptionId": ID, "friendlyName": name, "status": "Failed",
                "transferError": "the cause" })
    };
    let items = [
        item("Contoso"),
        item("全球合作伙伴"),
        item(&CODER.repeat(3)),
    ];
    let server = Server::start();
    let transfer = json!({ "status": "Complete", "lineItems": items });
    server.reply("GET", 200, &transfer.to_string());
    let url = server.url();
    let arguments = on_transfer("get", &["--endpoint", &url]);
    let (printed, _) = on_terminal(140, true, &arguments, &[("NO_COLOR", "1")], None);
    let shown = printed
        .replace("全球合作伙伴", "twelve wide!")
        .replace(CODER, "xx");
    assert_ne!(shown, printed);
    let columns: Vec<usize> = shown
        .lines()
        .filter_map(|line| line.find("the cause"))
        .collect();
    assert_eq!(columns.len(), 3, "{shown}");
    assert!(columns.iter().all(|it| *it == columns[0]), "{shown}");
}

fn refusing_server() -> Server {
    let server = Server::start();
    let description = format!(
        "The subscription {ID} of this customer cannot be transferred at the moment, see {URL} \
         for the reasons and for what you can do about each of them"
    );
    let fault = json!({ "code": "900103", "description": description });
    server.reply("GET", 400, &fault.to_string());
    server
}

#[test]
fn long_errors_are_broken_between_words() {
    let server = refusing_server();
    let url = server.url();
    let target = on_transfer("get", &[]);
    let arguments = [&["--endpoint", &url, "--retries", "0"], &target[..]].concat();
    // Without a terminal, an error is one line.
    let piped = server.call(&target);
    let message = piped.stderr.lines().next().unwrap();
    assert!(message.contains(URL) && message.len() > 200, "{message}");

    for columns in [40, 80, 100] {
        // Neither colors nor a spinner.
        let dumb = [("TERM", "dumb")];
        let (shown, code) = on_terminal(columns, false, &arguments, &dumb, None);
        assert_eq!(code, 4, "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let indented = lines[1..].iter().take_while(|line| line.starts_with("  "));
        let lines = &lines[..=indented.count()];
        assert!(lines.len() > 2, "{shown}");
        for line in lines {
            let fits = line.chars().count() <= columns.into();
            assert!(fits || line.trim() == URL, "{columns}: {line}");
        }
        // Each word is in one piece, and none is lost.
        let of = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let without_ids = |words: Vec<String>| {
            let is_id = |word: &String| word.contains(|it: char| it.is_ascii_digit());
            words
                .into_iter()
                .filter(|it| !is_id(it))
                .collect::<Vec<_>>()
        };
        assert_eq!(without_ids(of(&lines.join("\n"))), without_ids(of(message)));
        for whole in [URL, ID] {
            assert!(lines.iter().any(|line| line.contains(whole)), "{shown}");
        }
    }
}

#[test]
fn usage_errors_and_warnings_are_broken_between_words() {
    let dumb = [("TERM", "dumb"), ("PCTRANSFERS_TOKEN", "")];
    let invalid = ["get", "--customer", "contoso"];
    let no_credentials = ["list", "--customer", CUSTOMER];
    let customer = data_set::CUSTOMER.to_string();
    let misspelt = [
        "--emulator",
        "--quiet",
        "list",
        "--customer",
        &customer,
        "--status",
        "Bogus",
    ];
    for (arguments, start) in [
        (&invalid[..], "error: invalid value"),
        (&no_credentials, "error: no credentials"),
        (&misspelt, "error: invalid value 'Bogus'"),
        (&["explain", "900103"], "Code "),
    ] {
        let (shown, _) = on_terminal(60, false, arguments, &dumb, None);
        assert!(shown.starts_with(start), "{shown}");
        assert!(widest(&shown) <= 60, "{shown}");
        assert!(shown.lines().any(|line| line.starts_with("  ")), "{shown}");
        let (wide, _) = on_terminal(400, false, arguments, &dumb, None);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&shown), words(&wide));
    }
}

/// Each stream has a width of its own.
#[test]
fn a_table_in_a_question_fits_standard_error() {
    let server = Server::start();
    let cause = "a reason that is long enough for several lines of a table ".repeat(4);
    let items = json!([{ "subscriptionId": ID, "status": "Failed", "transferError": cause }]);
    let transfer = json!({ "id": ID, "status": "Active", "lineItems": items });
    server.reply("GET", 200, &transfer.to_string());
    let url = server.url();
    let accept = on_transfer("accept", &["--endpoint", &url]);
    let mut answer = |terminal: &mut dyn std::io::Write| terminal.write_all(b"n\n").unwrap();
    let then: Then<'_> = ("[y/N] ", &mut answer);
    let dumb = [("TERM", "dumb")];
    let (shown, code) = redirected(80, ">/dev/null", &accept, &dumb, Some(then));
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("long enough"), "{shown}");
    assert!(widest(&shown) <= 80, "{shown}");
}
