//! What code built on a client needs to know about it.

use crate::{Client, Runtime};

impl Client {
    /// The base URL of the API that the client calls, without a slash at the end.
    pub fn endpoint(&self) -> String {
        self.pipeline.endpoint().to_owned()
    }

    /// The clock, sleep and randomness of the client, for code that schedules its calls.
    pub fn runtime(&self) -> &dyn Runtime {
        self.pipeline.runtime()
    }
}
