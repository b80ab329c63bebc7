//! Where a client connects to, and how.
//!
//! | module | content |
//! |---|---|
//! | `connector` | an HTTP client for one base URL |
//! | `route` | the address and the proxy of a connection, for errors, and why it failed |
//! | `proxy`, `no_proxy` | the proxies in the environment |
//! | `root_certificates` | certificates to trust in addition to those of the platform |
//! | `endpoint`, `url_hint` | base URLs, and where tokens may be sent |
//! | `insecure_hosts` | hosts to which plain http is allowed |

mod connector;
mod endpoint;
mod insecure_hosts;
mod no_proxy;
mod proxy;
mod root_certificates;
mod route;
mod url_hint;

pub(crate) use connector::{Connector, TransportOptions};
pub(crate) use endpoint::Endpoint;
pub(crate) use insecure_hosts::InsecureHosts;
pub(crate) use root_certificates::RootCertificates;
pub(crate) use route::Route;
