//! Ids in bodies and headers are plain text, or text with a pattern. With `format: uuid` some
//! clients change the letter case of an id, and some cannot send it as a header. In a path the
//! format is useful: letter case does not matter there, and a client can reject an invalid id.

use crate::checker::Checker;
use crate::document::Reach;

pub(super) fn check(checker: &mut Checker<'_>) {
    let Reach {
        responses,
        requests,
        headers,
    } = Reach::new(checker.root(), &checker.elements);
    for (schemas, place) in [
        (responses, "a response"),
        (requests, "a request body"),
        (headers, "a header"),
    ] {
        for at in schemas {
            let schema = checker.root().pointer(&at);
            if schema.is_some_and(|schema| schema["format"] == "uuid") {
                let message = format!(
                    "`format: uuid` in {place}: some clients change the letter case of such ids, \
                     or cannot send them; expected plain text, or a `pattern`"
                );
                checker.error(&format!("{at}/format"), message);
            }
        }
    }
}
