//! Values of environment variables and of options. Messages name the variable and never show its value.

use std::env::{self, VarError};

use partner_center_transfers::setting::{self, SettingError};

use crate::failure::Failure;

/// An id or a URL, without blanks around it. An empty value counts as not set, because scripts and
/// CI systems often pass one for a missing value.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    checked(name, plain)
}

/// The same as [`variable`] for the value of an option.
pub(crate) fn option(name: &str, value: &str) -> Result<String, Failure> {
    match plain(value) {
        Ok(text) => Ok(text.to_owned()),
        // The check of the URL says what is expected.
        Err(SettingError::Empty) => Ok(String::new()),
        Err(error) => Err(Failure::Usage(format!("{name} {error}"))),
    }
}

fn plain(text: &str) -> Result<&str, SettingError> {
    let inner = text.trim_matches([' ', '\t', '\r', '\n']);
    setting::check(inner)?;
    Ok(inner)
}

/// A secret, without line ends around it. An empty value counts as not set.
pub(crate) fn secret(name: &str) -> Result<Option<String>, Failure> {
    checked(name, |text| {
        let secret = setting::trim_line_ends(text);
        setting::check(secret)?;
        Ok(secret)
    })
}

/// The password of a file, without line ends around it. The owner of the file has chosen it, so it
/// may have quotes and blanks around it. An empty value counts as not set.
pub(crate) fn password(name: &str) -> Result<Option<String>, Failure> {
    checked(name, |text| {
        let password = setting::trim_line_ends(text);
        match setting::check(password) {
            Err(error @ (SettingError::Control(_) | SettingError::Empty)) => Err(error),
            _ => Ok(password),
        }
    })
}

/// The path of a file, without line ends around it. An empty value counts as not set.
pub(crate) fn path(name: &str) -> Result<Option<String>, Failure> {
    let path = checked(name, |text| {
        let path = setting::trim_line_ends(text);
        // Names of files may contain unusual blanks. The content of a file has several lines.
        match setting::check(path) {
            Ok(()) | Err(SettingError::Invisible(_) | SettingError::SurroundingBlank) => Ok(path),
            Err(SettingError::Control(_)) if path.contains("-----BEGIN ") => Ok(path),
            Err(error) => Err(error),
        }
    })?;
    match path {
        // Not shown in any message: it is a secret.
        Some(path) if is_content(&path) => Err(Failure::Usage(format!(
            "{name} contains a token or a certificate: write it to a file, and set {name} to the \
             path of the file"
        ))),
        path => Ok(path),
    }
}

/// Whether a value is the content of a file and not its path.
fn is_content(value: &str) -> bool {
    let is_token = value.len() > 255 && !value.contains(['/', '\\']);
    is_token || value.len() > 4096 || value.contains("-----BEGIN ")
}

/// Whether a variable has a value.
pub(crate) fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn checked(
    name: &str,
    check: impl Fn(&str) -> Result<&str, SettingError>,
) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => match check(&value) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(error) => Err(Failure::Usage(format!("{name} {error}"))),
        },
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::Usage(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}
