//! The interface between scenarios and a client under test.

use std::future::Future;

use crate::protocol::{Conclusion, DriverCall, DriverInfo};
use crate::server::ScenarioServer;

/// Makes calls with a client and reports what the client concluded.
pub trait Driver: Sync {
    /// Returns the client's name and capabilities.
    ///
    /// # Errors
    ///
    /// If the driver does not work. The message says how to fix it.
    fn info(&self) -> impl Future<Output = Result<DriverInfo, String>> + Send;

    /// Makes a call. Returns `None` if the conclusion is unknown; only the requests are checked then.
    ///
    /// # Errors
    ///
    /// If the driver itself failed, not the client's call. The message says how to fix it.
    fn call(
        &self,
        call: &DriverCall,
        server: &ScenarioServer,
    ) -> impl Future<Output = Result<Option<Conclusion>, String>> + Send;
}
