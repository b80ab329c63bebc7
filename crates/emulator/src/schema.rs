//! The JSON Schema of a data set, made from the types: for editors, and for whoever writes data
//! sets from another language.

use schemars::schema_for;

use crate::model::DataSet;

/// As it stands in `data/data-set.schema.json`.
pub(crate) fn data_set() -> String {
    let schema = schema_for!(DataSet);
    let mut text =
        serde_json::to_string_pretty(&schema).expect("a schema is made of text, and so JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    /// As values: the order of members depends on who else is compiled.
    #[test]
    fn the_file_is_what_the_types_say() {
        let file: Value =
            serde_json::from_str(include_str!("../data/data-set.schema.json")).unwrap();
        let types: Value = serde_json::from_str(&super::data_set()).unwrap();
        assert!(
            file == types,
            "write it anew: cargo run -p partner-center-emulator -- schema \
             > crates/emulator/data/data-set.schema.json"
        );
    }

    #[test]
    fn the_built_in_data_set_follows_it() {
        let types: Value = serde_json::from_str(&super::data_set()).unwrap();
        let validator = jsonschema::validator_for(&types).unwrap();
        let mut data: Value = serde_json::from_str(crate::data_set::JSON).unwrap();
        validator.validate(&data).unwrap();
        data["transfers"][0]["misspelt"] = true.into();
        assert!(!validator.is_valid(&data));
    }
}
