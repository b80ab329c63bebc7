//! What is known about an error code. The codes themselves belong to an API family: its generated
//! client passes them in.

use std::fmt;

/// What an error code of the service means, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCodeInfo {
    /// The code, such as 900103.
    pub code: i64,
    /// The HTTP statuses that the code comes with; 200 for an error inside a successful response.
    /// Empty if none is known.
    pub statuses: &'static [u16],
    /// The name, in Pascal case. Microsoft names the codes of transfers; other names are our own,
    /// and several codes can share one.
    pub name: &'static str,
    /// What went wrong, as a sentence.
    pub cause: &'static str,
    /// What to do about it, as a fragment in lower case without a full stop.
    pub remedy: &'static str,
    /// Whether the message of an [`Error`](crate::Error) includes the remedy.
    pub hint: bool,
}

impl ErrorCodeInfo {
    #[doc(hidden)]
    pub const fn new(
        code: i64,
        statuses: &'static [u16],
        name: &'static str,
        cause: &'static str,
        remedy: &'static str,
        hint: bool,
    ) -> Self {
        Self {
            code,
            statuses,
            name,
            cause,
            remedy,
            hint,
        }
    }

    /// Looks a code up in a list with ascending codes.
    #[doc(hidden)]
    pub fn find(codes: &'static [Self], code: i64) -> Option<&'static Self> {
        let index = codes.binary_search_by_key(&code, |known| known.code).ok()?;
        codes.get(index)
    }
}

/// One line with code, name, cause and remedy.
impl fmt::Display for ErrorCodeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            name,
            cause,
            remedy,
            ..
        } = self;
        write!(f, "{code} ({name}): {cause} What to do: {remedy}.")
    }
}
