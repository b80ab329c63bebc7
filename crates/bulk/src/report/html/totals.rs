//! The totals of a report as a picture: a bar with a part for each outcome, and its legend, which
//! selects the rows of the table.

use std::io;

use crate::report::row::ReportOutcome;
use crate::report::totals::ReportTotals;
use crate::wording::number;

/// The width of the bar in its own units.
const WIDTH: u64 = 1_000;
/// The width of a part that would be too narrow to see.
const NARROW: u64 = 8;

pub(super) fn label(outcome: ReportOutcome) -> &'static str {
    match outcome {
        ReportOutcome::Moved => "moved",
        ReportOutcome::Done => "done",
        ReportOutcome::Failed => "failed",
        ReportOutcome::Unknown => "unknown",
        ReportOutcome::NotMentioned => "not mentioned",
        ReportOutcome::Processing => "processing",
        ReportOutcome::Sending => "sending",
        ReportOutcome::NotSent => "not sent",
    }
}

/// The outcomes that occur, with their numbers.
fn parts(totals: &ReportTotals) -> Vec<(ReportOutcome, u64)> {
    let all = ReportOutcome::ALL.into_iter();
    all.map(|outcome| (outcome, totals.of(outcome)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// Such as `15 moved, 5 failed`.
pub(super) fn in_words(totals: &ReportTotals) -> String {
    let parts = parts(totals).into_iter();
    let words: Vec<String> = parts
        .map(|(outcome, count)| format!("{} {}", number(count), label(outcome)))
        .collect();
    words.join(", ")
}

/// Writes the bar.
pub(super) fn write_bar(totals: &ReportTotals, out: &mut impl io::Write) -> io::Result<()> {
    write!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 {WIDTH} 40\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{}\">",
        in_words(totals)
    )?;
    let mut start = 0;
    for (outcome, width) in widths(&parts(totals)) {
        write!(
            out,
            "<rect class=\"{}\" x=\"{start}\" y=\"0\" width=\"{width}\" height=\"40\"/>",
            outcome.as_str()
        )?;
        start += width;
    }
    writeln!(out, "</svg>")
}

/// Writes the legend. Each entry selects the rows with its outcome, without a script.
pub(super) fn write_legend(totals: &ReportTotals, out: &mut impl io::Write) -> io::Result<()> {
    writeln!(
        out,
        "<fieldset class=\"legend\"><legend>Show</legend>\n<label><input type=\"radio\" \
         name=\"show\" id=\"show-all\" checked> all <b>{}</b></label>",
        number(totals.all())
    )?;
    for (outcome, count) in parts(totals) {
        writeln!(
            out,
            "<label><input type=\"radio\" name=\"show\" id=\"show-{word}\"> <svg class=\"swatch\" \
             viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{word}\" width=\"10\" \
             height=\"10\"/></svg> {} <b>{}</b></label>",
            label(outcome),
            number(count),
            word = outcome.as_str(),
        )?;
    }
    writeln!(out, "</fieldset>")
}

/// The widths of the parts, which together are the width of the bar.
fn widths(parts: &[(ReportOutcome, u64)]) -> Vec<(ReportOutcome, u64)> {
    let all: u64 = parts.iter().map(|(_, count)| count).sum();
    let share = |count: u64| count.saturating_mul(WIDTH) / all.max(1);
    let mut widths: Vec<_> = parts
        .iter()
        .map(|(outcome, count)| (*outcome, share(*count).max(NARROW)))
        .collect();
    // The widest part gives or takes what the others have too much or too little.
    let others: u64 = widths.iter().map(|(_, width)| width).sum();
    if let Some((_, widest)) = widths.iter_mut().max_by_key(|(_, width)| *width) {
        *widest = WIDTH.saturating_sub(others - *widest);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::{NARROW, ReportOutcome, WIDTH, widths};

    #[test]
    fn each_part_of_the_bar_can_be_seen_and_together_they_fill_it() {
        for counts in [[1, 0, 0], [9_998, 1, 1], [1, 1, 1], [333, 1, 20_000]] {
            let outcomes = ReportOutcome::ALL.into_iter().zip(counts);
            let parts: Vec<_> = outcomes.filter(|(_, count)| *count > 0).collect();
            let widths = widths(&parts);
            let sum: u64 = widths.iter().map(|(_, width)| width).sum();
            assert_eq!(sum, WIDTH, "{counts:?}");
            assert!(
                widths.iter().all(|(_, width)| *width >= NARROW),
                "{widths:?}"
            );
        }
        assert!(widths(&[]).is_empty());
    }
}
