//! Driver programs: those of the scenarios' README, and one that hangs.

use std::process::{Command, Stdio};
use std::time::Duration;

use partner_center_conformance::scenario::Tag;
use partner_center_conformance::{ProgramDriver, Selection, play};

use super::{failures, folder, scenarios};

/// The paused clock of this test jumps to the time limit.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_driver_that_hangs_is_stopped() {
    let program = ["sleep", "600"].map(str::to_owned).to_vec();
    let program = ProgramDriver::new(program, Duration::from_secs(20));
    let all = Selection::default();
    let problem = play(&scenarios(), &all, &program, |_| ())
        .await
        .unwrap_err();
    assert_eq!(
        problem,
        "the driver did not end within 20s and was killed; allow more with --limit"
    );
}

#[tokio::test]
async fn the_example_drivers_of_the_readme_pass() {
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (language, interpreter, tools, tags) in [
        (
            "python",
            "python3",
            &["python3"][..],
            &[Tag::Request, Tag::Outcome][..],
        ),
        ("sh", "sh", &["curl", "jq"], &[Tag::Request]),
    ] {
        let fence = format!("```{language}\n#!");
        let (_, code) = readme.split_once(&fence).unwrap();
        let (code, _) = code.split_once("\n```").unwrap();
        if let Some(tool) = tools.iter().find(|tool| !is_installed(tool)) {
            println!("{language}: skipped, because {tool} is not installed");
            continue;
        }
        let file = folder.path().join(language);
        std::fs::write(&file, format!("#!{code}\n")).unwrap();
        let program = vec![interpreter.to_owned(), file.display().to_string()];
        let program = ProgramDriver::new(program, Duration::from_secs(60));
        let some = Selection {
            only: tags.iter().copied().collect(),
            skip: [].into(),
        };
        let report = play(&scenarios(), &some, &program, |_| ()).await.unwrap();
        assert_eq!(failures(&report), "", "{language}");
        assert!(report.passed >= 5, "{language}: {report}");
    }
}

/// Whether a program is installed.
fn is_installed(program: &str) -> bool {
    let output = Command::new(program)
        .arg("--version")
        .stderr(Stdio::null())
        .output();
    output.is_ok_and(|output| output.status.success())
}
