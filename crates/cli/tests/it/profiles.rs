//! The configuration file: what it may contain, and the commands that show and change it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::run::{CANARY, Run, command_at, finish};

const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const TENANT: &str = "11111111-0000-4000-8000-00000000000a";
const TARGET: &str = "22222222-0000-4000-8000-00000000000b";

/// The path of the configuration below a home.
fn path(home: &Path) -> PathBuf {
    home.join("pctransfers/config.toml")
}

/// A home with this configuration.
pub(crate) fn home_with(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("pctransfers")).unwrap();
    fs::write(path(home.path()), config).unwrap();
    home
}

fn run(home: &Path, arguments: &[&str]) -> Run {
    finish(command_at(home).args(arguments))
}

#[test]
fn profiles_are_set_listed_and_found() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let run = run(home.path(), arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
            .replace(&home.path().display().to_string(), "<home>")
    };
    let expected = format!("{}\n", path(Path::new("<home>")).display());
    assert_eq!(run(&["config", "path"]), expected);
    assert!(run(&["config", "list"]).starts_with("There are no profiles."));
    let source = ["--profile", "source"];
    for (key, value) in [
        ("tenant", format!(" {{{TENANT}}}\n").as_str()),
        ("client-id", "11111111-0000-4000-8000-0000000000aa"),
        ("cloud", "us-government"),
        ("customer", &CUSTOMER.to_uppercase()),
        ("partner-name", "Contoso"),
        (&format!("partners.{TARGET}"), "Fabrikam"),
    ] {
        run(&[&["config", "set", key, value], &source[..]].concat());
    }
    run(&[
        "--profile",
        "test",
        "config",
        "set",
        "endpoint",
        "http://127.0.0.1:8484",
    ]);
    run(&["config", "set", "default-profile", "source"]);
    insta::assert_snapshot!("config-list", run(&["config", "list"]));
    assert_eq!(run(&["--quiet", "config", "list"]), "source\ntest\n");
    let document: Value =
        serde_json::from_str(&run(&["--output", "json", "config", "list"])).unwrap();
    assert_eq!(document["defaultProfile"], "source");
    let profile = &document["profiles"][0];
    assert_eq!(profile["inUse"], true);
    assert_eq!(profile["tenant"], TENANT);
    assert_eq!(profile["partners"], json!({ TARGET: "Fabrikam" }));
    assert_eq!(
        run(&["--output", "jsonl", "config", "list"])
            .lines()
            .count(),
        2
    );

    run(&["config", "set", "cloud", "--unset"]);
    let list = run(&["--profile", "test", "config", "list"]);
    assert!(
        list.contains("test (in use)") && !list.contains("us-gov"),
        "{list}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path(home.path()))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_change_keeps_everything_else() {
    let config = "# My partners.\ndefault-profile = 'one' # mine\n\n[profiles.one] # Contoso\n\
                  client_id = \"a\"   # the app\n# Fabrikam:\n[profiles.two]\ntenant = 'b.example'\n";
    let home = home_with(config);
    assert_eq!(
        run(home.path(), &["config", "set", "client-id", "c"]).code,
        0
    );
    let changed = fs::read_to_string(path(home.path())).unwrap();
    assert_eq!(changed, config.replace("\"a\"", "\"c\""));
    let arguments = ["config", "set", "tenant", "--unset", "--profile", "two"];
    assert_eq!(run(home.path(), &arguments).code, 0);
    let arguments = ["config", "set", "--profile", "one", "customer", CUSTOMER];
    assert_eq!(run(home.path(), &arguments).code, 0);
    let changed = fs::read_to_string(path(home.path())).unwrap();
    for kept in [
        "# My partners.",
        "# mine",
        "# Contoso",
        "# the app",
        "# Fabrikam:",
    ] {
        assert!(changed.contains(kept), "{changed}");
    }
    assert!(!changed.contains("b.example"), "{changed}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_symbolic_link_stays_one() {
    let home = home_with("");
    let there = home.path().join("dotfiles.toml");
    fs::rename(path(home.path()), &there).unwrap();
    std::os::unix::fs::symlink(&there, path(home.path())).unwrap();
    assert_eq!(
        run(home.path(), &["config", "set", "tenant", "a.example"]).code,
        0
    );
    assert!(fs::read_to_string(&there).unwrap().contains("a.example"));
    assert_eq!(fs::read_link(path(home.path())).unwrap(), there);
}

/// Configurations, and what the error says.
const MISTAKES: &[(&str, &str)] = &[
    ("profile = 'x'", "line 1: unknown key \"profile\""),
    ("defaultprofile = 'x'", "did you mean \"default-profile\"?"),
    ("[profile.x]", "did you mean \"profiles\"?"),
    (
        "tenant = 'x.example'",
        "belongs to a profile: write it below [profiles.default]",
    ),
    ("default-profile = 'x'", "there is no profile \"x\""),
    ("default-profile = 1", "not a string"),
    ("profiles = 1", "not a table"),
    ("profiles.x = 1", "not a table"),
    ("[profiles.'a b']", "cannot be the name of a profile"),
    ("[profiles.'../x']", "cannot be the name of a profile"),
    (
        "\n[profiles.x]\n\ntenat = 'CANARY'",
        "line 4: profile \"x\": unknown key \"tenat\"",
    ),
    ("[profiles.x]\ntenat = 'CANARY'", "did you mean \"tenant\"?"),
    (
        "[profiles.x]\nclient = 'CANARY'",
        "did you mean \"client-id\"?",
    ),
    (
        "[profiles.x]\nTenant = 'CANARY'",
        "did you mean \"tenant\"?",
    ),
    ("[profiles.x]\ntenant = 1", "tenant is not a string"),
    ("[profiles.x]\ntenant = ''", "tenant is empty"),
    (
        "[profiles.x]\ntenant = '../CANARY'",
        "tenant is neither a GUID nor a domain",
    ),
    ("[profiles.x]\ntenant = 'a'\ntenant = 'b'", "not valid TOML"),
    (
        "[profiles.x]\nclient-id = 'a'\nclient_id = 'b'",
        "client-id is given twice",
    ),
    (
        "[profiles.x]\ncloud = 'chian'",
        "expected one of global, us-government, china",
    ),
    ("[profiles.x]\ncloud = 'chian'", "did you mean \"china\"?"),
    ("[profiles.x]\nendpoint = 'CANARY'", "endpoint is not a URL"),
    (
        "[profiles.x]\nendpoint = 'ftp://a'",
        "starts with https:// or http://",
    ),
    (
        "[profiles.x]\nauthority = 'https://u:CANARY@a'",
        "a user name or a password",
    ),
    (
        "[profiles.x]\ncustomer = 'CANARY'",
        "customer is not a GUID",
    ),
    ("[profiles.x.partners]\nCANARY = 'x'", "not a tenant id"),
    ("[profiles.x]\ntenant = 'CANARY", "line 2: not valid TOML"),
    (
        "[profiles.x]\nclient-secret = 'CANARY'",
        "set PCTRANSFERS_CLIENT_SECRET",
    ),
    (
        "[profiles.x]\nclientSecret = 'CANARY'",
        "set PCTRANSFERS_CLIENT_SECRET",
    ),
    ("[profiles.x]\nSECRET = 'CANARY'", "looks like a secret"),
    ("[profiles.x]\npassword = 'CANARY'", "looks like a secret"),
    ("[profiles.x]\napi-key = 'CANARY'", "looks like a secret"),
    ("[profiles.x]\ntoken = 'CANARY'", "set PCTRANSFERS_TOKEN"),
    (
        "[profiles.x]\naccess_token = 'CANARY'",
        "set PCTRANSFERS_TOKEN",
    ),
    (
        "[profiles.x]\nrefresh-token = 'CANARY'",
        "run pctransfers login",
    ),
    (
        "[profiles.x]\ncertificate = 'CANARY'",
        "set PCTRANSFERS_CLIENT_CERTIFICATE",
    ),
    (
        "[profiles.x]\ncertificate-password = 'CANARY'",
        "set PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD",
    ),
    (
        "client-secret = 'CANARY'",
        "line 1: \"client-secret\" looks like a secret",
    ),
];

/// Each error names the line or the profile and what is meant, and shows no value.
#[test]
fn mistakes_in_the_configuration_are_refused() {
    for (config, expected) in MISTAKES {
        // A tenant id of the partners is shown, because it is a key.
        let value = if config.contains("partners") {
            "x"
        } else {
            CANARY
        };
        let home = home_with(&config.replace("CANARY", value));
        for arguments in [
            &["config", "list"][..],
            &["--emulator", "list", "--customer", CUSTOMER],
            &["config", "set", "customer", CUSTOMER],
        ] {
            let run = run(home.path(), arguments);
            assert_eq!(run.code, 2, "{config}: {}", run.stderr);
            assert!(run.stderr.contains(expected), "{config}: {}", run.stderr);
            assert!(run.stderr.contains("config.toml: "), "{}", run.stderr);
        }
    }
}

/// A secret is an argument then, so it is refused before anything is written.
#[test]
fn an_invalid_value_is_not_set_and_not_shown() {
    let home = tempfile::tempdir().unwrap();
    for (key, value, expected) in [
        ("client-secret", CANARY, "set PCTRANSFERS_CLIENT_SECRET"),
        ("token", CANARY, "set PCTRANSFERS_TOKEN"),
        ("tenat", CANARY, "did you mean \"tenant\"?"),
        ("customer", CANARY, "customer is not a GUID"),
        ("tenant", "", "tenant is empty"),
        ("tenant", "'x.example'", "in quotes"),
        ("endpoint", CANARY, "endpoint is not a URL"),
        (
            "endpoint",
            "http://api.example",
            "error: endpoint: endpoint \"http://api.example\": plain http would expose the token",
        ),
        (
            "authority",
            "http://login.example",
            "--insecure-http allows http to login.example",
        ),
        ("partners.x", CANARY, "not a tenant id"),
        ("default-profile", "x", "there is no profile \"x\""),
    ] {
        let run = run(home.path(), &["config", "set", key, value]);
        assert_eq!(run.code, 2, "{key}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{key}: {}", run.stderr);
        assert!(!path(home.path()).exists(), "{key}");
    }
    for arguments in [
        &["config", "set", "tenant"][..],
        &["config", "set", "tenant", "--unset"],
        &["config", "set", "--profile", "../x", "tenant", "a.example"],
        &["config", "set", "--profile", "", "tenant", "a.example"],
    ] {
        assert_eq!(run(home.path(), arguments).code, 2, "{arguments:?}");
        assert!(!path(home.path()).exists());
    }
}

#[test]
fn an_unknown_profile_is_refused_with_a_suggestion() {
    let home = home_with("[profiles.contoso]\n[profiles.fabrikam]\n");
    let list = ["list", "--customer", CUSTOMER];
    for arguments in [
        [&["--profile", "contso"], &list[..]].concat(),
        [&["--profile", "contso", "--emulator"], &list[..]].concat(),
        vec!["--profile", "contso", "whoami"],
        vec!["--profile", "contso", "config", "list"],
    ] {
        let run = run(home.path(), &arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        let expected = "error: --profile: there is no profile \"contso\"; the profiles are contoso, \
                        fabrikam; did you mean \"contoso\"?\n";
        assert_eq!(run.stderr, expected, "{arguments:?}");
    }
    let mut command = command_at(home.path());
    command.args(list).env("PCTRANSFERS_PROFILE", "fabrikan");
    let run = finish(&mut command);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("PCTRANSFERS_PROFILE: there is no profile \"fabrikan\"")
    );
    // No profile at all.
    let home = tempfile::tempdir().unwrap();
    let run = finish(command_at(home.path()).args(["--profile", "x"]).args(list));
    assert_eq!(run.code, 2);
    let expected = "create it with pctransfers config set --profile x KEY VALUE";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
}

#[test]
fn a_temporary_emulator_ignores_the_service_and_the_caller_of_the_profile() {
    let home = home_with(
        "[profiles.default]\ntenant = 'a.example'\nclient-id = 'x'\n\
         endpoint = 'https://service.invalid'\nauthority = 'https://login.invalid'\ncloud = 'china'\n",
    );
    let run = run(home.path(), &["--emulator", "list", "--customer", CUSTOMER]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_name_of_the_profile_is_that_of_the_source_partner() {
    let service = crate::login_service::LoginService::start();
    let home = home_with(&format!(
        "[profiles.default.partners]\n'{TARGET}' = 'Fabrikam'\n"
    ));
    let create = |source: &str| {
        let mut command = command_at(home.path());
        command
            .args([
                "--retries",
                "0",
                "--endpoint",
                service.url(),
                "create",
                "--yes",
            ])
            .args(["--no-read", "--new-commerce", "--customer", CUSTOMER])
            .args([
                "--customer-email",
                "admin@tailspin.example",
                "--source",
                source,
            ])
            .env("PCTRANSFERS_TOKEN", CANARY);
        finish(&mut command)
    };
    let of_profile = create(&TARGET.to_uppercase());
    assert_ne!(of_profile.code, 2, "{}", of_profile.stderr);
    let sent = service.requests_of("/transfers")[0].json().unwrap();
    assert_eq!(sent["sourcePartnerName"], "Fabrikam");
    let other = create(TENANT);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("--source-name"), "{}", other.stderr);
}

/// A profile for a test system without TLS needs the same exception as its commands.
#[test]
fn a_url_of_a_profile_is_checked_and_shown_as_commands_use_it() {
    let home = tempfile::tempdir().unwrap();
    for (url, more, shown) in [
        ("https://api.example/v1/", &[][..], "https://api.example"),
        ("http://127.0.0.1:8484/v1", &[], "http://127.0.0.1:8484"),
        (
            "http://api.example/v1",
            &["--insecure-http", "api.example"],
            "http://api.example",
        ),
    ] {
        let set = [&["config", "set", "endpoint", url], more].concat();
        let set = run(home.path(), &set);
        assert_eq!(set.code, 0, "{url}: {}", set.stderr);
        let list = run(home.path(), &["config", "list"]).stdout;
        assert!(
            list.ends_with(&format!("  endpoint      {shown}\n")),
            "{list}"
        );
        let list = run(home.path(), &["config", "list", "--output", "json"]);
        assert_eq!(list.document()["profiles"][0]["endpoint"], shown);
    }
}

#[test]
fn concurrent_changes_of_the_configuration_lose_none() {
    let home = tempfile::tempdir().unwrap();
    let tenant = |number: usize| format!("00000000-0000-4000-8000-{number:012}");
    std::thread::scope(|scope| {
        for number in 0..12 {
            let home = home.path();
            scope.spawn(move || {
                let key = format!("partners.{}", tenant(number));
                let run = run(home, &["config", "set", &key, "Fabrikam"]);
                assert_eq!(run.code, 0, "{}", run.stderr);
            });
        }
    });
    let file = fs::read_to_string(path(home.path())).unwrap();
    for number in 0..12 {
        assert!(file.contains(&tenant(number)), "{file}");
    }
}

/// JSON and CSV have what the service sent.
#[test]
fn text_has_the_names_of_the_profile_where_the_service_leaves_them_out() {
    let server = crate::server::Server::start();
    let home = home_with(&format!(
        "[profiles.default]\ntenant = '{TENANT}'\npartner-name = 'Contoso of the profile'\n\
         [profiles.default.partners]\n'{TARGET}' = 'Fabrikam of the profile'\n"
    ));
    let transfer = serde_json::json!({
        "id": CUSTOMER, "sourcePartnerTenantId": TENANT.to_uppercase(),
        "sourcePartnerName": "Contoso Ltd", "targetPartnerTenantId": TARGET,
    });
    let list = serde_json::json!([transfer]).to_string();
    for (words, body) in [
        (&["get", "--transfer", CUSTOMER][..], transfer.to_string()),
        (&["list"], list),
    ] {
        for output in ["text", "json", "csv"] {
            server.reply_once("GET", 200, &body);
            let mut command = command_at(home.path());
            let connection = ["--endpoint", &server.url(), "--output", output];
            command.args(connection).args(words);
            command.args(["--customer", CUSTOMER]);
            let run = finish(command.env("PCTRANSFERS_TOKEN", CANARY));
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert!(run.stdout.contains("Contoso Ltd"), "{}", run.stdout);
            assert!(!run.stdout.contains("Contoso of"), "{}", run.stdout);
            let is_text = output == "text";
            let has_name = run.stdout.contains("Fabrikam of the profile");
            assert_eq!(has_name, is_text, "{}", run.stdout);
        }
    }
}
