//! The file that stores a refresh token between runs.

use partner_center_tests::{Reply, Request, ScriptedServer};
use serde_json::json;

use crate::command_lines::{CUSTOMER, TO_WITHDRAW};
use crate::run::{CANARY, HOME_VARIABLES, NO_HOME, Run, command, finish};
use crate::server::Server;

/// A login service that renews each refresh token, and an API that accepts its access tokens.
pub(crate) fn renewing_server() -> Server {
    let server = Server::start();
    let renewed = format!("new-{CANARY}");
    let token = json!({
        "token_type": "Bearer", "expires_in": 3599, "access_token": CANARY,
        "refresh_token": renewed,
    });
    server.reply("POST", 200, &token.to_string());
    server.reply("DELETE", 204, "");
    server
}

/// Withdraws with a refresh token and logs everything.
pub(crate) fn withdraw_as_user(
    url: &str,
    variable: &str,
    value: impl AsRef<std::ffi::OsStr>,
) -> Run {
    let mut command = command();
    command
        .args(["--endpoint", url, "-vvv", "withdraw"])
        .args(["--customer", CUSTOMER, "--transfer", TO_WITHDRAW])
        .args(["--yes", "--no-read"])
        .env("PCTRANSFERS_AUTHORITY", url)
        .env("PCTRANSFERS_TENANT_ID", "contoso.example")
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env(variable, value);
    finish(&mut command)
}

#[test]
fn a_renewed_refresh_token_is_written_to_its_file() {
    let server = renewing_server();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    let old = format!("old-{CANARY}");
    std::fs::write(&file, format!("{old}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    }
    let run = withdraw_as_user(&server.url(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &file);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let sent = server.requests()[0].body.clone();
    assert!(sent.ends_with(&format!("&refresh_token={old}")), "{sent}");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("new-{CANARY}\n")
    );
    // No temporary file is left.
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}

#[cfg(unix)]
#[test]
fn a_token_file_that_other_users_can_read_gets_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    for (mode, is_exposed) in [
        (0o600, false),
        (0o640, false),
        (0o644, true),
        (0o604, true),
        (0o602, true),
    ] {
        let server = renewing_server();
        let (_directory, file) = token_file(CANARY.as_bytes());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let run = withdraw_as_user(&server.url(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &file);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let warning = format!("run chmod 600 {}", file.display());
        assert_eq!(
            run.stderr.contains(&warning),
            is_exposed,
            "{mode:o}: {}",
            run.stderr
        );
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            mode
        );
    }
}

/// A service user whose token was renewed by root could not read it any more.
#[cfg(unix)]
#[test]
fn root_does_not_take_a_token_file_from_its_owner() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

    let server = renewing_server();
    let (_directory, file) = token_file(CANARY.as_bytes());
    if chown(&file, Some(12_345), Some(54_321)).is_err() {
        eprintln!("SKIPPED: only root can give a file to another user");
        return;
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = withdraw_as_user(&server.url(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &file);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("new-{CANARY}\n")
    );
    let after = std::fs::metadata(&file).unwrap();
    assert_eq!((after.uid(), after.gid()), (12_345, 54_321));
    assert_eq!(after.mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_to_a_token_file_is_kept() {
    let server = renewing_server();
    let (there, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = there.path().join("token");
    std::fs::write(&file, CANARY).unwrap();
    let link = here.path().join("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let run = withdraw_as_user(&server.url(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &link);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("new-{CANARY}\n")
    );
    assert_eq!(std::fs::read_link(&link).unwrap(), file);
}

/// A file with this content in a directory of its own.
fn token_file(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, content).unwrap();
    (directory, file)
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

const FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

#[test]
fn a_token_file_of_another_system_is_read() {
    let text = format!("{CANARY}\r\n");
    let marked = format!("\u{feff}{text}");
    for content in [
        text.clone().into_bytes(),
        marked.clone().into_bytes(),
        // `>` in Windows PowerShell.
        utf16(&marked, u16::to_le_bytes),
        utf16(&marked, u16::to_be_bytes),
        format!("\n  {CANARY}\r").into_bytes(),
    ] {
        let server = renewing_server();
        let (_directory, file) = token_file(&content);
        let run = withdraw_as_user(&server.url(), FILE, &file);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let sent = server.requests()[0].body.clone();
        assert!(
            sent.ends_with(&format!("&refresh_token={CANARY}")),
            "{sent}"
        );
        let stored = std::fs::read_to_string(&file).unwrap();
        assert_eq!(stored, format!("new-{CANARY}\n"));
    }
}

/// The process ends, and the renewed token with it.
#[test]
fn a_renewed_token_that_cannot_be_stored_is_said_to_be_lost() {
    let (directory, file) = token_file(CANARY.as_bytes());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let token = json!({
        "token_type": "Bearer", "expires_in": 3599, "access_token": CANARY,
        "refresh_token": format!("new-{CANARY}"),
    });
    let path = directory.path().to_owned();
    // Neither the file nor its directory is there when the token is to be stored.
    let server = runtime.block_on(ScriptedServer::with_handler(move |_: &Request| {
        std::fs::remove_dir_all(&path).unwrap();
        Some(Reply::json("200 -", &token.to_string()))
    }));
    let run = withdraw_as_user(server.url(), FILE, &file);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let error = run.stderr.lines().find(|line| line.starts_with("error: "));
    let error = error.unwrap();
    for expected in [
        "could not be stored (PCTRANSFERS_REFRESH_TOKEN_FILE: cannot write ",
        "and was not used; it is lost, as the command ends",
        "make the file writable and run the command again",
        "sign in for a new token",
    ] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(!error.contains("memory"), "{error}");
    // Nothing was sent with an access token whose refresh token is lost.
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_token_file_that_cannot_be_read_is_explained() {
    let long = CANARY.repeat(10);
    for (content, expected) in [
        (
            utf16(&long, u16::to_le_bytes),
            "is not valid UTF-8 (looks like UTF-16 without",
        ),
        (format!("{long}\u{e9}").into_bytes(), "the character U+00E9"),
        (
            [long.as_bytes(), b"\xE9"].concat(),
            "save the file as UTF-8",
        ),
        (
            format!("\"{long}\"\r\n").into_bytes(),
            "in quotes: remove the quotes",
        ),
        (
            format!("{long}\u{200B}").into_bytes(),
            "the character U+200B",
        ),
        (
            format!("{long}\n{long}").into_bytes(),
            "exactly one refresh token",
        ),
        (
            format!("{{\"refresh_token\":\"{long}\"}}").into_bytes(),
            "exactly one refresh token",
        ),
        (b"\xEF\xBB\xBF\r\n".to_vec(), "exactly one refresh token"),
        (
            long.clone().into_bytes()[..0].to_vec(),
            "exactly one refresh token",
        ),
    ] {
        let server = renewing_server();
        let (_directory, file) = token_file(&content);
        let run = withdraw_as_user(&server.url(), FILE, &file);
        assert_eq!(run.code, 2, "{expected}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        assert!(run.stderr.contains(FILE), "{}", run.stderr);
        assert!(server.requests().is_empty());
        assert_eq!(std::fs::read(&file).unwrap(), content);
    }
}

#[test]
fn a_token_in_place_of_the_path_is_not_shown() {
    let server = renewing_server();
    let run = withdraw_as_user(&server.url(), FILE, CANARY.repeat(20));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(FILE), "{}", run.stderr);
    assert!(
        run.stderr.contains("to the path of the file"),
        "{}",
        run.stderr
    );
}

/// Runs the command where the token file is mounted, as into a container. `None` if this system
/// does not let users mount.
#[cfg(target_os = "linux")]
fn withdraw_with_mounted_file(
    server: &Server,
    file: &std::path::Path,
    options: &str,
) -> Option<Run> {
    let unshare = || {
        let mut unshare = std::process::Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c"]);
        unshare
    };
    let mount = format!("mount --bind \"$0\" \"$0\" && mount -o remount,bind,{options} \"$0\"");
    let status = unshare().arg(&mount).arg(file).output();
    if !status.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let url = server.url();
    let mut command = unshare();
    command
        .arg(format!("{mount} && exec \"$@\""))
        .arg(file)
        .arg(env!("CARGO_BIN_EXE_pctransfers"))
        .args(["--endpoint", &url, "withdraw", "--customer", CUSTOMER])
        .args(["--transfer", TO_WITHDRAW, "--yes", "--no-read"])
        .env("PCTRANSFERS_AUTHORITY", &url)
        .env("PCTRANSFERS_TENANT_ID", "contoso.example")
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env(FILE, file)
        .envs(HOME_VARIABLES.map(|name| (name, NO_HOME)));
    Some(finish(&mut assert_cmd::Command::from_std(command)))
}

#[cfg(target_os = "linux")]
#[test]
fn a_mounted_token_file_is_overwritten() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    for old in [CANARY.to_owned(), CANARY.repeat(10)] {
        let server = renewing_server();
        let (directory, file) = token_file(old.as_bytes());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let before = std::fs::metadata(&file).unwrap();
        let Some(run) = withdraw_with_mounted_file(&server, &file, "rw") else {
            return;
        };
        assert_eq!(run.code, 0, "{}", run.stderr);
        let stored = std::fs::read_to_string(&file).unwrap();
        assert_eq!(stored, format!("new-{CANARY}\n"));
        let after = std::fs::metadata(&file).unwrap();
        assert_eq!(after.ino(), before.ino());
        assert_eq!(after.mode() & 0o777, 0o640);
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_token_file_that_is_mounted_for_reading_is_refused_before_the_login() {
    let server = renewing_server();
    let (_directory, file) = token_file(CANARY.as_bytes());
    let Some(run) = withdraw_with_mounted_file(&server, &file, "ro") else {
        return;
    };
    assert_eq!(run.code, 2, "{}", run.stderr);
    for expected in [
        FILE,
        "Read-only file system",
        "give the command write access",
    ] {
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    assert!(server.requests().is_empty());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), CANARY);
}
