//! The file with the profiles.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;

use partner_center_transfers::setting;
use toml_edit::{Document, Item, TableLike};

use super::settings::Profile;
use super::{directories, keys};
use crate::failure::Failure;
use crate::input_file;
use crate::similar::did_you_mean;

/// The key with the name of the profile that is used if none is chosen.
pub(crate) const DEFAULT_PROFILE: &str = "default-profile";

/// The table of the profiles.
pub(super) const PROFILES: &str = "profiles";

/// The profiles of the user.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) default_profile: Option<String>,
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// What is wrong with the text, and where.
struct Problem {
    at: Option<Range<usize>>,
    message: String,
}

impl Config {
    /// The path of the file, which need not exist.
    pub(crate) fn path() -> Option<PathBuf> {
        Some(directories::configuration()?.join("config.toml"))
    }

    /// Reads and checks the file. Without a file there are no profiles.
    pub(crate) fn load() -> Result<Self, Failure> {
        match Self::text()? {
            Some((path, text)) => Self::parse(&text)
                .map_err(|message| Failure::Usage(format!("{}: {message}", path.display()))),
            None => Ok(Self::default()),
        }
    }

    /// The file's path and text, if there is a file.
    pub(super) fn text() -> Result<Option<(PathBuf, String)>, Failure> {
        let Some(path) = Self::path() else {
            return Ok(None);
        };
        // A directory that cannot be searched has no file for this user.
        let bytes = match fs::File::open(&path).and_then(input_file::read_all) {
            Ok(bytes) => bytes,
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => {
                let path = path.display();
                return Err(Failure::Usage(format!("cannot read {path}: {error}")));
            }
        };
        let text = input_file::decode(&bytes)
            .map_err(|error| Failure::Usage(format!("{} is {error}", path.display())))?;
        Ok(Some((path, text)))
    }

    /// Checks the whole text, so that a mistake in a profile that is not in use is found too. The
    /// error names the line and contains no value.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let problem = |problem: Problem| match problem.at {
            Some(at) => {
                let before = text.get(..at.start).unwrap_or_default();
                let line = 1 + before.matches('\n').count();
                format!("line {line}: {}", problem.message)
            }
            None => problem.message,
        };
        // The error's own text shows the line, which may contain a secret.
        let document = Document::parse(text).map_err(|error| {
            let message = error.message().replace('\n', " ");
            problem(Problem {
                at: error.span(),
                message: format!("not valid TOML: {message}"),
            })
        })?;
        let mut config = Self::default();
        for (name, item) in document.as_table() {
            let key_at = document.as_table().key(name).and_then(toml_edit::Key::span);
            config
                .read(name, item)
                .map_err(|error| problem(error.or_at(key_at)))?;
        }
        if let Some(name) = &config.default_profile {
            let known = config.profiles.contains_key(name);
            known
                .then_some(())
                .ok_or_else(|| format!("{DEFAULT_PROFILE}: {}", config.unknown_profile(name)))?;
        }
        Ok(config)
    }

    /// Reads a key of the top level.
    fn read(&mut self, name: &str, item: &Item) -> Result<(), Problem> {
        match name {
            DEFAULT_PROFILE => self.default_profile = Some(string(name, item)?.to_owned()),
            PROFILES => {
                for (name, item) in table(name, item)?.iter() {
                    check_name(name).map_err(Problem::from)?;
                    let profile = profile(name, table(name, item)?)?;
                    self.profiles.insert(name.to_owned(), profile);
                }
            }
            _ => {
                let message = match keys::find(name) {
                    Ok(_) => format!(
                        "{name:?} belongs to a profile: write it below [{PROFILES}.default]"
                    ),
                    Err(message) if keys::place_of_secret(name).is_some() => message,
                    Err(_) => format!(
                        "unknown key {name:?}; the file has {DEFAULT_PROFILE} and the table \
                         {PROFILES}{}",
                        did_you_mean(name, [DEFAULT_PROFILE, PROFILES])
                    ),
                };
                return Err(message.into());
            }
        }
        Ok(())
    }

    /// The message about the name of a profile that does not exist.
    pub(super) fn unknown_profile(&self, name: &str) -> String {
        let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
        if names.is_empty() {
            return format!(
                "there is no profile {name:?}, nor any other: create it with pctransfers \
                 config set --profile {name} KEY VALUE"
            );
        }
        format!(
            "there is no profile {name:?}; the profiles are {}{}",
            names.join(", "),
            did_you_mean(name, names.iter().copied())
        )
    }
}

/// Reads a profile.
fn profile(name: &str, table: &dyn TableLike) -> Result<Profile, Problem> {
    let mut profile = Profile {
        name: Some(name.to_owned()),
        ..Profile::default()
    };
    for (key_name, item) in table.iter() {
        let at = table.key(key_name).and_then(toml_edit::Key::span);
        let in_profile = |message: String| Problem {
            at: at.clone(),
            message: format!("profile {name:?}: {message}"),
        };
        if key_name == keys::PARTNERS {
            for (tenant, item) in self::table(key_name, item)?.iter() {
                let name = string(tenant, item).map_err(|error| in_profile(error.message))?;
                profile
                    .add_partner(tenant, name)
                    .map_err(|error| in_profile(format!("{}: {error}", keys::PARTNERS)))?;
            }
            continue;
        }
        let key = keys::find(key_name).map_err(in_profile)?;
        if profile.get(key).is_some() {
            return Err(in_profile(format!("{} is given twice", key.name)));
        }
        let value = string(key_name, item).map_err(|error| in_profile(error.message))?;
        profile
            .set(key, value)
            .map_err(|error| in_profile(format!("{} {error}", key.name)))?;
    }
    Ok(profile)
}

/// Checks the name of a profile, which becomes part of paths and of suggested command lines.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !name.is_empty() && !name.starts_with(['-', '.']) && name.bytes().all(is_plain) {
        return Ok(());
    }
    Err(format!(
        "{name:?} cannot be the name of a profile: use letters, digits, hyphens, underscores and \
         dots, and start with a letter or a digit"
    ))
}

fn table<'a>(name: &str, item: &'a Item) -> Result<&'a dyn TableLike, Problem> {
    item.as_table_like()
        .ok_or_else(|| format!("{name:?} is not a table").into())
}

fn string<'a>(name: &str, item: &'a Item) -> Result<&'a str, Problem> {
    item.as_str()
        .ok_or_else(|| format!("{name} is not a string: write its value in quotes").into())
}

impl Problem {
    /// The problem at a place, unless it has one.
    fn or_at(self, at: Option<Range<usize>>) -> Self {
        Self {
            at: self.at.or(at),
            ..self
        }
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self { at: None, message }
    }
}

impl Profile {
    /// Adds the name of a partner.
    pub(super) fn add_partner(&mut self, tenant: &str, name: &str) -> Result<(), String> {
        let tenant = setting::plain_id(tenant);
        if !setting::is_guid(tenant) {
            return Err(format!("{tenant:?} is not a tenant id, which is a GUID"));
        }
        setting::check(name).map_err(|error| format!("the name of {tenant} {error}"))?;
        self.partners
            .insert(tenant.to_ascii_lowercase(), name.to_owned());
        Ok(())
    }
}
