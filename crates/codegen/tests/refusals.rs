//! The generator rejects what it does not support, with one line that says where: colliding names,
//! invalid enum values, other kinds of requests and responses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use partner_center_codegen::{Diagnostic, Outputs, Source, outputs};

/// A minimal document. Each case changes one thing in it.
const SPEC: &str = r##"openapi: "3.0.3"
info: {title: T, version: "1"}
paths:
  /v1/things/{id}:
    get:
      operationId: get_thing
      summary: "Get"
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: size, in: query, schema: {type: integer}}
        - {name: MS-RequestId, in: header, schema: {type: string}}
        - {name: MS-CorrelationId, in: header, schema: {type: string}}
        - {name: X-Locale, in: header, schema: {type: string}}
      responses: &responses
        "200":
          description: "Done."
          headers: &headers {MS-RequestId: {schema: {type: string}}, MS-CorrelationId: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
              example: {}
        "400": &error {description: "Not done.", headers: *headers}
        "401": *error
        "403": *error
        "404": *error
        "405": *error
        "406": *error
        "408": *error
        "409": *error
        "412": *error
        "429": *error
        "500": *error
        "501": *error
        "502": *error
        "503": *error
        "504": *error
components:
  schemas:
    Thing:
      type: object
      properties:
        content: {type: object, properties: {"application/json": {type: string}}}
        value: {$ref: "#/components/schemas/Kind"}
        example: {type: string}
    Kind:
      type: string
      x-extensible-enum: [one, two]
x-error-codes:
  - {code: 400, statuses: [400], name: Invalid, cause: "It is invalid.", remedy: "send another one"}
  - {code: 10001, statuses: [404], name: Invalid, cause: "It is invalid too.", remedy: "send another one"}
  - {code: 900100, statuses: [200, 404], name: ThingIdNotFound, cause: "It does not exist.", remedy: "check the ids"}
"##;

fn generated(spec: &str) -> Result<Outputs, Vec<Diagnostic>> {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("spec")).unwrap();
    std::fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    outputs(&Source::read(root.path()).unwrap())
        .map_err(|diagnostics| diagnostics.iter().cloned().collect())
}

fn rejected(spec: &str) -> Result<(), Vec<Diagnostic>> {
    generated(spec).map(drop)
}

#[test]
fn the_minimal_spec_is_accepted() {
    rejected(SPEC).unwrap();
}

#[test]
fn the_names_and_numbers_of_error_codes_follow_rust_style() {
    let files = generated(SPEC).unwrap();
    let text = &files["crates/emulator/src/http/generated/error_codes.rs"];
    for (constant, code, status) in [
        ("INVALID_400", "400", 400),
        ("INVALID_10001", "10_001", 404),
        ("THING_ID_NOT_FOUND", "900_100", 404),
    ] {
        let expected = format!(
            "const {constant}: ErrorCode = ErrorCode {{\n    code: {code},\n    status: {status},"
        );
        assert!(text.contains(&expected), "{expected}\n{text}");
    }
}

/// The replaced text, its replacement, and the expected message. `¶` marks the expected location and
/// is removed.
const CASES: [(&str, &str, &str); 62] = [
    // Colliding names.
    (
        "    Kind:\n",
        "    ¶thing: {type: string}\n    Kind:\n",
        "schema \"thing\" and \"Thing\" in line ",
    ),
    (
        "  schemas:\n    Thing:\n      type: object\n      properties:\n        content:",
        "  schemas:\n    ThingContent: {type: string}\n    Thing:\n      type: object\n      properties:\n        ¶content:",
        "/properties/content\" and \"ThingContent\" in line ",
    ),
    (
        "        example: {type",
        "        ¶Value: {type: string}\n        example: {type",
        "property \"Value\" and \"value\" in line ",
    ),
    (
        "        example: {type",
        "        extra: {type: string}\n        ¶extraProperty: {type: string}\n        example: {type",
        "property \"extraProperty\" and \"extra\"",
    ),
    (
        "[one, two]",
        "[one, ¶One]",
        "value \"One\" and \"one\" in line ",
    ),
    (
        "[one, two]",
        "[one, ¶one]",
        "value \"one\" is defined twice; first in line ",
    ),
    (
        "[one, two]",
        "[a-b, ¶a_b]",
        "value \"a_b\" and \"a-b\" in line ",
    ),
    (
        "[one, two]",
        "[other, ¶other-value]",
        "value \"other-value\" and \"other\" in line ",
    ),
    (
        "        - {name: MS-R",
        "        - ¶{name: iD, in: query, schema: {type: string}}\n        - {name: MS-R",
        "parameter \"iD\" and \"id\" in line ",
    ),
    // Values of enums.
    (
        "x-extensible-enum: [one, two]",
        "¶x-extensible-enum: []",
        "needs a list of at least one value",
    ),
    (
        "x-extensible-enum: [one, two]",
        "¶x-extensible-enum: one",
        "needs a list of at least one value",
    ),
    (
        "[one, two]",
        "[one, ¶2]",
        "contains 2; expected text, in quotes",
    ),
    (
        "[one, two]",
        "[one, ¶null]",
        "contains null; expected text, in quotes",
    ),
    (
        "[one, two]",
        "[one, ¶\"\"]",
        "an empty text cannot be a value",
    ),
    (
        "type: string\n      x-extensible-enum",
        "type: integer\n      ¶x-extensible-enum",
        "is for `type: string` only",
    ),
    // What the client does not support.
    (
        "    get:",
        "    ¶trace:",
        "the method TRACE is not supported",
    ),
    (
        "operationId: get_thing",
        "¶operationId: with_options",
        "the name of another method of the client",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: size, in: cookie",
        "is a cookie",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- ¶{name: size, in: query, schema: {type: object}",
        "is an object",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- ¶{name: size, in: header, schema: {type: array, items: {type: string}}",
        "lists are supported in a query only",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- ¶{name: size, in: query, explode: false, schema: {type: array, items: {type: string}}",
        "only repeated values",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: size, in: query, style: deepObject",
        "a style that is not supported",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: client, in: query",
        "the generated code uses itself",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: Accept, in: header",
        "OpenAPI ignores it",
    ),
    (
        "    get:\n      operationId",
        "    put:\n      ¶requestBody: {required: true, content: {text/plain: {schema: {type: string}, example: x}}}\n      operationId",
        "a request body must be application/json only",
    ),
    (
        "          content:\n            application/json:\n              schema: {$ref: \"#/components/schemas/Thing\"}\n              example: {}",
        "          ¶content: {text/csv: {schema: {type: string}, example: x}}",
        "success response 200 is [\"text/csv\"]; expected application/json",
    ),
    (
        "operationId: get_thing",
        "¶operationId: clone",
        "the name of another method of the client",
    ),
    (
        "operationId: get_thing",
        "¶operationId: confirm_accept",
        "the name of another method of the client",
    ),
    (
        "    Kind:\n",
        "    ¶Uuid: {type: string, format: uuid}\n    Kind:\n",
        "schema \"Uuid\" is a GUID",
    ),
    // What would be ignored.
    (
        "value: {$ref: \"#/components/schemas/Kind\"}",
        "value: {$ref: \"#/components/schemas/Kind\", ¶nullable: true}",
        "OpenAPI ignores \"nullable\" next to `$ref`; expected `allOf` with the `$ref` in it",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- {name: size, in: query, schema: {¶description: \"A.\", $ref: \"#/components/schemas/Kind\"}",
        "OpenAPI ignores \"description\" next to `$ref`",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: size, in: query, allowReserved: true",
        "the client always encodes reserved characters",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: size, in: query, allowEmptyValue: true",
        "has `allowEmptyValue`",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- ¶{name: size, in: query, schema: {type: array, items: {type: array, items: {type: string}}}",
        "expected single values as items",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: \"X Y\", in: header",
        "is not a valid header name",
    ),
    (
        "- {name: size, in: query",
        "- ¶{name: Content-Length, in: header",
        "sets this header",
    ),
    (
        "- {name: size, in: query, schema: {type: integer}",
        "- ¶{name: X-Size, in: header, content: {text/plain: {schema: {type: string}, example: x}}",
        "has no `schema`",
    ),
    (
        "  /v1/things/{id}:",
        "  /v1/things/{key}: {}\n  ¶/v1/things/{id}:",
        "path \"/v1/things/{id}\" and \"/v1/things/{key}\" in line 4 differ only in the names of their parameters",
    ),
    (
        "  /v1/things/{id}:",
        "  ¶/v1/things/{id}?all=true:",
        "contains a query or a fragment",
    ),
    (
        "    get:",
        "    ¶servers: [{url: \"https://example.com\"}]\n    get:",
        "`servers` is supported at the top of the document only",
    ),
    (
        "      responses:",
        "      ¶servers: [{url: \"https://example.com\"}]\n      responses:",
        "`servers` is supported at the top of the document only",
    ),
    (
        "      responses:",
        "      ¶callbacks: {}\n      responses:",
        "`callbacks` are not supported",
    ),
    (
        "      responses:",
        "      ¶security: []\n      responses:",
        "an operation without a token is not supported",
    ),
    (
        "components:\n",
        "components:\n  securitySchemes:\n    ¶key: {type: apiKey, name: k, in: header}\n",
        "expected a bearer token",
    ),
    (
        "    Kind:\n",
        "    Any:\n      ¶discriminator: {propertyName: a}\n      oneOf: [{$ref: \"#/components/schemas/Thing\"}]\n    Kind:\n",
        "`discriminator` is not supported",
    ),
    (
        "      responses:",
        "      ¶requestBody: {required: true, content: {application/json: {schema: {type: string}, example: x}}}\n      responses:",
        "a GET request cannot have a body",
    ),
    // What progenitor does not support.
    (
        "    Kind:\n",
        "    ¶Odd:\n      not: {anyOf: [{not: {}}, {type: object, properties: {a: {type: string}}}]}\n    Kind:\n",
        "progenitor does not support this: ",
    ),
    // References in properties of any name.
    (
        "value: {$ref: \"#/components/schemas/Kind\"}",
        "value: {¶$ref: \"#/components/schemas/Kin\"}",
        "has no target in this file",
    ),
    (
        "example: {type: string}",
        "example: {¶$ref: \"#/components/schemas/Kin\"}",
        "has no target in this file",
    ),
    (
        "example: {type: string}",
        "examples: {type: array, items: {¶$ref: \"#/components/schemas/Kin\"}}",
        "has no target in this file",
    ),
    // Error codes.
    ("code: 10001", "¶code: 400", "code 400 is listed twice"),
    (
        "code: 10001",
        "¶code: 399",
        "code 399 follows 400; expected ascending codes",
    ),
    (
        "[200, 404]",
        "¶[404, 400]",
        "expected different HTTP statuses between 200 and 599",
    ),
    (
        "[200, 404]",
        "¶[400, 400]",
        "expected different HTTP statuses between 200 and 599",
    ),
    (
        "[200, 404]",
        "¶[199]",
        "expected different HTTP statuses between 200 and 599",
    ),
    (
        "[200, 404]",
        "¶[600]",
        "expected different HTTP statuses between 200 and 599",
    ),
    (
        "name: Thing",
        "name: ¶thing",
        "\"thingIdNotFound\" is not PascalCase",
    ),
    (
        "\"It does not exist.\"",
        "¶\"no sentence\"",
        "expected a sentence, with a capital letter",
    ),
    (
        "\"check the ids\"",
        "¶\"Wait.\"",
        "expected a fragment that starts in lower case",
    ),
    (
        "\"check the ids\"",
        "¶\"\"",
        "expected a fragment that starts in lower case",
    ),
    // Errors of the YAML parser.
    (
        "info: {title: T,",
        "info: {title: T, ¶title: U,",
        "duplicate key `title` in this mapping",
    ),
    ("example: {}", "example: ¶*undefined", "unknown"),
];

#[test]
fn unsupported_input_is_rejected_with_its_location() {
    let mut wrong = Vec::new();
    for (from, to, said) in CASES {
        assert!(SPEC.contains(from), "{from}");
        let marked = SPEC.replacen(from, to, 1);
        let before = &marked[..marked.find('¶').unwrap()];
        let line = before.matches('\n').count() + 1;
        match &rejected(&marked.replace('¶', "")) {
            Err(diagnostics) => {
                let [diagnostic] = &diagnostics[..] else {
                    wrong.push(format!("{to}: {diagnostics:?}"));
                    continue;
                };
                let text = diagnostic.to_string();
                let at = diagnostic.location.map(|location| location.line);
                if at != Some(line as u64)
                    || !text.contains(said)
                    || text.contains('\n')
                    || text.contains("Options")
                {
                    wrong.push(format!("{to}: line {line} expected: {text}"));
                }
            }
            Ok(()) => wrong.push(format!("{to}: accepted")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn references_in_example_payloads_are_ignored() {
    let spec = SPEC.replacen(
        "example: {}",
        "examples: {one: {value: {value: {$ref: \"nowhere\"}}}}",
        1,
    );
    // The payload still violates its schema.
    let diagnostics = rejected(&spec).unwrap_err();
    assert!(
        diagnostics.iter().all(|diagnostic| !diagnostic
            .message
            .contains("has no target in this file")
            && !diagnostic.message.contains("leaves the file")),
        "{diagnostics:?}"
    );
}

#[test]
fn two_operations_with_the_same_name_in_rust_are_rejected() {
    let twin = "  /v1/things/{id}/twin:\n    get:\n      operationId: ¶get_thing_\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n        - {name: MS-RequestId, in: header, schema: {type: string}}\n        - {name: MS-CorrelationId, in: header, schema: {type: string}}\n        - {name: X-Locale, in: header, schema: {type: string}}\n      responses: *responses\ncomponents:\n";
    let spec = SPEC.replacen("components:\n", twin, 1);
    let line = spec[..spec.find('¶').unwrap()].lines().count();
    let spec = spec.replace('¶', "");
    let diagnostics = rejected(&spec).unwrap_err();
    let text: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    let expected = format!(
        "spec/openapi.yaml:{line}:7: operationId \"get_thing_\" and \"get_thing\" in line 6 \
         become one name in Rust; rename one"
    );
    assert_eq!(text, [expected]);
}

#[test]
fn a_concrete_path_beside_a_template_is_accepted() {
    let spec = SPEC.replacen("paths:\n", "paths:\n  /v1/things/all: {}\n", 1);
    rejected(&spec).unwrap();
}

/// The methods of the client that are written by hand, in crates/transfers.
#[test]
fn an_operation_cannot_have_the_name_of_a_hand_written_method() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../transfers/src");
    let mut methods = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for block in text.split("\nimpl Client {").skip(1) {
            let block = &block[..block.find("\n}").unwrap()];
            let starts = block.split("\n    pub fn ").skip(1);
            for rest in starts.chain(block.split("\n    pub async fn ").skip(1)) {
                let name = rest.split(['(', '<']).next().unwrap();
                let id = format!("operationId: {name}");
                let diagnostics = rejected(&SPEC.replacen("operationId: get_thing", &id, 1));
                let text = format!("{diagnostics:?}");
                assert!(
                    text.contains("the name of another method"),
                    "{name}: {text}"
                );
                methods += 1;
            }
        }
    }
    assert!(methods > 5, "{methods}");
}

/// Each level repeats the one below ten times.
#[test]
fn aliases_that_make_a_huge_document_are_refused() {
    let mut bomb = "x-bomb:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = format!("*a{}", level - 1);
        let items = vec![below; 10].join(", ");
        bomb.extend([&format!("  - &a{level} ["), &items, "]\n"]);
    }
    let errors = rejected(&format!("{SPEC}{bomb}")).unwrap_err();
    let [error] = &errors[..] else {
        panic!("{errors:?}");
    };
    assert!(error.message.contains("use fewer aliases"), "{error}");
}

#[test]
fn a_schema_that_consists_of_itself_is_refused() {
    for (schemas, names) in [
        (
            "Self: {allOf: [{$ref: '#/components/schemas/Self'}]}",
            &["Self"][..],
        ),
        (
            "Self: {anyOf: [{type: string}, {$ref: '#/components/schemas/Self'}]}",
            &["Self"],
        ),
        (
            "Self: {oneOf: [{allOf: [{$ref: '#/components/schemas/Self'}]}]}",
            &["Self"],
        ),
        (
            "One: {allOf: [{$ref: '#/components/schemas/Two'}]}\n    \
             Two: {allOf: [{type: object}, {$ref: '#/components/schemas/One'}]}",
            &["One", "Two"],
        ),
    ] {
        let spec = SPEC.replace("    Kind:\n", &format!("    {schemas}\n    Kind:\n"));
        let errors = rejected(&spec).unwrap_err();
        let found: Vec<&Diagnostic> = errors
            .iter()
            .filter(|error| error.message.contains("consists of itself"))
            .collect();
        assert_eq!(found.len(), names.len(), "{errors:?}");
        for error in found {
            let line = usize::try_from(error.location.unwrap().line).unwrap();
            let line = spec.lines().nth(line - 1).unwrap();
            assert!(names.iter().any(|name| line.contains(name)), "{line}");
        }
    }
    // A part in a property or a list can be left out or empty.
    let tree = "Tree: {type: object, properties: {below: {type: array, items: \
                {$ref: '#/components/schemas/Tree'}}}}";
    let spec = SPEC.replace("    Kind:\n", &format!("    {tree}\n    Kind:\n"));
    let errors = rejected(&spec).err().unwrap_or_default();
    let is_about_parts = |error: &Diagnostic| error.message.contains("consists of itself");
    assert!(!errors.iter().any(is_about_parts), "{errors:?}");
}

#[test]
fn a_message_is_short_whatever_the_document_says() {
    let spec = SPEC.replace("type: integer", &format!("type: {}", "x".repeat(100_000)));
    for error in rejected(&spec).unwrap_err() {
        assert!(
            error.to_string().len() <= 2_000,
            "{}",
            error.to_string().len()
        );
    }
}
