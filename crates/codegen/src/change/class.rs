//! A change and its effect on clients.

/// The effect of a change on a client that was generated from the released document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No effect: wording, examples or order.
    None,
    /// The client still works, and a newer one can do more.
    Additive,
    /// The client, or code that uses it, stops working.
    Breaking,
}

impl Class {
    /// The class in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Its effect on clients.
    pub class: Class,
    /// The changed part, in words or as a JSON pointer.
    pub place: String,
    /// What changed.
    pub text: String,
}

impl Change {
    pub(super) fn new(class: Class, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            class,
            place: place.into(),
            text: text.into(),
        }
    }
}
