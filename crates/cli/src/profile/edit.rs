//! Changes the configuration file, and keeps its comments and its order.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value, value};

use super::config_file::{self, Config, DEFAULT_PROFILE, PROFILES};
use super::keys;
use super::settings::Profile;
use crate::failure::Failure;
use crate::files::private_file;
use crate::files::replaced_file::ReplacedFile;

/// Sets a key of a profile, or of the file itself, or removes it if there is no value. Nothing is
/// written unless the whole file is valid afterwards, and `check` accepts the key and the value.
/// Returns the path of the file.
pub(crate) async fn set(
    profile: &str,
    key: &str,
    new: Option<&str>,
    check: impl FnOnce(&str, &str) -> Result<(), Failure>,
) -> Result<PathBuf, Failure> {
    // First without the lock, which creates the directory.
    let (path, _) = edited(profile, key, new)?;
    if let Some(new) = new {
        check(key, new)?;
    }
    let _lock = private_file::lock(&path).await;
    let (path, text) = edited(profile, key, new)?;
    write(&path, &text)
        .map_err(|error| Failure::Local(format!("cannot write {}: {error}", path.display())))?;
    Ok(path)
}

/// The path of the file, and its text after the change.
fn edited(profile: &str, key: &str, new: Option<&str>) -> Result<(PathBuf, String), Failure> {
    let usage = Failure::Usage;
    let path = Config::path().ok_or_else(|| {
        usage("there is no directory for the configuration: set HOME or XDG_CONFIG_HOME".to_owned())
    })?;
    // The error of an invalid file names the line.
    Config::load()?;
    config_file::check_name(profile).map_err(usage)?;
    let text = Config::text()?.map(|(_, text)| text).unwrap_or_default();
    let mut document: DocumentMut = text
        .parse()
        .map_err(|_| usage(format!("{} is not valid TOML", path.display())))?;

    let edited = edit(&mut document, profile, key, new).map_err(usage)?;
    if !edited {
        return Err(usage(format!("{key} is not set, so it cannot be removed")));
    }
    let text = document.to_string();
    Config::parse(&text).map_err(usage)?;
    Ok((path, text))
}

/// Returns whether there was something to change.
fn edit(
    document: &mut DocumentMut,
    profile: &str,
    key: &str,
    new: Option<&str>,
) -> Result<bool, String> {
    if key == DEFAULT_PROFILE {
        return Ok(put(document.as_table_mut(), key, new));
    }
    let mut checked = Profile::default();
    let partner = key
        .strip_prefix(keys::PARTNERS)
        .and_then(|rest| rest.strip_prefix('.'));
    let name = if let Some(tenant) = partner {
        let name = new.unwrap_or("-");
        checked
            .add_partner(tenant, name)
            .map_err(|error| format!("{}: {error}", keys::PARTNERS))?;
        checked.partners.into_keys().next().unwrap_or_default()
    } else {
        let key = keys::find(key)?;
        if let Some(new) = new {
            checked
                .set(key, new)
                .map_err(|error| format!("{} {error}", key.name))?;
        }
        key.name.to_owned()
    };
    let new = new.map(str::trim);
    if new.is_none()
        && document
            .get(PROFILES)
            .and_then(|it| it.get(profile))
            .is_none()
    {
        return Ok(false);
    }
    let profiles = table(document.as_table_mut(), PROFILES, true)?;
    let mut table = table(profiles, profile, false)?;
    if partner.is_some() {
        table = self::table(table, keys::PARTNERS, false)?;
    }
    // As the file spells it.
    let written = table.iter().map(|(key, _)| key.to_owned());
    let same = |it: &String| it.replace('_', "-").eq_ignore_ascii_case(&name);
    let name = written.into_iter().find(same).unwrap_or(name);
    Ok(put(table, &name, new))
}

/// The table with this name, which is created if it does not exist.
fn table<'a>(
    parent: &'a mut dyn TableLike,
    name: &str,
    is_implicit: bool,
) -> Result<&'a mut dyn TableLike, String> {
    let mut new = Table::new();
    new.set_implicit(is_implicit);
    parent
        .entry(name)
        .or_insert(Item::Table(new))
        .as_table_like_mut()
        .ok_or_else(|| format!("{name:?} is not a table"))
}

/// Sets or removes a value. A comment next to it stays. Returns whether there was something to do.
fn put(table: &mut dyn TableLike, key: &str, new: Option<&str>) -> bool {
    let Some(new) = new else {
        return table.remove(key).is_some();
    };
    let mut item = value(new);
    if let (Some(old), Some(new)) = (table.get(key).and_then(Item::as_value), item.as_value_mut()) {
        *new.decor_mut() = Value::decor(old).clone();
    }
    table.insert(key, item);
    true
}

/// Writes the file, which may be a symbolic link.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if path.exists() {
        ReplacedFile::open(path)?.replace(text.as_bytes())
    } else {
        private_file::write(path, text.as_bytes())
    }
}
