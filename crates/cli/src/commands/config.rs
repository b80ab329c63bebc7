//! Shows and changes the profiles.

use std::fmt::Write as _;
use std::process::ExitCode;

use partner_center_transfers::printable;
use serde_json::{Map, Value, json};

use crate::arguments::{ConfigCommand, GlobalOptions, OutputFormat};
use crate::end::End;
use crate::exit;
use crate::failure::Failure;
use crate::profile::{self, Config, KEYS, Profile};
use crate::{runtime, service};

pub(crate) fn config(global: &GlobalOptions, command: &ConfigCommand) -> ExitCode {
    let done = match command {
        ConfigCommand::List => list(global),
        ConfigCommand::Set { key, value, .. } => set(global, key, value.as_deref()),
        ConfigCommand::Path => path(global),
    };
    let end = done.unwrap_or_else(|failure| End::of_failure(global, "config", failure));
    end.print()
}

fn list(global: &GlobalOptions) -> Result<End, Failure> {
    let active = profile::active_in(Config::load()?, global)?.name;
    let config = Config::load()?;
    let profiles: Vec<&Profile> = config.profiles.values().collect();
    let is_active = |profile: &Profile| profile.name == active;

    let documents: Vec<Value> = profiles
        .iter()
        .map(|profile| document(profile, is_active(profile)))
        .collect();
    let path = shown_path();
    if global.output == OutputFormat::Jsonl {
        let lines = documents.iter().map(crate::output::json_line);
        let lines: String = lines.collect();
        return Ok(End::printing(global, lines, exit::SUCCESS));
    }
    let mut text = String::new();
    for profile in profiles {
        let name = profile.name.as_deref().unwrap_or_default();
        if global.quiet {
            let _ = writeln!(text, "{name}");
            continue;
        }
        let mark = if is_active(profile) { " (in use)" } else { "" };
        let _ = writeln!(text, "{name}{mark}");
        for key in &KEYS {
            if let Some(value) = profile.get(key) {
                let _ = writeln!(text, "  {:13} {}", key.name, printable(&value));
            }
        }
        for (tenant, name) in &profile.partners {
            let _ = writeln!(text, "  {:13} {tenant} {}", "partner", printable(name));
        }
    }
    if text.is_empty() && !global.quiet {
        let _ = writeln!(
            text,
            "There are no profiles. Create one with pctransfers config set KEY VALUE; they are \
             kept in {path}."
        );
    }
    let document = json!({
        "path": path,
        "defaultProfile": config.default_profile,
        "profiles": documents,
    });
    Ok(End::new(global, exit::SUCCESS, || text, &document))
}

fn document(profile: &Profile, is_active: bool) -> Value {
    let mut document = Map::new();
    document.insert("name".to_owned(), json!(profile.name));
    document.insert("inUse".to_owned(), json!(is_active));
    for key in &KEYS {
        document.insert(key.member.to_owned(), json!(profile.get(key)));
    }
    document.insert("partners".to_owned(), json!(profile.partners));
    Value::Object(document)
}

fn set(global: &GlobalOptions, key: &str, value: Option<&str>) -> Result<End, Failure> {
    let name = profile::name_to_set(global)?;
    let check = |key: &str, value: &str| service::check_url(global, key, value);
    let path = runtime::block_on(profile::set(&name, key, value, check))??;
    let path = path.display().to_string();
    let done = if value.is_some() { "Set" } else { "Removed" };
    let text = if global.quiet {
        String::new()
    } else if key == profile::DEFAULT_PROFILE {
        format!("{done} {key} in {path}.\n")
    } else {
        format!("{done} {key} of the profile {name} in {path}.\n")
    };
    let document = json!({ "path": path, "profile": name, "key": key, "value": value });
    Ok(End::new(global, exit::SUCCESS, || text, &document))
}

fn path(global: &GlobalOptions) -> Result<End, Failure> {
    let path = Config::path().ok_or_else(|| {
        Failure::Usage(
            "there is no directory for the configuration: set HOME or XDG_CONFIG_HOME".to_owned(),
        )
    })?;
    let document = json!({ "path": path.display().to_string(), "exists": path.exists() });
    let text = || format!("{}\n", path.display());
    Ok(End::new(global, exit::SUCCESS, text, &document))
}

fn shown_path() -> String {
    let path = Config::path();
    path.map_or_else(String::new, |path| path.display().to_string())
}
