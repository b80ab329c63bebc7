//! Reads the models that openapi-generator's C# generator makes with its default library
//! (System.Text.Json), and finds where they lose data of an answer. It reads text, since the source
//! cannot be compiled without a .NET SDK.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::files::Files;

/// A property of an answer that is a number or text.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct NumberOrText {
    pub(super) schema: String,
    pub(super) property: String,
}

/// Returns the names of the components that a response can contain.
pub(super) fn answers(document: &Value) -> BTreeSet<String> {
    let responses = document["components"]["responses"].as_object();
    let responses = responses.into_iter().flat_map(|named| named.values());
    let methods = document["paths"].as_object().into_iter();
    let methods = methods.flat_map(|paths| paths.values().filter_map(Value::as_object));
    let operations = methods.flat_map(|methods| methods.values());
    let inline = operations.map(|operation| &operation["responses"]);
    let mut waiting: Vec<&Value> = responses.chain(inline).collect();
    let mut found = BTreeSet::new();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(members) => waiting.extend(members.values()),
            Value::Array(items) => waiting.extend(items),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix("#/components/schemas/")
                    && found.insert(name.to_owned())
                {
                    waiting.push(&document["components"]["schemas"][name]);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the properties of answers that are a number or text, in the document that says so.
pub(super) fn numbers_or_text(document: &Value) -> BTreeSet<NumberOrText> {
    let schemas = &document["components"]["schemas"];
    let mut found = BTreeSet::new();
    for schema in answers(document) {
        let properties = schemas[&schema]["properties"].as_object();
        for (property, value) in properties.into_iter().flatten() {
            if is_number_or_text(schemas, value) {
                found.insert(NumberOrText {
                    schema: schema.clone(),
                    property: property.clone(),
                });
            }
        }
    }
    found
}

fn is_number_or_text(schemas: &Value, schema: &Value) -> bool {
    let alternatives = |key: &str| schema[key].as_array().into_iter().flatten();
    let kinds: BTreeSet<_> = alternatives("oneOf")
        .chain(alternatives("anyOf"))
        .filter_map(|alternative| alternative["type"].as_str())
        .collect();
    if kinds.contains("string") && (kinds.contains("integer") || kinds.contains("number")) {
        return true;
    }
    let name = schema["$ref"].as_str();
    let name = name.and_then(|link| link.strip_prefix("#/components/schemas/"));
    name.is_some_and(|name| is_number_or_text(schemas, &schemas[name]))
        || alternatives("allOf").any(|part| is_number_or_text(schemas, part))
}

/// Returns what is wrong with the models, a line for each finding.
pub(super) fn findings(
    models: &Files,
    answers: &BTreeSet<String>,
    numbers_or_text: &BTreeSet<NumberOrText>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (file, source) in models {
        let name = file.strip_suffix(".cs").unwrap_or(file);
        for line in String::from_utf8_lossy(source).lines().map(str::trim) {
            let is_enum = line.split_whitespace().any(|word| word == "enum");
            if is_enum && line.starts_with("public ") {
                found.push(format!("{name}: a closed enum: {line}"));
            }
            let rejects =
                line.contains("Property is required") || line.contains("Property is not nullable");
            if rejects && answers.contains(name) {
                found.push(format!("{name}: rejects an answer: {line}"));
            }
        }
    }
    for NumberOrText { schema, property } in numbers_or_text {
        if let Err(problem) = reads_number_and_text(models, schema, property) {
            found.push(format!("{schema}.{property}: {problem}"));
        }
    }
    found
}

/// Checks that the converter of a model takes a number and a string as a property.
fn reads_number_and_text(models: &Files, schema: &str, property: &str) -> Result<(), String> {
    let source = |name: &str| {
        let source = models.get(&format!("{name}.cs"));
        source.map(|source| String::from_utf8_lossy(source).into_owned())
    };
    let model = source(schema).ok_or("no model")?;
    let case = format!("case \"{property}\":");
    let mut lines = model.lines().map(str::trim);
    let reading = lines.find(|line| *line == case).and_then(|_| lines.next());
    let reading = reading.ok_or("no code that reads it")?;
    let kind = reading
        .split_once("JsonSerializer.Deserialize<")
        .and_then(|(_, rest)| rest.split_once(">("))
        .map(|(kind, _)| kind.trim_end_matches('?'));
    let Some(kind) = kind else {
        return Err(format!("takes one kind of token only: {reading}"));
    };
    if kind.eq_ignore_ascii_case("object") || kind == "JsonElement" {
        return Ok(());
    }
    let class = source(kind).ok_or_else(|| format!("takes {kind} only: {reading}"))?;
    let read = class.split_once(&format!("override {kind} Read("));
    let (_, read) = read.ok_or_else(|| format!("no converter of {kind}"))?;
    // What precedes the next method.
    let read = read.split_once(" override ").map_or(read, |(read, _)| read);
    let takes = |token: &str| read.contains(&format!("JsonTokenType.{token}"));
    if takes("Number") && takes("String") {
        return Ok(());
    }
    if takes("StartObject") {
        let problem = "the converter throws unless the token is an object or a list";
        return Err(format!("{problem}: {kind}"));
    }
    Err(format!(
        "the converter takes no number or no string: {kind}"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn models(sources: &[(&str, &str)]) -> Files {
        let sources = sources.iter();
        sources
            .map(|(name, source)| (format!("{name}.cs"), source.as_bytes().to_vec()))
            .collect()
    }

    /// The findings for `Fault.code`, which is a number or text.
    fn of_code(sources: &[(&str, &str)]) -> Vec<String> {
        let document = json!({
            "paths": { "/a": { "get": { "responses": { "400": { "schema":
                { "$ref": "#/components/schemas/Fault" } } } } } },
            "components": { "schemas": {
                "Fault": { "properties": {
                    "code": { "allOf": [{ "$ref": "#/components/schemas/ErrorCode" }] },
                    "source": { "type": "string" },
                } },
                "ErrorCode": { "oneOf": [{ "type": "integer" }, { "type": "string" }] },
                "Request": { "required": ["id"] },
            } },
        });
        let answers = answers(&document);
        assert_eq!(answers.iter().collect::<Vec<_>>(), ["ErrorCode", "Fault"]);
        findings(&models(sources), &answers, &numbers_or_text(&document))
    }

    fn fault(reading: &str) -> String {
        format!("switch (name)\n{{\n    case \"code\":\n        {reading}\n        break;\n}}\n")
    }

    const AS_ERROR_CODE: &str = "code = new Option<ErrorCode?>(JsonSerializer.Deserialize<ErrorCode>(ref reader, options));";

    #[test]
    fn a_value_without_a_type_takes_both() {
        let fault = fault(
            "code = new Option<Object?>(JsonSerializer.Deserialize<Object>(ref reader, options));",
        );
        assert!(of_code(&[("Fault", &fault)]).is_empty());
    }

    #[test]
    fn a_converter_that_wants_an_object_is_found() {
        let converter = "public override ErrorCode Read(ref Utf8JsonReader reader)\n\
             if (reader.TokenType != JsonTokenType.StartObject && reader.TokenType != JsonTokenType.StartArray)\n\
             throw new JsonException();\n\
             public override void Write() { JsonTokenType.Number JsonTokenType.String }";
        let found = of_code(&[("Fault", &fault(AS_ERROR_CODE)), ("ErrorCode", converter)]);
        assert_eq!(
            found,
            ["Fault.code: the converter throws unless the token is an object or a list: ErrorCode"]
        );
    }

    #[test]
    fn a_converter_must_take_both_tokens() {
        let both = "public override ErrorCode Read(ref Utf8JsonReader reader)\n\
             case JsonTokenType.Number: case JsonTokenType.String:";
        assert!(of_code(&[("Fault", &fault(AS_ERROR_CODE)), ("ErrorCode", both)]).is_empty());
        let one = both.replace("JsonTokenType.Number", "JsonTokenType.True");
        let found = of_code(&[("Fault", &fault(AS_ERROR_CODE)), ("ErrorCode", &one)]);
        assert_eq!(
            found,
            ["Fault.code: the converter takes no number or no string: ErrorCode"]
        );
    }

    #[test]
    fn a_property_of_one_kind_is_found() {
        for reading in [
            "code = new Option<string?>(reader.GetString());",
            "code = new Option<int?>(JsonSerializer.Deserialize<int>(ref reader, options));",
        ] {
            let found = of_code(&[("Fault", &fault(reading))]);
            assert_eq!(found.len(), 1, "{found:?}");
        }
        assert_eq!(of_code(&[]), ["Fault.code: no model"]);
        assert_eq!(
            of_code(&[("Fault", "")]),
            ["Fault.code: no code that reads it"]
        );
    }

    #[test]
    fn what_rejects_an_answer_is_found_and_what_rejects_a_request_is_not() {
        let rejects = "throw new JsonException(\"Property is required for class X: id.\");\n\
             throw new JsonException(\"Property is not nullable for class X: id.\");";
        let fault = format!(
            "{}{rejects}",
            fault("code = JsonSerializer.Deserialize<Object>(x);")
        );
        let found = of_code(&[("Fault", &fault), ("Request", rejects)]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|line| line.starts_with("Fault: rejects")));
    }

    #[test]
    fn a_closed_enum_is_found_anywhere() {
        let fault = fault("code = JsonSerializer.Deserialize<Object>(x);");
        let status = "/// An enum of states\npublic enum RejectStatus\n";
        assert_eq!(
            of_code(&[("Fault", &fault), ("RejectStatus", status)]),
            ["RejectStatus: a closed enum: public enum RejectStatus"]
        );
    }
}
