//! The state file: its lock, and files that cannot be opened, replaced or written.

use std::fs;
use std::path::{Path, PathBuf};

use partner_center_emulator::{Emulator, data_set};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::json as body;

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn start(file: &Path) -> std::io::Result<Emulator> {
    let builder = Emulator::builder().no_auth().state_file(file);
    builder.start().await
}

async fn refused(file: &Path) -> String {
    start(file).await.unwrap_err().to_string()
}

async fn accept(emulator: &Emulator, transfer: Uuid, id: u128) -> reqwest::Response {
    client()
        .post(format!(
            "{}{}",
            emulator.url(),
            crate::accept_path(transfer)
        ))
        .header("Content-Length", "0")
        .header("MS-RequestId", Uuid::from_u128(id).to_string())
        .send()
        .await
        .unwrap()
}

/// A file whose path is so long that no other file fits beside it: a rename is impossible, as it is
/// for a file that is mounted into a container.
fn not_replaceable(directory: &TempDir) -> PathBuf {
    let mut path = fs::canonicalize(directory.path()).unwrap();
    while path.as_os_str().len() < 4090 - 200 {
        path.push("d".repeat(190));
    }
    let rest = 4090 - path.as_os_str().len();
    path.push("d".repeat(rest));
    fs::create_dir_all(&path).unwrap();
    path.push("s");
    path
}

#[tokio::test]
async fn a_second_emulator_with_the_same_state_file_is_refused_by_every_name_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let first = start(&file).await.unwrap();
    let mut names = vec![file.clone(), directory.path().join(".").join("state.json")];
    #[cfg(unix)]
    {
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        names.push(link);
    }
    // Before and after the file was replaced.
    for id in 1..3 {
        for name in &names {
            let error = refused(name).await;
            let own = std::process::id().to_string();
            assert!(error.contains(&name.display().to_string()), "{error}");
            assert!(error.contains("another emulator"), "{error}");
            assert!(
                !cfg!(target_os = "linux") || error.contains(&own),
                "{error}"
            );
        }
        let transfer = [data_set::ACCEPTED_WHOLE, data_set::ACCEPTED_IN_PART][id - 1];
        assert_eq!(accept(&first, transfer, id as u128).await.status(), 200);
    }
    drop(first);
    let next = start(&file).await.unwrap();
    assert_eq!(next.effects().len(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_at_the_start_with_its_path_and_the_cause() {
    let directory = tempfile::tempdir().unwrap();
    let plain = directory.path().join("plain");
    fs::write(&plain, "text").unwrap();
    let missing = directory.path().join("missing");
    for (path, cause) in [
        (missing.join("state.json"), "missing does not exist"),
        (missing.join("more/state.json"), "more does not exist"),
        (directory.path().to_owned(), "it is a directory"),
        (plain.join("state.json"), "irectory"),
        (PathBuf::from("/dev/null"), "it is not a regular file"),
        (PathBuf::from("/proc/version"), ""),
    ] {
        let error = refused(&path).await;
        let named = format!("the state file {} cannot be used: ", path.display());
        assert!(
            error.starts_with(&named) && error.contains(cause),
            "{error}"
        );
    }
    assert!(!missing.exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let null = fs::metadata("/dev/null").unwrap().file_type();
        assert!(null.is_char_device());
    }
}

#[tokio::test]
async fn an_empty_file_is_a_fresh_state() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    for content in ["", "\n", "\u{feff}"] {
        fs::write(&file, content).unwrap();
        let emulator = start(&file).await.unwrap();
        let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
        assert_eq!(response.status(), 200);
        drop(emulator);
        assert_eq!(start(&file).await.unwrap().effects().len(), 1);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_mode_and_a_link_are_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let directory = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let file = other.path().join("state.json");
    let link = directory.path().join("link.json");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&file, &link).unwrap();
    let emulator = start(&link).await.unwrap();
    let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
    assert_eq!(response.status(), 200);
    drop(emulator);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let metadata = fs::symlink_metadata(&file).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert!(metadata.is_file() && metadata.len() > 1000);
    let left: Vec<_> = fs::read_dir(other.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// Someone else may have made a file or a link where a careless program would write first.
#[cfg(unix)]
#[tokio::test]
async fn a_new_state_is_for_its_owner_only_and_nothing_beside_it_is_written() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::write(at("victim"), "untouched").unwrap();
    symlink(at("victim"), at("state.json.new")).unwrap();
    fs::write(at("state.json.tmp"), "untouched").unwrap();
    fs::set_permissions(at("state.json.tmp"), fs::Permissions::from_mode(0o666)).unwrap();
    let emulator = start(&at("state.json")).await.unwrap();
    let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
    assert_eq!(response.status(), 200);
    // Replaces the whole file.
    let reset = client().post(format!("{}/_emulator/data", emulator.url()));
    let reset = reset.header("Content-Type", "application/json");
    assert_eq!(reset.send().await.unwrap().status(), 204);
    drop(emulator);
    let mode = fs::metadata(at("state.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for name in ["victim", "state.json.tmp"] {
        assert_eq!(fs::read_to_string(at(name)).unwrap(), "untouched", "{name}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_replaced_is_overwritten_in_place() {
    use std::os::unix::fs::MetadataExt as _;

    let directory = tempfile::tempdir().unwrap();
    let file = not_replaceable(&directory);
    let emulator = start(&file).await.unwrap();
    let inode = fs::metadata(&file).unwrap().ino();
    for (id, transfer) in [
        (1, data_set::ACCEPTED_WHOLE),
        (2, data_set::ACCEPTED_IN_PART),
    ] {
        assert_eq!(accept(&emulator, transfer, id).await.status(), 200);
    }
    assert!(refused(&file).await.contains("another emulator"));
    drop(emulator);
    assert_eq!(fs::metadata(&file).unwrap().ino(), inode);
    // A shorter state leaves nothing of the longer one.
    let emulator = start(&file).await.unwrap();
    assert_eq!(emulator.effects().len(), 2);
    let reset = client().post(format!("{}/_emulator/data", emulator.url()));
    let reset = reset.header("Content-Type", "application/json");
    assert_eq!(reset.send().await.unwrap().status(), 204);
    drop(emulator);
    assert_eq!(start(&file).await.unwrap().effects(), []);
}

/// An emulator whose state file is in a directory that is gone.
async fn without_directory() -> (TempDir, PathBuf, Emulator) {
    let directory = tempfile::tempdir().unwrap();
    let gone = directory.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let builder = Emulator::builder().state_file(gone.join("state.json"));
    let emulator = builder.single_use_refresh_tokens().start().await.unwrap();
    fs::remove_dir_all(&gone).unwrap();
    (directory, gone, emulator)
}

#[tokio::test]
async fn a_change_that_cannot_be_written_is_undone_and_can_be_repeated() {
    let (_directory, gone, emulator) = without_directory().await;
    let token = emulator.token(data_set::TARGET).unwrap();
    let before = emulator.data();
    let send = || {
        client()
            .post(format!(
                "{}{}",
                emulator.url(),
                crate::accept_path(data_set::ACCEPTED_WHOLE)
            ))
            .header("Content-Length", "0")
            .header("MS-RequestId", Uuid::from_u128(7).to_string())
            .bearer_auth(&token)
            .send()
    };
    for _ in 0..2 {
        let response = send().await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let error = body(response).await;
        let description = error["description"].as_str().unwrap();
        assert!(
            description.starts_with("Nothing was changed"),
            "{description}"
        );
        assert_eq!(emulator.effects(), []);
        assert_eq!(emulator.data(), before);
    }

    // The token endpoint: the single-use refresh token is still valid afterwards.
    let refresh = || {
        client()
            .post(format!(
                "{}/{}/oauth2/token",
                emulator.url(),
                data_set::TARGET
            ))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!(
                "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}\
                 &resource=https%3A%2F%2Fapi.partnercenter.microsoft.com",
                data_set::TARGET_APP,
                data_set::TARGET_SECRET,
                data_set::TARGET_REFRESH_TOKEN,
            ))
            .send()
    };
    let response = refresh().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body(response).await["error"], "temporarily_unavailable");

    // The control endpoint.
    let reset = || {
        let request = client().post(format!("{}/_emulator/data", emulator.url()));
        request.json(&json!({"partners": [], "customers": [], "transfers": []}))
    };
    let response = reset().send().await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let error: Value = body(response).await;
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .starts_with("nothing was changed")
    );
    assert_eq!(emulator.data(), before);
    assert!(!emulator.requests().is_empty());

    fs::create_dir(&gone).unwrap();
    assert_eq!(send().await.unwrap().status(), 200);
    assert_eq!(emulator.effects().len(), 1);
    assert_eq!(refresh().await.unwrap().status(), 200);
    assert_eq!(refresh().await.unwrap().status(), 400, "it was used");
    assert!(gone.join("state.json").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_another_one_replaced_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let emulator = start(&file).await.unwrap();
    fs::write(directory.path().join("backup"), "precious").unwrap();
    fs::rename(directory.path().join("backup"), &file).unwrap();
    let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
    assert_eq!(response.status(), 500);
    assert_eq!(emulator.effects(), []);
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

/// A create whose record has characters of more than one byte.
async fn create(emulator: &Emulator) -> reqwest::Response {
    let url = format!("{}{}", emulator.url(), crate::transfers_path());
    let request = client().post(url).json(&json!({
        "sourcePartnerTenantId": data_set::SOURCE, "sourcePartnerName": "Zoë 🚀".repeat(20),
        "targetPartnerTenantId": data_set::TARGET,
        "customerEmailId": "admin@tailspin.example", "transferType": 5,
    }));
    request.send().await.unwrap()
}

/// A kill can leave a part of the last line of the file, up to any byte.
#[tokio::test]
async fn a_change_that_was_not_written_to_its_end_is_ignored() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let copy = directory.path().join("copy.json");
    let emulator = start(&file).await.unwrap();
    let accepted = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
    assert_eq!(accepted.status(), 200);
    let before = fs::read(&file).unwrap().len();
    assert_eq!(create(&emulator).await.status(), 201);
    let content = fs::read(&file).unwrap();
    let (first, both) = (emulator.effects()[..1].to_vec(), emulator.effects());
    let ends = (before..content.len()).step_by(61);
    // The last byte is the end of the line.
    for end in ends.chain(content.len() - 2..=content.len()) {
        fs::write(&copy, &content[..end]).unwrap();
        let kept = start(&copy).await.unwrap();
        let is_whole = end + 1 >= content.len();
        let effects = if is_whole { &both } else { &first };
        assert_eq!(&kept.effects(), effects, "{end} of {}", content.len());
        assert_eq!(kept.data().transfers.len(), 6 + usize::from(is_whole));
        // The part does not remain between the changes.
        assert_eq!(create(&kept).await.status(), 201);
        let kept_effects = kept.effects();
        drop(kept);
        assert_eq!(start(&copy).await.unwrap().effects(), kept_effects);
    }
}

/// The file can be copied while it is in use, and edited afterwards.
#[tokio::test]
async fn a_copy_of_a_file_in_use_has_each_change_and_can_be_edited() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let copy = directory.path().join("copy.json");
    let emulator = start(&file).await.unwrap();
    for id in 1..3 {
        // The second one is a repetition, and the third request a refusal.
        let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 1).await;
        assert_eq!(response.status(), 200, "{id}");
    }
    let response = accept(&emulator, data_set::ACCEPTED_WHOLE, 2).await;
    let refusal = response.text().await.unwrap();
    assert_eq!(create(&emulator).await.status(), 201);
    fs::copy(&file, &copy).unwrap();
    let kept = start(&copy).await.unwrap();
    assert_eq!(kept.effects(), emulator.effects());
    assert_eq!(kept.effects()[0].requests, 2);
    assert_eq!(kept.data(), emulator.data());
    let again = accept(&kept, data_set::ACCEPTED_WHOLE, 2).await;
    assert_eq!(again.text().await.unwrap(), refusal);
    drop(kept);

    let text = fs::read_to_string(&file).unwrap();
    assert!(text.lines().count() > 1);
    let edited = text.replace("admin@tailspin.example", "other@tailspin.example");
    for text in [
        &edited,
        &edited.replace('\n', "\r\n"),
        &format!("\u{feff}{edited}\n\n"),
    ] {
        fs::write(&copy, text).unwrap();
        let kept = start(&copy).await.unwrap();
        let created = kept.data().transfers.pop().unwrap();
        let mail = created.new_commerce.unwrap().customer_email_id;
        assert_eq!(mail, "other@tailspin.example");
    }
    for (change, reason) in [
        ("{\"effects\": 1}", "change 1: effects: invalid type"),
        (
            "{\"data\": {}, \"other\": 1}",
            "change 1: other: unknown field",
        ),
        (
            "{\"answered\": [{\"partner\": null, \"requestId\": \"11111111-0000-4000-8000-00000000000a\", \
             \"operation\": \"accept_transfer\", \"customerId\": \
             \"11111111-0000-4000-8000-00000000000a\", \"status\": 200, \"body\": null, \"effect\": 9}]}",
            "answered[0].effect",
        ),
        ("true", "change 1"),
    ] {
        let state = text.lines().next().unwrap();
        let content = format!("{state}\n{change}\n");
        fs::write(&copy, &content).unwrap();
        let error = refused(&copy).await;
        assert!(
            error.contains(reason) && error.contains("copy.json"),
            "{error}"
        );
        assert_eq!(
            fs::read_to_string(&copy).unwrap(),
            content,
            "it is unchanged"
        );
    }
}
