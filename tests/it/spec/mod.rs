//! Agreement of the spec, its JSON Schemas and the generated Rust types.

mod client_surface;
mod json_schemas;
mod rust_types;
mod spec_surface;
