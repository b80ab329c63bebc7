//! How far the version must rise: semantic versions, where below 1.0.0 the minor number says what
//! the major one says later.

use super::Class;

type Version = (u64, u64, u64);

/// Checks that the version of the document rose as far as the change of it demands.
///
/// # Errors
///
/// What it is, what it was, and what it must be at least.
pub fn rise(released: &str, now: &str, class: Class) -> Result<(), String> {
    let (old, new) = (parse(released)?, parse(now)?);
    let least = least(old, class);
    if new < old {
        return Err(format!(
            "version {now} is older than the released {released}"
        ));
    }
    if new >= least {
        return Ok(());
    }
    let (major, minor, patch) = least;
    Err(format!(
        "the change since the released {released} is {}, but the version is {now}; expected \
         {major}.{minor}.{patch} or more",
        class.word()
    ))
}

fn least((major, minor, patch): Version, class: Class) -> Version {
    match (class, major) {
        (Class::None, _) => (major, minor, patch),
        (Class::Additive, 0) => (0, minor, patch + 1),
        (Class::Additive, _) | (Class::Breaking, 0) => (major, minor + 1, 0),
        (Class::Breaking, _) => (major + 1, 0, 0),
    }
}

fn parse(text: &str) -> Result<Version, String> {
    let numbers: Vec<u64> = text
        .split('.')
        .filter(|part| !part.starts_with('+') && (*part == "0" || !part.starts_with('0')))
        .map_while(|part| part.parse().ok())
        .collect();
    match numbers[..] {
        [major, minor, patch] if text.split('.').count() == 3 => Ok((major, minor, patch)),
        _ => Err(format!(
            "version {text:?} is no semantic version; expected three numbers, such as 1.2.3"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, rise};

    #[test]
    fn the_version_rises_as_far_as_the_change_demands() {
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
                rise(released, enough, class),
                Ok(()),
                "{released} {class:?}"
            );
            assert!(
                rise(released, too_little, class).is_err(),
                "{released} {class:?}"
            );
        }
        assert_eq!(
            rise("0.1.0", "0.1.7", Breaking).unwrap_err(),
            "the change since the released 0.1.0 is breaking, but the version is 0.1.7; expected \
             0.2.0 or more"
        );
    }

    #[test]
    fn what_is_no_version_is_named() {
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
            let message = rise("1.0.0", text, Class::None).unwrap_err();
            assert!(
                message.contains("is no semantic version"),
                "{text}: {message}"
            );
        }
    }
}
