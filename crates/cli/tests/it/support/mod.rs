//! What the tests of the command share: a scripted service, proxies, and a command that runs in the
//! background.

pub(crate) mod proxy;
#[cfg(unix)]
pub(crate) mod running;
pub(crate) mod server;
