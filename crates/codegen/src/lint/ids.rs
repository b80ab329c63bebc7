//! Ids in data and in headers are plain text, or text with a pattern. With `format: uuid` some
//! clients write `5344c201-...` for `5344C201-...`, and some cannot send a UUID as a header. In a
//! path a typed id does only good: one can be refused before the request, and letter case is free.

use super::{Lint, reach};

pub(super) fn check(lint: &mut Lint<'_>) {
    let root = lint.root();
    for (at, place) in [
        (reach::answers(root, &lint.positions), "an answer"),
        (reach::requests(root, &lint.positions), "a request body"),
        (reach::headers(root, &lint.positions), "a header"),
    ]
    .into_iter()
    .flat_map(|(schemas, place)| schemas.into_iter().map(move |at| (at, place)))
    {
        let schema = root.pointer(&at);
        if schema.is_some_and(|schema| schema["format"] == "uuid") {
            let message = format!(
                "`format: uuid` in {place}: some clients change the letter case of such ids, or cannot \
                 send them; expected plain text, or a `pattern`"
            );
            lint.refuse(&format!("{at}/format"), message);
        }
    }
}
