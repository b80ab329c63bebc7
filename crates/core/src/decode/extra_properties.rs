//! The properties of an object that have no field.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The properties of an object that this version does not know, by name, unchanged.
///
/// It is used like the map that it contains. Nearly all objects have no such property, so an empty one is
/// as small as a pointer, since an answer contains many objects.
///
/// ```
/// # use partner_center_core::ExtraProperties;
/// let mut extra = ExtraProperties::default();
/// extra.insert("addedLater".to_owned(), true.into());
/// assert_eq!(extra["addedLater"], true);
/// ```
#[derive(Clone, Default)]
pub struct ExtraProperties(Option<Box<Map<String, Value>>>);

impl ExtraProperties {
    /// Removes a property. It is rare that there is any.
    pub(super) fn forget(&mut self, name: &str) {
        if let Some(properties) = &mut self.0 {
            properties.remove(name);
        }
    }
}

static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

impl Deref for ExtraProperties {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().unwrap_or_else(|| &NONE)
    }
}

impl DerefMut for ExtraProperties {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0.get_or_insert_default()
    }
}

impl fmt::Debug for ExtraProperties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for ExtraProperties {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Extend<(String, Value)> for ExtraProperties {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, properties: I) {
        (**self).extend(properties);
    }
}

impl From<Map<String, Value>> for ExtraProperties {
    fn from(properties: Map<String, Value>) -> Self {
        Self(Some(Box::new(properties)))
    }
}

impl Serialize for ExtraProperties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// That of the map.
#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ExtraProperties {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Map::<String, Value>::schema_name()
    }

    fn inline_schema() -> bool {
        Map::<String, Value>::inline_schema()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Map::<String, Value>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::ExtraProperties;

    #[test]
    fn an_empty_one_is_like_an_empty_map() {
        let none = ExtraProperties::default();
        assert_eq!(size_of_val(&none), size_of::<usize>());
        assert!(none.is_empty());
        assert_eq!(none, ExtraProperties::from(Map::new()));
        assert_eq!(format!("{none:?}"), format!("{:?}", Map::new()));
        assert_eq!(serde_json::to_string(&none).unwrap(), "{}");
    }

    #[test]
    fn properties_are_kept() {
        let mut extra = ExtraProperties::default();
        extra.extend([("a".to_owned(), json!([1]))]);
        extra.insert("b".to_owned(), json!(null));
        assert_eq!(extra["a"], json!([1]));
        assert_eq!(json!(extra), json!({"a": [1], "b": null}));
        assert_ne!(extra, ExtraProperties::default());
        assert_eq!(extra, extra.clone());
    }
}
