//! Files that the command writes.

pub(crate) mod private_file;
pub(crate) mod replaced_file;
