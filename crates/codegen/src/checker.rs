//! What the checks of `validate` and the rules of `lint` share: access to the document, and a list
//! of the errors found.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Element, Kind, elements, entries, escape};

/// A named entry: its JSON pointer, name and value.
pub(crate) type Named<'a> = (String, &'a str, &'a Value);

/// A document being checked.
pub(crate) struct Checker<'a> {
    pub(crate) document: &'a Document,
    pub(crate) elements: Vec<Element>,
    pub(crate) found: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self {
            elements: elements(&document.value),
            document,
            found: Vec::new(),
        }
    }

    /// Fails if an error was found.
    pub(crate) fn finish(self) -> Result<(), Diagnostics> {
        Diagnostics::check(self.found)
    }

    pub(crate) fn root(&self) -> &'a Value {
        &self.document.value
    }

    pub(crate) fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.found.push(self.document.error(pointer, message));
    }

    /// The elements of a kind that are not references.
    pub(crate) fn each(&self, kind: Kind) -> Vec<(String, &'a Value)> {
        let elements = self.elements.iter();
        elements
            .filter(|element| element.kind == kind)
            .filter_map(|Element { pointer, .. }| {
                let value = self.root().pointer(pointer)?;
                value
                    .get("$ref")
                    .is_none()
                    .then(|| (pointer.clone(), value))
            })
            .collect()
    }

    /// The properties of all schemas. A property may be a reference.
    pub(crate) fn properties(&self) -> Vec<Named<'a>> {
        let schemas = self.each(Kind::Schema).into_iter();
        schemas
            .flat_map(|(at, schema)| named(&format!("{at}/properties"), schema.get("properties")))
            .collect()
    }

    /// The entries of a section of `components`.
    pub(crate) fn components(&self, section: &str) -> Vec<Named<'a>> {
        let at = format!("/components/{section}");
        named(&at, self.root().pointer(&at))
    }
}

/// The entries of an object, with their pointers.
pub(crate) fn named<'a>(at: &str, object: Option<&'a Value>) -> Vec<Named<'a>> {
    entries(object)
        .map(|(name, value)| (format!("{at}/{}", escape(name)), name.as_str(), value))
        .collect()
}
