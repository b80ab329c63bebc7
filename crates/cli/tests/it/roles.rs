//! A change that is for the other partner, or for the other generation, is not sent.

use partner_center_emulator::{Emulator, data_set};
use serde_json::{Value, json};

use crate::partner;
use crate::run::{Run, command, finish};
use crate::server::{CUSTOMER, SOURCE, Server, TARGET, TRANSFER, example, on_transfer};

const ITEM: [&str; 3] = ["--new-commerce", "--subscription", "s"];

fn line(command: &str) -> String {
    match command {
        "accept --new-commerce" => format!(
            "pctransfers accept --customer {CUSTOMER} --transfer {TRANSFER} --new-commerce \
             --subscription <ID>"
        ),
        _ => format!("pctransfers {command} --customer {CUSTOMER} --transfer {TRANSFER}"),
    }
}

fn license_based() -> Value {
    serde_json::from_str(example!("get-transfer-active")).unwrap()
}

/// A pending transfer, seen from this side.
fn new_commerce(direction: u8) -> Value {
    let mut transfer: Value = serde_json::from_str(example!("get-transfer-pending")).unwrap();
    transfer["transferDirection"] = json!(direction);
    transfer["partnertenantid"] = json!(if direction == 2 { SOURCE } else { TARGET });
    transfer
}

/// Runs the command after this transfer was read; returns the run and the requests' methods.
fn after(transfer: &Value, words: &[&str]) -> (Run, Vec<String>) {
    let server = Server::start();
    server.reply("GET", 200, &transfer.to_string());
    server.reply("POST", 200, r#"{"orders":[{"id":"o"}]}"#);
    server.reply("PATCH", 200, example!("update-transfer-in-progress"));
    server.reply("DELETE", 204, "");
    let run = server.call(words);
    (run, server.methods())
}

#[test]
fn a_change_for_the_other_generation_or_partner_is_not_sent() {
    let without_direction = new_commerce(0);
    for (transfer, command, more, expected) in [
        // The wrong generation.
        (
            new_commerce(1),
            "accept",
            &[][..],
            &[
                "its source partner accepts it, with --new-commerce",
                "as its target partner you can cancel it",
                &line("cancel"),
            ][..],
        ),
        (
            new_commerce(2),
            "accept",
            &[],
            &[
                "as its source partner you can accept it",
                &line("accept --new-commerce"),
            ],
        ),
        (
            without_direction.clone(),
            "accept",
            &[],
            &[
                &line("accept --new-commerce"),
                &line("cancel"),
                "its source partner can",
                "its target partner can",
            ],
        ),
        (
            new_commerce(1),
            "reject",
            &[],
            &[
                "only license-based transfers can be rejected",
                &line("cancel"),
            ],
        ),
        (
            new_commerce(1),
            "withdraw",
            &[],
            &[
                "only license-based transfers can be withdrawn",
                &line("cancel"),
            ],
        ),
        (
            license_based(),
            "accept",
            &ITEM,
            &[
                "its target partner accepts it, without --new-commerce",
                &line("accept"),
                &line("reject"),
                &line("withdraw"),
            ],
        ),
        (
            license_based(),
            "cancel",
            &[],
            &[
                "only new-commerce transfers can be cancelled",
                &line("reject"),
                &line("withdraw"),
            ],
        ),
        // The right generation, and the wrong partner.
        (
            new_commerce(1),
            "accept",
            &ITEM,
            &[
                "its source partner accepts it",
                "as its target partner you can",
                &line("cancel"),
            ],
        ),
        (
            new_commerce(2),
            "cancel",
            &[],
            &["only its target partner can cancel it", "let it expire"],
        ),
    ] {
        let words = on_transfer(command, &[&["--yes"], more].concat());
        let (run, methods) = after(&transfer, &words);
        assert_eq!(run.code, 2, "{command} {more:?}: {}", run.stdout);
        assert_eq!(methods, ["GET"], "{command} {more:?}");
        for text in [&["nothing was sent", TRANSFER][..], expected].concat() {
            assert!(run.stderr.contains(text), "`{text}`: {}", run.stderr);
        }
    }
}

/// A command never guesses.
#[test]
fn a_transfer_that_rules_nothing_out_is_changed() {
    let mut unknown_type = new_commerce(0);
    unknown_type["transferType"] = json!(9);
    let mut contradiction = new_commerce(1);
    contradiction["partnertenantid"] = json!(SOURCE);
    let bare = json!({ "id": TRANSFER, "status": "Active" });
    let other =
        json!({ "id": TRANSFER, "status": "Odd", "lineItems": [{ "subscriptionId": "s" }] });
    for (transfer, command, more) in [
        (unknown_type.clone(), "accept", &[][..]),
        (unknown_type, "withdraw", &[]),
        (contradiction, "accept", &ITEM),
        (new_commerce(0), "accept", &ITEM),
        (new_commerce(3), "accept", &ITEM),
        (bare.clone(), "accept", &[]),
        (bare.clone(), "accept", &ITEM),
        (bare.clone(), "cancel", &[]),
        (bare, "withdraw", &[]),
        (other.clone(), "accept", &ITEM),
        (other, "accept", &[]),
        (license_based(), "accept", &[]),
        (license_based(), "reject", &[]),
        // The tenant of the caller is not known: `partnertenantid` alone does not show it.
        (license_based(), "withdraw", &[]),
        (new_commerce(2), "accept", &ITEM),
        (new_commerce(1), "cancel", &[]),
    ] {
        let words = on_transfer(command, &[&["--yes"], more].concat());
        let (run, methods) = after(&transfer, &words);
        let is_sent = methods.get(1).is_some_and(|method| method != "GET");
        assert!(is_sent, "{command} {more:?} {transfer}: {}", run.stderr);
    }
    // A settled transfer is refused by the service.
    let mut settled = new_commerce(1);
    settled["status"] = json!("Complete");
    let (_, methods) = after(&settled, &on_transfer("accept", &["--yes"]));
    assert_eq!(methods, ["GET", "POST"]);
    // Without the read nothing is known.
    let (_, methods) = after(
        &new_commerce(1),
        &on_transfer("accept", &["--yes", "--no-read"]),
    );
    assert_eq!(methods[0], "POST");
}

#[test]
fn a_transfer_in_progress_is_to_be_waited_for() {
    let mut transfer = new_commerce(1);
    transfer["status"] = json!("InProgress");
    let (run, methods) = after(&transfer, &on_transfer("accept", &["--yes"]));
    assert_eq!((run.code, methods.len()), (2, 1));
    assert!(run.stderr.contains(&line("wait")), "{}", run.stderr);
}

/// The tenant id of an app's credentials is that of the calling partner.
#[tokio::test]
async fn the_tenant_of_the_credentials_shows_the_role() {
    let emulator = Emulator::start().await.unwrap();
    let run = |is_source: bool, words: Vec<String>| {
        let environment = partner::environment(&emulator, is_source);
        tokio::task::spawn_blocking(move || finish(command().args(words).envs(environment)))
    };
    let words = |command: &str, transfer: &dyn ToString, more: &[&str]| -> Vec<String> {
        let (customer, transfer) = (data_set::CUSTOMER.to_string(), transfer.to_string());
        let words = [
            command,
            "--yes",
            "--customer",
            &customer,
            "--transfer",
            &transfer,
        ];
        let words = words.iter().chain(more);
        words.map(|word| (*word).to_owned()).collect()
    };
    for (is_source, words, expected) in [
        (
            true,
            words("accept", &data_set::TO_WITHDRAW, &[]),
            "you can withdraw it",
        ),
        (
            true,
            words("reject", &data_set::TO_WITHDRAW, &[]),
            "you can withdraw it",
        ),
        (
            false,
            words("withdraw", &data_set::TO_WITHDRAW, &[]),
            "you can accept it",
        ),
        (
            false,
            words("accept", &data_set::PENDING, &[]),
            "you can cancel it",
        ),
        (
            false,
            words("accept", &data_set::PENDING, &ITEM),
            "you can cancel it",
        ),
        (
            true,
            words("cancel", &data_set::PENDING, &[]),
            "let it expire",
        ),
    ] {
        let shown = format!("{words:?}");
        let run = run(is_source, words).await.unwrap();
        assert_eq!(run.code, 2, "{shown}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{shown}: {}", run.stderr);
    }
    assert_eq!(emulator.effects().len(), 0);
    let withdraw = words("withdraw", &data_set::TO_WITHDRAW, &[]);
    assert_eq!(run(true, withdraw).await.unwrap().code, 0);
    let cancel = words("cancel", &data_set::PENDING, &[]);
    assert_eq!(run(false, cancel).await.unwrap().code, 0);
}
