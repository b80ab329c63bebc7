//! A create that has source and target swapped, or the same partner as both, is not sent.

use partner_center_emulator::{Emulator, data_set};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::partner;
use crate::run::{Run, command, finish};

/// Runs a create with the app of a partner of the data set in this tenant. Returns the run and the
/// number of requests, to the login service too.
fn create(caller: &str, words: &[&str], file: Option<&str>) -> (Run, usize) {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let is_source = caller.eq_ignore_ascii_case(&source());
    let mut command = command();
    command
        .args(["create", "--yes"])
        .args(["--customer", &data_set::CUSTOMER.to_string()])
        .args(words)
        .envs(partner::environment(&emulator, is_source))
        .env("PCTRANSFERS_TENANT_ID", caller);
    if let Some(file) = file {
        command.write_stdin(file);
    }
    (finish(&mut command), emulator.requests().len())
}

fn source() -> String {
    data_set::SOURCE.to_string()
}

fn target() -> String {
    data_set::TARGET.to_string()
}

fn license_based<'a>(source: &'a str, target: &'a str) -> Vec<&'a str> {
    let partners = ["--source", source, "--target", target];
    [
        &partners[..],
        &["--subscription", data_set::FREE_SUBSCRIPTIONS[0]],
    ]
    .concat()
}

fn new_commerce<'a>(source: &'a str, target: Option<&'a str>) -> Vec<&'a str> {
    let mut words = vec!["--new-commerce", "--source", source, "--source-name", "C"];
    words.extend(["--customer-email", "a@b.example"]);
    words.extend(target.into_iter().flat_map(|target| ["--target", target]));
    words
}

#[test]
fn swapped_partners_are_refused_before_any_request() {
    let you_are_target = "you are the target; the source creates a license-based transfer: did \
                          you swap --source and --target?";
    let you_are_source = "you are the source; the target creates a new-commerce transfer: did \
                          you swap --source and --target?";
    let (source, target) = (source(), target());
    let upper = target.to_uppercase();
    for (caller, words, expected) in [
        (&target, license_based(&source, &target), you_are_target),
        (&upper, license_based(&source, &target), you_are_target),
        (
            &source,
            new_commerce(&source, Some(&target)),
            you_are_source,
        ),
    ] {
        for more in [&[][..], &["--allow-duplicate"], &["--request-id", &source]] {
            let (run, requests) = create(caller, &[&words[..], more].concat(), None);
            assert_eq!(run.code, 2, "{words:?} {more:?}: {}", run.stdout);
            assert!(run.stderr.contains("nothing was sent"), "{}", run.stderr);
            assert!(run.stderr.contains(expected), "{}", run.stderr);
            assert_eq!(requests, 0, "{words:?} {more:?}");
        }
        // Without the other checks of the caller's role.
        let (run, requests) = create(caller, &[&words[..], &["--no-read"]].concat(), None);
        assert_ne!(requests, 0, "{}", run.stderr);
    }
}

#[test]
fn the_same_partner_on_both_sides_is_always_refused() {
    let source = source();
    let upper = source.to_uppercase();
    let other = "3f4a5b6c-0000-4000-8000-000000000001";
    for (caller, words) in [
        (source.as_str(), license_based(&source, &upper)),
        (other, license_based(&source, &source)),
        ("contoso.example", license_based(&source, &source)),
        (other, new_commerce(&source, Some(&source))),
        // Without a target the caller is the target.
        (&source, new_commerce(&source, None)),
    ] {
        for more in [&[][..], &["--no-read"], &["--allow-duplicate"]] {
            let (run, requests) = create(caller, &[&words[..], more].concat(), None);
            assert_eq!(run.code, 2, "{words:?} {more:?}: {}", run.stdout);
            let expected = "nothing was sent, because source and target are the same partner";
            assert!(run.stderr.contains(expected), "{}", run.stderr);
            assert_eq!(requests, 0, "{words:?} {more:?}");
        }
    }
}

#[test]
fn the_partners_in_a_file_are_checked_too() {
    let (source, target) = (source(), target());
    let file = |source: &str, target: &str| {
        let items = json!([{ "subscriptionId": "s" }]);
        json!({ "sourcePartnerTenantId": source, "targetPartnerTenantId": target, "lineItems": items })
            .to_string()
    };
    for (request, expected) in [
        (
            file(&source, &target),
            "did you swap sourcePartnerTenantId and targetPartnerTenantId?",
        ),
        (
            file(&source, &source),
            "correct sourcePartnerTenantId or targetPartnerTenantId",
        ),
    ] {
        let (run, requests) = create(&target, &["--file", "-"], Some(&request));
        assert_eq!((run.code, requests), (2, 0), "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn the_partner_that_creates_the_transfer_is_not_stopped() {
    let (source, target) = (source(), target());
    for (caller, words) in [
        (&source, license_based(&source, &target)),
        (&target, new_commerce(&source, Some(&target))),
        (&target, new_commerce(&source, None)),
    ] {
        let (run, _) = create(caller, &words, None);
        assert_eq!(run.code, 0, "{caller} {words:?}: {}", run.stderr);
    }
}
