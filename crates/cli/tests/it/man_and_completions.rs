//! The manual page and the shell completions.

use crate::run::run;

#[test]
fn man_and_completions_contain_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, 0);
        for word in ["eligibility", "max-wait", "no-read"] {
            assert!(script.stdout.contains(word), "{shell}: no {word}");
        }
    }
    let manual = run(&["man"]);
    assert_eq!(manual.code, 0);
    assert!(
        manual.stdout.contains(".TH pctransfers 1"),
        "{}",
        &manual.stdout[..200]
    );
    for word in ["eligibility", "Exit codes:", "PCTRANSFERS_CLIENT_SECRET"] {
        assert!(manual.stdout.contains(word), "no {word}");
    }
}
