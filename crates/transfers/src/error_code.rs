//! Error codes: what they mean, and the code of an error inside a response as a number.

use partner_center_core::ErrorCodeInfo;

use crate::generated::error_codes::ERROR_CODES;
use crate::types::ErrorCode;

/// What an error code means and what to do about it, if the code is known.
///
/// [`ServiceCode::as_number`](crate::ServiceCode::as_number) and [`ErrorCode::as_number`] give
/// the number of a code in a response.
///
/// ```
/// let known = partner_center_transfers::explain(900_103).unwrap();
/// assert_eq!(known.name, "TransferCreateOrderError");
/// println!("{known}");
/// ```
pub fn explain(code: i64) -> Option<&'static ErrorCodeInfo> {
    ErrorCodeInfo::find(ERROR_CODES, code)
}

/// All known error codes, in ascending order.
pub fn error_codes() -> &'static [ErrorCodeInfo] {
    ERROR_CODES
}

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
