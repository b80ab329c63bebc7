//! Ids by position, by name, and from a profile; the caller as a partner of a create.

use partner_center_emulator::{Emulator, data_set};
use tokio::runtime::Runtime;

use crate::partner;
use crate::run::{CANARY, Run, command, finish};
use crate::server::{CUSTOMER, Server, TARGET, TRANSFER, example};

/// Another GUID.
const OTHER: &str = "9b5a1c3e-4d2f-4a6b-8c7d-0e1f2a3b4c5d";

const ON_TRANSFER: [&str; 6] = ["get", "wait", "accept", "reject", "cancel", "withdraw"];

/// Runs the command with a configuration.
fn call_with(server: &Server, config: &str, arguments: &[&str]) -> Run {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("pctransfers");
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("config.toml"), config).unwrap();
    finish(
        command()
            .args(["--endpoint", &server.url(), "--retries", "0"])
            .args(arguments)
            .env("XDG_CONFIG_HOME", home.path())
            .env("PCTRANSFERS_TOKEN", CANARY),
    )
}

fn with_default_customer() -> String {
    format!("[profiles.default]\ncustomer = \"{CUSTOMER}\"\n")
}

fn change(command: &str) -> &'static [&'static str] {
    match command {
        "get" | "wait" => &[],
        _ => &["--yes", "--no-read"],
    }
}

#[test]
fn ids_by_position_are_the_same_as_by_name() {
    for name in ON_TRANSFER {
        let server = Server::start();
        for method in ["GET", "PATCH", "POST", "DELETE"] {
            server.reply(method, 200, example!("get-transfer-partially-complete"));
        }
        let by_name = ["--customer", CUSTOMER, "--transfer", TRANSFER];
        let named = server.call(&[&[name][..], &by_name, change(name)].concat());
        let sent = server.sent();
        assert!(!sent.is_empty(), "{name}: {}", named.stderr);
        for order in [
            [&[name, CUSTOMER, TRANSFER][..], change(name)].concat(),
            [&[name][..], change(name), &[CUSTOMER, TRANSFER]].concat(),
            // With the spelling that ids by name can have too.
            [
                &[name, &format!("{{{CUSTOMER}}}"), TRANSFER][..],
                change(name),
            ]
            .concat(),
        ] {
            let run = server.call(&order);
            assert_eq!(run.code, named.code, "{name}: {}", run.stderr);
        }
        let all = server.sent();
        assert_eq!(all.len(), sent.len() * 4);
        for again in all.chunks(sent.len()) {
            assert_eq!(again, sent, "{name}");
        }
    }
    for name in ["list", "eligibility"] {
        let server = Server::start();
        server.reply("GET", 200, "[]");
        assert_eq!(server.call(&[name, CUSTOMER]).code, 0);
        assert_eq!(server.call(&[name, "--customer", CUSTOMER]).code, 0);
        let sent = server.sent();
        assert_eq!((sent.len(), &sent[0]), (2, &sent[1]));
    }
}

#[test]
fn a_default_customer_makes_one_id_enough() {
    for name in ON_TRANSFER {
        let server = Server::start();
        for method in ["GET", "PATCH", "POST", "DELETE"] {
            server.reply(method, 200, example!("get-transfer-partially-complete"));
        }
        let full = server.call(&[&[name, CUSTOMER, TRANSFER][..], change(name)].concat());
        let sent = server.sent();
        for ids in [
            &[TRANSFER][..],
            &["--transfer", TRANSFER],
            &[CUSTOMER, TRANSFER],
        ] {
            let arguments = [&[name], ids, change(name)].concat();
            let run = call_with(&server, &with_default_customer(), &arguments);
            assert_eq!(run.code, full.code, "{name} {ids:?}: {}", run.stderr);
        }
        assert_eq!(server.sent().len(), sent.len() * 4);
        for again in server.sent().chunks(sent.len()) {
            assert_eq!(again, sent, "{name}");
        }
    }
    for name in ["list", "eligibility"] {
        let server = Server::start();
        server.reply("GET", 200, "[]");
        assert_eq!(
            call_with(&server, &with_default_customer(), &[name]).code,
            0
        );
        assert_eq!(server.sent().len(), 1);
    }
}

/// The customer of the arguments wins.
#[test]
fn a_given_customer_replaces_the_default() {
    let server = Server::start();
    server.reply("GET", 200, "[]");
    for customer in [&[CUSTOMER][..], &["--customer", CUSTOMER]] {
        let config = format!("[profiles.default]\ncustomer = \"{OTHER}\"\n");
        let arguments = [&["list"], customer].concat();
        assert_eq!(call_with(&server, &config, &arguments).code, 0);
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.target().contains(CUSTOMER))
    );
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[test]
fn ids_that_are_ambiguous_are_refused_before_any_request() {
    let server = Server::start();
    let by_position_and_name = "ids are given by position and by name";
    for name in ON_TRANSFER {
        for (config, ids, reason) in [
            (
                "",
                &["--customer", CUSTOMER, TRANSFER][..],
                by_position_and_name,
            ),
            (
                "",
                &[CUSTOMER, "--transfer", TRANSFER],
                by_position_and_name,
            ),
            (
                "",
                &[CUSTOMER, TRANSFER, "--customer", CUSTOMER],
                by_position_and_name,
            ),
            ("", &[CUSTOMER, TRANSFER, OTHER], "unexpected argument"),
            (
                "",
                &[TRANSFER],
                "there is no default customer: write <CUSTOMER> <TRANSFER>",
            ),
            (
                "",
                &[CUSTOMER, CUSTOMER],
                "the customer and the transfer have the same id",
            ),
            ("", &[CUSTOMER, ""], "invalid value '' for '<TRANSFER>'"),
            ("", &["", TRANSFER], "invalid value '' for '<CUSTOMER>'"),
            (
                "",
                &["contoso", TRANSFER],
                "invalid value 'contoso' for '<CUSTOMER>'",
            ),
            ("", &["contoso"], "invalid value 'contoso' for '<CUSTOMER>'"),
            ("", &[], "<CUSTOMER>\n  <TRANSFER>"),
            ("", &["--transfer", TRANSFER], "--customer <ID>"),
            (
                "default",
                &[CUSTOMER],
                "is the default customer of the profile",
            ),
            ("default", &[], "<TRANSFER>"),
            (
                "default",
                &["contoso"],
                "invalid value 'contoso' for '<TRANSFER>'",
            ),
            (
                "default",
                &[TRANSFER, "--transfer", TRANSFER],
                by_position_and_name,
            ),
        ] {
            let config = if config.is_empty() {
                String::new()
            } else {
                with_default_customer()
            };
            let arguments = [&[name], ids, change(name)].concat();
            let run = call_with(&server, &config, &arguments);
            assert_eq!(run.code, 2, "{name} {ids:?}: {}", run.stderr);
            assert!(
                run.stderr.contains(reason),
                "{name} {ids:?}: {}",
                run.stderr
            );
            let usage = format!("Usage: pctransfers {name} ");
            assert!(
                run.stderr.contains(&usage),
                "{name} {ids:?}: {}",
                run.stderr
            );
        }
    }
    for name in ["list", "eligibility", "create"] {
        let required: &[&str] = match name {
            "create" => &["--yes", "--target", TARGET, "--subscription", "s"],
            _ => &[],
        };
        for (ids, reason) in [
            (&[][..], "<CUSTOMER>"),
            (&["contoso"], "invalid value 'contoso' for '<CUSTOMER>'"),
            (
                &[CUSTOMER, "--customer", CUSTOMER],
                "given by position and by name",
            ),
            (&[CUSTOMER, OTHER], "unexpected argument"),
        ] {
            let run = server.call(&[&[name], ids, required].concat());
            assert_eq!(run.code, 2, "{name} {ids:?}: {}", run.stderr);
            assert!(
                run.stderr.contains(reason),
                "{name} {ids:?}: {}",
                run.stderr
            );
        }
    }
    assert_eq!(server.sent(), []);
}

#[test]
fn a_broken_configuration_stops_a_command_without_a_customer() {
    let server = Server::start();
    let run = call_with(
        &server,
        "[profiles.default]\ncustomer = \"contoso\"\n",
        &["list"],
    );
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("config.toml"), "{}", run.stderr);
    assert_eq!(server.sent(), []);
}

/// An access token alone does not say whose it is, and neither does a domain.
#[test]
fn a_create_without_a_source_needs_to_know_the_caller() {
    let server = Server::start();
    let create = [
        "create",
        CUSTOMER,
        "--yes",
        "--target",
        TARGET,
        "--subscription",
        "s",
    ];
    let run = server.call(&create);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let reason = "add --source <ID>, or set PCTRANSFERS_TENANT_ID to a GUID";
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    let run = finish(
        command()
            .args(["--endpoint", &server.url()])
            .args(create)
            .env("PCTRANSFERS_AUTHORITY", server.url())
            .env("PCTRANSFERS_TENANT_ID", "contoso.onmicrosoft.com")
            .env("PCTRANSFERS_CLIENT_ID", OTHER)
            .env("PCTRANSFERS_CLIENT_SECRET", CANARY),
    );
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains(reason), "{}", run.stderr);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_create_takes_the_caller_as_its_side() {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let customer = data_set::CUSTOMER.to_string();
    let (source, target) = (data_set::SOURCE.to_string(), data_set::TARGET.to_string());
    let create = |is_source: bool, more: &[&str]| {
        let run = finish(
            command()
                .args(["--output", "json", "create", &customer, "--yes"])
                .args(more)
                .envs(partner::environment(&emulator, is_source)),
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.document()["answer"].clone()
    };
    let license_based = [
        "--target",
        &target,
        "--subscription",
        data_set::FREE_SUBSCRIPTIONS[0],
    ];
    let new_commerce = [
        "--new-commerce",
        "--source",
        &source,
        "--source-name",
        "Contoso",
        "--customer-email",
        "a@b.example",
    ];
    for transfer in [create(true, &license_based), create(false, &new_commerce)] {
        assert_eq!(transfer["sourcePartnerTenantId"], source, "{transfer}");
        assert_eq!(transfer["targetPartnerTenantId"], target, "{transfer}");
    }
}
