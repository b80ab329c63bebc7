//! What the client does while it does it, on standard error: a line for each request, response and
//! retry with `-v`, their headers with `-vv`, and without either a line for each wait.

use std::fmt::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use partner_center_transfers::{AttemptFailure, CallEvent, StatusCode, VisibleHeaders, printable};

use crate::{spinner, terminal};

const SUCCESS: Style = AnsiColor::Green.on_default();
const FAILURE: Style = AnsiColor::Red.on_default();
const WAIT: Style = AnsiColor::Yellow.on_default();

/// The function that shows the events of a client, as the options `-v` and `--quiet` ask for.
pub(crate) fn observer(
    verbose: u8,
    quiet: bool,
) -> impl Fn(&CallEvent<'_>) + Send + Sync + 'static {
    move |event| {
        let text = match verbose {
            0 if quiet => None,
            0 => notice(event),
            _ => line(event, verbose > 1),
        };
        if let Some(text) = text {
            spinner::suspend(|| terminal::diagnose(&text));
        }
    }
}

/// The line that says that the command waits, and why.
fn notice(event: &CallEvent<'_>) -> Option<String> {
    match event {
        CallEvent::Retrying { cause, delay, .. } if !delay.is_zero() => Some(format!(
            "Waiting {} before the next attempt: {}\n",
            seconds(*delay),
            described(*cause)
        )),
        _ => None,
    }
}

fn line(event: &CallEvent<'_>, with_headers: bool) -> Option<String> {
    let text = match event {
        CallEvent::Sending {
            method,
            url,
            headers: sent,
            ..
        } => {
            let mut text = format!("-> {method} {}", printable(url));
            if let Some((_, id)) = sent.iter().find(|(name, _)| *name == "ms-requestid") {
                let _ = write!(text, " [request id {}]", printable(&id));
            }
            text + "\n" + &headers("->", *sent, with_headers)
        }
        CallEvent::Received {
            status,
            headers: received,
            elapsed,
            ..
        } => {
            let style = style(*status);
            let status = status.as_u16();
            let elapsed = milliseconds(*elapsed);
            format!("<- {style}{status}{style:#} in {elapsed}\n")
                + &headers("<-", *received, with_headers)
        }
        CallEvent::Failed { cause, elapsed, .. } => {
            let elapsed = milliseconds(*elapsed);
            format!("<- {FAILURE}{cause}{FAILURE:#} after {elapsed}\n")
        }
        CallEvent::Retrying { cause, delay, .. } if delay.is_zero() => {
            format!(
                "{WAIT}retrying{WAIT:#} with a new token: {}\n",
                described(*cause)
            )
        }
        CallEvent::Retrying { cause, delay, .. } => {
            let (delay, cause) = (seconds(*delay), described(*cause));
            format!("{WAIT}retrying{WAIT:#} in {delay}: {cause}\n")
        }
        CallEvent::NotRetrying { reason, .. } => {
            format!("{WAIT}not retrying{WAIT:#}: {reason}\n")
        }
        _ => return None,
    };
    Some(text)
}

fn headers(direction: &str, headers: VisibleHeaders<'_>, are_shown: bool) -> String {
    let mut text = String::new();
    for (name, value) in headers.iter().filter(|_| are_shown) {
        let _ = writeln!(text, "{direction}   {name}: {}", printable(&value));
    }
    text
}

fn described(cause: AttemptFailure) -> String {
    match cause {
        AttemptFailure::Status(StatusCode::TOO_MANY_REQUESTS) => format!("{cause} (rate limit)"),
        _ => cause.to_string(),
    }
}

fn style(status: StatusCode) -> Style {
    if status.is_success() {
        SUCCESS
    } else {
        FAILURE
    }
}

fn milliseconds(time: Duration) -> String {
    match time.as_millis() {
        millis @ ..10_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// A delay; rounded up, so that none is shown as zero.
fn seconds(delay: Duration) -> String {
    let tenths = delay.as_millis().div_ceil(100);
    match (tenths / 10, tenths % 10) {
        (whole, tenth) if whole < 10 && tenth > 0 => format!("{whole}.{tenth} s"),
        (whole, tenth) => format!("{} s", whole + u128::from(tenth > 0)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{milliseconds, seconds};

    #[test]
    fn times_have_the_precision_that_a_reader_needs() {
        for (millis, as_delay, as_elapsed) in [
            (1, "0.1 s", "1 ms"),
            (180, "0.2 s", "180 ms"),
            (3_000, "3 s", "3000 ms"),
            (3_401, "3.5 s", "3401 ms"),
            (9_950, "10 s", "9950 ms"),
            (57_100, "58 s", "57.1 s"),
        ] {
            let time = Duration::from_millis(millis);
            assert_eq!(seconds(time), as_delay);
            assert_eq!(milliseconds(time), as_elapsed);
        }
    }
}
