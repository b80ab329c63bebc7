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

#[cfg(test)]
mod tests {
    use super::{Class, check_version};

    #[test]
    fn the_version_must_rise_as_far_as_the_change_requires() {
        use Class::{Additive, Breaking, None};
        for (released, class, enough, too_little) in [
            ("0.1.0", None, "0.1.0", ""),
            ("0.1.9", Additive, "0.1.10", "0.1.9"),
            ("0.1.9", Additive, "0.2.0", "0.1.9"),
            ("0.1.9", Breaking, "0.2.0", "0.1.10"),
            ("0.1.9", Breaking, "1.0.0", "0.1.9"),
            ("1.4.2", None, "1.4.2", "1.4.1"),
            ("1.4.2", Additive, "1.5.0", "1.4.3"),
            ("1.4.2", Breaking, "2.0.0", "1.5.0"),
        ] {
            assert_eq!(
                check_version(released, enough, class),
                Ok(()),
                "{released} {class:?}"
            );
            assert!(
                check_version(released, too_little, class).is_err(),
                "{released} {class:?}"
            );
        }
        assert_eq!(
            check_version("0.1.0", "0.1.7", Breaking).unwrap_err(),
            "the change since the released 0.1.0 is breaking, but the version is 0.1.7; expected \
             0.2.0 or more"
        );
    }

    #[test]
    fn an_invalid_version_is_reported() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "1.2.x",
            "v1.2.3",
            "01.2.3",
            "1.2.3-beta",
            "1.+2.3",
        ] {
            let message = check_version("1.0.0", text, Class::None).unwrap_err();
            assert!(
                message.contains("is not a semantic version"),
                "{text}: {message}"
            );
        }
    }
}
