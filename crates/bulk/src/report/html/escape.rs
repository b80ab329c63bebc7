//! Text in HTML.

use std::fmt::{self, Write as _};

/// Writes text so that HTML shows it as it is, in an element or in a quoted attribute.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(c)?,
                // HTML allows no other control characters.
                c if c.is_control() => f.write_char('\u{FFFD}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A time as people read it. A text that is not a time stays as it is.
pub(super) struct Time<'a>(pub(super) &'a str);

impl fmt::Display for Time<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = Escaped(self.0);
        match self.0.parse::<jiff::Timestamp>() {
            Ok(time) => {
                let short = time.strftime("%Y-%m-%d %H:%M:%S UTC");
                write!(f, "<time datetime=\"{exact}\">{short}</time>")
            }
            Err(_) => exact.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaped, Time};

    #[test]
    fn text_cannot_become_markup() {
        let text = "<b>\"Tom\" & 'Eve'</b>\0\u{1b}\n\u{e9}";
        assert_eq!(
            Escaped(text).to_string(),
            "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Eve&#39;&lt;/b&gt;\u{FFFD}\u{FFFD}\n\u{e9}"
        );
    }

    #[test]
    fn times_are_shown_in_utc_and_other_texts_as_they_are() {
        assert_eq!(
            Time("2020-03-25T23:20:57.1057725+01:00").to_string(),
            "<time datetime=\"2020-03-25T23:20:57.1057725+01:00\">2020-03-25 22:20:57 UTC</time>"
        );
        assert_eq!(Time("<soon>").to_string(), "&lt;soon&gt;");
    }
}
