//! The changes: a name, where to start searching, the replaced and the new text, and the expected
//! class.

/// The effect of a change on clients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ChangeClass {
    None,
    Additive,
    Breaking,
}
use ChangeClass::{Additive, Breaking, None};

/// An operation with everything that the changes need, independent of the document's own operations.
pub(crate) const OPERATION: &str = r##"  /v1/customers/{customer-id}/notes:
    post:
      operationId: create_note
      tags: [transfers]
      summary: "Create a note"
      security:
        - bearer: []
      parameters:
        - $ref: "#/components/parameters/CustomerIdPath"
        - name: view
          in: query
          schema: {type: string, maxLength: 20}
      requestBody:
        required: false
        content:
            application/json:
              schema: {$ref: "#/components/schemas/CreateNote"}
      responses:
        "201": {description: "Created."}
        "400": {$ref: "#/components/responses/BadRequest"}
"##;

/// Its schema.
pub(crate) const SCHEMA: &str = r"    CreateNote:
      type: object
      required: [source]
      properties:
        source: {type: string}
        note: {type: string, maxLength: 100, nullable: true}
        amount: {type: number}
        count: {type: integer}
        speed: {type: string, enum: [fast, slow]}
        kind: {type: string, x-extensible-enum: [a, b]}
";

const CREATE: &str = "      operationId: create_note";
const WITHDRAW: &str = "    delete:\n      operationId: withdraw_transfer";
const ORDER: &str = "\n    Order:\n";
const REQUEST: &str = "\n    CreateNote:\n";

/// Not from a text on, but each occurrence.
pub(crate) const EVERYWHERE: &str = "";

/// One of them.
pub(crate) type Change = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    ChangeClass,
);

#[rustfmt::skip]
pub(crate) const CHANGES: [Change; 84] = [
    ("an operation is gone", "\npaths:\n", OPERATION, "", Breaking),
    ("an operationId is another one", WITHDRAW, "withdraw_transfer", "revoke_transfer", Breaking),
    ("a path is another one", "/accept:", "/accept:", "/accepting:", Breaking),
    ("a method is another one", WITHDRAW, "    delete:", "    put:", Breaking),
    ("an operation is new", "\npaths:\n", "\npaths:\n", "\npaths:\n  /v1/news:\n    get: {operationId: get_news, responses: {'200': {description: D}}}\n", Additive),
    ("an operation is deprecated", WITHDRAW, "operationId: withdraw_transfer", "operationId: withdraw_transfer\n      deprecated: true", Additive),
    ("a tag is another one", CREATE, "tags: [transfers]", "tags: [moves]", Breaking),
    ("an operation needs no token any more", WITHDRAW, "        - bearer: []", "        - {}", Breaking),
    ("an operation needs another token", WITHDRAW, "        - bearer: []", "        - other: []", Breaking),
    ("the token is sent in another way", "\n    bearer:\n", "type: http\n      scheme: bearer\n      bearerFormat: JWT", "type: http\n      scheme: basic", Breaking),
    ("the server is another one", "\nservers:", "https://api.partnercenter.microsoft.com", "https://api.example.org", Breaking),
    ("a server is new", "\nservers:", "  - url: https://partner", "  - url: https://eu.example.org\n    description: E\n  - url: https://partner", Additive),
    ("a required parameter is new", CREATE, "        - name: view", "        - {name: size, in: query, required: true, schema: {type: integer}}\n        - name: view", Breaking),
    ("an optional parameter is new", CREATE, "        - name: view", "        - {name: size, in: query, schema: {type: integer}}\n        - name: view", Additive),
    ("a required header is new", CREATE, "        - name: view", "        - {name: If-Match, in: header, required: true, schema: {type: string}}\n        - name: view", Breaking),
    ("an optional header is new", CREATE, "        - name: view", "        - {name: If-Match, in: header, schema: {type: string}}\n        - name: view", Additive),
    ("a parameter is gone", CREATE, "        - name: view\n          in: query\n          schema: {type: string, maxLength: 20}\n", "", Breaking),
    ("a shared header becomes required", "\n    X-Locale:\n      name:", "required: false", "required: true", Breaking),
    ("a header is renamed", "\n    X-Locale:\n      name: X-Locale", "name: X-Locale", "name: X-Language", Breaking),
    ("a parameter is of another type", CREATE, "schema: {type: string, maxLength: 20}", "schema: {type: integer}", Breaking),
    ("a parameter has another style", CREATE, "          in: query\n", "          in: query\n          explode: false\n", Breaking),
    ("a parameter may be shorter only", CREATE, "maxLength: 20", "maxLength: 10", Breaking),
    ("a parameter may be longer", CREATE, "maxLength: 20", "maxLength: 40", Additive),
    ("a parameter has a limit it had not", "\n    X-Locale:\n      name:", "type: string", "type: string\n        maxLength: 5", Breaking),
    ("a pattern of a header is narrower", "\n    RequestId:\n", "[0-9a-fA-F]{8}", "[0-9a-f]{8}", Breaking),
    ("the pattern of a path id is gone", "\n    CustomerId:\n", "      pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'\n", "", Additive),
    ("a property of a request is new and optional", REQUEST, "        note:", "        more: {type: string}\n        note:", Additive),
    ("a property of a request is new and required", REQUEST, "      required: [source]\n      properties:\n", "      required: [source, more]\n      properties:\n        more: {type: string}\n", Breaking),
    ("a property of a request becomes required", REQUEST, "[source]", "[source, note]", Breaking),
    ("a property of a request becomes optional", REQUEST, "      required: [source]\n", "", Additive),
    ("a property of a request is gone", REQUEST, "        note: {type: string, maxLength: 100, nullable: true}\n", "", Breaking),
    ("a property of a request cannot be null any more", REQUEST, ", nullable: true", "", Breaking),
    ("a property of a request may be null", REQUEST, "source: {type: string}", "source: {type: string, nullable: true}", Additive),
    ("a property of a request is limited further", REQUEST, "maxLength: 100", "maxLength: 50", Breaking),
    ("a property of a request is limited less", REQUEST, "maxLength: 100", "maxLength: 500", Additive),
    ("a property of a request takes fewer types", REQUEST, "amount: {type: number}", "amount: {type: integer}", Breaking),
    ("a property of a request takes more types", REQUEST, "count: {type: integer}", "count: {type: number}", Additive),
    ("a property of a request has a format", REQUEST, "source: {type: string}", "source: {type: string, format: uuid}", Breaking),
    ("a closed enum of a request takes fewer values", REQUEST, "enum: [fast, slow]", "enum: [fast]", Breaking),
    ("a closed enum of a request takes more values", REQUEST, "enum: [fast, slow]", "enum: [fast, slow, never]", Additive),
    ("an open enum of a request knows fewer values", REQUEST, "x-extensible-enum: [a, b]", "x-extensible-enum: [a]", Breaking),
    ("an open enum of a request knows more values", REQUEST, "x-extensible-enum: [a, b]", "x-extensible-enum: [a, b, c]", Additive),
    ("a text of a request has a default", REQUEST, "source: {type: string}", "source: {type: string, default: x}", Additive),
    ("a body becomes required", CREATE, "required: false", "required: true", Breaking),
    ("a request of another media type", CREATE, "            application/json:", "            text/plain:", Breaking),
    ("a success answer is gone", WITHDRAW, "        \"204\":\n          description: \"The transfer was withdrawn. The response has no body.\"\n          headers:\n            MS-RequestId:\n              $ref: \"#/components/headers/MS-RequestId\"\n            MS-CorrelationId:\n              $ref: \"#/components/headers/MS-CorrelationId\"\n            MS-CV:\n              $ref: \"#/components/headers/MS-CV\"\n            MS-ServerId:\n              $ref: \"#/components/headers/MS-ServerId\"\n            X-Locale:\n              $ref: \"#/components/headers/X-Locale\"\n            isMfaCompliant:\n              $ref: \"#/components/headers/isMfaCompliant\"\n", "", Breaking),
    ("an error answer is gone", WITHDRAW, "        \"429\":\n          $ref: \"#/components/responses/TooManyRequests\"\n", "", Breaking),
    ("an error answer is new", WITHDRAW, "        \"400\":\n", "        \"410\":\n          $ref: \"#/components/responses/NotFound\"\n        \"400\":\n", Additive),
    ("a header of an answer is gone", "\n    TooManyRequests:\n", "        Retry-After:\n          $ref: \"#/components/headers/Retry-After\"\n", "", Breaking),
    ("a header of an answer is new", "\n    Conflict:\n", "      headers:\n", "      headers:\n        Retry-After:\n          $ref: \"#/components/headers/Retry-After\"\n", Additive),
    ("a success answer of the same schema is new", "      operationId: accept_transfer", "        \"400\":\n", "        \"202\":\n          description: D\n          content:\n            application/json:\n              schema: {$ref: \"#/components/schemas/TransferSubmitResult\"}\n        \"400\":\n", Additive),
    ("a success answer of another schema is new", WITHDRAW, "        \"400\":\n", "        \"202\":\n          description: D\n          content:\n            application/json:\n              schema: {$ref: \"#/components/schemas/Order\"}\n        \"400\":\n", Breaking),
    ("a schema closes while a property is new", ORDER, "      properties:\n", "      additionalProperties: false\n      properties:\n        more: {type: string, nullable: true}\n", Breaking),
    ("an error can be of another media type", "\n    Conflict:\n", "      content:\n", "      content:\n        text/html: {schema: {type: string}}\n", Additive),
    ("an answer is of another schema", "\n    Conflict:\n", "\"#/components/schemas/Fault\"", "\"#/components/schemas/RateLimitFault\"", Breaking),
    ("a property of an answer is gone", ORDER, "        alternateId:\n          type: string\n          nullable: true\n          description: \"Another id of the order. In the example the same as `id`.\"\n          example: \"21b92393-ffce-4bc7-87c5-62cfa897d8f9\"\n", "", Breaking),
    ("a property of an answer is renamed", ORDER, "        alternateId:", "        otherId:", Breaking),
    ("a property of an answer is new", ORDER, "        alternateId:", "        more:\n          type: string\n          nullable: true\n        alternateId:", Additive),
    ("a property of an answer is of another type", ORDER, "type: string", "type: integer", Breaking),
    ("a property of an answer has a format", ORDER, "type: string", "type: string\n          format: uuid", Breaking),
    ("a property of an answer has another format", ORDER, "format: date-time", "format: date", Breaking),
    ("a property of an answer has no format any more", ORDER, "          format: date-time\n", "", Breaking),
    ("a property of an answer cannot be null any more", ORDER, "          nullable: true\n", "", Breaking),
    ("a header of an answer may be null", "\n  headers:\n    MS-RequestId:", "type: string", "type: string\n        nullable: true", Breaking),
    ("a property of an answer is always there", ORDER, "      properties:", "      required: [id]\n      properties:", Breaking),
    ("a list of an answer has other items", ORDER, "\"#/components/schemas/OrderLineItem\"", "\"#/components/schemas/TransferLineItem\"", Breaking),
    ("an id of an answer is one of fewer types", "\n    TransferLineItemId:\n", "        - type: integer\n", "", Breaking),
    ("a code of an answer is one of more types", "\n    ErrorCode:\n", "        - type: integer\n", "        - type: integer\n        - type: boolean\n", Breaking),
    ("a schema refuses unknown members", ORDER, "      type: object\n", "      type: object\n      additionalProperties: false\n", Breaking),
    ("an open enum is closed", "\n    OrderStatus:\n", "x-extensible-enum", "enum", Breaking),
    ("an open enum knows fewer values", "\n    OrderStatus:\n", "        - \"pending\"\n", "", Breaking),
    ("an open enum knows more values", "\n    OrderStatus:\n", "        - \"pending\"\n", "        - \"pending\"\n        - \"new\"\n", Additive),
    ("an open enum is plain text", "\n    OrderStatus:\n", "x-extensible-enum", "x-enum", Breaking),
    ("a text of an answer is limited", ORDER, "type: string", "type: string\n          maxLength: 40", Additive),
    ("a schema is renamed", EVERYWHERE, "Pricing", "Prices", Breaking),
    ("another description", ORDER, "An order that", "The order that", None),
    ("another title", "\n    Link:\n", "title: Link", "title: A link", None),
    ("another summary", WITHDRAW, "summary: \"", "summary: \"Please: ", None),
    ("another example", ORDER, "example: \"21b92393", "example: \"31b92393", None),
    ("another example of an answer", "\n    Conflict:\n", "anotherRequest:", "someRequest:", None),
    ("another source", ORDER, "- page: Order resources", "- page: Orders", None),
    ("another order of properties", REQUEST, "        source: {type: string}\n        note: {type: string, maxLength: 100, nullable: true}\n", "        note: {type: string, maxLength: 100, nullable: true}\n        source: {type: string}\n", None),
    ("another order of parameters", WITHDRAW, "        - $ref: \"#/components/parameters/MS-RequestId\"\n        - $ref: \"#/components/parameters/MS-CorrelationId\"\n", "        - $ref: \"#/components/parameters/MS-CorrelationId\"\n        - $ref: \"#/components/parameters/MS-RequestId\"\n", None),
    ("another order of known values", "\n    OrderStatus:\n", "        - \"completed\"\n        - \"pending\"\n", "        - \"pending\"\n        - \"completed\"\n", None),
];
