//! Words of the service in arguments: statuses, product types, directions, clouds, formats and error
//! codes. A misspelt one is refused with a suggestion, before any request.

use serde_json::Value;

use crate::run::run_with_token;
use crate::server::{CUSTOMER, SOURCE, Server, TARGET, TRANSFER, example};

fn list<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["list", CUSTOMER], more].concat()
}

#[test]
fn a_misspelt_word_is_refused_with_a_suggestion() {
    let new_commerce = |more: &[&'static str]| {
        let create = [
            "create",
            CUSTOMER,
            "--yes",
            "--new-commerce",
            "--source",
            SOURCE,
        ];
        let names = ["--source-name", "n", "--customer-email", "a@b.example"];
        [&create[..], &names, more].concat()
    };
    let accept = |item: &'static str| {
        let accept = ["accept", CUSTOMER, TRANSFER, "--yes", "--new-commerce"];
        [&accept[..], &["--subscription", item]].concat()
    };
    let server = Server::start();
    for (arguments, suggestion) in [
        (
            list(&["--status", "activ"]),
            "a similar value exists: 'Active'",
        ),
        (
            list(&["--status", "COMPLET"]),
            "a similar value exists: 'Complete'",
        ),
        (
            list(&["--status", "active,pendin"]),
            "a similar value exists: 'Pending'",
        ),
        (
            list(&["--status", "in-progress"]),
            "a similar value exists: 'InProgress'",
        ),
        (
            list(&["--status", "active,"]),
            "a value is required for '--status <STATUS>'",
        ),
        (
            list(&["--status", ""]),
            "a value is required for '--status <STATUS>'",
        ),
        (
            list(&["--status", "other:"]),
            "the word after other: is missing",
        ),
        (list(&["--status", "zzz"]), "write 'other:zzz'"),
        (
            list(&["--direction", "INCOMIN"]),
            "a similar value exists: 'incoming'",
        ),
        (
            list(&["--cloud", "Us-Goverment"]),
            "a similar value exists: 'us-government'",
        ),
        (
            list(&["--cloud", "other:mars"]),
            "[possible values: global, us-government, china]",
        ),
        (list(&["--output", "JSN"]), "a similar value exists: 'json'"),
        (
            new_commerce(&["--product", "Sofware"]),
            "a similar value exists: 'Software'",
        ),
        (accept("id=Sas"), "did you mean SaaS?"),
        (
            vec!["eligibility", CUSTOMER, "--type", "directoindirect"],
            "a similar value exists: 'directtoindirect'",
        ),
        (vec!["explain", "9001033"], "did you mean 9001"),
        (
            vec!["explain", "1"],
            "pctransfers explain lists the known codes",
        ),
        (vec!["completions", "bsh"], "a similar value exists: 'bash'"),
        (vec!["acept", CUSTOMER, TRANSFER], "'accept'"),
        (
            list(&["--statu", "active"]),
            "a similar argument exists: '--status'",
        ),
    ] {
        let run = server.call(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(
            run.stderr.contains(suggestion),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    assert_eq!(server.sent(), []);
}

#[test]
fn the_suggestion_is_in_the_document_for_scripts_too() {
    let run = run_with_token(&list(&["--status", "activ", "--output", "json"]));
    assert_eq!(run.code, 2);
    let document = run.document();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("; a similar value exists: 'Active'"),
        "{message}"
    );
}

#[test]
fn statuses_are_separated_by_commas_and_have_any_letter_case() {
    let server = Server::start();
    server.reply("GET", 200, example!("list-transfers-several"));
    let all: Vec<Value> = serde_json::from_str(example!("list-transfers-several")).unwrap();
    let ids = |more: &[&str]| {
        let run = server.call(&[&["--quiet"], &list(more)[..]].concat());
        assert_eq!(run.code, 0, "{more:?}: {}", run.stderr);
        run.stdout
    };
    let repeated = ids(&["--status", "Active", "--status", "Complete"]);
    let with_status = |status: &str| all.iter().filter(|it| it["status"] == status).count();
    assert_eq!(
        repeated.lines().count(),
        with_status("Active") + with_status("Complete")
    );
    for statuses in [
        "active,complete",
        "ACTIVE,Completed",
        "complete, active",
        "other:active,COMPLETE",
    ] {
        assert_eq!(ids(&["--status", statuses]), repeated, "{statuses}");
    }
    // A status that this version does not know selects nothing here.
    assert_eq!(ids(&["--status", "other:Paused"]), "");
    for direction in ["Outgoing", "OUTGOING"] {
        let run = ids(&["--direction", direction, "--partner", SOURCE]);
        assert_eq!(run.lines().count(), all.len());
    }
}

#[test]
fn an_unknown_product_type_is_sent_only_if_it_is_marked() {
    let server = Server::start();
    server.reply("POST", 201, example!("create-transfer-pending"));
    let create = [
        "create",
        CUSTOMER,
        "--yes",
        "--no-read",
        "--new-commerce",
        "--source",
        SOURCE,
    ];
    let names = [
        "--source-name",
        "n",
        "--customer-email",
        "a@b.example",
        "--target",
        TARGET,
    ];
    let products = ["--product", "saas,Software", "--product", "other:Hardware"];
    let run = server.call(&[&create[..], &names, &products].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let body = server.sent()[0].2.clone().unwrap();
    let expected = serde_json::json!(["SaaS", "Software", "Hardware"]);
    assert_eq!(body["targetProductTypes"], expected);
}
