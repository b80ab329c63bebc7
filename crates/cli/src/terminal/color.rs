//! Whether a stream shows colors. Everything that prints asks here, so that either everything on a
//! stream has colors or nothing.

use std::env;
use std::io::IsTerminal;

use anstream::ColorChoice;
use anstyle_query::{clicolor, no_color, term_supports_color};

/// `NO_COLOR` wins over `CLICOLOR_FORCE`, which wins over everything else.
pub(super) fn choice(stream: &impl IsTerminal) -> ColorChoice {
    let is_forced =
        env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let is_supported =
        || clicolor() != Some(false) && stream.is_terminal() && term_supports_color();
    if !no_color() && (is_forced || is_supported()) {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    }
}
