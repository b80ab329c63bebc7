//! The sign-in of a user: login, whoami, logout, and commands that use it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::login_service::{APP, CUSTOMER, LoginService, TENANT};
use crate::run::{CANARY, Run, finish};

fn run(service: &LoginService, home: &Path, arguments: &[&str]) -> Run {
    finish(&mut service.command(home, arguments))
}

fn log_in(service: &LoginService, home: &Path) {
    let login = run(service, home, &["login"]);
    assert_eq!(login.code, 0, "{}", login.stderr);
}

/// The files of the sign-ins below a home.
fn sign_ins(home: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(home.join("pctransfers/sign-ins")) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect()
}

#[test]
fn a_login_shows_the_code_waits_and_is_used_by_later_commands() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    service.script(|script| script.pending = 2);
    let login = run(&service, home.path(), &["login"]);
    assert_eq!(login.code, 0, "{}", login.stderr);
    insta::assert_snapshot!("login", login.story());
    // Two polls before the user has signed in, and the one with the tokens.
    assert_eq!(service.logins(), 3);
    for _ in 0..2 {
        let list = run(&service, home.path(), &["list", "--customer", CUSTOMER]);
        assert_eq!(list.code, 0, "{}", list.stderr);
    }
    assert_eq!(service.logins(), 3, "the token of the sign-in is used");

    let [path] = &sign_ins(home.path())[..] else {
        panic!("one sign-in");
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = fs::read_to_string(path).unwrap();
    assert!(before.contains(&format!("refresh-1-{CANARY}")), "{before}");
    // Without the access token, the refresh token is used and renewed.
    let arguments = ["--no-token-cache", "list", "--customer", CUSTOMER];
    assert_eq!(run(&service, home.path(), &arguments).code, 0);
    let requests = service.requests_of("/token");
    let sent = &requests.last().unwrap().body;
    assert!(sent.contains(&format!("refresh-1-{CANARY}")), "{sent}");
    let after = fs::read_to_string(path).unwrap();
    assert!(after.contains(&format!("refresh-2-{CANARY}")), "{after}");
}

/// The lines of the README that set a profile up and sign in.
#[test]
fn the_commands_of_the_readme_work() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let blocks = crate::markdown::blocks(crate::markdown::COMMAND_README);
    let blocks = blocks.into_iter().filter(|it| it.role == Some("account"));
    let mut lines = 0;
    for line in blocks.flat_map(|block| block.lines) {
        let mut command = crate::run::command_at(home.path());
        command
            .args(line.strip_prefix("pctransfers ").unwrap().split(' '))
            .env("PCTRANSFERS_ENDPOINT", service.url())
            .env("PCTRANSFERS_AUTHORITY", service.url());
        let run = finish(&mut command);
        assert_eq!(run.code, 0, "{line}: {}", run.stderr);
        lines += 1;
    }
    assert_eq!(lines, 6);
}

#[test]
fn whoami_shows_what_the_token_says() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let none = run(&service, home.path(), &["whoami"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("pctransfers login"), "{}", none.stderr);
    log_in(&service, home.path());
    let whoami = run(&service, home.path(), &["whoami"]);
    insta::assert_snapshot!("whoami", whoami.story());

    let whoami = run(&service, home.path(), &["--output", "json", "whoami"]);
    assert_eq!(whoami.code, 0);
    let document = whoami.document();
    for (member, expected) in [
        ("tenant", json!(TENANT)),
        ("clientId", json!(APP)),
        ("user", json!("admin@contoso.example")),
        ("mfa", json!(true)),
        ("expiresAt", json!("2100-01-01T00:00:00Z")),
        ("profile", Value::Null),
    ] {
        assert_eq!(document[member], expected, "{member}");
    }
    assert_eq!(service.logins(), 1);
}

#[test]
fn whoami_of_other_tokens() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let whoami = |home: &Path| {
        let mut command = service.command(home, &["--no-token-cache", "whoami"]);
        finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY)).stdout
    };
    service.script(|script| script.claims["amr"] = json!(["pwd"]));
    let text = whoami(home.path());
    assert!(
        text.contains("MFA         no: Partner Center requires it"),
        "{text}"
    );
    service.script(|script| script.claims["amr"] = Value::Null);
    let text = whoami(home.path());
    assert!(text.contains("MFA         unknown"), "{text}");
    service.script(|script| script.claims = json!({ "tid": TENANT, "idtyp": "app" }));
    let text = whoami(home.path());
    assert!(
        text.contains("User        none: the app acts for itself"),
        "{text}"
    );
    assert!(!text.contains("MFA"), "{text}");

    // An opaque token.
    let mut command = crate::run::command_at(home.path());
    command.args(["--output", "json", "whoami"]);
    let run = finish(command.env("PCTRANSFERS_TOKEN", CANARY));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.document();
    for member in ["tenant", "user", "mfa", "expiresAt"] {
        assert_eq!(document[member], Value::Null, "{member}");
    }
    assert_eq!(document["credential"], "PCTRANSFERS_TOKEN");
}

#[test]
fn a_logout_removes_the_sign_in_and_the_tokens() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    log_in(&service, home.path());
    let secret = |arguments: &[&str]| {
        let mut command = service.command(home.path(), arguments);
        finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY))
    };
    assert_eq!(secret(&["list", "--customer", CUSTOMER]).code, 0);
    let logout = run(&service, home.path(), &["logout"]);
    assert_eq!(logout.code, 0, "{}", logout.stderr);
    assert!(
        logout.stdout.starts_with("Signed out."),
        "{}",
        logout.stdout
    );
    assert!(sign_ins(home.path()).is_empty());
    assert!(access_tokens(home.path()).is_empty());
    let list = run(&service, home.path(), &["list", "--customer", CUSTOMER]);
    assert_eq!(list.code, 2);
    let again = run(&service, home.path(), &["--output", "json", "logout"]);
    assert_eq!(again.code, 0);
    assert_eq!(again.document()["signedOut"], false);
}

/// Commands without the options of the service, which the profiles contain.
fn run_with_profile(home: &Path, arguments: &[&str]) -> Run {
    finish(crate::run::command_at(home).args(arguments))
}

/// Writes profiles with this tenant for the same app.
fn write_profiles(service: &LoginService, home: &Path, tenant: &str, names: &[&str]) {
    let directory = home.join("pctransfers");
    fs::create_dir_all(&directory).unwrap();
    let url = service.url();
    let profiles = names.iter().map(|name| {
        format!(
            "[profiles.{name}]\ntenant = \"{tenant}\"\nclient-id = \"{APP}\"\n\
             endpoint = \"{url}\"\nauthority = \"{url}\"\n"
        )
    });
    let config: String = profiles.collect();
    fs::write(directory.join("config.toml"), config).unwrap();
}

/// The files of the access tokens below a home.
fn access_tokens(home: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(home.join("pctransfers/access-tokens")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect()
}

#[test]
fn a_logout_removes_the_sign_ins_with_an_earlier_tenant_of_the_profile() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let (service, home) = (&service, home.path());
    let names = ["one", "one-two"];
    write_profiles(service, home, TENANT, &names);
    for name in names {
        let login = run_with_profile(home, &["login", "--profile", name]);
        assert_eq!(login.code, 0, "{}", login.stderr);
    }
    assert_eq!((sign_ins(home).len(), access_tokens(home).len()), (2, 2));
    write_profiles(service, home, "fabrikam.example", &names);
    let logout = run_with_profile(home, &["--output", "json", "logout", "--profile", "one"]);
    assert_eq!(logout.code, 0, "{}", logout.stderr);
    assert_eq!(logout.document()["signedOut"], true);
    assert_eq!(logout.document()["accessTokensRemoved"], 1);
    // Those of the other profile, whose name starts with the same word.
    for files in [sign_ins(home), access_tokens(home)] {
        let [path] = &files[..] else {
            panic!("{files:?}");
        };
        assert!(path.to_str().unwrap().contains("one-two-"), "{path:?}");
    }
    // Without a tenant.
    fs::write(home.join("pctransfers/config.toml"), "[profiles.one-two]\n").unwrap();
    let logout = run_with_profile(home, &["logout", "--profile", "one-two"]);
    assert_eq!(logout.code, 0, "{}", logout.stderr);
    assert!(sign_ins(home).is_empty() && access_tokens(home).is_empty());
}

#[test]
fn a_sign_in_without_a_profile_is_not_that_of_a_profile_named_default() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let (service, home) = (&service, home.path());
    log_in(service, home);
    write_profiles(service, home, TENANT, &["default"]);
    assert_eq!(run(service, home, &["whoami"]).code, 2);
    let logout = run(service, home, &["logout"]);
    assert!(logout.stdout.starts_with("You were not signed in"));
    assert_eq!(sign_ins(home).len(), 1);
}

/// A logout waits for a command that renews the refresh token, and removes the new one.
#[test]
fn a_logout_while_the_sign_in_is_renewed_leaves_no_token() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let (service, home) = (&service, home.path());
    log_in(service, home);
    for path in access_tokens(home) {
        fs::remove_file(path).unwrap();
    }
    let mut logout = service.command(home, &["logout"]);
    let (sender, receiver) = std::sync::mpsc::channel();
    service.script(|script| {
        script.before_token = Some(Box::new(move || {
            std::thread::spawn(move || sender.send(finish(&mut logout)));
            // Long enough for a logout that does not wait.
            std::thread::sleep(std::time::Duration::from_millis(500));
        }));
    });
    let list = run(service, home, &["list", "--customer", CUSTOMER]);
    assert_eq!(list.code, 0, "{}", list.stderr);
    let logout = receiver.recv().unwrap();
    assert!(
        logout.stdout.starts_with("Signed out."),
        "{}",
        logout.stdout
    );
    assert!(sign_ins(home).is_empty() && access_tokens(home).is_empty());
}

/// As on a file system without locks.
#[test]
fn a_renewed_token_does_not_replace_a_sign_in_that_was_removed_or_replaced() {
    for replacement in [None, Some("other")] {
        let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
        let (service, home) = (&service, home.path());
        log_in(service, home);
        let path = sign_ins(home).pop().unwrap();
        let expected = replacement.map(|word| {
            let content = fs::read_to_string(&path).unwrap();
            content.replace("refresh-1", &format!("refresh-{word}"))
        });
        let (file, content) = (path.clone(), expected.clone());
        service.script(|script| {
            script.before_token = Some(Box::new(move || match content {
                Some(content) => fs::write(file, content).unwrap(),
                None => fs::remove_file(file).unwrap(),
            }));
        });
        let arguments = ["--no-token-cache", "list", "--customer", CUSTOMER];
        let list = run(service, home, &arguments);
        assert_eq!(list.code, 1, "{}", list.stderr);
        let message = "the sign-in was removed or replaced meanwhile";
        assert!(list.stderr.contains(message), "{}", list.stderr);
        assert_eq!(fs::read_to_string(&path).ok(), expected);
        assert!(service.bearers().is_empty());
    }
}

#[test]
fn a_login_that_fails_has_exit_code_1_and_keeps_nothing() {
    for (error, expected) in [
        ("authorization_declined", "the sign-in was declined"),
        ("expired_token", "start the sign-in again"),
        ("unauthorized_client", "unauthorized_client"),
    ] {
        let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
        service.script(|script| script.refusal = Some((400, json!({ "error": error }))));
        let login = run(&service, home.path(), &["login"]);
        assert_eq!(login.code, 1, "{}", login.stderr);
        assert!(
            login
                .stderr
                .contains("error: could not get an access token: ")
        );
        assert!(login.stderr.contains(expected), "{}", login.stderr);
        assert!(sign_ins(home.path()).is_empty());
        let login = run(&service, home.path(), &["--output", "json", "login"]);
        assert_eq!(login.document()["outcome"], "error");
    }
    // No service listens at this port.
    let home = tempfile::tempdir().unwrap();
    let mut command = crate::run::command_at(home.path());
    command
        .arg("login")
        .env("PCTRANSFERS_AUTHORITY", "http://127.0.0.1:9")
        .env("PCTRANSFERS_TENANT_ID", TENANT)
        .env("PCTRANSFERS_CLIENT_ID", APP);
    let login = finish(&mut command);
    assert_eq!(login.code, 1);
    assert!(login.stderr.contains("no connection"), "{}", login.stderr);
}

#[test]
fn a_login_without_an_app_or_at_a_temporary_emulator_is_a_usage_error() {
    let home = tempfile::tempdir().unwrap();
    let login = finish(crate::run::command_at(home.path()).arg("login"));
    assert_eq!(login.code, 2);
    let expected = "run pctransfers config set tenant VALUE, or set PCTRANSFERS_TENANT_ID";
    assert!(login.stderr.contains(expected), "{}", login.stderr);
    for command in ["login", "logout", "whoami"] {
        let login = finish(crate::run::command_at(home.path()).args(["--emulator", command]));
        assert_eq!(login.code, 2);
        assert!(
            login.stderr.contains("needs no sign-in"),
            "{}",
            login.stderr
        );
    }
    // The sign-in could not be kept.
    let service = LoginService::start();
    let login = run(&service, Path::new(crate::run::NO_HOME), &["login"]);
    assert_eq!(login.code, 1);
    assert!(login.stderr.contains("cannot be kept"), "{}", login.stderr);
    assert!(service.requests_of("/").is_empty());
}

#[test]
fn a_refused_sign_in_says_how_to_sign_in_again() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    log_in(&service, home.path());
    service.script(|script| {
        script.refusal = Some((
            400,
            json!({ "error": "invalid_grant", "error_codes": [70_008] }),
        ));
    });
    let arguments = ["--no-token-cache", "list", "--customer", CUSTOMER];
    let list = run(&service, home.path(), &arguments);
    assert_eq!(list.code, 1);
    let expected = "run pctransfers login to sign in again";
    assert!(list.stderr.contains(expected), "{}", list.stderr);
    assert_eq!(sign_ins(home.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_sign_in_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    log_in(&service, home.path());
    let [path] = &sign_ins(home.path())[..] else {
        panic!("one sign-in");
    };
    fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
    let list = run(&service, home.path(), &["list", "--customer", CUSTOMER]);
    assert_eq!(list.code, 2);
    assert!(list.stderr.contains("chmod 600"), "{}", list.stderr);
    assert!(service.bearers().is_empty());
    // A new sign-in replaces it.
    log_in(&service, home.path());
    let list = run(&service, home.path(), &["list", "--customer", CUSTOMER]);
    assert_eq!(list.code, 0, "{}", list.stderr);
}

/// Each profile has its own sign-in, also for the same app.
#[test]
fn sign_ins_belong_to_profiles() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    write_profiles(&service, home.path(), TENANT, &["one", "two"]);
    let run = |arguments: &[&str]| run_with_profile(home.path(), arguments);
    let login = run(&["login", "--profile", "one"]);
    assert_eq!(login.code, 0, "{}", login.stderr);
    let expected = "Signed in with the profile one as admin@contoso.example";
    assert!(login.stdout.starts_with(expected), "{}", login.stdout);
    let two = run(&["whoami", "--profile", "two"]);
    assert_eq!(two.code, 2);
    let expected = "no user is signed in with the profile two: run pctransfers login";
    assert!(two.stderr.contains(expected), "{}", two.stderr);

    service.script(|script| script.claims["upn"] = json!("other@contoso.example"));
    assert_eq!(run(&["login", "--profile", "two"]).code, 0);
    for (profile, user) in [("one", "admin@"), ("two", "other@")] {
        let whoami = run(&["whoami", "--profile", profile]);
        assert!(whoami.stdout.contains(user), "{}", whoami.stdout);
    }
    // Another user with the same profile: no token of the first one is left.
    assert_eq!(run(&["login", "--profile", "one"]).code, 0);
    let whoami = run(&["whoami", "--profile", "one"]);
    assert!(whoami.stdout.contains("other@"), "{}", whoami.stdout);
    assert_eq!(run(&["logout", "--profile", "one"]).code, 0);
    assert_eq!(run(&["whoami", "--profile", "two"]).code, 0);
}

/// The app's secret in the environment wins, and a warning says so.
#[test]
fn credentials_in_the_environment_override_the_sign_in() {
    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    let mut command = service.command(home.path(), &["login"]);
    let login = finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY));
    assert_eq!(login.code, 0);
    let expected = "PCTRANSFERS_CLIENT_SECRET is set, and commands use it instead of the sign-in";
    assert!(login.stderr.contains(expected), "{}", login.stderr);
    let mut command = service.command(home.path(), &["whoami"]);
    let whoami = finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY));
    assert!(
        whoami
            .stdout
            .contains("Credential  PCTRANSFERS_CLIENT_SECRET")
    );
}

#[cfg(unix)]
#[test]
fn a_login_that_is_interrupted_keeps_nothing() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let (service, home) = (LoginService::start(), tempfile::tempdir().unwrap());
    service.script(|script| script.pending = usize::MAX);
    let mut command = crate::run::bare_command();
    command
        .arg("login")
        .envs(crate::run::HOME_VARIABLES.map(|name| (name, home.path())))
        .env("PCTRANSFERS_AUTHORITY", service.url())
        .env("PCTRANSFERS_TENANT_ID", TENANT)
        .env("PCTRANSFERS_CLIENT_ID", APP)
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut shown = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut shown).unwrap();
    assert!(shown.contains("ABCD-EFGH"), "{shown}");
    crate::running::interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(sign_ins(home.path()).is_empty());
}
