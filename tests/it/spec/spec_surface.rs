//! A snapshot of the spec in a short form, so that a change of it can be reviewed.

use std::fmt::Write as _;

use partner_center_tests::spec;
use serde_json::Value;

fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(target) => resolve(root, root.pointer(target.trim_start_matches('#')).unwrap()),
        None => value,
    }
}

fn name(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// A type in short: `string (date-time)?`, `[Link]?`, `OrderStatus?`; `?` may be null.
fn kind(schema: &Value) -> String {
    let mut text = if let Some(name) = name(schema) {
        name.to_owned()
    } else if let Some(parts) = schema["allOf"].as_array() {
        parts.iter().map(kind).collect::<Vec<_>>().join(" & ")
    } else if let Some(parts) = schema["oneOf"].as_array() {
        parts.iter().map(kind).collect::<Vec<_>>().join(" | ")
    } else if schema["type"] == "array" {
        format!("[{}]", kind(&schema["items"]))
    } else {
        schema["type"].as_str().unwrap_or("any").to_owned()
    };
    for (keyword, shown) in [("format", "format"), ("pattern", "pattern")] {
        if let Some(value) = schema[keyword].as_str() {
            let _ = write!(text, " ({shown} {value})");
        }
    }
    if let Some(values) = schema["x-extensible-enum"].as_array() {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        let _ = write!(text, " of {} …", values.join(", "));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        let _ = write!(text, " of {}", values.join(", "));
    }
    if schema["nullable"] == true {
        text.push('?');
    }
    text
}

fn surface(root: &Value) -> String {
    let mut text = String::new();
    let info = &root["info"];
    writeln!(
        text,
        "{} {}",
        info["title"].as_str().unwrap(),
        info["version"]
    )
    .unwrap();
    for server in root["servers"].as_array().unwrap() {
        writeln!(text, "server {}", server["url"].as_str().unwrap()).unwrap();
    }
    for (path, item) in root["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            writeln!(text, "\n{id}: {} {path}", method.to_uppercase()).unwrap();
            writeln!(text, "  security {}", operation["security"]).unwrap();
            for parameter in operation["parameters"].as_array().unwrap() {
                let parameter = resolve(root, parameter);
                let required = if parameter["required"] == true {
                    ", required"
                } else {
                    ""
                };
                writeln!(
                    text,
                    "  {} {}: {}{required}",
                    parameter["in"].as_str().unwrap(),
                    parameter["name"].as_str().unwrap(),
                    kind(&parameter["schema"]),
                )
                .unwrap();
            }
            if let Some(body) = operation.get("requestBody") {
                let required = if body["required"] == true {
                    ", required"
                } else {
                    ""
                };
                for (media_type, content) in body["content"].as_object().unwrap() {
                    let schema = kind(&content["schema"]);
                    let examples: Vec<_> =
                        content["examples"].as_object().unwrap().keys().collect();
                    writeln!(
                        text,
                        "  body {media_type}: {schema}{required}, examples {examples:?}"
                    )
                    .unwrap();
                }
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolve(root, response);
                let headers: Vec<_> = response["headers"].as_object().unwrap().keys().collect();
                writeln!(text, "  {status}: headers {headers:?}").unwrap();
                for (media_type, content) in response["content"].as_object().into_iter().flatten() {
                    let examples: Vec<_> =
                        content["examples"].as_object().unwrap().keys().collect();
                    writeln!(
                        text,
                        "    {media_type}: {}, examples {examples:?}",
                        kind(&content["schema"])
                    )
                    .unwrap();
                }
            }
        }
    }
    for (name, schema) in root["components"]["schemas"].as_object().unwrap() {
        let closed = if schema["additionalProperties"] == false {
            ", closed"
        } else {
            ""
        };
        writeln!(text, "\n{name}: {}{closed}", kind(schema)).unwrap();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let required = if required.contains(&property.as_str().into()) {
                ", required"
            } else {
                ""
            };
            writeln!(text, "  {property}: {}{required}", kind(schema)).unwrap();
        }
    }
    text
}

#[test]
fn the_spec_is_as_reviewed() {
    insta::assert_snapshot!(surface(&spec()));
}
