//! From a path to scenarios, or to what must be mended.

use std::fmt;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

use super::expect::Expected;
use super::model::{Scenario, schema};
use super::reply::Prepared;

/// A scenario that is whole: its bodies are read and its parts agree.
#[derive(Debug)]
pub struct Loaded {
    /// The file's name without `.json`.
    pub name: String,
    /// What the file says.
    pub scenario: Scenario,
    pub(crate) replies: Vec<Prepared>,
}

/// A scenario, or a folder of them, that cannot be read. `Display` says what to mend, a line for
/// each problem.
#[derive(Debug)]
pub struct LoadError(Vec<String>);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LoadError {}

/// Reads a scenario, or all `*.json` files of a folder but schemas, sorted by name.
///
/// # Errors
///
/// If the path is none, a folder is empty, or a file is no scenario; all such files are named.
pub fn load(path: &Path) -> Result<Vec<Loaded>, LoadError> {
    let paths = files(path).map_err(|problem| LoadError(vec![problem]))?;
    let validator = jsonschema::draft202012::new(&schema())
        .map_err(|error| LoadError(vec![format!("the schema of scenarios is none: {error}")]))?;
    let mut scenarios = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match read(&path, &validator) {
            Ok(scenario) => scenarios.push(scenario),
            Err(problem) => problems.push(format!("{}: {problem}", path.display())),
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
        return Err(format!(
            "{}: has no scenario; expected files that end with .json",
            path.display()
        ));
    }
    Ok(files)
}

fn read(path: &Path, validator: &Validator) -> Result<Loaded, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let scenario: Scenario = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            format!("is no scenario: {}: {inner}", error.path())
        } else {
            format!("is no JSON: {inner}")
        }
    })?;
    json.end().map_err(|error| format!("is no JSON: {error}"))?;
    // What the types leave open: lengths and ranges.
    let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    validator
        .validate(&value)
        .map_err(|error| format!("is no scenario: {}: {error}", error.instance_path()))?;
    agrees(&scenario)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let replies = scenario
        .replies
        .iter()
        .enumerate()
        .map(|(number, reply)| {
            reply
                .prepare(folder)
                .map_err(|problem| format!("replies[{number}]: {problem}"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Loaded {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        scenario,
        replies,
    })
}

/// What types cannot say: that the parts of a scenario belong together.
fn agrees(scenario: &Scenario) -> Result<(), String> {
    let requests = &scenario.expect.requests;
    let count = requests.count as usize;
    let again = scenario.expect.sent_again.as_ref();
    if count > 0 && (requests.method.is_none() || requests.path.is_none()) {
        return Err(
            "expect.requests: expected `method` and `path` where `count` is not 0".to_owned(),
        );
    }
    if scenario.listening && count != scenario.replies.len() {
        return Err(format!(
            "expect.requests.count is {count}, and there are {} replies",
            scenario.replies.len()
        ));
    }
    if !scenario.listening && count + scenario.replies.len() > 0 {
        return Err("nobody listens; expected no `replies` and a `count` of 0".to_owned());
    }
    let calls = scenario.call.times as usize;
    if again.is_none() && count > calls {
        return Err(format!(
            "expect: {count} requests for {calls} call(s); expected `sentAgain` to say what that takes"
        ));
    }
    if let Some(again) = again
        && calls > 1
    {
        return Err(format!(
            "expect.sentAgain: expected one call, not {calls}, beside {} wait(s)",
            again.waits.len()
        ));
    }
    let conclusions = [
        Some(&scenario.expect.conclusion),
        again.map(|again| &again.otherwise),
    ];
    for conclusion in conclusions.into_iter().flatten() {
        if let Expected::Answer(answer) = conclusion
            && !scenario
                .replies
                .iter()
                .any(|reply| reply.status == Some(answer.status))
        {
            return Err(format!(
                "expect: an answer with status {}, which no reply has",
                answer.status
            ));
        }
    }
    Ok(())
}
