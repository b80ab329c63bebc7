//! Ids have one style: plain text in responses, and a `pattern` where a client sends a GUID. With
//! `format: uuid` some clients change the letter case of an id, some cannot send it as a header, and
//! the same id has two types, if its schema is part of a path and of a body.

use crate::checker::Checker;
use crate::document::Kind;

pub(super) fn check(checker: &mut Checker<'_>) {
    for (at, schema) in checker.each(Kind::Schema) {
        if schema["format"] == "uuid" {
            let message = "`format: uuid`: some clients change the letter case of such ids, or \
                           cannot send them; expected plain text, or the `pattern` of a GUID";
            checker.error(&format!("{at}/format"), message);
        }
    }
}
