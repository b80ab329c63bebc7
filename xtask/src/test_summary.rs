//! Collects the results of many test programs from the output of `cargo test`.

use std::fmt;

/// The results of all test programs.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// The number of programs that ran at least one test.
    programs: u64,
    /// The number of programs that ended before they printed their result.
    incomplete: u64,
    failures: Vec<String>,
    /// Whether a program has started and not yet printed its result.
    is_running: bool,
    /// The lines since the last `failures:` of the running program.
    listed: Option<Vec<String>>,
}

impl Summary {
    /// Reads a line of the output.
    pub(crate) fn read_line(&mut self, line: &str) {
        let line = line.trim_end();
        if is_start(line) {
            self.finish();
            self.is_running = true;
        } else if line == "failures:" {
            // A program prints this twice; the second list has only names.
            self.listed = Some(Vec::new());
        } else if let Some(counts) = line.strip_prefix("test result: ").and_then(counts) {
            self.add(counts);
        } else if let (Some(listed), Some(name)) = (&mut self.listed, line.strip_prefix("    ")) {
            listed.push(name.to_owned());
        }
    }

    /// Ends the running program, which did not print its result.
    pub(crate) fn finish(&mut self) {
        self.incomplete += u64::from(self.is_running);
        self.is_running = false;
        self.listed = None;
    }

    /// Returns whether tests ran and none failed.
    pub(crate) fn succeeded(&self) -> bool {
        self.failed == 0 && self.incomplete == 0 && self.programs > 0
    }

    fn add(&mut self, [passed, failed, ignored]: [u64; 3]) {
        self.passed += passed;
        self.failed += failed;
        self.ignored += ignored;
        self.programs += u64::from(passed + failed + ignored > 0);
        if failed > 0 {
            self.failures.extend(self.listed.take().unwrap_or_default());
        }
        self.is_running = false;
        self.listed = None;
    }
}

/// Returns whether a line is `running 3 tests`.
fn is_start(line: &str) -> bool {
    let rest = line.strip_prefix("running ");
    let count = rest.and_then(|rest| rest.strip_suffix(" tests").or(rest.strip_suffix(" test")));
    count.is_some_and(|count| count.parse::<u64>().is_ok())
}

/// Returns the numbers of passed, failed and ignored tests in
/// `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
fn counts(result: &str) -> Option<[u64; 3]> {
    let (_, result) = result.split_once(". ")?;
    let mut counts = result.split("; ").map(|part| part.split_once(' '));
    let mut next = |name: &str| {
        let (count, found) = counts.next()??;
        (found == name).then(|| count.parse().ok())?
    };
    Some([next("passed")?, next("failed")?, next("ignored")?])
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.programs + self.incomplete == 0 {
            return write!(f, "No test ran.");
        }
        write!(
            f,
            "{} tests passed, {} failed, {} were ignored, in {} test programs.",
            self.passed, self.failed, self.ignored, self.programs
        )?;
        if self.incomplete > 0 {
            let count = self.incomplete;
            write!(
                f,
                "\n{count} test program(s) ended early, without a result."
            )?;
        }
        if !self.failures.is_empty() {
            write!(f, "\nFailed:")?;
        }
        for name in &self.failures {
            write!(f, "\n    {name}")?;
        }
        if self.ignored > 0 {
            write!(
                f,
                "\nIgnored tests need Node.js, Go or Chromium; `cargo xtask ci` runs them."
            )?;
        }
        Ok(())
    }
}
