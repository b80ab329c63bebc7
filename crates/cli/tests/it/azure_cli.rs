//! The session of the Azure CLI as the credential.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::login_service::{CUSTOMER, LoginService, TENANT};
use crate::run::{CANARY, Run, command_at, finish};

/// Lists transfers with an `az` that is this script.
fn list_with(script: &str, service: &LoginService, variables: &[(&str, &str)]) -> (Run, String) {
    let home = tempfile::tempdir().unwrap();
    let az = home.path().join("az");
    let log = home.path().join("log");
    let script = format!("#!/bin/sh\necho \"$@\" >> '{}'\n{script}\n", log.display());
    fs::write(&az, script).unwrap();
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let mut command = command_at(home.path());
    command
        .args(["--auth", "azure-cli", "--endpoint", service.url(), "-vv"])
        .args(["--retries", "0", "list", "--customer", CUSTOMER])
        .env("PATH", path);
    for (name, value) in variables {
        command.env(name, value);
    }
    let run = finish(&mut command);
    // Its tokens are not kept: it has a cache of its own.
    assert!(!home.path().join("pctransfers").exists());
    (run, fs::read_to_string(log).unwrap_or_default())
}

fn answer(more: &serde_json::Value) -> String {
    let mut answer = json!({ "accessToken": format!("az-{CANARY}"), "tokenType": "Bearer" });
    answer
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    format!("echo '{answer}'")
}

#[test]
fn the_token_of_az_is_used() {
    for more in [
        json!({ "expires_on": 4_102_444_800_u64, "expiresOn": "2100-01-01 00:00:00.000000" }),
        json!({ "expiresOn": "2100-01-01 00:00:00.000000" }),
    ] {
        let service = LoginService::start();
        let (run, log) = list_with(&answer(&more), &service, &[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(service.bearers(), [format!("Bearer az-{CANARY}")]);
        assert_eq!(service.logins(), 0);
        let expected = "account get-access-token --output json --scope \
                        https://api.partnercenter.microsoft.com/.default\n";
        assert_eq!(log, expected);
    }
}

#[test]
fn the_option_overrides_the_environment_and_names_the_tenant() {
    let service = LoginService::start();
    let variables = [
        ("PCTRANSFERS_TENANT_ID", TENANT),
        ("PCTRANSFERS_TOKEN", "another-token"),
    ];
    let (run, log) = list_with(&answer(&json!({})), &service, &variables);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(service.bearers(), [format!("Bearer az-{CANARY}")]);
    assert!(log.ends_with(&format!(" --tenant {TENANT}\n")), "{log}");

    let variables = [("PCTRANSFERS_TENANT_ID", "--debug & calc")];
    let (run, log) = list_with(&answer(&json!({})), &service, &variables);
    assert_eq!((run.code, log.as_str()), (2, ""), "{}", run.stderr);
}

#[test]
fn a_failure_of_az_is_explained() {
    for (script, expected) in [
        (
            "echo 'noise' >&2; echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
            "az account get-access-token failed (exit status: 1): ERROR: Please run 'az login'",
        ),
        ("exit 3", "(exit status: 3): no message"),
        (
            "echo '{\"token\":\"canary-PCTRANSFERS_TOKEN-canary\"}'",
            "not the expected JSON",
        ),
        (
            "echo canary-PCTRANSFERS_TOKEN-canary",
            "not the expected JSON",
        ),
    ] {
        let service = LoginService::start();
        let (run, _) = list_with(script, &service, &[]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert!(service.bearers().is_empty());
    }
    let home = tempfile::tempdir().unwrap();
    let mut command = command_at(home.path());
    command
        .args(["--auth", "azure-cli", "list", "--customer", CUSTOMER])
        .env("PATH", home.path());
    let run = finish(&mut command);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("there is no command az"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_temporary_emulator_has_its_own_credentials() {
    let home = tempfile::tempdir().unwrap();
    let mut command = command_at(home.path());
    command.args([
        "--auth",
        "azure-cli",
        "list",
        "--customer",
        CUSTOMER,
        "--emulator",
    ]);
    let run = finish(&mut command);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("has its own credentials"),
        "{}",
        run.stderr
    );
}
