//! The challenges in `WWW-Authenticate`, which say why a token was rejected.

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// A challenge of a `WWW-Authenticate` header: why a token was rejected, and what would be
/// accepted.
///
/// ```
/// # fn handle(error: partner_center_transfers::Error) {
/// for challenge in error.auth_challenges() {
///     if challenge.claims().is_some() {
///         eprintln!("the tenant's policy asks for a new sign-in");
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthChallenge {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl AuthChallenge {
    /// The scheme, such as `Bearer`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The value of a parameter, such as `realm`; the name in any letter case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.trim().is_empty())
    }

    /// The error in one word, such as `invalid_token`.
    pub fn error(&self) -> Option<&str> {
        self.parameter("error")
    }

    /// What is wrong with the token.
    pub fn error_description(&self) -> Option<&str> {
        self.parameter("error_description")
    }

    /// A page about the error.
    pub fn error_uri(&self) -> Option<&str> {
        self.parameter("error_uri")
    }

    /// The claims challenge as it was sent, in base64: what a new token must contain. A policy of
    /// the tenant (Conditional Access, continuous access evaluation) rejects the present one, and a
    /// new sign-in is needed.
    pub fn claims(&self) -> Option<&str> {
        self.parameter("claims")
    }
}

/// Error, description and link; without an error, scheme and realm.
impl fmt::Display for AuthChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.error(), self.error_description(), self.error_uri()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            return f.write_str(&parts.join(", "));
        }
        f.write_str(&self.scheme)?;
        match self.parameter("realm") {
            Some(realm) => write!(f, " for {realm}"),
            None => Ok(()),
        }
    }
}

/// The challenges of a response.
pub(super) fn auth_challenges(headers: &HeaderMap) -> Vec<AuthChallenge> {
    let mut challenges = Vec::new();
    for value in headers.get_all(WWW_AUTHENTICATE) {
        read(&String::from_utf8_lossy(value.as_bytes()), &mut challenges);
    }
    challenges
}

/// Reads the challenges of one header. A comma separates challenges as well as parameters; what is
/// malformed, such as a missing comma or quote, is read as far as it makes sense.
fn read(value: &str, challenges: &mut Vec<AuthChallenge>) {
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter == ',' || letter.is_whitespace());
        if rest.is_empty() {
            return;
        }
        let end = rest
            .find(|letter: char| !is_token(letter))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let value = after.trim_start().strip_prefix('=');
        match (value, challenges.last_mut()) {
            // Also `token68==`, whose padding looks like the start of a value.
            (Some(value), Some(challenge)) if !name.is_empty() => {
                let (value, after) = parameter_value(value.trim_start());
                challenge
                    .parameters
                    .push((name.to_owned(), value.into_owned()));
                rest = after;
            }
            _ if !name.is_empty() => {
                challenges.push(AuthChallenge {
                    scheme: name.to_owned(),
                    parameters: Vec::new(),
                });
                rest = skip_token68(after);
            }
            // A character that starts nothing.
            _ => {
                let first = rest.chars().next().map_or(0, char::len_utf8);
                rest = &rest[first..];
            }
        }
    }
}

/// A quoted string without its quotes and escapes, or the text up to the next comma or space.
fn parameter_value(text: &str) -> (Cow<'_, str>, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|letter: char| letter == ',' || letter.is_whitespace());
        let (value, rest) = text.split_at(end.unwrap_or(text.len()));
        return (Cow::Borrowed(value), rest);
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (Cow::Owned(value), &quoted[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            _ => value.push(letter),
        }
    }
    (Cow::Owned(value), "")
}

/// Skips the data after a scheme such as `Negotiate oRQ...==`, which is not a parameter.
fn skip_token68(after: &str) -> &str {
    let data = after.trim_start();
    let end = data.find([',', ' ', '\t']).unwrap_or(data.len());
    let word = data[..end].trim_end_matches('=');
    let is_data = !word.is_empty()
        && (end == data.len() || data[end..].starts_with(','))
        && word
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-._~+/".contains(letter));
    if is_data { &data[end..] } else { after }
}

fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::read;

    fn challenges(value: &str) -> String {
        let mut challenges = Vec::new();
        read(value, &mut challenges);
        let shown = challenges.iter().map(|challenge| {
            let parameters = challenge.parameters.iter();
            let parameters: Vec<String> = parameters
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("{}[{}]", challenge.scheme, parameters.join("|"))
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn challenges_and_parameters_are_told_apart() {
        for (value, expected) in [
            ("Bearer", "Bearer[]"),
            (
                r#"Bearer realm="", error="invalid_token", error_description="The \"token\", expired""#,
                r#"Bearer[realm=|error=invalid_token|error_description=The "token", expired]"#,
            ),
            (
                r#"Bearer authorization_uri="https://login.example/x" client_id=1 , Basic realm="a, b", NTLM"#,
                "Bearer[authorization_uri=https://login.example/x|client_id=1] Basic[realm=a, b] NTLM[]",
            ),
            (
                "OAuth realm=urn:cpsvc:cpid:{cid}",
                "OAuth[realm=urn:cpsvc:cpid:{cid}]",
            ),
            (
                "Negotiate oRQwEqA=, Bearer error = \"x\"",
                "Negotiate[] Bearer[error=x]",
            ),
            ("Negotiate oRQwEqA==", "Negotiate[]"),
            ("Bearer, , Basic", "Bearer[] Basic[]"),
            ("Bearer error=\"cut off", "Bearer[error=cut off]"),
            ("Bearer error=\"x\\", "Bearer[error=x]"),
            ("=x, \u{e9} \"", "x[]"),
            ("", ""),
        ] {
            assert_eq!(challenges(value), expected, "{value}");
        }
    }
}
