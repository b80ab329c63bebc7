//! Checks that the document's version rose as far as its changes require. Below 1.0.0 the minor
//! number takes the role of the major number.

use semver::Version;

use super::Class;

/// Checks the version of the document.
///
/// # Errors
///
/// The version is too low, or is not a semantic version.
pub fn check_version(released: &str, now: &str, class: Class) -> Result<(), String> {
    let (old, new) = (parse(released)?, parse(now)?);
    if new < old {
        return Err(format!(
            "version {now} is older than the released {released}"
        ));
    }
    let (major, minor, patch) = (old.major, old.minor, old.patch);
    let least = match (class, major) {
        (Class::None, _) => old,
        (Class::Additive, 0) => Version::new(0, minor, patch + 1),
        (Class::Additive, _) | (Class::Breaking, 0) => Version::new(major, minor + 1, 0),
        (Class::Breaking, _) => Version::new(major + 1, 0, 0),
    };
    if new >= least {
        return Ok(());
    }
    Err(format!(
        "the change since the released {released} is {}, but the version is {now}; expected \
         {least} or more",
        class.word()
    ))
}

fn parse(text: &str) -> Result<Version, String> {
    Version::parse(text)
        .ok()
        .filter(|version| version.pre.is_empty() && version.build.is_empty())
        .ok_or_else(|| {
            format!(
                "version {text:?} is not a semantic version; expected three numbers, such as 1.2.3"
            )
        })
}
