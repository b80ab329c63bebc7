//! Error codes that the service sends as a number or as text.

use crate::types::ErrorCode;

impl ErrorCode {
    /// The code as a number; `None` if it is text that is not a number.
    ///
    /// ```
    /// use partner_center_transfers::types::ErrorCode;
    ///
    /// assert_eq!(ErrorCode::Integer(900_103).as_number(), Some(900_103));
    /// assert_eq!(ErrorCode::String("900103".to_owned()).as_number(), Some(900_103));
    /// assert_eq!(ErrorCode::String("NotFound".to_owned()).as_number(), None);
    /// ```
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::String(text) => text.parse().ok(),
        }
    }
}
