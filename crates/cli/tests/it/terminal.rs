//! The command on a pseudo-terminal: questions, spinner and table widths.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use partner_center_emulator::{Emulator, data_set};

use crate::pseudo_terminal::{Then, on_terminal};

/// Wide enough for each question on one line.
const WIDE: u16 = 400;

fn on_transfer(call: &'static str, url: &str) -> Vec<String> {
    let customer = data_set::CUSTOMER.to_string();
    let transfer = data_set::ACCEPTED_WHOLE.to_string();
    let words = [
        "--endpoint",
        url,
        call,
        "--customer",
        &customer,
        "--transfer",
        &transfer,
    ];
    words.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn a_change_is_shown_and_confirmed() {
    for (answer, code, effects, end) in [
        ("n\n", 1, 0, "Nothing was sent.\n"),
        // Only "y" and "yes" confirm.
        ("\n", 1, 0, "Nothing was sent.\n"),
        ("ja\n", 1, 0, "Nothing was sent.\n"),
        ("\u{4}", 1, 0, "Nothing was sent.\n"),
        ("\u{3}", 130, 0, "interrupted; nothing was changed\n"),
        ("y\n", 0, 1, "was accepted: 2 orders"),
        ("YES\n", 0, 1, "was accepted: 2 orders"),
    ] {
        let emulator = Emulator::builder().no_auth().start().await.unwrap();
        let arguments = on_transfer("accept", &emulator.url());
        let (shown, ended) = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let mut say = |terminal: &mut dyn std::io::Write| {
                terminal.write_all(answer.as_bytes()).unwrap();
            };
            let question: Then<'_> = ("[y/N] ", &mut say);
            on_terminal(WIDE, false, &arguments, &[], Some(question))
        })
        .await
        .unwrap();
        assert_eq!(ended, code, "{answer:?}: {shown}");
        assert!(shown.contains(end), "{answer:?}: {shown}");
        // The transfer is shown before the question.
        let (before, question) = shown
            .split_once("Move 2 subscriptions to your tenant? ")
            .unwrap();
        let consequences = "They will be ordered and billed to you. They stay in the customer's \
                            tenant, Contoso (source) will no longer bill them, and this cannot be \
                            undone. [y/N] ";
        assert!(question.starts_with(consequences), "{shown}");
        for word in ["Active", "Contoso", "5B000000-0000-4000-8000-000000000005"] {
            assert!(before.contains(word), "no {word}: {before}");
        }
        assert_eq!(emulator.effects().len(), effects, "{answer:?}");
    }
}

/// What will move, who will pay for it, and what cannot be undone.
#[tokio::test]
async fn the_question_says_what_the_change_does() {
    let (customer, source) = (data_set::CUSTOMER.to_string(), data_set::SOURCE.to_string());
    let target = data_set::TARGET.to_string();
    let on = |transfer: &dyn ToString| ["--transfer".to_owned(), transfer.to_string()];
    let free = data_set::FREE_SUBSCRIPTIONS;
    let words =
        |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
    let offer = ["--source", &source, "--target", &target];
    let ask = ["--source", &source, "--source-name", "Contoso\u{202e}"];
    let email = ["--customer-email", "a@b.example"];
    let cases: Vec<(&str, Vec<String>, String)> = vec![
        (
            "create",
            words(&[&offer[..], &["--subscription", free[0]]].concat()),
            format!(
                "Offer 1 subscription to {target}? If it accepts, the subscription will be ordered \
                 and billed to it, and you will no longer bill it. Until then you can withdraw the \
                 transfer."
            ),
        ),
        (
            "create",
            words(
                &[
                    &offer[..],
                    &["--subscription", free[0], "--subscription", free[1]],
                    &["--target-name", "Fabrikam"],
                ]
                .concat(),
            ),
            "Offer 2 subscriptions to Fabrikam? If it accepts, they will be ordered and billed to \
             it, and you will no longer bill them. Until then you can withdraw the transfer."
                .to_owned(),
        ),
        (
            "create",
            words(&[&["--new-commerce"], &ask[..], &email].concat()),
            "for this customer's subscriptions? What Contoso".to_owned(),
        ),
        (
            "accept",
            [&on(&data_set::PENDING)[..], &words(&["--new-commerce", "--subscription", free[0]])]
                .concat(),
            "Hand over 1 subscription to Fabrikam (target)? It will be billed to Fabrikam (target), \
             and you will no longer bill it. It stays in the customer's tenant. This cannot be \
             undone."
                .to_owned(),
        ),
        (
            "reject",
            on(&data_set::TO_WITHDRAW).to_vec(),
            "Reject 2 subscriptions from Contoso (source)? Nothing will move, and the transfer will \
             end. To offer them again, Contoso (source) has to create a new transfer."
                .to_owned(),
        ),
        (
            "cancel",
            on(&data_set::PENDING).to_vec(),
            "Cancel your request to Contoso (source)? Nothing will move, and the transfer will end. \
             To ask again, you have to create a new transfer."
                .to_owned(),
        ),
        (
            "withdraw",
            on(&data_set::TO_WITHDRAW).to_vec(),
            "Withdraw the offer of 2 subscriptions to Fabrikam (target)? You will go on billing \
             them, and the transfer will end. To offer them again, you have to create a new \
             transfer."
                .to_owned(),
        ),
    ];
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    for (command, more, question) in cases {
        let first = [
            "--endpoint",
            &emulator.url(),
            command,
            "--customer",
            &customer,
        ];
        let arguments: Vec<String> = first.iter().map(|word| (*word).to_owned()).collect();
        let arguments = [arguments, more].concat();
        let (shown, code) = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let mut say = |terminal: &mut dyn std::io::Write| {
                terminal.write_all(b"\n").unwrap();
            };
            on_terminal(WIDE, false, &arguments, &[], Some(("[y/N] ", &mut say)))
        })
        .await
        .unwrap();
        assert_eq!(code, 1, "{command}: {shown}");
        let asked = shown.split("[y/N] ").next().unwrap();
        assert!(asked.contains(&question), "{command}: {asked}");
        assert!(shown.contains("Nothing was sent."), "{command}: {shown}");
    }
    assert_eq!(emulator.effects().len(), 0);
}

/// A person decides whether a lost create is sent again.
#[tokio::test]
async fn a_repeated_create_shows_what_the_first_call_may_have_made() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let transfer = data_set::TO_WITHDRAW.to_string();
    let (customer, source) = (data_set::CUSTOMER.to_string(), data_set::SOURCE.to_string());
    let target = data_set::TARGET.to_string();
    let url = emulator.url();
    let arguments = [
        ["--endpoint", &url, "create"],
        ["--customer", &customer, "--source"],
        [&source, "--target", &target],
        [
            "--subscription",
            "5b000000-0000-4000-8000-000000000003",
            "--quiet",
        ],
    ];
    let arguments: Vec<String> = arguments.concat().into_iter().map(str::to_owned).collect();
    let again = ["--request-id", "8389053b-731c-4261-9899-1583d7859153"].map(str::to_owned);
    let repeated = [&arguments[..], &again].concat();
    let (shown, code) = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = repeated.iter().map(String::as_str).collect();
        let mut say = |terminal: &mut dyn std::io::Write| {
            terminal.write_all(b"n\n").unwrap();
        };
        on_terminal(100, false, &arguments, &[], Some(("[y/N] ", &mut say)))
    })
    .await
    .unwrap();
    assert_eq!(code, 1, "{shown}");
    let expected = format!("The call that you repeat may have been applied: transfer {transfer}");
    assert!(shown.contains(&expected), "{shown}");

    // Without the id, there is no question.
    let (shown, code) = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        on_terminal(100, false, &arguments, &[], None)
    })
    .await
    .unwrap();
    assert_eq!(code, 2, "{shown}");
    assert!(!shown.contains("[y/N]"), "{shown}");
    assert!(shown.contains(&transfer), "{shown}");
    assert_eq!(emulator.effects().len(), 0);
}

#[tokio::test]
async fn a_change_is_not_sent_if_the_transfer_cannot_be_shown() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let mut arguments = on_transfer("withdraw", &emulator.url());
    arguments[6] = "00000000-0000-4000-8000-000000000000".to_owned();
    let (shown, code) = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        on_terminal(100, false, &arguments, &[], None)
    })
    .await
    .unwrap();
    assert_eq!(code, 4, "{shown}");
    assert!(
        shown.contains("Nothing was sent, because the transfer could not be read"),
        "{shown}"
    );
    assert!(!shown.contains("[y/N]"), "{shown}");
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn a_suggested_command_is_not_broken() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let mut arguments = on_transfer("accept", &emulator.url());
    let pending = data_set::PENDING.to_string();
    arguments[6].clone_from(&pending);
    arguments.push("--yes".to_owned());
    let (shown, code) = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        on_terminal(60, false, &arguments, &[], None)
    })
    .await
    .unwrap();
    assert_eq!(code, 2, "{shown}");
    let line = format!(
        "    pctransfers cancel --customer {} --transfer {pending} --endpoint {}",
        data_set::CUSTOMER,
        emulator.url()
    );
    assert!(shown.lines().any(|shown| shown == line), "{shown}");
}

#[test]
fn the_temporary_emulator_needs_no_confirmation() {
    let customer = data_set::CUSTOMER.to_string();
    let transfer = data_set::ACCEPTED_IN_PART.to_string();
    let arguments = [
        "--emulator",
        "accept",
        "--customer",
        &customer,
        "--transfer",
        &transfer,
    ];
    let (shown, code) = on_terminal(100, false, &arguments, &[("PCTRANSFERS_TOKEN", "")], None);
    assert_eq!(code, 3, "{shown}");
    assert!(!shown.contains("[y/N]"), "{shown}");
}

#[test]
fn a_table_fits_the_terminal() {
    let customer = data_set::CUSTOMER.to_string();
    let transfer = data_set::ACCEPTED_IN_PART.to_string();
    let no_color = [("NO_COLOR", "1")];
    for columns in [80, 120] {
        let eligibility = ["--emulator", "eligibility", "--customer", &customer];
        let accept = [
            "--emulator",
            "accept",
            "--customer",
            &customer,
            "--transfer",
            &transfer,
        ];
        let mut all = String::new();
        for arguments in [&eligibility[..], &accept] {
            let (shown, _) = on_terminal(columns, true, arguments, &no_color, None);
            let shown = shown.split("\nRequest id").next().unwrap();
            for line in shown.lines() {
                all += line.trim_end();
                all.push('\n');
            }
        }
        let widest = all.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns.into()), "{all}");
        insta::assert_snapshot!(format!("tables-at-{columns}"), all);
    }
}

/// The server responds only after the spinner was seen.
#[test]
fn a_spinner_is_shown_while_the_service_is_busy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let arguments = on_transfer("get", &url);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut answer = |_: &mut dyn std::io::Write| {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte).unwrap();
            request.push(byte[0]);
        }
        let body = r#"{"status":"Active"}"#;
        write!(
            connection,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    };
    let seen: Then<'_> = ("Reading the transfer", &mut answer);
    let (shown, code) = on_terminal(100, false, &arguments, &[], Some(seen));
    assert_eq!(code, 0, "{shown}");
    // The spinner is erased before the result.
    let result = shown.rsplit("\u{1b}[2K").next().unwrap();
    assert!(!result.contains("Reading the transfer"), "{shown:?}");
    assert!(result.contains("Status          Active"), "{shown:?}");
}
