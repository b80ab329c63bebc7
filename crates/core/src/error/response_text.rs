//! What a response says, as part of the sentence of an error.

use std::fmt::{Formatter, Result};

use http::StatusCode;

use crate::content_encoding::Undecoded;
use crate::decode::error_body::Page;
use crate::error_text::{TEXT_LIMIT, one_line};

use super::auth_challenge::{AuthChallenge, auth_challenges};
use super::response::ErrorResponse;

/// How many details are shown, and how many characters of each.
const DETAILS: usize = 5;
const DETAIL_LIMIT: usize = 256;

/// The description; if `more`, also the details, or the first lines of a body in no known format.
pub(super) fn fmt_body(f: &mut Formatter<'_>, response: &ErrorResponse, more: bool) -> Result {
    let body = &response.error_body;
    if let Some(description) = &body.description {
        let description = one_line(description, TEXT_LIMIT);
        write!(f, ": {}", description.trim_end_matches('.'))?;
    }
    if !more {
        return Ok(());
    }
    let shown = body.details.iter().take(DETAILS);
    let mut details: Vec<String> = shown
        .map(|detail| {
            one_line(detail, DETAIL_LIMIT)
                .trim_end_matches('.')
                .to_owned()
        })
        .collect();
    if body.details.len() > DETAILS {
        details.push(format!("and {} more", body.details.len() - DETAILS));
    }
    if !details.is_empty() {
        let details = details.join("; ");
        match body.description {
            Some(_) => write!(f, " ({details})")?,
            None => write!(f, ": {details}")?,
        }
    }
    let lines = body
        .excerpt
        .iter()
        .map(|line| match line.strip_suffix('.') {
            // The end of a line that was shortened.
            Some(_) if line.ends_with("...") => line,
            Some(line) => line,
            None => line,
        });
    let lines: Vec<&str> = lines
        .filter(|line| !is_status(line, response.status))
        .collect();
    match (body.is_page, lines.is_empty()) {
        (false, true) => {}
        (false, false) => write!(f, ": \"{}\"", lines.join(" / "))?,
        (true, true) => f.write_str(" and a web page")?,
        (true, false) => write!(f, " and a web page: \"{}\"", lines.join(" / "))?,
    }
    if body.is_page && response.status.is_success() {
        f.write_str(ANSWERED_INSTEAD)?;
    }
    if let Some(encoding) = Undecoded::of(&response.headers) {
        write!(f, " with a body that cannot be read: {encoding}")?;
    }
    Ok(())
}

const ANSWERED_INSTEAD: &str = "; a proxy or a sign-in page answered in place of the service: \
    check the proxy and the endpoint";

/// A page in place of a success.
pub(super) fn fmt_page(f: &mut Formatter<'_>, page: &Page) -> Result {
    f.write_str(" and a web page")?;
    if let Some(title) = &page.title {
        write!(f, " (\"{}\")", one_line(title, DETAIL_LIMIT))?;
    }
    f.write_str(ANSWERED_INSTEAD)
}

/// What `WWW-Authenticate` says: the errors, otherwise, if the body says nothing, what is asked
/// for.
pub(super) fn fmt_challenges(f: &mut Formatter<'_>, response: &ErrorResponse) -> Result {
    let body = &response.error_body;
    let challenges = auth_challenges(&response.headers);
    let says_why = |challenge: &&AuthChallenge| {
        challenge.error().is_some() || challenge.error_description().is_some()
    };
    let mut shown: Vec<&AuthChallenge> = challenges.iter().filter(says_why).collect();
    let body_is_silent = body.code.is_none() && body.description.is_none();
    if shown.is_empty() && body_is_silent && response.status == StatusCode::UNAUTHORIZED {
        shown = challenges.iter().collect();
    }
    let mut texts: Vec<String> = Vec::new();
    for challenge in shown {
        let text = one_line(&challenge.to_string(), TEXT_LIMIT);
        let text = text.trim_end_matches('.').to_owned();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if !texts.is_empty() {
        write!(f, "; WWW-Authenticate: {}", texts.join("; "))?;
    }
    if challenges
        .iter()
        .any(|challenge| challenge.claims().is_some())
    {
        f.write_str(CLAIMS_CHALLENGE)?;
    }
    Ok(())
}

const CLAIMS_CHALLENGE: &str = "; the service sent a claims challenge, so a policy of the tenant \
    (Conditional Access) rejects this token: sign in again and use the new token";

/// Whether a line only repeats the status, such as `502 - Bad Gateway`.
fn is_status(line: &str, status: StatusCode) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let line = letters(line);
    let reason = status.canonical_reason().map_or(String::new(), letters);
    line == status.as_str() || line == reason || line == letters(&status.to_string())
}
