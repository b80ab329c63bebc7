//! A person as a driver: the call is printed, and made with whatever tool.

use super::arguments::print;
use super::driver::Driver;
use super::protocol::{About, Asked, Conclusion};
use super::server::Server;

/// Prints each call and waits until its requests have come.
#[derive(Clone, Copy, Debug)]
pub struct ByHand;

impl Driver for ByHand {
    async fn about(&self) -> Result<About, String> {
        Ok(About {
            client: "by hand".to_owned(),
            ..About::default()
        })
    }

    async fn call(&self, asked: &Asked, server: &Server) -> Result<Option<Conclusion>, String> {
        let call = serde_json::to_string(asked)
            .map_err(|error| format!("the call cannot be written as JSON: {error}"))?;
        print(&format!("call {call}\n"))?;
        // Whoever makes it makes it once.
        server.said(server.replies().min(1)).await;
        Ok(None)
    }
}
