//! Reports as one HTML file: for reading on a screen or a phone, and for printing. It needs no
//! network and has no script.

mod escape;
mod row;
mod totals;

use std::io;

use crate::journal::{JournalView, Summary};
use crate::wording::{count, number};

use super::Report;
use super::error::ReportError;

use escape::{Escaped, Time};
use totals::in_words;

const STYLE: &str = include_str!("style.css");

/// Writes the report of a journal as one HTML page: the totals as a picture, and a row for each
/// subscription. The page loads nothing, and fits on a phone and on paper. Only a few rows are in
/// memory at a time.
///
/// # Errors
///
/// The journal cannot be read, or the report not be written.
pub fn write_html(view: &JournalView, mut out: impl io::Write) -> Result<(), ReportError> {
    let _snapshot = view.snapshot()?;
    let report = Report::without_rows(view)?;
    write_head(&report, &mut out)?;
    view.for_each(|record| {
        for row in super::row::rows(&record) {
            row::write(&row, &mut out)?;
        }
        Ok::<_, ReportError>(())
    })?;
    out.write_all(b"</tbody>\n</table>\n</main>\n</body>\n</html>\n")?;
    Ok(())
}

/// Writes everything before the rows.
fn write_head(report: &Report, out: &mut impl io::Write) -> io::Result<()> {
    let Report {
        totals, summary, ..
    } = report;
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>Report of {rows}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"partner-center-bulk {version}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Report of {rows}</h1>\n<p class=\"words\">{words}</p>\n",
        rows = count(summary.rows, "transfer"),
        version = env!("CARGO_PKG_VERSION"),
        words = in_words(totals),
    )?;
    totals::write_bar(totals, out)?;
    totals::write_legend(totals, out)?;
    writeln!(out, "<dl>")?;
    entry(out, "Transfers", in_states(summary))?;
    if summary.needs_person() > 0 {
        let rows = count(summary.needs_person(), "transfer");
        entry(out, "To follow up", rows)?;
    }
    if let Some(next) = &summary.next_expiry {
        entry(out, "Next expiry", Time(next))?;
    }
    entry(out, "Service", Escaped(&report.endpoint))?;
    if let Some(tenant) = &report.tenant {
        entry(out, "Partner tenant", Escaped(tenant))?;
    }
    entry(out, "Journal created", Time(&report.created))?;
    writeln!(
        out,
        "</dl>\n<table>\n<caption>{}, one for each subscription where it is known</caption>\n\
         <thead><tr><th scope=\"col\">Row</th><th scope=\"col\">Transfer</th>\
         <th scope=\"col\">Subscription</th><th scope=\"col\">Outcome</th>\
         <th scope=\"col\">Record</th></tr></thead>\n<tbody>",
        count(totals.all(), "row")
    )
}

fn entry(out: &mut impl io::Write, name: &str, value: impl std::fmt::Display) -> io::Result<()> {
    writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>")
}

/// The rows of the plan in words, such as `8 done, 1 in part`.
fn in_states(summary: &Summary) -> String {
    let counts = [
        (summary.done, "done"),
        (summary.in_part, "in part"),
        (summary.failed, "failed"),
        (summary.unknown, "unknown"),
        (summary.processing, "processing"),
        (summary.sending, "sending"),
        (summary.not_sent, "not sent"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = counts
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    words.join(", ")
}
