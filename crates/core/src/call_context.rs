//! Identifies one call: its operation, its ids, and the attempts made so far.

use crate::id::{CorrelationId, RequestId};

/// An operation as the generated code describes it.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation's id in the OpenAPI document.
    pub operation_id: &'static str,
    /// The path with the names of its parameters in braces.
    pub url_template: &'static str,
}

/// One call and its progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallContext {
    pub(crate) operation_id: &'static str,
    pub(crate) mutating: bool,
    pub(crate) request_id: RequestId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) attempts: u32,
    /// An earlier attempt may have taken effect, whatever the last one returned.
    pub(crate) maybe_applied: bool,
}
