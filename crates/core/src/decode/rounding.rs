//! Whether numbers may have lost digits while a text was decoded.
//!
//! Looking for such numbers in the text takes a quarter of the time of its decoding, and responses hardly
//! ever have one. So what decodes a value that could be one says so, and only then the text is searched.

use std::cell::Cell;

thread_local! {
    static POSSIBLE: Cell<bool> = const { Cell::new(false) };
}

/// Notes that a number may have been rounded: a floating-point number was read, or a value of any
/// kind was read as a tree.
pub(super) fn note() {
    POSSIBLE.set(true);
}

/// Decodes, and returns whether a number may have been rounded meanwhile.
pub(super) fn watch<T>(decode: impl FnOnce() -> T) -> (T, bool) {
    POSSIBLE.set(false);
    let decoded = decode();
    (decoded, POSSIBLE.get())
}
