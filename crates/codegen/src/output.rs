//! The generated files.

use std::collections::BTreeMap;

/// The command that runs the generator.
pub const COMMAND: &str = "cargo xtask codegen";

/// The contents of the generated files by path, relative to the workspace's root.
pub type Outputs = BTreeMap<String, String>;
