//! A driver for calls that a person makes with any tool.

use std::io::Write as _;

use crate::driver::Driver;
use crate::protocol::{Conclusion, DriverCall, DriverInfo};
use crate::server::ScenarioServer;

/// Prints each call and waits until its request has been answered.
#[derive(Clone, Copy, Debug)]
pub struct ManualDriver;

impl Driver for ManualDriver {
    async fn info(&self) -> Result<DriverInfo, String> {
        Ok(DriverInfo {
            client: "by hand".to_owned(),
            ..DriverInfo::default()
        })
    }

    async fn call(
        &self,
        call: &DriverCall,
        server: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        let call = serde_json::to_string(call)
            .map_err(|error| format!("cannot write the call as JSON: {error}"))?;
        writeln!(std::io::stdout(), "call {call}")
            .map_err(|error| format!("standard output: {error}"))?;
        // A person makes the call once, even if the scenario expects retries.
        server.wait_for_replies(server.reply_count().min(1)).await;
        Ok(None)
    }
}
