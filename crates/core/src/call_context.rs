//! Identifies one call: its operation, its ids, and the attempts made so far.

use std::fmt;

use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, RequestId};
use crate::retry::CallKind;

/// An operation as the generated code describes it.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation's id in the OpenAPI document.
    pub operation_id: &'static str,
    /// The path with the names of its parameters in braces.
    pub url_template: &'static str,
    /// Whether a repeated request makes another resource.
    pub creates: bool,
}

/// One call and its progress.
#[derive(Clone, Copy)]
pub(crate) struct CallContext {
    pub(crate) operation_id: &'static str,
    pub(crate) kind: CallKind,
    pub(crate) request_id: RequestId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) attempts: u32,
    /// An earlier attempt may have taken effect, whatever the last one returned.
    pub(crate) maybe_applied: bool,
    /// The known codes of the API that is called.
    pub(crate) error_codes: &'static [ErrorCodeInfo],
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("operation_id", &self.operation_id)
            .field("request_id", &self.request_id)
            .field("correlation_id", &self.correlation_id)
            .field("attempts", &self.attempts)
            .field("maybe_applied", &self.maybe_applied)
            .finish_non_exhaustive()
    }
}
