//! Who makes the call.

use std::future::Future;

use super::protocol::{About, Asked, Conclusion};
use super::server::Server;

/// Makes calls with some client and reports what the client concluded.
pub trait Driver: Sync {
    /// Which client it is, and what it can do.
    ///
    /// # Errors
    ///
    /// If the driver does not work at all; says what to mend.
    fn about(&self) -> impl Future<Output = Result<About, String>> + Send;

    /// Makes a call. `None` if nobody reports what was concluded: then the requests alone are
    /// judged.
    ///
    /// # Errors
    ///
    /// If the driver, and not the client's call, failed; says what to mend.
    fn call(
        &self,
        asked: &Asked,
        server: &Server,
    ) -> impl Future<Output = Result<Option<Conclusion>, String>> + Send;
}
