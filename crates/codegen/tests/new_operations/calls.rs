//! Uses the generated client, in memory and on the wire.

use std::io::{BufRead, BufReader, Read, Write};

use partner_center_transfers::types::{Draft, DraftPart, Everything, LowerCase, MoveBody, Words};
use partner_center_transfers::Client;
use serde_json::{json, to_value};

#[test]
fn enum_values_keep_their_text_and_have_names() {
    for (text, known) in [
        ("Self", Words::Self_),
        ("1", Words::X1),
        ("other", Words::OtherValue),
        ("type", Words::Type),
        ("a b", Words::AB),
    ] {
        assert_eq!(Words::from(text), known);
        assert_eq!(known.as_str(), text);
    }
    assert_eq!(Words::from("new"), Words::Other("new".to_owned()));
}

#[test]
fn a_response_with_unexpected_values_decodes_and_is_written_back_unchanged() {
    let wire = json!({
        "created": "2020-03-25T22:24:34.59+00:00", "day": "soon", "id": "not a GUID", "count": "5",
        "share": 1.5, "moments": ["2020-03-25"], "extra": "a property", "type": "t", "named": "n",
        "word": "unheard", "text": 5, "value": null, "examples": null, "unknown": [1],
        "example": {"externalValue": "A"}, "small": "7", "double": 2, "moment": "m",
    });
    let read: Everything = serde_json::from_value(wire).unwrap();
    assert_eq!(read.created.as_str(), "2020-03-25T22:24:34.59+00:00");
    assert_eq!((read.count, read.small, read.text.as_str()), (5, Some(7), "5"));
    assert_eq!(read.extra_property, "a property");
    assert_eq!(read.extra["unknown"], json!([1]));
    let written = to_value(&read).unwrap();
    assert_eq!(written["extra"], "a property");
    assert_eq!(written["unknown"], json!([1]));
    assert_eq!(written["examples"], json!([]));
    assert_eq!(written["id"], "not a GUID");
}

#[test]
fn a_body_is_built_without_unknown_properties() {
    let part = DraftPart::builder().count(1).try_into().unwrap();
    let mut draft: Draft = Draft::builder().note(Some("x".to_owned())).inner(Some::<DraftPart>(part)).try_into().unwrap();
    draft.extra_property = Some("e".to_owned());
    // This type is also a response, so its empty list is written.
    assert_eq!(
        to_value(&draft).unwrap(),
        json!({"names": [], "note": "x", "extra": "e", "inner": {"count": 1}})
    );
    // This type is only sent.
    let sent: LowerCase = LowerCase::builder().word(Words::Type).try_into().unwrap();
    assert_eq!(to_value(&sent).unwrap(), json!({"word": "type"}));
    assert!(MoveBody::try_from(MoveBody::builder()).is_err(), "text is required");
}

/// Starts a server for one request. The thread returns the request as text.
fn once(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut text = String::new();
        while !text.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut text).unwrap() > 0);
        }
        let length = text
            .to_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        reader.into_inner().write_all(answer.as_bytes()).unwrap();
        text + &String::from_utf8(body).unwrap()
    });
    (url, served)
}

const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

#[tokio::test]
async fn query_and_headers_are_sent_as_the_spec_says() {
    let (url, served) = once("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]");
    let client = Client::builder().endpoint(url).bearer_token("t").build().unwrap();
    let answer = client
        .list_drafts()
        .customer_id(CUSTOMER)
        .direction("outgoing")
        .page_size(50)
        .type_("a&b")
        .status(vec!["active".to_owned(), "complete".to_owned()])
        .ratio(0.5)
        .all(true)
        .unshown("u")
        .words(vec![Words::Type])
        .created_after("2020-03-25T22:24:34.59Z")
        .x_tier(3)
        .value(true)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.into_inner(), []);
    let sent = served.join().unwrap();
    let query = sent.split([' ', '?']).nth(2).unwrap();
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        [
            "all=true",
            "createdAfter=2020-03-25T22%3A24%3A34.59Z",
            "direction=outgoing",
            "pageSize=50",
            "ratio=0.5",
            "status=active",
            "status=complete",
            "type=a%26b",
            "unshown=u",
            "words=type"
        ]
    );
    assert!(sent.contains("\r\nx-tier: 3\r\n"), "{sent}");
    assert!(sent.contains("\r\nvalue: true\r\n"), "{sent}");
    assert!(!sent.contains("if-match"), "{sent}");
}

#[tokio::test]
async fn a_body_is_sent_as_json() {
    let (url, served) = once("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    let client = Client::builder().endpoint(url).bearer_token("t").build().unwrap();
    client
        .move_()
        .customer_id(CUSTOMER)
        .transfer_id(CUSTOMER)
        .type_("a/b".to_owned())
        .body_map(|body| body.text("x").day(Some("2020-03-25".into())))
        .send()
        .await
        .unwrap();
    let sent = served.join().unwrap();
    assert!(sent.starts_with("PATCH /v1/customers/"), "{sent}");
    assert!(sent.contains("/notes/a%2Fb HTTP/1.1\r\n"), "{sent}");
    assert!(sent.ends_with(r#"{"day":"2020-03-25","text":"x"}"#), "{sent}");
}
