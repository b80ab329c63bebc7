//! What the tests of the command share: a scripted service, and a command that runs in the
//! background.

#[cfg(unix)]
pub(crate) mod running;
pub(crate) mod server;
