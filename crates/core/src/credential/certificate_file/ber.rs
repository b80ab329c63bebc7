//! Reads ASN.1 in the basic encoding rules (BER), of which DER is a part.
//!
//! Older programs write PKCS#12 with lengths that are not known in advance and with strings in
//! pieces, which parsers of DER reject.

use std::borrow::Cow;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]`, explicit; also `[0]`, implicit, of a string in pieces.
pub(super) const CONTEXT_0: u8 = 0xA0;
/// `[0]`, implicit, of a primitive type.
pub(super) const CONTEXT_0_PRIMITIVE: u8 = 0x80;

const CONSTRUCTED: u8 = 0x20;
const END_OF_CONTENTS: u8 = 0;

/// How deep elements may be nested. PKCS#12 needs about ten levels.
const MAX_DEPTH: usize = 24;

/// The bytes are not valid BER, or not of the expected structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// A sequence of elements that is read from its beginning.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next element; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Element<'a>>, Malformed> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let (element, rest) = element(self.0, 0)?;
        self.0 = rest;
        Ok(Some(element))
    }

    /// The next element as it is encoded.
    pub(super) fn next_encoded(&mut self) -> Result<&'a [u8], Malformed> {
        let before = self.0;
        self.next()?.ok_or(Malformed)?;
        Ok(&before[..before.len() - self.0.len()])
    }

    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        match self.next()? {
            Some(element) if element.tag == tag => Ok(element.content),
            _ => Err(Malformed),
        }
    }

    /// The elements of the next element.
    pub(super) fn enter(&mut self, tag: u8) -> Result<Self, Malformed> {
        self.expect(tag).map(Self)
    }

    /// A string of octets, in one piece or in several.
    pub(super) fn octets(&mut self) -> Result<Cow<'a, [u8]>, Malformed> {
        self.next()?.ok_or(Malformed)?.octets(OCTET_STRING)
    }

    /// A non-negative integer that fits into 32 bits.
    pub(super) fn unsigned(&mut self) -> Result<u32, Malformed> {
        let bytes = match self.expect(INTEGER)? {
            [0, bytes @ ..] => bytes,
            [first, ..] if *first >= 0x80 => return Err(Malformed),
            bytes => bytes,
        };
        if bytes.len() > 4 {
            return Err(Malformed);
        }
        Ok(bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }
}

impl<'a> Element<'a> {
    /// The content of a string with this tag; the pieces of one in several pieces are joined.
    pub(super) fn octets(&self, tag: u8) -> Result<Cow<'a, [u8]>, Malformed> {
        if self.tag == tag {
            return Ok(Cow::Borrowed(self.content));
        }
        if self.tag != tag | CONSTRUCTED {
            return Err(Malformed);
        }
        let mut joined = Vec::with_capacity(self.content.len());
        let mut pieces = Reader::new(self.content);
        while let Some(piece) = pieces.next()? {
            joined.extend_from_slice(&piece.octets(OCTET_STRING)?);
        }
        Ok(Cow::Owned(joined))
    }
}

/// Splits the first element from the bytes after it.
fn element(bytes: &[u8], depth: usize) -> Result<(Element<'_>, &[u8]), Malformed> {
    let [tag, length, rest @ ..] = bytes else {
        return Err(Malformed);
    };
    // Tags above 30 take several bytes, and do not occur in PKCS#12.
    if depth > MAX_DEPTH || tag & 0x1F == 0x1F {
        return Err(Malformed);
    }
    let (length, rest) = match length {
        0x80 if tag & CONSTRUCTED != 0 => return until_end(*tag, rest, depth),
        0..=0x7F => (usize::from(*length), rest),
        0x80 => return Err(Malformed),
        _ => {
            let (digits, rest) = rest
                .split_at_checked(usize::from(length & 0x7F))
                .ok_or(Malformed)?;
            let length = digits.iter().try_fold(0_u32, |value, digit| {
                Some(value.checked_mul(256)? + u32::from(*digit))
            });
            (length.ok_or(Malformed)? as usize, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
    Ok((Element { tag: *tag, content }, rest))
}

/// An element of indefinite length, whose content ends with an end-of-contents element.
fn until_end(tag: u8, bytes: &[u8], depth: usize) -> Result<(Element<'_>, &[u8]), Malformed> {
    let mut rest = bytes;
    loop {
        let (inner, after) = element(rest, depth + 1)?;
        if inner.tag == END_OF_CONTENTS && inner.content.is_empty() {
            let content = &bytes[..bytes.len() - rest.len()];
            return Ok((Element { tag, content }, after));
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::{Malformed, OCTET_STRING, Reader, SEQUENCE};

    #[test]
    fn definite_and_indefinite_lengths_and_strings_in_pieces_are_read() {
        for bytes in [
            &b"\x30\x08\x02\x01\x05\x04\x03abc"[..],
            b"\x30\x81\x08\x02\x01\x05\x04\x03abc",
            b"\x30\x82\0\x08\x02\x01\x05\x04\x03abc",
            b"\x30\x80\x02\x01\x05\x04\x03abc\0\0",
            b"\x30\x80\x02\x01\x05\x24\x80\x04\x02ab\x04\x01c\0\0\0\0",
            b"\x30\x0C\x02\x01\x05\x24\x07\x04\x01a\x04\x02bc",
        ] {
            let mut sequence = Reader::new(bytes).enter(SEQUENCE).unwrap();
            assert_eq!(sequence.unsigned(), Ok(5), "{bytes:x?}");
            assert_eq!(sequence.octets().unwrap(), &b"abc"[..], "{bytes:x?}");
            assert!(sequence.next().unwrap().is_none(), "{bytes:x?}");
        }
    }

    #[test]
    fn malformed_bytes_are_an_error_and_do_not_overflow_the_stack() {
        let deep = b"\x30\x80".repeat(100_000);
        for bytes in [
            &b"\x04"[..],
            b"\x04\x05abc",
            b"\x04\x84\xFF\xFF\xFF\xFFa",
            b"\x04\x85\x01\0\0\0\0a",
            b"\x04\x80abc\0\0",
            b"\x30\x80\x04\x01a",
            b"\x1F\x81\x01\x00",
            &deep,
        ] {
            let found = Reader::new(bytes).next().map(|found| found.is_some());
            assert_eq!(found, Err(Malformed), "{:x?}", &bytes[..bytes.len().min(9)]);
        }
        let found = Reader::new(b"\x05\0").expect(OCTET_STRING);
        assert_eq!(found, Err(Malformed));
    }
}
