#![allow(dead_code)]
pub(crate) struct ErrorCode {
    pub(crate) code: u32,
    pub(crate) status: u16,
    pub(crate) name: &'static str,
}
macro_rules! codes { ($($n:ident $c:literal $s:literal),* $(,)?) => { $(pub(crate) const $n: ErrorCode = ErrorCode { code: $c, status: $s, name: stringify!($n) };)* } }
codes! {
 PARTNER_TOKEN_MISSING 800001 401, INVALID_INPUT 800002 400, INTERNAL_ERROR 800003 500,
 WRONG_AUDIENCE 900420 401, MFA_REQUIRED 900421 401, NO_RELATIONSHIP 20002 403, ACCESS_DENIED 2032 403,
 SOURCE_IS_CALLER 900148 400, INVALID_SUBSCRIPTION 800078 400, INVALID_TRANSFER_TYPE 900126 400,
 CUSTOMER_ID_INVALID 900118 400, TRANSFER_NOT_FOUND 900100 404, BUSY 900104 409, IN_PROGRESS 900101 409,
 COMPLETED 900102 400, ORDER_NOT_CREATED 900103 400,
}
