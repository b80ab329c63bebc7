//! The decoding that generated code asks for, through the paths that it uses.

mod lenient_values {
    use partner_center_core::lenient;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Item {
        #[serde(default, deserialize_with = "lenient::list")]
        list: Vec<i64>,
        #[serde(default, deserialize_with = "lenient::string_list")]
        texts: Vec<String>,
        #[serde(default, deserialize_with = "lenient::optional_string")]
        text: Option<String>,
        #[serde(default, deserialize_with = "lenient::optional_integer")]
        integer: Option<i64>,
        #[serde(default, deserialize_with = "lenient::optional_number")]
        number: Option<f64>,
        #[serde(default, deserialize_with = "lenient::optional_bool")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "lenient::optional_object")]
        object: Option<std::collections::BTreeMap<String, i64>>,
    }

    fn read(json: &str) -> Result<Item, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn absent_and_null_decode_to_the_same_value() {
        let absent = read("{}").unwrap();
        let null =
            read(r#"{"list":null,"texts":null,"text":null,"integer":null,"number":null}"#).unwrap();
        assert_eq!(absent, null);
        assert_eq!(absent.list, Vec::<i64>::new());
    }

    #[test]
    fn numbers_and_strings_are_interchangeable() {
        let item = read(
            r#"{"texts":[1,"a",true],"text":5139005,"integer":"-3","number":"1.5","list":[1]}"#,
        )
        .unwrap();
        assert_eq!(item.texts, ["1", "a", "true"]);
        assert_eq!(item.text.as_deref(), Some("5139005"));
        assert_eq!(item.integer, Some(-3));
        assert_eq!(item.number, Some(1.5));
        assert_eq!(read(r#"{"integer":2.0}"#).unwrap().integer, Some(2));
    }

    #[test]
    fn non_objects_and_empty_strings_count_as_absent() {
        for json in ["[]", "[{}]", "\"x\"", "1", "-1", "1.5", "true", "null"] {
            assert_eq!(
                read(&format!("{{\"object\":{json}}}")).unwrap().object,
                None,
                "{json}"
            );
        }
        let object = read(r#"{"object":{"a":1}}"#).unwrap().object.unwrap();
        assert_eq!(object["a"], 1);
        for (json, flag) in [
            ("true", Some(true)),
            ("\"False\"", Some(false)),
            ("\"yes\"", None),
        ] {
            assert_eq!(
                read(&format!("{{\"flag\":{json}}}")).unwrap().flag,
                flag,
                "{json}"
            );
        }
        let empty = read(r#"{"integer":"","number":"","list":[null,1],"texts":[null]}"#).unwrap();
        assert_eq!((empty.integer, empty.number), (None, None));
        assert_eq!(empty.list, [1]);
        assert_eq!(empty.texts, Vec::<String>::new());
    }

    #[test]
    fn an_invalid_number_is_an_error_that_names_the_expected_type() {
        for (json, said) in [
            (r#"{"integer":"few"}"#, "expected a whole number"),
            (r#"{"integer":1.5}"#, "expected a whole number"),
            (
                r#"{"integer":18446744073709551615}"#,
                "expected a whole number",
            ),
            (r#"{"number":"much"}"#, "expected a number"),
            (r#"{"text":{}}"#, "expected text"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(said), "{json}: {error}");
        }
    }
}

mod objects {
    use serde_json::{Map, Value, json};

    #[derive(Debug, PartialEq)]
    struct Item {
        id: String,
        r#type: Option<String>,
        numbers: Vec<i64>,
        extra: Map<String, Value>,
    }

    partner_center_core::__object! {
        Item {
            "id" => id: RequiredString required,
            "type" => r#type: OptionalString,
            "numbers" => numbers: List or one_number,
            _ => extra,
        }
    }

    fn one_number() -> Vec<i64> {
        vec![1]
    }

    fn read(json: &str) -> Result<Item, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn known_members_fill_their_fields_and_the_rest_is_kept() {
        let item = read(r#"{"a":{"b":[1]},"id":7,"type":"t","numbers":[2,null,3],"c":null}"#);
        let mut extra = Map::new();
        extra.insert("a".to_owned(), json!({"b": [1]}));
        extra.insert("c".to_owned(), Value::Null);
        let whole = Item {
            id: "7".to_owned(),
            r#type: Some("t".to_owned()),
            numbers: vec![2, 3],
            extra,
        };
        assert_eq!(item.unwrap(), whole);
    }

    #[test]
    fn a_missing_member_becomes_its_default_or_an_error_that_names_it() {
        let item = read(r#"{"id":"x"}"#).unwrap();
        assert_eq!((item.r#type, item.numbers), (None, vec![1]));
        let error = read("{}").unwrap_err();
        assert!(error.starts_with("missing field `id`"), "{error}");
        let error = read("[]").unwrap_err();
        assert!(error.contains("expected the object Item"), "{error}");
    }

    #[test]
    fn the_last_of_duplicate_members_wins() {
        let item = read(r#"{"id":"1","a":1,"id":"2","a":2,"type":"x","type":null}"#).unwrap();
        assert_eq!((&*item.id, &item.extra["a"]), ("2", &json!(2)));
        assert_eq!(item.r#type, None);
    }

    #[test]
    fn escapes_in_a_name_are_decoded() {
        let item = read(r#"{"\u0069d":"1","\u0061":1}"#).unwrap();
        assert_eq!((&*item.id, &item.extra["a"]), ("1", &json!(1)));
        // Deserializers that cannot lend the text work too.
        let value = serde_json::from_value::<Item>(json!({"id": "1", "a": 1})).unwrap();
        assert_eq!(value, item);
        let streamed: Item = serde_json::from_reader(&br#"{"id":"1","a":1}"#[..]).unwrap();
        assert_eq!(streamed, item);
    }
}
