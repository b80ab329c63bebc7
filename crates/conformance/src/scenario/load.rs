//! Loads and validates scenario files.

use std::fmt;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

use super::expect::ExpectedConclusion;
use super::file::{Scenario, schema};
use super::reply::PreparedReply;

/// The maximum length of the description of a problem.
const MAX_PROBLEM_BYTES: usize = 1_500;

/// A validated scenario with loaded reply bodies.
#[derive(Clone, Debug)]
pub struct LoadedScenario {
    /// The file's name without `.json`.
    pub name: String,
    /// The content of the file.
    pub scenario: Scenario,
    pub(crate) replies: Vec<PreparedReply>,
}

/// Scenario files that cannot be loaded. `Display` describes each problem on a line.
#[derive(Debug)]
pub struct LoadError(Vec<String>);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LoadError {}

/// Loads a scenario file, or all `*.json` files of a folder except schemas, sorted by name.
///
/// # Errors
///
/// If the path does not exist, the folder has no scenario, or a file is invalid. The error names
/// every invalid file.
pub fn load(path: &Path) -> Result<Vec<LoadedScenario>, LoadError> {
    let paths = files(path).map_err(|problem| LoadError(vec![problem]))?;
    let validator = jsonschema::draft202012::new(&schema())
        .map_err(|error| LoadError(vec![format!("invalid scenario schema: {error}")]))?;
    let mut scenarios = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match read(&path, &validator) {
            Ok(scenario) => scenarios.push(scenario),
            Err(mut problem) => {
                if problem.len() > MAX_PROBLEM_BYTES {
                    // It repeats a text of the file.
                    problem.truncate(problem.floor_char_boundary(MAX_PROBLEM_BYTES));
                    problem.push_str("...");
                }
                problems.push(format!("{}: {problem}", path.display()));
            }
        }
    }
    if problems.is_empty() {
        Ok(scenarios)
    } else {
        Err(LoadError(problems))
    }
}

fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error| format!("{}: cannot be read: {error}", path.display());
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".json") && !name.ends_with(".schema.json") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let path = path.display();
        return Err(format!("{path}: contains no scenario (no *.json file)"));
    }
    Ok(files)
}

fn read(path: &Path, validator: &Validator) -> Result<LoadedScenario, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let scenario: Scenario = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            format!("invalid scenario: {}: {inner}", error.path())
        } else {
            format!("invalid JSON: {inner}")
        }
    })?;
    json.end()
        .map_err(|error| format!("invalid JSON: {error}"))?;
    // The schema also checks lengths and ranges, which the types do not.
    let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    validator
        .validate(&value)
        .map_err(|error| format!("invalid scenario: {}: {error}", error.instance_path()))?;
    check_consistency(&scenario)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let replies = scenario.replies.iter().enumerate();
    let replies = replies.map(|(index, reply)| {
        let prepared = reply.prepare(folder);
        prepared.map_err(|problem| format!("replies[{index}]: {problem}"))
    });
    let replies = replies.collect::<Result<_, _>>()?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(LoadedScenario {
        name: name.into_owned(),
        scenario,
        replies,
    })
}

/// Checks that the parts of a scenario fit together.
fn check_consistency(scenario: &Scenario) -> Result<(), String> {
    let requests = &scenario.expect.requests;
    let count = requests.count as usize;
    let retry = scenario.expect.sent_again.as_ref();
    let replies = scenario.replies.len();
    if count > 0 && (requests.method.is_none() || requests.path.is_none()) {
        return Err("expect.requests: `method` and `path` are required unless `count` is 0".into());
    }
    if scenario.listening && count != replies {
        return Err(format!(
            "expect.requests.count is {count}, but there are {replies} replies"
        ));
    }
    if !scenario.listening && count + replies > 0 {
        return Err("`listening` is false; expected no `replies` and a `count` of 0".to_owned());
    }
    let calls = scenario.call.times as usize;
    if retry.is_none() && count > calls {
        return Err(format!(
            "expect: {count} requests for {calls} call(s) need `sentAgain`"
        ));
    }
    if retry.is_some() && calls > 1 {
        return Err(format!(
            "expect.sentAgain: expected one call, but `times` is {calls}"
        ));
    }
    let conclusions =
        std::iter::once(&scenario.expect.conclusion).chain(retry.map(|retry| &retry.otherwise));
    for conclusion in conclusions {
        if let ExpectedConclusion::Answer(answer) = conclusion {
            let mut replies = scenario.replies.iter();
            if !replies.any(|reply| reply.status == Some(answer.status)) {
                return Err(format!(
                    "expect: no reply has the status of the answer, {}",
                    answer.status
                ));
            }
        }
    }
    Ok(())
}
