//! Byte order marks and UTF-16, in files and in request bodies.

use std::fs;

use partner_center_emulator::{DataSet, Emulator, data_set};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{Lab, json as body};

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// The text in each encoding that is read.
fn marked(text: &str) -> [Vec<u8>; 3] {
    let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
    [
        with(b"\xEF\xBB\xBF", text.as_bytes()),
        with(b"\xFF\xFE", &utf16(text, u16::to_le_bytes)),
        with(b"\xFE\xFF", &utf16(text, u16::to_be_bytes)),
    ]
}

/// The text in encodings that are refused, with a part of the reason.
fn unreadable(text: &str) -> [(Vec<u8>, &'static str); 4] {
    let mut latin1 = text.as_bytes().to_vec();
    let at = text.find('"').unwrap() + 1;
    latin1.insert(at, 0xEB);
    let utf32 = text.chars().flat_map(|one| u32::from(one).to_le_bytes());
    [
        (
            utf16(text, u16::to_le_bytes),
            "UTF-16 without a byte order mark",
        ),
        (
            utf16(text, u16::to_be_bytes),
            "UTF-16 without a byte order mark",
        ),
        (utf32.collect(), "UTF-32"),
        (latin1, "Windows-1252 or Latin-1"),
    ]
}

#[tokio::test]
async fn data_and_state_files_may_have_marks() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file.json");
    let mut data = DataSet::built_in();
    data.customers[0].name = "Tailspin Zoë 🚀".to_owned();
    let text = serde_json::to_string(&data).unwrap();
    let state = json!({
        "version": 2, "data": data, "effects": [], "answered": [], "refreshTokens": [],
    })
    .to_string();
    for content in marked(&text) {
        fs::write(&file, content).unwrap();
        assert_eq!(DataSet::from_file(&file).unwrap(), data);
    }
    for content in marked(&state) {
        fs::write(&file, content).unwrap();
        let emulator = Emulator::builder().state_file(&file).start().await.unwrap();
        assert_eq!(emulator.data(), data);
    }
    for (content, reason) in unreadable(&text) {
        fs::write(&file, &content).unwrap();
        let error = DataSet::from_file(&file).unwrap_err().to_string();
        let wanted = format!("{}: is not valid UTF-8", file.display());
        assert!(
            error.starts_with(&wanted) && error.contains(reason),
            "{error}"
        );
        let error = Emulator::builder().state_file(&file).start().await;
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("file.json") && error.contains(reason),
            "{error}"
        );
        assert_eq!(fs::read(&file).unwrap(), content, "it is unchanged");
    }
}

impl Lab {
    async fn post(&self, path: &str, content_type: &str, body: Vec<u8>) -> Response {
        self.bare(Method::POST, path)
            .bearer_auth(self.target())
            .header("Content-Type", content_type)
            .body(body)
            .send()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn control_requests_may_have_marks_or_declare_utf_16() {
    let lab = Lab::new().await;
    let data = serde_json::to_string(&DataSet::built_in()).unwrap();
    let fault = r#"{"count": 1, "fault": {"kind": "stall"}}"#;
    for (path, text) in [
        ("/_emulator/data", data.as_str()),
        ("/_emulator/data", ""),
        ("/_emulator/faults", fault),
        ("/_emulator/clock", r#"{"advanceSeconds": 1}"#),
    ] {
        let mut bodies: Vec<(&str, Vec<u8>)> =
            marked(text).map(|body| ("application/json", body)).to_vec();
        for charset in ["UTF-16", "utf-16le"] {
            let charset = if charset == "UTF-16" {
                "application/json; charset=\"UTF-16\""
            } else {
                "application/json;charset=utf-16le"
            };
            bodies.push((charset, utf16(text, u16::to_le_bytes)));
        }
        for (content_type, content) in bodies {
            let response = lab.post(path, content_type, content).await;
            assert!(response.status().is_success(), "{path} {content_type}");
        }
        if text.is_empty() {
            continue;
        }
        for (content, reason) in unreadable(text) {
            let response = lab.post(path, "application/json", content).await;
            assert_eq!(response.status(), 400);
            let error = body(response).await["error"].as_str().unwrap().to_owned();
            assert!(error.contains(reason), "{error}");
        }
        let response = lab
            .post(path, "application/json; charset=utf-7", text.into())
            .await;
        assert_eq!(response.status(), 400);
    }
}

#[tokio::test]
async fn request_bodies_may_have_marks_or_declare_utf_16() {
    let create = json!({
        "sourcePartnerTenantId": data_set::SOURCE, "sourcePartnerName": "Contoso",
        "customerEmailId": "zoë@tailspin.example", "transferType": 5,
    })
    .to_string();
    let lab = Lab::new().await;
    let path = crate::transfers_path();
    let mut bodies: Vec<(&str, Vec<u8>)> = marked(&create)
        .map(|body| ("application/json", body))
        .to_vec();
    let little = utf16(&create, u16::to_le_bytes);
    let big = utf16(&create, u16::to_be_bytes);
    for (content_type, content) in [
        (
            "application/json; charset=utf-8",
            create.clone().into_bytes(),
        ),
        ("application/json; charset=utf-16", little.clone()),
        ("application/json; charset=utf-16", big.clone()),
        ("application/json; charset=UTF-16LE", little),
        ("application/json; charset=utf-16be", big),
    ] {
        bodies.push((content_type, content));
    }
    for (content_type, content) in bodies {
        let response = lab.post(&path, content_type, content).await;
        assert_eq!(response.status(), 201, "{content_type}");
    }
    for (content, reason) in unreadable(&create) {
        let response = lab.post(&path, "application/json", content).await;
        assert_eq!(response.status(), 400);
        let error = body(response).await;
        assert_eq!(error["code"], 800_002);
        let description = error["description"].as_str().unwrap();
        assert!(description.contains(reason), "{description}");
    }
    let unknown = "application/json; charset=shift_jis";
    let response = lab.post(&path, unknown, create.into_bytes()).await;
    assert_eq!(response.status(), 415);
    let error = body(response).await;
    assert!(error["description"].as_str().unwrap().contains("shift_jis"));
}

#[tokio::test]
async fn token_requests_may_have_marks() {
    let lab = Lab::new().await;
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}\
         &resource=https%3A%2F%2Fapi.partnercenter.microsoft.com",
        data_set::TARGET_APP,
        data_set::TARGET_SECRET
    );
    let path = format!("/{}/oauth2/token", data_set::TARGET);
    let content_type = "application/x-www-form-urlencoded";
    for content in marked(&form) {
        let response = lab.post(&path, content_type, content).await;
        assert_eq!(response.status(), 200);
    }
    let bare = utf16(&form, u16::to_le_bytes);
    let error: Value = body(lab.post(&path, content_type, bare).await).await;
    assert!(
        error["error_description"]
            .as_str()
            .unwrap()
            .contains("UTF-16")
    );
}
