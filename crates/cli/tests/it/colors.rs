//! Colors of results, errors, help pages and the log.

#[cfg(unix)]
use partner_center_emulator::data_set;

#[cfg(unix)]
use crate::pseudo_terminal::on_terminal;
use crate::run::{CANARY, Run, command, finish};
use crate::server::{CUSTOMER, Server, TRANSFER, example};

const ESCAPE: char = '\u{1b}';

#[cfg(unix)]
#[test]
fn colors_are_used_only_on_terminals_that_support_them() {
    let customer = data_set::CUSTOMER.to_string();
    let arguments = ["--emulator", "list", "--customer", &customer];
    let (colored, _) = on_terminal(100, true, &arguments, &[], None);
    assert!(colored.contains(ESCAPE), "{colored}");
    let (colored, _) = on_terminal(100, true, &arguments, &[("NO_COLOR", "")], None);
    assert!(
        colored.contains(ESCAPE),
        "an empty variable is not set: {colored}"
    );
    for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("CLICOLOR", "0")]] {
        let (plain, _) = on_terminal(100, true, &arguments, &variables, None);
        assert!(plain.contains("Active"), "{plain}");
        assert!(!plain.contains(ESCAPE), "{variables:?}: {plain}");
    }
}

/// Runs a command whose standard output and standard error are no terminals.
fn piped(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = command();
    command.args(arguments).env("PCTRANSFERS_TOKEN", CANARY);
    finish(command.envs(variables.iter().copied()))
}

#[test]
fn forced_colors_are_everywhere() {
    let server = Server::start();
    server.reply_once("GET", 200, example!("get-transfer-partially-complete"));
    server.reply("GET", 404, example!("fault-404-transfer-not-found"));
    let url = server.url();
    let target = ["--customer", CUSTOMER, "--transfer", TRANSFER];
    let get = [&["--endpoint", &url, "get"], &target[..]].concat();
    let force = [("CLICOLOR_FORCE", "1")];

    let result = piped(&[&get[..], &["-v"]].concat(), &force);
    assert_eq!(result.code, 0, "{}", result.stderr);
    assert!(result.stdout.contains(ESCAPE), "table: {}", result.stdout);
    assert!(result.stderr.contains(ESCAPE), "log: {}", result.stderr);
    for (name, arguments, code) in [
        ("error", &get[..], 4),
        ("usage error", &["bogus"], 2),
        ("unknown code", &["explain", "1"], 2),
    ] {
        let run = piped(arguments, &force);
        assert_eq!(run.code, code, "{name}: {}", run.stderr);
        let first = run.stderr.lines().next().unwrap();
        assert!(first.starts_with(ESCAPE), "{name}: {first}");
    }
    assert!(piped(&["--help"], &force).stdout.contains(ESCAPE));

    // NO_COLOR wins.
    let none: [&[(&str, &str)]; 4] = [
        &[],
        &[("CLICOLOR_FORCE", "")],
        &[("CLICOLOR_FORCE", "0")],
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
    ];
    for variables in none {
        for arguments in [&["--help"][..], &["bogus"], &[&get[..], &["-v"]].concat()] {
            let run = piped(arguments, variables);
            let all = run.stdout + &run.stderr;
            assert!(!all.contains(ESCAPE), "{variables:?}: {all}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_log_has_colors_only_if_the_terminal_has() {
    let customer = data_set::CUSTOMER.to_string();
    let list = ["--emulator", "-v", "list", "--customer", &customer];
    let (shown, _) = on_terminal(100, false, &list, &[], None);
    assert!(shown.contains("<- \u{1b}[32m200\u{1b}[0m in "), "{shown}");
    for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("CLICOLOR", "0")]] {
        let (shown, code) = on_terminal(100, false, &list, &variables, None);
        assert_eq!(code, 0, "{shown}");
        assert!(shown.contains("<- 200 in "), "{shown}");
        assert!(!shown.contains(ESCAPE), "{variables:?}: {shown}");
    }
}
