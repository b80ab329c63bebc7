//! Times in the zone of the user.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::run::{CANARY, command, finish};
use crate::server::{Server, example, on_transfer};

fn shown(zone: &str, more: &[&str]) -> String {
    let server = Server::start();
    server.reply("GET", 200, example!("get-transfer-pending"));
    let url = server.url();
    let arguments = [&["--endpoint", &url], &on_transfer("get", more)[..]].concat();
    let mut command = command();
    let command = command.args(arguments).env("PCTRANSFERS_TOKEN", CANARY);
    finish(command.env("TZ", zone)).stdout
}

#[test]
fn text_has_times_of_the_zone_of_the_user_to_the_second() {
    for (zone, created, expires) in [
        (
            "UTC",
            "2026-10-02 14:05:11 +00:00",
            "2026-11-01 14:05:11 +00:00",
        ),
        (
            "",
            "2026-10-02 14:05:11 +00:00",
            "2026-11-01 14:05:11 +00:00",
        ),
        // Summer time ends in between.
        (
            "Europe/Berlin",
            "2026-10-02 16:05:11 +02:00",
            "2026-11-01 15:05:11 +01:00",
        ),
        (
            ":Asia/Kolkata",
            "2026-10-02 19:35:11 +05:30",
            "2026-11-01 19:35:11 +05:30",
        ),
        (
            "EST5EDT,M3.2.0,M11.1.0",
            "2026-10-02 10:05:11 -04:00",
            "2026-11-01 09:05:11 -05:00",
        ),
        // An unknown zone does not fail the command; the offset shows the zone in use.
        (
            "No/Such",
            "2026-10-02 14:05:11 +00:00",
            "2026-11-01 14:05:11 +00:00",
        ),
    ] {
        let text = shown(zone, &[]);
        let created = format!("Created         {created}\n");
        assert!(text.contains(&created), "{zone}: {text}");
        let expires = format!("Expires         {expires} (");
        assert!(text.contains(&expires), "{zone}: {text}");
    }
}

#[test]
fn whoami_has_the_expiry_of_the_token_in_the_zone_of_the_user() {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"exp":4102444800}"#);
    for (output, expected) in [
        ("text", "Expires     2100-01-01 05:30:00 +05:30\n"),
        ("json", "\"expiresAt\": \"2100-01-01T00:00:00Z\""),
    ] {
        let mut command = command();
        let command = command.args(["whoami", "--output", output]);
        let command = command.env("PCTRANSFERS_TOKEN", format!("e30.{claims}.x"));
        let shown = finish(command.env("TZ", "Asia/Kolkata")).stdout;
        assert!(shown.contains(expected), "{shown}");
    }
}

#[test]
fn data_has_the_text_of_the_service() {
    for format in ["json", "jsonl", "csv", "tsv"] {
        let text = shown("Europe/Berlin", &["--output", format]);
        assert!(
            text.contains("2026-10-02T14:05:11.830412Z"),
            "{format}: {text}"
        );
        assert!(text.contains("2026-11-01T14:05:11Z"), "{format}: {text}");
    }
}
