//! Which value counts: that of the option, of the environment, of the profile, or the default.

use crate::login_service::{CUSTOMER, LoginService};
use crate::profiles::home_with;
use crate::run::{CANARY, Run, command_at, finish};

const APP: &str = "client-id = 'app-of-profile'\ntenant = 'profile.example'\n";

/// Lists transfers with a configuration, options and variables (without `PCTRANSFERS_`).
fn list(config: &str, options: &[&str], variables: &[(&str, &str)]) -> Run {
    let home = home_with(config);
    let mut command = command_at(home.path());
    command
        .args(["--retries", "0"])
        .args(options)
        .args(["list", "--customer", CUSTOMER])
        .env("PCTRANSFERS_CLIENT_SECRET", CANARY);
    for (name, value) in variables {
        command.env(format!("PCTRANSFERS_{name}"), value);
    }
    finish(&mut command)
}

#[test]
fn tenant_and_client_id_environment_before_profile() {
    let app = [("TENANT_ID", "env.example"), ("CLIENT_ID", "app-of-env")];
    for (variables, tenant, client) in [
        (&app[..0], "profile.example", "app-of-profile"),
        (&app[..1], "env.example", "app-of-profile"),
        (&app[1..], "profile.example", "app-of-env"),
        (&app[..], "env.example", "app-of-env"),
    ] {
        let service = LoginService::start();
        let url = service.url();
        let urls = format!("endpoint = '{url}'\nauthority = '{url}'\n");
        let run = list(&format!("[profiles.default]\n{APP}{urls}"), &[], variables);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let login = &service.requests_of("/token")[0];
        assert!(login.target().contains(tenant), "{}", login.target());
        assert!(login.body.contains(client), "{}", login.body);
    }
}

#[test]
fn endpoint_option_before_environment_before_profile() {
    let services = [(); 3].map(|()| LoginService::start());
    let [option, environment, profile] = services.each_ref().map(LoginService::url);
    let config =
        format!("[profiles.default]\n{APP}endpoint = '{profile}'\nauthority = '{profile}'\n");
    let (option, environment) = (["--endpoint", option], [("ENDPOINT", environment)]);
    for (options, variables, called) in [
        (&[][..], &[][..], 2),
        (&[], &environment[..], 1),
        (&option[..], &[], 0),
        (&option, &environment, 0),
    ] {
        let before = services[called].bearers().len();
        let run = list(&config, options, variables);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(services[called].bearers().len(), before + 1);
    }
    assert_eq!(services.each_ref().map(|it| it.bearers().len()), [2, 1, 1]);
}

#[test]
fn authority_environment_before_profile_before_cloud() {
    let services = [(); 2].map(|()| LoginService::start());
    let [environment, profile] = services.each_ref().map(LoginService::url);
    let config =
        format!("[profiles.default]\n{APP}endpoint = '{profile}'\nauthority = '{profile}'\n");
    assert_eq!(list(&config, &[], &[]).code, 0);
    assert_eq!(list(&config, &[], &[("AUTHORITY", environment)]).code, 0);
    assert_eq!(services.each_ref().map(LoginService::logins), [1, 1]);
}

/// An option for the cloud is not sent to the URLs of the profile.
#[test]
fn cloud_option_before_profile_before_default() {
    let whoami = |config: &str, options: &[&str]| {
        let home = home_with(config);
        let mut command = command_at(home.path());
        command.args(options).args(["--output", "json", "whoami"]);
        let document = finish(command.env("PCTRANSFERS_TOKEN", CANARY)).document();
        document["authority"].as_str().unwrap().to_owned()
    };
    let (global, china) = (
        "https://login.microsoftonline.com",
        "https://login.partner.microsoftonline.cn",
    );
    let of_china = "[profiles.default]\ncloud = 'china'\n";
    let of_urls = "[profiles.default]\nauthority = 'https://login.example'\n\
                   endpoint = 'https://api.example'\n";
    assert_eq!(whoami("", &[]), global);
    assert_ne!(whoami(of_china, &[]), global);
    assert_eq!(whoami(of_china, &["--cloud", "global"]), global);
    assert_eq!(whoami(of_urls, &[]), "https://login.example");
    assert_eq!(whoami(of_urls, &["--cloud", "global"]), global);
    let _ = china;
}

#[test]
fn profile_option_before_environment_before_default_profile_before_the_one_named_default() {
    let profiles = "[profiles.a]\n[profiles.b]\n[profiles.c]\n[profiles.default]\n";
    let chosen = format!("default-profile = 'c'\n{profiles}");
    let (option, environment) = (["--profile", "a"], [("PROFILE", "b")]);
    for (config, options, variables, expected) in [
        (profiles, &[][..], &[][..], "default"),
        (&chosen, &[], &[], "c"),
        (&chosen, &[], &environment[..], "b"),
        (&chosen, &option[..], &environment, "a"),
        (&chosen, &option, &[], "a"),
        // An empty variable counts as not set.
        (&chosen, &[], &[("PROFILE", "")], "c"),
    ] {
        let home = home_with(config);
        let mut command = command_at(home.path());
        command.args(options).args(["--output", "json", "whoami"]);
        for (name, value) in variables {
            command.env(format!("PCTRANSFERS_{name}"), value);
        }
        let document = finish(command.env("PCTRANSFERS_TOKEN", CANARY)).document();
        assert_eq!(document["profile"], expected);
    }
}

/// The caller may have forgotten the variables of another partner.
#[test]
fn a_variable_that_overrides_the_chosen_profile_is_named() {
    let service = LoginService::start();
    let url = service.url();
    let config = format!("[profiles.x]\n{APP}endpoint = '{url}'\nauthority = '{url}'\n");
    let variables = [
        ("TENANT_ID", "env.example"),
        ("CLIENT_ID", "app-of-profile"),
    ];
    let run = list(&config, &["--profile", "x"], &variables);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "warning: PCTRANSFERS_TENANT_ID is set, and overrides tenant of the profile x\n";
    assert_eq!(run.stderr.matches(expected).count(), 1, "{}", run.stderr);
    assert!(
        !run.stderr.contains("PCTRANSFERS_CLIENT_ID"),
        "{}",
        run.stderr
    );
}

/// An error in a value names the profile.
#[test]
fn an_error_names_the_profile() {
    let config = format!("[profiles.x]\n{APP}endpoint = 'http://service.example'\n");
    let run = list(&config, &["--profile", "x"], &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("profile \"x\": endpoint: "),
        "{}",
        run.stderr
    );
}

/// A token may be for any tenant, so that of the profile says nothing about the caller.
#[test]
fn a_given_token_is_not_taken_for_one_of_the_profile() {
    let service = LoginService::start();
    let tenant = "11111111-0000-4000-8000-00000000000a";
    let home = home_with(&format!("[profiles.default]\ntenant = '{tenant}'\n"));
    let mut command = command_at(home.path());
    command
        .args([
            "--retries",
            "0",
            "--endpoint",
            service.url(),
            "create",
            "--yes",
            "--no-read",
        ])
        .args(["--customer", CUSTOMER, "--subscription", CUSTOMER])
        .args([
            "--source",
            "22222222-0000-4000-8000-00000000000b",
            "--target",
            tenant,
        ])
        .env("PCTRANSFERS_TOKEN", CANARY);
    let run = finish(&mut command);
    assert_ne!(run.code, 2, "{}", run.stderr);
    assert!(!service.bearers().is_empty());
}
