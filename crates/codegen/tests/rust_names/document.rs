//! A document whose schemas, properties, parameters and operations have difficult names.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heck::ToSnakeCase as _;

const HEAD: &str = r#"openapi: "3.0.3"
info: {title: T, version: "1"}
paths:
"#;

const FAILED: &str = r##"  headers:
    Id: {schema: {type: string}}
  responses:
    Done:
      description: "Done."
      headers: {MS-RequestId: {$ref: "#/components/headers/Id"}, MS-CorrelationId: {$ref: "#/components/headers/Id"}}
      content: {application/json: {schema: {$ref: "#/components/schemas/ReceivedPage"}, example: {}}}
    Failed:
      description: "Not done."
      headers: {MS-RequestId: {$ref: "#/components/headers/Id"}, MS-CorrelationId: {$ref: "#/components/headers/Id"}}
"##;

const SHARED: &str = r"        - {name: MS-RequestId, in: header, schema: {type: string}}
        - {name: MS-CorrelationId, in: header, schema: {type: string}}
        - {name: X-Locale, in: header, schema: {type: string}}
";

const ERRORS: &str = r##"        "400": {$ref: "#/components/responses/Failed"}
        "401": {$ref: "#/components/responses/Failed"}
        "403": {$ref: "#/components/responses/Failed"}
        "404": {$ref: "#/components/responses/Failed"}
        "405": {$ref: "#/components/responses/Failed"}
        "406": {$ref: "#/components/responses/Failed"}
        "408": {$ref: "#/components/responses/Failed"}
        "409": {$ref: "#/components/responses/Failed"}
        "412": {$ref: "#/components/responses/Failed"}
        "429": {$ref: "#/components/responses/Failed"}
        "500": {$ref: "#/components/responses/Failed"}
        "501": {$ref: "#/components/responses/Failed"}
        "502": {$ref: "#/components/responses/Failed"}
        "503": {$ref: "#/components/responses/Failed"}
        "504": {$ref: "#/components/responses/Failed"}
"##;

/// Names that the generated code could use bare. Each is tried as each kind of schema.
const BARE: &[&str] = &[
    "String",
    "Vec",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Box",
    "Default",
    "From",
    "Into",
    "TryFrom",
    "TryInto",
    "Clone",
    "Copy",
    "Debug",
    "PartialEq",
    "Eq",
    "Ord",
    "Hash",
    "Iterator",
    "Self",
    "Error",
    "Display",
    "FromStr",
    "BTreeMap",
    "Map",
    "Value",
    "Uuid",
    "Timestamp",
    "Response",
    "Client",
    "Members",
    "A",
    "D",
    "S",
    "T",
    "V",
];

/// Other names that Rust, its standard library or the generated code uses.
const OTHERS: &[&str] = &[
    "ToString",
    "ToOwned",
    "AsRef",
    "Drop",
    "Fn",
    "FnOnce",
    "Send",
    "Sync",
    "Sized",
    // The standard library and primitive types.
    "Formatter",
    "HashMap",
    "Cow",
    "Infallible",
    "Deref",
    "Future",
    "u8",
    "i64",
    "u64",
    "f64",
    "str",
    "bool",
    "char",
    "usize",
    "std",
    "core",
    "alloc",
    // Crates, and what the generated code uses of them.
    "serde",
    "Serialize",
    "Deserialize",
    "serde_json",
    "Number",
    "Chrono",
    "reqwest",
    "HeaderMap",
    "HeaderValue",
    "Request",
    "Body",
    "Method",
    "Url",
    "schemars",
    "JsonSchema",
    "CallOptions",
    "ClientBuilder",
    "Pipeline",
    "OperationInfo",
    "QueryParam",
    "partner_center_core",
    "codegen_support",
    "encode_path",
    "lenient",
    "error_codes",
    "ErrorCode",
    "types",
    "builder",
    "Builder",
    "client",
    "ConversionError",
    "ResponseValue",
    "ClientInfo",
    "ClientHooks",
    "ByteStream",
    "InvalidRequest",
    "UnexpectedResponse",
    "Progenitor",
    "api_version",
    "futures",
    "regress",
    "Name",
    "Known",
    "Other",
    "Extra",
    "Object",
    "Integer",
    "Array",
    "Boolean",
    "Null",
    "Optional",
    "Plain",
    // Keywords.
    "type",
    "crate",
    "super",
    "fn",
    "async",
    "await",
    "dyn",
    "try",
    "union",
    "yield",
    "abstract",
    "gen",
    "static",
    "where",
    "in",
    "let",
    "match",
    "true",
    "false",
    "mut",
    "ref",
    "macro_rules",
    "raw",
    "auto",
    // Type parameters, variables and methods of the generated code.
    "E",
    "F",
    "M",
    "M1",
    "a",
    "de",
    "x",
    "info",
    "result",
    "url",
    "value",
    "info-x",
    "rest",
    "name",
    "slot",
    "member",
    "members",
    "object",
    "text",
    "serializer",
    "deserializer",
    "fmt",
    "as_str",
    "as_uuid",
    "known",
    "to_string",
    "into_inner",
    "header_value",
    "missing_argument",
    "bad_argument",
    "send",
    "new",
    "body_map",
    "execute",
    "baseurl",
    "with_options",
    "default",
    "format",
    "concat",
    "env",
    "stringify",
    "vec",
    "println",
    "derive",
    "doc",
    "must_use",
    "non_exhaustive",
];

/// Shapes of names that need changes to become an identifier.
const MIXED: &[&str] = &["1st", "a.b", "c-d", "_", "__e", "9"];

/// How many kinds of schemas there are.
pub(crate) const KINDS: usize = 9;

fn schema(name: &str, kind: usize) -> String {
    match kind {
        0 => format!(
            "{{type: object, required: [value], properties: {{value: {{type: string}}, \
             list: {{type: array, items: {{type: string}}}}, count: {{type: integer}}, \
             next: {{$ref: \"#/components/schemas/{name}\"}}}}}}"
        ),
        1 => "{type: string}".to_owned(),
        2 => "{type: string, x-extensible-enum: [a, b]}".to_owned(),
        // A GUID called `Uuid` is rejected.
        3 if name != "Uuid" => "{type: string, format: uuid}".to_owned(),
        4 => "{type: array, items: {type: string}}".to_owned(),
        5 => "{type: integer}".to_owned(),
        6 => "{oneOf: [{type: integer}, {type: string}]}".to_owned(),
        7 => "{type: object}".to_owned(),
        _ => "{type: string, enum: [only]}".to_owned(),
    }
}

/// Names that no parameter can have.
const REFUSED_PARAMETERS: &[&str] = &[
    "result",
    "send",
    "self",
    "headermap",
    "response",
    "request",
    "body",
    "url",
    "client",
    "info",
    "new",
    "bodymap",
    "baseurl",
];
/// Names that no operation can have, in `snake_case`.
const REFUSED_OPERATIONS: &[&str] = &[
    "builder",
    "with_options",
    "clone",
    "into",
    "to_owned",
    "try_into",
];

/// The names without those that become the same identifier.
fn names(shift: usize) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    let others = [OTHERS, MIXED].concat();
    let others = others.into_iter().filter(|_| shift == 0);
    BARE.iter()
        .copied()
        .chain(others)
        .filter(|name| seen.insert(normalized(name)))
        .collect()
}

fn normalized(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    let name: String = letters.flat_map(char::to_lowercase).collect();
    if name.is_empty() {
        "x".to_owned()
    } else {
        name
    }
}

/// The document. `shift` selects the kind of each schema.
pub(crate) fn document(shift: usize) -> String {
    let mut schemas = String::new();
    let mut properties = String::new();
    for (index, name) in names(shift).into_iter().enumerate() {
        let _ = writeln!(
            schemas,
            "    {name:?}: {}",
            schema(name, (index + shift) % KINDS)
        );
        let reference = format!("{{$ref: \"#/components/schemas/{name}\"}}");
        let _ = writeln!(
            properties,
            "        {name:?}: {reference}\n        list{index}: {{type: array, items: {reference}}}"
        );
    }
    let holders = ["Received", "Sent"].map(|name| {
        format!(
            "    {name}:\n      type: object\n      required: [String, Vec, list0, Self, type]\n\
             \u{20}     properties:\n{properties}    {name}Page: {{type: object, properties: {{it: {{$ref: \
             \"#/components/schemas/{name}\"}}}}}}\n"
        )
    });
    let paths = operations(shift);
    let holders = holders.concat();
    format!(
        "{HEAD}{paths}components:\n{FAILED}  schemas:\n{holders}{schemas}x-error-codes:\n  - {{code: 400, statuses: [400], name: Invalid, cause: \"It is invalid.\", remedy: \"send another one\"}}\n"
    )
}

fn operations(shift: usize) -> String {
    let body = "      requestBody: {required: true, content: {application/json: {schema: {$ref: \
                \"#/components/schemas/SentPage\"}, example: {}}}}\n";
    let mut paths = operation("send_holder", "", body);
    let parameters = |place: &str, refused: &[&str]| {
        let mut text = String::new();
        for (index, name) in names(shift).into_iter().enumerate() {
            if !refused.contains(&normalized(name).as_str()) {
                // An enum, a text, a list or a number, for an example of each.
                let kind = [2, 1, 4, 5][(index + shift) % if place == "query" { 4 } else { 2 }];
                let required = !(index + shift).is_multiple_of(3) || place == "path";
                let kind = schema(name, kind);
                let _ = writeln!(
                    text,
                    "        - {{name: {name:?}, in: {place}, required: {required}, schema: {kind}}}"
                );
            }
        }
        text
    };
    paths += &operation("by_query", &parameters("query", REFUSED_PARAMETERS), "");
    paths += &operation("by_header", &parameters("header", REFUSED_PARAMETERS), "");
    if shift == 0 {
        for name in names(shift) {
            let id = name.to_snake_case();
            if !REFUSED_OPERATIONS.contains(&id.as_str()) && id.starts_with(char::is_alphabetic) {
                paths += &operation(&id, "", "");
            }
        }
    }
    paths
}

fn operation(id: &str, parameters: &str, body: &str) -> String {
    let (method, head) = match body {
        "" => ("get", ""),
        _ => ("post", body),
    };
    format!(
        "  /v1/{id}:\n    {method}:\n      operationId: {id:?}\n      summary: S\n      parameters:\n\
         {parameters}{SHARED}{head}      responses:\n        \"200\": {{$ref: \"#/components/responses/Done\"}}\n{ERRORS}"
    )
}
