//! What the tests of the command share: a scripted service, a command that runs in the
//! background, and one on a terminal.

#[cfg(unix)]
pub(crate) mod pseudo_terminal;
#[cfg(unix)]
pub(crate) mod running;
pub(crate) mod server;
