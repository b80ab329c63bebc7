//! The client: its struct, its settings, and a method for each operation.

use syn::{ImplItem, Item, ItemImpl, parse_quote};

use super::examples::Examples;
use super::{docs, names};
use crate::adapt::Adapted;

/// The imports and the struct.
pub(super) fn head() -> Vec<Item> {
    vec![
        parse_quote! {
            use ::partner_center_core::codegen_support::Pipeline;
        },
        parse_quote! {
            use ::partner_center_core::{CallOptions, ClientBuilder};
        },
        parse_quote! {
            use super::{builder, error_codes};
        },
        parse_quote! {
            /// The client of the transfers operations.
            ///
            /// Cheap to clone: clones share their connections, their token and their settings. Use a
            /// client and its clones in one Tokio runtime only, as with `reqwest`.
            #[derive(Clone, Debug)]
            pub struct Client {
                pub(crate) pipeline: Pipeline,
            }
        },
    ]
}

/// The constructors. They follow the operations, so that the client's page starts with those.
pub(super) fn settings() -> Vec<Item> {
    vec![
        parse_quote! {
            impl Client {
                /// Returns a builder for a client of the global cloud, without a credential.
                pub fn builder() -> ClientBuilder<Self> {
                    ClientBuilder::new(
                        concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
                        error_codes::ERROR_CODES,
                    )
                }

                /// Returns a client with other settings for its calls. It shares its connections
                /// and its token with this one.
                ///
                /// Settings of a single call take precedence over those of its client.
                #[must_use]
                pub fn with_options(&self, options: CallOptions) -> Self {
                    Self {
                        pipeline: self.pipeline.with(options),
                    }
                }
            }
        },
        parse_quote! {
            #[doc(hidden)]
            impl ::std::convert::From<Pipeline> for Client {
                fn from(pipeline: Pipeline) -> Self {
                    Self { pipeline }
                }
            }
        },
    ]
}

/// Documents the methods of an `impl` of progenitor's client. Returns whether to keep it: the
/// constructors expose the HTTP library, and the pipeline replaces the hooks.
pub(super) fn keep(
    block: &mut ItemImpl,
    adapted: &Adapted,
    examples: &Examples,
) -> Result<bool, String> {
    let is_method =
        |item: &ImplItem| matches!(item, ImplItem::Fn(method) if method.sig.receiver().is_some());
    if block.trait_.is_some() || !block.items.iter().any(is_method) {
        return Ok(false);
    }
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            let name = method.sig.ident.to_string();
            let operation = names::operation(adapted, &name)?;
            method.attrs = docs::attributes(&format!(
                "{}: `{} {}`.\n\n{}\n\n# Example\n\n{}",
                operation.summary,
                operation.method,
                operation.path,
                operation.description,
                examples.call(operation, &name)
            ));
        }
    }
    Ok(true)
}
