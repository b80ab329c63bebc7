//! The logs of the libraries on standard error.

use std::fmt;
use std::io;

use anstream::ColorChoice;
use partner_center_transfers::printable;
use tracing::Subscriber;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::{DefaultFields, FmtSpan, Writer};
use tracing_subscriber::fmt::{FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::color;

/// Writes the spans and events of the libraries to standard error, with `-vvv`.
pub(crate) fn enable_log(verbose: u8) {
    if verbose > 2 {
        let colors = color::choice(&io::stderr()) != ColorChoice::Never;
        subscriber(LevelFilter::TRACE, colors, io::stderr).init();
    }
}

fn subscriber<W: for<'w> MakeWriter<'w> + Send + Sync + 'static>(
    level: LevelFilter,
    colors: bool,
    writer: W,
) -> impl Subscriber + for<'a> LookupSpan<'a> {
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(colors)
        .fmt_fields(PrintableFields)
        .with_writer(writer)
        .finish()
}

/// Fields on one line and without characters that control a terminal: some contain text of the
/// service.
struct PrintableFields;

impl<'writer> FormatFields<'writer> for PrintableFields {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut text = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut text), fields)?;
        writer.write_str(&printable(&text))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read as _};
    use std::sync::Mutex;

    use tracing_subscriber::filter::LevelFilter;

    use super::subscriber;

    #[test]
    fn fields_cannot_control_the_terminal_or_forge_a_line() {
        let (mut reader, writer) = io::pipe().unwrap();
        let log = subscriber(LevelFilter::INFO, true, Mutex::new(writer));
        tracing::subscriber::with_default(log, || {
            let hostile = "a\u{202e}b\nERROR c\u{9b}2J\u{1b}[2J\u{200b}d";
            let span = tracing::info_span!("call", hostile, later = tracing::field::Empty);
            span.record("later", hostile);
            let error = io::Error::other(hostile);
            let error: &dyn std::error::Error = &error;
            span.in_scope(|| tracing::info!(error, shown = %hostile, "message {hostile}"));
        });
        let mut shown = String::new();
        reader.read_to_string(&mut shown).unwrap();
        // The event, and the end of the span.
        assert_eq!(shown.lines().count(), 2, "{shown}");
        assert!(
            !shown.contains(['\u{202e}', '\u{9b}', '\u{200b}']),
            "{shown:?}"
        );
        assert!(!shown.contains("\u{1b}[2J"), "{shown:?}");
        assert!(shown.contains("\u{1b}[32m INFO"), "{shown:?}");
        assert!(shown.contains("message a\u{fffd}b ERROR c"), "{shown:?}");
    }
}
