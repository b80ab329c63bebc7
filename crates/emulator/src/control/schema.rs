//! The JSON Schema of a data set, generated from the types: for editors and for other languages.

use schemars::schema_for;

use crate::service::model::DataSet;

/// The content of `data/data-set.schema.json`.
pub(crate) fn data_set() -> String {
    let mut text = serde_json::to_string_pretty(&schema_for!(DataSet))
        .expect("a schema consists of text, which is always valid JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// Compares values: the order of members depends on the features of other crates in the build.
    #[test]
    fn the_schema_file_is_up_to_date() {
        let file: Value =
            serde_json::from_str(include_str!("../../data/data-set.schema.json")).unwrap();
        let types: Value = serde_json::from_str(&super::data_set()).unwrap();
        assert!(
            file == types,
            "run: cargo run -p partner-center-emulator -- schema \
             > crates/emulator/data/data-set.schema.json"
        );
    }

    #[test]
    fn the_built_in_data_set_matches_the_schema() {
        let types: Value = serde_json::from_str(&super::data_set()).unwrap();
        let validator = jsonschema::validator_for(&types).unwrap();
        let mut data: Value = serde_json::from_str(crate::data_set::JSON).unwrap();
        validator.validate(&data).unwrap();
        data["transfers"][0]["misspelt"] = true.into();
        assert!(!validator.is_valid(&data));
    }
}
