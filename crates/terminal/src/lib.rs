//! What the commands of this workspace share about terminals.
//!
//! | module | content |
//! |---|---|
//! | [`width`] | how wide text may be |
//! | `printable` | text of others that is safe to print |
//! | `arguments` | parses the arguments of a command |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "arguments")]
mod arguments;
mod printable;
pub mod width;

#[cfg(feature = "arguments")]
pub use arguments::parse_arguments;
pub use printable::printable;
