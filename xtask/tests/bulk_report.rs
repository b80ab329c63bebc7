//! The HTML report of many transfers in a browser. The test needs Node.js and Chromium, so it is
//! ignored; `cargo xtask ci` runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use partner_center_bulk::{
    Identity, Journal, JournalView, Operation, Plan, RunOptions, Runner, write_html,
};
use partner_center_emulator::{DataSet, Emulator, data_set};
use partner_center_transfers::{Client, Cloud};

/// The report of accepts, some of which failed or were not sent, with long texts of a person.
fn page(folder: &Path) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let data = DataSet::with_customers(30);
    let emulator = runtime
        .block_on(Emulator::builder().data(data).start())
        .unwrap();
    let client = Client::builder()
        .cloud(Cloud::emulator(emulator.url()))
        .bearer_token(emulator.token(data_set::TARGET).unwrap())
        .build()
        .unwrap();
    let long = "x".repeat(300);
    let mut file = format!("customer,transfer,reference,{long}\n");
    for at in 0..30 {
        let (customer, transfer) = (data_set::customer(at), data_set::transfer(at));
        writeln!(
            file,
            "{customer},{transfer},<b>{long}</b>,\"=1+1 </td><script>\""
        )
        .unwrap();
    }
    let plan = Plan::from_csv(file.as_bytes(), Operation::Accept).unwrap();
    let identity = Identity {
        endpoint: client.endpoint(),
        tenant: None,
    };
    let path = folder.join("journal.db");
    let journal = Journal::create(&path, &plan, &identity).unwrap();
    let options = RunOptions::default().concurrency(1).read_details(true);
    runtime.block_on(async {
        let mut run = Runner::new(client, journal)
            .options(options)
            .start()
            .unwrap();
        for _ in 0..20 {
            run.next_event().await.unwrap();
        }
        run.stop();
        run.finish().await.unwrap()
    });
    let mut page = Vec::new();
    write_html(&JournalView::open(&path).unwrap(), &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

fn check(folder: &Path, html: &str) -> Output {
    let page = folder.join("report.html");
    std::fs::write(&page, html).unwrap();
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("check-report")
        .arg(&page)
        .arg("--picture")
        .arg(folder.join("report.png"))
        .output()
        .unwrap()
}

#[test]
#[ignore = "needs Node.js and Chromium: `cargo xtask ci` runs it"]
fn the_report_can_be_read_on_a_phone_and_on_paper_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let html = page(folder.path());
    let output = check(folder.path(), &html);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(folder.path().join("report.png").is_file());

    // Changes to the page, and the message for each. Those of a group have different messages, so that
    // Chromium starts once for all of them.
    let groups: [&[_]; 2] = [
        &[
            (
                "</main>",
                "<p style=\"width:900px\">wide</p></main>",
                "916 pixels wide on a screen of 400",
            ),
            (
                "prefers-color-scheme: dark",
                "prefers-color-scheme: none",
                "no dark mode",
            ),
            (
                "<svg class=\"bar\"",
                "<svg style=\"display:none\"",
                "picture of the totals",
            ),
            ("id=\"show-failed\"", "id=\"show-nothing\"", "show-failed"),
            (
                "</body>",
                "<img src=\"http://127.0.0.1:9/x.png\"></body>",
                "127.0.0.1:9/x.png",
            ),
        ],
        &[
            (
                "overflow-wrap: anywhere",
                "overflow-wrap: normal",
                "pixels wide",
            ),
            ("role=\"img\"", "role=\"none\"", "picture of the totals"),
        ],
    ];
    for changes in groups {
        let broken = changes.iter().fold(html.clone(), |html, (from, to, _)| {
            assert!(html.contains(from), "{from}");
            html.replace(from, to)
        });
        let output = check(folder.path(), &broken);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        for (from, _, message) in changes {
            assert!(said.contains(message), "{from}: {said}");
        }
    }
}
