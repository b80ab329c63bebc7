//! The version of the document must rise as far as its changes require.

use partner_center_codegen::change::{Class, check_version};

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
