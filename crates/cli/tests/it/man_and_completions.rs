//! The manual pages and the shell completions.

use std::collections::BTreeSet;
use std::process::Command;

use crate::run::{command, finish, run};

/// The sections that man-pages(7) names, in its order.
const SECTIONS: [&str; 16] = [
    "NAME",
    "SYNOPSIS",
    "CONFIGURATION",
    "DESCRIPTION",
    "OPTIONS",
    "EXIT STATUS",
    "ERRORS",
    "ENVIRONMENT",
    "FILES",
    "STANDARDS",
    "HISTORY",
    "NOTES",
    "CAVEATS",
    "BUGS",
    "EXAMPLES",
    "SEE ALSO",
];

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

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
    let title = manual
        .stdout
        .lines()
        .find(|line| line.starts_with(".TH"))
        .unwrap();
    assert!(
        title.to_lowercase().starts_with(".th pctransfers 1"),
        "{title}"
    );
    for word in ["eligibility", "EXIT STATUS", "PCTRANSFERS_CLIENT_SECRET"] {
        assert!(manual.stdout.contains(word), "no {word}");
    }
}

/// Writes all pages, and returns their names and texts.
fn pages() -> Vec<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    // A directory that does not exist yet.
    let out = directory.path().join("share/man1");
    let run = run(&["man", "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let names: BTreeSet<String> = run.stdout.lines().map(str::to_owned).collect();
    let files = std::fs::read_dir(&out).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, files);
    let read = |name: String| {
        let text = std::fs::read_to_string(out.join(&name)).unwrap();
        (name, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn there_is_a_page_for_each_command() {
    let pages = pages();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "pctransfers.1",
        "pctransfers-accept.1",
        "pctransfers-bulk.1",
        "pctransfers-bulk-accept.1",
        "pctransfers-emulator.1",
        "pctransfers-man.1",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let program = pages
        .iter()
        .find(|(name, _)| name == "pctransfers.1")
        .unwrap();
    assert_eq!(program.1, run(&["man"]).stdout);
    for (name, text) in &pages {
        let bare = name.trim_end_matches(".1").replace('-', "\\-");
        assert!(
            text.contains(&format!(".SH NAME\n{bare} \\- ")),
            "{name}\n{text}"
        );
        let examples = text.contains("\n.SH EXAMPLES\n");
        let is_group = [
            "pctransfers.1",
            "pctransfers-bulk.1",
            "pctransfers-config.1",
        ];
        assert_eq!(examples, !is_group.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn sections_have_the_names_and_the_order_of_man_pages() {
    for (name, text) in pages() {
        let sections = text.lines().filter_map(|line| line.strip_prefix(".SH "));
        let positions: Vec<usize> = sections
            .map(|section| {
                let section = section.trim_matches('"');
                let position = SECTIONS.iter().position(|known| *known == section);
                position.unwrap_or_else(|| panic!("{name}: {section}"))
            })
            .collect();
        assert!(
            positions.is_sorted_by(|one, next| one < next),
            "{name}: {positions:?}"
        );
        assert!(positions.len() > 3, "{name}");
    }
}

/// Roff without the marks of fonts and of hyphens.
fn plain(roff: &str) -> String {
    let text = roff
        .replace("\\fB", "")
        .replace("\\fI", "")
        .replace("\\fR", "");
    text.replace("\\-", "-")
}

#[test]
fn no_page_refers_to_one_that_is_missing() {
    let pages = pages();
    let mut references = 0;
    for (name, text) in &pages {
        let text = plain(text);
        for (at, _) in text.match_indices("(1)") {
            let word = text[..at].rsplit([' ', '\n', ',']).next().unwrap();
            let file = format!("{word}.1");
            assert!(
                pages.iter().any(|(name, _)| *name == file),
                "{name}: {word}(1)"
            );
            references += 1;
        }
    }
    assert!(references > 20, "{references}");
}

/// Where the formatter is installed.
#[cfg(unix)]
#[test]
fn the_formatter_has_no_complaints_about_a_page() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().to_str().unwrap();
    run(&["man", "--out", out]);
    for (name, _) in pages() {
        let page = directory.path().join(&name);
        let groff = Command::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z"])
            .arg(&page)
            .output();
        let Ok(groff) = groff else {
            return;
        };
        let complaints = String::from_utf8_lossy(&groff.stderr);
        assert!(
            groff.status.success() && complaints.is_empty(),
            "{name}: {complaints}"
        );
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let out = file.path().join("man1");
    let run = run(&["man", "--out", out.to_str().unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("man1"), "{}", run.stderr);
}

#[test]
fn the_scripts_know_the_words_of_the_service() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]).stdout;
        for word in [
            "PartiallyComplete",
            "us-government",
            "900103",
            "OnlineServicesNCE",
            "incoming",
        ] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
    }
}

#[test]
fn the_help_says_where_to_put_the_script_of_each_shell() {
    let help = run(&["completions", "--help"]).stdout;
    let (_, places) = help.split_once("Where to put the script:").unwrap();
    for shell in SHELLS {
        assert!(places.contains(&format!("\n  {shell} ")), "{shell}\n{help}");
    }
}

fn with_profiles(directory: &std::path::Path) {
    let directory = directory.join("pctransfers");
    std::fs::create_dir(&directory).unwrap();
    let config = "[profiles.contoso]\n[profiles.fabrikam]\n";
    std::fs::write(directory.join("config.toml"), config).unwrap();
}

/// What bash completes for the words, the last of which is not complete. `None` without bash.
#[cfg(unix)]
fn complete_in_bash(words: &[&str]) -> Option<Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    with_profiles(directory.path());
    let script = directory.path().join("script");
    std::fs::write(&script, run(&["completions", "bash"]).stdout).unwrap();
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_pctransfers"));
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let lines = format!(
        "PATH=$BINARIES:$PATH; source \"$SCRIPT\"; COMP_WORDS=({}); \
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         _pctransfers pctransfers \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" ")
    );
    let bash = Command::new("bash")
        .args(["--norc", "-c", &lines])
        .env("BINARIES", path.parent().unwrap())
        .env("SCRIPT", &script)
        .env("XDG_CONFIG_HOME", directory.path())
        .output()
        .ok()?;
    let stdout = String::from_utf8(bash.stdout).unwrap();
    Some(stdout.lines().map(str::to_owned).collect())
}

#[cfg(unix)]
#[test]
fn bash_completes_words_and_profiles() {
    for (words, expected) in [
        (&["pctransfers", "wa"][..], &["wait"][..]),
        (
            &["pctransfers", "list", "--status", "Part"],
            &["PartiallyComplete"],
        ),
        (&["pctransfers", "--cloud", "us"], &["us-government"]),
        (&["pctransfers", "explain", "900103"], &["900103"]),
        (&["pctransfers", "--profile", ""], &["contoso", "fabrikam"]),
        (&["pctransfers", "list", "--profile", "f"], &["fabrikam"]),
        (&["pctransfers", "accept", "[C"], &[""]),
    ] {
        let Some(completed) = complete_in_bash(words) else {
            return;
        };
        assert_eq!(completed, expected, "{words:?}");
    }
}

/// The scripts of these shells are checked for their syntax where the shell is installed.
#[cfg(unix)]
#[test]
fn the_shells_accept_their_scripts() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = directory.path().join(shell);
        std::fs::write(&script, run(&["completions", shell]).stdout).unwrap();
        let Ok(checked) = Command::new(shell).arg("-n").arg(&script).output() else {
            continue;
        };
        let complaints = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{shell}: {complaints}");
    }
    for (shell, hook) in [
        ("zsh", ":NAME:{compadd"),
        ("fish", "-a \"(pctransfers completions --profiles"),
        ("powershell", "'--status' = @('Active', "),
        ("powershell", "'explain' = @('400', "),
        (
            "powershell",
            "@(pctransfers completions --profiles 2>$null)",
        ),
    ] {
        let script = run(&["completions", shell]).stdout;
        assert!(script.contains(hook), "{shell}: no {hook}");
    }
}

/// A broken configuration does not disturb the prompt.
#[test]
fn a_completion_prints_nothing_about_a_broken_configuration() {
    let directory = tempfile::tempdir().unwrap();
    with_profiles(directory.path());
    let list = || {
        let mut command = command();
        command.args(["completions", "--profiles"]);
        finish(command.env("XDG_CONFIG_HOME", directory.path()))
    };
    assert_eq!(list().stdout, "contoso\nfabrikam\n");
    std::fs::write(directory.path().join("pctransfers/config.toml"), "[").unwrap();
    let run = list();
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
}
