//! What the tests of the command share: a scripted service, a login service, proxies, the apps of
//! partners, an emulator with many customers, a command that runs in the background, and one on a
//! terminal.

pub(crate) mod login_service;
pub(crate) mod many;
pub(crate) mod partner;
pub(crate) mod proxy;
#[cfg(unix)]
pub(crate) mod pseudo_terminal;
#[cfg(unix)]
pub(crate) mod running;
pub(crate) mod server;
