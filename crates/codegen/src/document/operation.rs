//! The operations of a document.

use serde_json::Value;

use super::walk::{METHODS, entries, escape, resolve};

/// An operation and its location in the document.
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
    path_item: &'a Value,
}

/// The operations of a document, in its order.
pub(crate) fn operations(root: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, path_item) in entries(root.get("paths")) {
        for method in METHODS {
            if let Some(value) = path_item.get(method) {
                found.push(Operation {
                    path,
                    method,
                    pointer: format!("/paths/{}/{method}", escape(path)),
                    value,
                    path_item,
                });
            }
        }
    }
    found
}

impl<'a> Operation<'a> {
    /// The operation id, or an empty text.
    pub(crate) fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// The parameters of the path and of the operation, with their pointers and with references
    /// resolved. A parameter of the operation replaces the path's parameter of the same name.
    pub(crate) fn parameters(&self, root: &'a Value) -> Vec<(String, &'a Value)> {
        let listed = |holder: &'a Value, at: &str| -> Vec<(String, &'a Value)> {
            let parameters = holder["parameters"].as_array().into_iter().flatten();
            parameters
                .enumerate()
                .map(|(index, parameter)| {
                    (format!("{at}/parameters/{index}"), resolve(root, parameter))
                })
                .collect()
        };
        let own = listed(self.value, &self.pointer);
        let mut all = listed(self.path_item, &format!("/paths/{}", escape(self.path)));
        all.retain(|(_, shared)| {
            !own.iter()
                .any(|(_, own)| own["in"] == shared["in"] && own["name"] == shared["name"])
        });
        all.extend(own);
        all
    }
}
