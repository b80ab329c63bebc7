//! The body of a response as far as received.

use std::ops::Deref;

use bytes::{Bytes, BytesMut};

/// Pieces of a body. Most bodies come in one piece, which is not copied; more are joined.
pub(super) enum Body {
    Piece(Bytes),
    Joined(BytesMut),
}

impl Body {
    pub(super) const EMPTY: Self = Self::Piece(Bytes::new());

    /// Appends a piece. `expected` is asked once for the length of the whole body, as far as known.
    pub(super) fn append(&mut self, piece: Bytes, expected: impl FnOnce() -> usize) {
        match self {
            Self::Piece(first) if first.is_empty() => *first = piece,
            Self::Piece(first) => {
                let length = first.len() + piece.len();
                let mut joined = BytesMut::with_capacity(expected().max(length));
                joined.extend_from_slice(first);
                joined.extend_from_slice(&piece);
                *self = Self::Joined(joined);
            }
            Self::Joined(joined) => joined.extend_from_slice(&piece),
        }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Piece(piece) => piece,
            Self::Joined(joined) => joined.freeze(),
        }
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Piece(piece) => piece,
            Self::Joined(joined) => joined,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::Body;

    #[test]
    fn one_piece_is_not_copied_and_several_are_joined_without_growing() {
        let piece = Bytes::from_static(b"{}");
        let mut body = Body::EMPTY;
        assert!(body.is_empty());
        body.append(Bytes::new(), || 2);
        body.append(piece.clone(), || 2);
        assert_eq!(body.into_bytes().as_ptr(), piece.as_ptr());

        let mut body = Body::EMPTY;
        body.append(Bytes::from_static(b"[1"), || 7);
        body.append(Bytes::from_static(b",2"), || 7);
        let start = body.as_ptr();
        body.append(Bytes::from_static(b",3]"), || 7);
        assert_eq!(body.as_ptr(), start);
        assert_eq!(&body.into_bytes()[..], b"[1,2,3]");
    }
}
