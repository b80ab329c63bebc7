//! Access tokens that later commands use too.

use std::fs;
use std::path::{Path, PathBuf};

use partner_center_emulator::{Emulator, data_set};
use serde_json::{Value, json};

use crate::login_service::{APP, CUSTOMER, LoginService, TENANT};
use crate::run::{CANARY, command_at, finish};

/// The files below a directory, without those that lock others.
fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_none_or(|it| it != "lock") {
            found.push(path);
        }
    }
    found
}

/// The one token that is kept.
fn kept(home: &Path) -> PathBuf {
    let files = files(home);
    assert_eq!(files.len(), 1, "{files:?}");
    files.into_iter().next().unwrap()
}

fn change(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut content: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut content);
    fs::write(path, content.to_string()).unwrap();
}

#[test]
fn many_commands_are_one_login_at_the_emulator() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let home = tempfile::tempdir().unwrap();
    for _ in 0..20 {
        let mut command = command_at(home.path());
        command
            .args(["list", "--customer", CUSTOMER])
            .env("PCTRANSFERS_ENDPOINT", emulator.url())
            .env("PCTRANSFERS_AUTHORITY", emulator.url())
            .env("PCTRANSFERS_TENANT_ID", data_set::SOURCE.to_string())
            .env("PCTRANSFERS_CLIENT_ID", data_set::SOURCE_APP.to_string())
            .env("PCTRANSFERS_CLIENT_SECRET", data_set::SOURCE_SECRET);
        let run = finish(&mut command);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let requests = emulator.requests();
    let count = |word: &str| requests.iter().filter(|it| it.path.contains(word)).count();
    assert_eq!((count("/token"), count("/transfers")), (1, 20));
}

#[test]
fn a_token_is_kept_where_only_its_owner_can_read_it() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    for _ in 0..3 {
        let run = service.list(home.path());
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    }
    assert_eq!(service.logins(), 1);
    let path = kept(home.path());
    let directory = path.parent().unwrap();
    assert!(directory.ends_with("pctransfers/access-tokens"), "{path:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(directory)), (0o600, 0o700));
        for entry in fs::read_dir(directory).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }
}

/// Another app, tenant, secret, login service, audience or credential needs a token of its own.
#[test]
fn a_token_is_used_for_its_own_credential_only() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let other_authority = service.url().replace("127.0.0.1", "localhost");
    let file = home.path().join("refresh-token");
    fs::write(&file, format!("of-file-{CANARY}")).unwrap();
    let file = file.to_str().unwrap();
    let other = "33333333-0000-4000-8000-00000000000c";
    let other_secret = format!("other-{CANARY}");
    let cases = [
        ("global", "CLIENT_SECRET", CANARY),
        ("global", "TENANT_ID", other),
        ("global", "CLIENT_ID", other),
        ("global", "CLIENT_SECRET", &other_secret),
        ("global", "AUTHORITY", &other_authority),
        ("china", "CLIENT_SECRET", CANARY),
        ("global", "REFRESH_TOKEN", CANARY),
        ("global", "REFRESH_TOKEN_FILE", file),
    ];
    for (index, (cloud, name, value)) in cases.into_iter().enumerate() {
        let arguments = ["--cloud", cloud, "list", "--customer", CUSTOMER];
        let mut command = service.command(home.path(), &arguments);
        command
            .env("PCTRANSFERS_CLIENT_SECRET", CANARY)
            .env(format!("PCTRANSFERS_{name}"), value);
        let run = finish(&mut command);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        assert_eq!(service.logins(), index + 1, "{cloud} {name}");
    }
    // The first one again, with ids as they are copied elsewhere.
    let mut command = service.command(home.path(), &["list", "--customer", CUSTOMER]);
    command
        .env("PCTRANSFERS_CLIENT_SECRET", &other_secret)
        .env(
            "PCTRANSFERS_TENANT_ID",
            format!("{{{}}}", TENANT.to_uppercase()),
        )
        .env("PCTRANSFERS_CLIENT_ID", APP.to_uppercase());
    assert_eq!(finish(&mut command).code, 0);
    assert_eq!(service.logins(), cases.len());
}

/// The file contains the renewed token, and the access token belongs to that one too.
#[test]
fn a_renewed_refresh_token_keeps_its_access_token() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let tokens = tempfile::tempdir().unwrap();
    let file = tokens.path().join("token");
    fs::write(&file, CANARY).unwrap();
    for _ in 0..3 {
        let mut command = service.command(home.path(), &["list", "--customer", CUSTOMER]);
        let run = finish(command.env("PCTRANSFERS_REFRESH_TOKEN_FILE", &file));
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    assert_eq!(service.logins(), 1);
    // Another user's token.
    fs::write(&file, format!("other-{CANARY}")).unwrap();
    let mut command = service.command(home.path(), &["list", "--customer", CUSTOMER]);
    finish(command.env("PCTRANSFERS_REFRESH_TOKEN_FILE", &file));
    assert_eq!(service.logins(), 2);
}

/// Such as a token that a command of the earlier user has written after the login.
#[test]
fn a_token_of_an_earlier_sign_in_is_not_used() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let run = |arguments: &[&str]| {
        let run = finish(&mut service.command(home.path(), arguments));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let directory = home.path().join("pctransfers/access-tokens");
    run(&["login"]);
    let path = kept(&directory);
    let earlier = fs::read(&path).unwrap();
    // A renewed refresh token belongs to the same sign-in.
    run(&["--no-token-cache", "list", "--customer", CUSTOMER]);
    let logins = service.logins();
    assert!(run(&["whoami"]).contains("admin@contoso.example"));
    assert_eq!(service.logins(), logins);

    service.script(|script| script.claims["upn"] = json!("other@contoso.example"));
    run(&["login"]);
    fs::write(&path, earlier).unwrap();
    assert!(run(&["whoami"]).contains("other@contoso.example"));
    assert_eq!(service.logins(), logins + 2);
    // The new one is kept.
    run(&["whoami"]);
    assert_eq!(service.logins(), logins + 2);
}

#[test]
fn a_token_that_is_about_to_expire_is_not_used() {
    for (issued, expires) in [(-3400, 199), (-3600, -1), (600, 4200), (-30, 30)] {
        let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
        service.list(home.path());
        let path = kept(home.path());
        let now = std::time::SystemTime::now();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
        let now = i64::try_from(now.as_secs()).unwrap();
        change(&path, |content| {
            content["issuedAt"] = json!(now + issued);
            content["expiresAt"] = json!(now + expires);
        });
        assert_eq!(service.list(home.path()).code, 0);
        assert_eq!(service.logins(), 2, "{issued} {expires}");
        // The new one is kept.
        assert_eq!(service.list(home.path()).code, 0);
        assert_eq!(service.logins(), 2, "{issued} {expires}");
    }
}

#[test]
fn a_token_that_the_service_refused_is_not_used_again() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    service.list(home.path());
    let refused = fs::read(kept(home.path())).unwrap();
    service.script(|script| script.refused_tokens = 1);
    // The command goes on with a new token.
    assert_eq!(service.list(home.path()).code, 0);
    assert_eq!(service.logins(), 2);
    assert_eq!(service.list(home.path()).code, 0);
    assert_ne!(fs::read(kept(home.path())).unwrap(), refused);
    let bearers = service.bearers();
    // Call, refused call, repeated call, call of the next command.
    assert_eq!(bearers.len(), 4);
    assert_eq!(bearers[0], bearers[1]);
    assert!(!bearers[2..].contains(&bearers[0]));

    // All tokens are refused: none of them is left.
    service.script(|script| script.refused_tokens = 9);
    assert_eq!(service.list(home.path()).code, 4);
    assert!(files(home.path()).is_empty());
}

#[test]
fn commands_that_run_at_once_log_in_once_and_keep_the_file_whole() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let run = service.list(home.path());
                assert_eq!(run.code, 0, "{}", run.stderr);
            });
        }
    });
    assert_eq!(service.logins(), 1);
    let content: Value = serde_json::from_slice(&fs::read(kept(home.path())).unwrap()).unwrap();
    assert!(content["accessToken"].is_string());
}

#[cfg(unix)]
#[test]
fn a_token_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;

    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    service.list(home.path());
    let path = kept(home.path());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let run = service.list(home.path());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "warning: the access token is not used again, because other users can read";
    assert_eq!(run.stderr.matches(expected).count(), 1, "{}", run.stderr);
    assert_eq!(service.logins(), 2);
    let mode = fs::metadata(kept(home.path()))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let run = service.list(home.path());
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    assert_eq!(service.logins(), 2);
}

#[test]
fn a_damaged_file_is_replaced() {
    for damaged in ["", "{", "[]", "{\"accessToken\":1}", "\u{0}\u{1}"] {
        let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
        service.list(home.path());
        fs::write(kept(home.path()), damaged).unwrap();
        for _ in 0..2 {
            let run = service.list(home.path());
            assert_eq!(run.code, 0, "{damaged:?}: {}", run.stderr);
        }
        assert_eq!(service.logins(), 2, "{damaged:?}");
    }
}

#[test]
fn no_token_is_kept_or_used_if_the_caller_wants_none() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let list = |options: &[&str]| {
        let arguments = [options, &["list", "--customer", CUSTOMER]].concat();
        let mut command = service.command(home.path(), &arguments);
        let run = finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY));
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    list(&["--no-token-cache"]);
    assert!(files(home.path()).is_empty());
    list(&[]);
    let before = fs::read(kept(home.path())).unwrap();
    list(&["--no-token-cache"]);
    assert_eq!(service.logins(), 3);
    assert_eq!(fs::read(kept(home.path())).unwrap(), before);
}

#[test]
fn neither_a_given_token_nor_a_temporary_emulator_is_kept() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let mut command = command_at(home.path());
    command.args(["--endpoint", service.url(), "list", "--customer", CUSTOMER]);
    assert_eq!(finish(command.env("PCTRANSFERS_TOKEN", CANARY)).code, 0);
    let mut command = command_at(home.path());
    command.args(["--emulator", "list", "--customer", CUSTOMER]);
    assert_eq!(finish(&mut command).code, 0);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

/// Such as a container with a file system that is read-only.
#[test]
fn a_home_that_cannot_be_written_costs_a_login_only() {
    let service = LoginService::start();
    let home = Path::new(crate::run::NO_HOME);
    for _ in 0..2 {
        let run = service.list(home);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    }
    assert_eq!(service.logins(), 2);
}
