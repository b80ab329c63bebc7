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

mod own_types {
    use partner_center_core::ExtraProperties;
    use serde::{Deserialize, Serialize};
    use serde_json::{Map, Value, json};

    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    enum Kind {
        New,
        Renew,
        Other(String),
    }

    partner_center_core::__open_enum! { Kind { New = "new", Renew = "renew" } }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Id {
        Number(i64),
        Text(String),
    }

    #[derive(Debug, Deserialize, PartialEq)]
    enum Closed {
        #[serde(rename = "on")]
        On,
    }

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Wrapped(String);

    #[derive(Debug, Deserialize, PartialEq)]
    struct Pair {
        left: i64,
    }

    #[derive(Debug, Default, PartialEq)]
    struct Inner {
        left: Option<i64>,
        extra: ExtraProperties,
    }

    partner_center_core::__object! {
        Inner { "left" => left: OptionalInteger, _ => extra }
    }

    impl Inner {
        fn of(left: i64) -> Self {
            Self {
                left: Some(left),
                ..Self::default()
            }
        }
    }

    #[derive(Debug, Default, PartialEq)]
    struct Item {
        kind: Option<Kind>,
        id: Option<Id>,
        closed: Option<Closed>,
        wrapped: Option<Wrapped>,
        pair: Option<Pair>,
        any: Option<Value>,
        amount: Option<i64>,
        object: Option<Inner>,
        map: Option<Map<String, Value>>,
        objects: Vec<Inner>,
        extra: ExtraProperties,
    }

    partner_center_core::__object! {
        Item {
            "kind" => kind: Optional,
            "id" => id: Optional,
            "closed" => closed: Optional,
            "wrapped" => wrapped: Optional,
            "pair" => pair: Optional,
            "any" => any: Optional,
            "amount" => amount: OptionalInteger,
            "object" => object: OptionalObject,
            "map" => map: OptionalObject,
            "objects" => objects: ObjectList,
            _ => extra,
        }
    }

    /// Decodes text, a stream, which cannot lend text, and a tree, and checks that all agree.
    fn read(json: &str) -> Item {
        let item: Item = serde_json::from_str(json).expect(json);
        let streamed: Item = serde_json::from_reader(json.as_bytes()).expect(json);
        let tree = serde_json::from_str::<Value>(json).expect(json);
        assert_eq!(streamed, item, "{json}");
        assert_eq!(
            serde_json::from_value::<Item>(tree).expect(json),
            item,
            "{json}"
        );
        item
    }

    #[test]
    fn values_of_types_with_their_own_rules_are_decoded() {
        let item = read(
            r#"{"kind":"NEW","id":7,"closed":"on","wrapped":"w","pair":{"left":1},"any":[1],"amount":"3","object":{"left":2},
                "map":{"a":[1],"b":null},"objects":[{"left":3},null,{"right":4}]}"#,
        );
        let mut right = Inner::default();
        right.extra.insert("right".to_owned(), json!(4));
        let whole = Item {
            kind: Some(Kind::New),
            id: Some(Id::Number(7)),
            closed: Some(Closed::On),
            wrapped: Some(Wrapped("w".to_owned())),
            pair: Some(Pair { left: 1 }),
            any: Some(json!([1])),
            amount: Some(3),
            object: Some(Inner::of(2)),
            map: json!({"a": [1], "b": null}).as_object().cloned(),
            objects: vec![Inner::of(3), right],
            extra: ExtraProperties::default(),
        };
        assert_eq!(item, whole);
        assert_eq!(read(r#"{"id":"7"}"#).id, Some(Id::Text("7".to_owned())));
        assert_eq!(read(r#"{"kind":"\u006eew"}"#).kind, Some(Kind::New));
        assert_eq!(read(r#"{"any":"a"}"#).any, Some(json!("a")));
        assert_eq!(read(r#"{"any":1.5}"#).any, Some(json!(1.5)));
        for (json, kind) in [
            ("\"Later\"", "Later"),
            ("5", "5"),
            ("-1.5", "-1.5"),
            ("true", "true"),
        ] {
            let item = read(&format!("{{\"kind\":{json}}}"));
            assert_eq!(item.kind, Some(Kind::Other(kind.to_owned())), "{json}");
        }
        let nulls = r#"{"kind":null,"id":null,"closed":null,"wrapped":null,"pair":null,"any":null,"object":null,"map":null,"objects":null}"#;
        assert_eq!(read(nulls), Item::default());
    }

    #[test]
    fn a_value_that_does_not_fit_is_kept_as_it_was_sent() {
        for (name, json) in [
            ("kind", r#"{"a":[1]}"#),
            ("kind", r#"["new"]"#),
            ("id", "true"),
            ("id", "1.5"),
            ("id", "{}"),
            ("closed", r#""off""#),
            ("closed", "1"),
            ("closed", r#"{"off":1}"#),
            ("wrapped", "1"),
            ("wrapped", r#"{"a":"b"}"#),
            ("pair", r#""text""#),
            ("pair", r#"{"left":"x"}"#),
            ("amount", "1.5"),
            ("amount", r#""few""#),
            ("amount", "[3]"),
            ("object", r#""""#),
            ("object", "true"),
            ("object", "1"),
            ("object", "-1"),
            ("object", "1.5"),
            ("object", r#"[{"left":1}]"#),
            ("map", "[]"),
            ("map", r#""text""#),
        ] {
            let item = read(&format!("{{\"{name}\":{json}}}"));
            let sent: Value = serde_json::from_str(json).unwrap();
            let mut extra = ExtraProperties::default();
            extra.insert(name.to_owned(), sent);
            let kept = Item {
                extra,
                ..Item::default()
            };
            assert_eq!(item, kept, "{name}: {json}");
        }
    }

    #[test]
    fn the_last_duplicate_wins_whether_or_not_it_fits() {
        let item = read(r#"{"amount":1,"kind":"new","amount":1.5,"kind":["x"]}"#);
        assert_eq!((item.amount, item.kind), (None, None));
        assert_eq!(item.extra["amount"], json!(1.5));
        assert_eq!(item.extra["kind"], json!(["x"]));
        let item = read(r#"{"amount":1.5,"kind":["x"],"amount":1,"kind":"new"}"#);
        assert_eq!((item.amount, item.kind), (Some(1), Some(Kind::New)));
        assert_eq!(item.extra, ExtraProperties::default());
    }

    #[test]
    fn nothing_of_an_earlier_object_or_list_remains() {
        let last = r#""object":{"right":1},"map":{"b":2},"objects":[{"right":3}]}"#;
        let earlier = r#"{"object":{"left":1},"map":{"a":1},"objects":[{"left":1},{"left":2}],"#;
        let alone = read(&format!("{{{last}"));
        assert_eq!(read(&format!("{earlier}{last}")), alone);
        let unfit = r#"{"object":5,"map":5,"object":6,"#;
        assert_eq!(read(&format!("{unfit}{last}")), alone);

        let item = read(
            r#"{"object":{"left":1},"objects":[{}],"map":{},"object":null,"objects":null,"map":7}"#,
        );
        assert_eq!((item.object, item.map), (None, None));
        assert_eq!(item.objects, []);
        assert_eq!(item.extra["map"], json!(7));
    }

    #[test]
    fn another_value_in_a_list_of_objects_is_an_error_that_says_what_is_expected() {
        for json in [
            r#"{"objects":[5]}"#,
            r#"{"objects":[[]]}"#,
            r#"{"objects":["a"]}"#,
        ] {
            let error = serde_json::from_str::<Item>(json).unwrap_err().to_string();
            assert!(
                error.contains("expected the object Inner"),
                "{json}: {error}"
            );
        }
        let error = serde_json::from_str::<Item>(r#"{"objects":{}}"#).unwrap_err();
        assert!(error.to_string().contains("expected a list"), "{error}");
    }
}

mod objects {
    use partner_center_core::ExtraProperties;
    use serde_json::{Value, json};

    #[derive(Debug, PartialEq)]
    struct Item {
        id: String,
        r#type: Option<String>,
        numbers: Vec<i64>,
        extra: ExtraProperties,
    }

    partner_center_core::__object! {
        Item {
            "id" => id: RequiredString required,
            "type" => r#type: OptionalString,
            "numbers" => numbers: List or one_number,
            _ => extra,
        }
    }

    #[derive(Debug, PartialEq)]
    struct Sure {
        size: u8,
        step: u8,
        extra: ExtraProperties,
    }

    partner_center_core::__object! {
        Sure { "size" => size: Plain required, "step" => step: Plain or five, _ => extra }
    }

    fn five() -> u8 {
        5
    }

    #[test]
    fn a_value_that_does_not_fit_a_type_with_its_own_rules_counts_as_missing() {
        let read =
            |json: &str| serde_json::from_str::<Sure>(json).map_err(|error| error.to_string());
        let sure = |size, step, extra: Value| Sure {
            size,
            step,
            extra: extra
                .as_object()
                .cloned()
                .map_or_else(Default::default, Into::into),
        };
        assert_eq!(read(r#"{"size":1,"step":2}"#), Ok(sure(1, 2, json!({}))));
        assert_eq!(read(r#"{"size":1}"#), Ok(sure(1, 5, json!({}))));
        for unfit in ["null", "300", "\"x\""] {
            let kept: Value = serde_json::from_str(unfit).unwrap();
            let item = read(&format!(r#"{{"size":1,"step":2,"step":{unfit}}}"#));
            assert_eq!(item, Ok(sure(1, 5, json!({"step": kept}))));
            let item = read(&format!(
                r#"{{"size":{unfit},"step":{unfit},"size":1,"step":2}}"#
            ));
            assert_eq!(item, Ok(sure(1, 2, json!({}))));
            let error = read(&format!(r#"{{"size":1,"size":{unfit}}}"#)).unwrap_err();
            assert!(error.contains("missing field `size`"), "{error}");
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
        let mut extra = ExtraProperties::default();
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
