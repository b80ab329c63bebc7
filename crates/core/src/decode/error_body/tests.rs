//! Error bodies of many formats.

use super::ErrorBody;

#[test]
fn each_known_format_gives_code_and_description() {
    for (body, code, description) in [
        (
            r#"{"code":900100,"description":"gone","source":"PartnerFD"}"#,
            Some("900100"),
            Some("gone"),
        ),
        (
            r#"{"code":"900100","description":"gone","data":[]}"#,
            Some("900100"),
            Some("gone"),
        ),
        (
            "\u{feff}{\"code\":1,\"description\":\"bom\"}",
            Some("1"),
            Some("bom"),
        ),
        (
            r#"{"statusCode":429,"message":"slow down"}"#,
            None,
            Some("slow down"),
        ),
        (
            r#"{"code":400,"message":"m","description":"d","errorName":"E"}"#,
            Some("400"),
            Some("d"),
        ),
        (
            r#"{"code":400,"message":"m","description":""}"#,
            Some("400"),
            Some("m"),
        ),
        (
            r#"{"error":{"code":"NotFound","message":"m"}}"#,
            Some("NotFound"),
            Some("m"),
        ),
        (
            r#"{"error":"invalid","error_description":"why"}"#,
            None,
            Some("why"),
        ),
        (r#"{"code":null,"description":{}}"#, None, None),
        (
            r#"{"code":900103.0,"description":["x"]}"#,
            Some("900103"),
            None,
        ),
        (
            r#"{"code":1,"description":"d","error":"word"}"#,
            Some("1"),
            Some("d"),
        ),
        ("[1]", None, None),
        ("<html>", None, None),
        ("", None, None),
        (r#"{"code":9001"#, None, None),
    ] {
        let error = ErrorBody::read(body.as_bytes(), str::to_owned);
        assert_eq!(error.code.as_deref(), code, "{body}");
        assert_eq!(error.description.as_deref(), description, "{body}");
    }
}

#[test]
fn deep_nesting_and_invalid_utf8_do_not_hide_the_description() {
    let deep = format!(
        r#"{{"code":1,"data":{}{},"description":"deep"}}"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let error = ErrorBody::read(deep.as_bytes(), str::to_owned);
    assert_eq!(error.description.as_deref(), Some("deep"));
    let error = ErrorBody::read(b"{\"code\":1,\"description\":\"na\xEFve\"}", str::to_owned);
    assert_eq!(error.description.as_deref(), Some("na\u{fffd}ve"));
}

/// Code, description and details.
fn said(body: &str) -> (Option<String>, Option<String>, Vec<String>) {
    let ErrorBody {
        code,
        description,
        details,
        excerpt,
        ..
    } = ErrorBody::read(body.as_bytes(), str::to_owned);
    let nothing = code.is_none() && description.is_none() && details.is_empty();
    assert!(nothing || excerpt.is_empty(), "{body}: {excerpt:?}");
    (code, description, details)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, to be read as one")]
fn code_message_and_details_are_found_by_kind() {
    for (body, code, description, details) in [
        // Problem details.
        (
            r#"{"title":"One or more validation errors occurred.","status":400,"traceId":"00-1","errors":{"lineItems":["The field is required.","Too few."],"$.quantity":["Not a number."]}}"#,
            None,
            Some("One or more validation errors occurred."),
            &[
                "lineItems: The field is required.",
                "lineItems: Too few.",
                "$.quantity: Not a number.",
            ][..],
        ),
        (
            r#"{"type":"about:blank","TITLE":"Conflict","Detail":"It is in progress.","status":409,"instance":"/x"}"#,
            None,
            Some("Conflict"),
            &["It is in progress."],
        ),
        (
            r#"{"type":"https://example/x","detail":"Only this.","invalid-params":[{"name":"age","reason":"must be positive"}]}"#,
            None,
            Some("Only this."),
            &["age: must be positive"],
        ),
        // ASP.NET.
        (r#"{"Message":"Not here."}"#, None, Some("Not here."), &[]),
        (
            r#"{"Message":"{\"code\":\"A\"} was refused"}"#,
            None,
            Some(r#"{"code":"A"} was refused"#),
            &[],
        ),
        (r#"{"Message":"\""}"#, None, Some("\""), &[]),
        (
            r#"{"Message":"The request is invalid.","ModelState":{"transfer.lineItems":["Required."],"":["Empty."]}}"#,
            None,
            Some("The request is invalid."),
            &["transfer.lineItems: Required.", "Empty."],
        ),
        (
            r#"{"Message":"An error has occurred.","ExceptionMessage":"Object reference","ExceptionType":"T","StackTrace":"at x","InnerException":{"Message":"An error has occurred.","ExceptionMessage":"deeper"}}"#,
            None,
            Some("An error has occurred."),
            &["Object reference"],
        ),
        (
            r#"{"lineItems":["Required."]}"#,
            None,
            None,
            &["lineItems: Required."],
        ),
        // OData and Azure Resource Manager.
        (
            r#"{"odata.error":{"code":"Request_BadRequest","message":{"lang":"en","value":"Bad."}}}"#,
            Some("Request_BadRequest"),
            Some("Bad."),
            &[],
        ),
        (
            r#"{"error":{"code":"A","message":"m","target":"t","details":[{"code":"B","target":"f","message":"n"},{"message":"o"}],"innererror":{"code":"C","message":"p","innererror":{"code":"D"}}}}"#,
            Some("A"),
            Some("m"),
            &["f: n (B)", "o", "p (C)", "D"],
        ),
        (
            r#"{"ERROR":{"Code":"","Message":"only text"}}"#,
            None,
            Some("only text"),
            &[],
        ),
        // OAuth.
        (
            r#"{"error":"invalid_token","error_description":"It expired."}"#,
            None,
            Some("It expired."),
            &["invalid_token"],
        ),
        (
            r#"{"timestamp":1,"status":404,"error":"Not Found","message":"No such path","path":"/x"}"#,
            None,
            Some("No such path"),
            &[],
        ),
        (
            r#"{"error":"Something broke"}"#,
            None,
            Some("Something broke"),
            &[],
        ),
        // Names in other spellings.
        (
            r#"{"Error-Code":900100,"Error_Message":"gone"}"#,
            Some("900100"),
            Some("gone"),
            &[],
        ),
        (
            r#"{"errorCode":"900100","errorMessage":"gone"}"#,
            Some("900100"),
            Some("gone"),
            &[],
        ),
        // Lists.
        (
            r#"[{"code":900101,"description":"first"},{"code":2,"description":"second"}]"#,
            Some("900101"),
            Some("first"),
            &["second (2)"],
        ),
        (
            r#"{"errors":[{"status":"422","code":"E1","title":"Invalid","detail":"Too short","source":{"pointer":"/name"}}]}"#,
            Some("E1"),
            Some("/name: Invalid"),
            &["Too short"],
        ),
        (
            r#"{"message":"m","errors":["a","b","a"]}"#,
            None,
            Some("m"),
            &["a", "b"],
        ),
        (r#"{"message":"m","errors":"a"}"#, None, Some("m"), &["a"]),
        (
            r#"{"detail":[{"loc":["body","quantity"],"msg":"not a number"}]}"#,
            None,
            None,
            &["body.quantity: not a number"],
        ),
        (r#"[{"code":1}]"#, None, None, &[]),
        // Gateways.
        (
            r#"{"fault":{"faultstring":"Quota exceeded","detail":{"errorcode":"policies.Quota"}}}"#,
            None,
            Some("Quota exceeded"),
            &["policies.Quota"],
        ),
        (
            r#"{"response":{"status":400,"result":{"code":7,"reason":"Deep"}}}"#,
            Some("7"),
            Some("Deep"),
            &[],
        ),
        // JSON in a JSON string, once, twice, and in a member.
        (
            r#""{\"code\":900104,\"description\":\"gone\"}""#,
            Some("900104"),
            Some("gone"),
            &[],
        ),
        (
            r#""\"{\\\"code\\\":900104,\\\"description\\\":\\\"gone\\\"}\"""#,
            Some("900104"),
            Some("gone"),
            &[],
        ),
        (
            r#"{"Message":"{\"code\":900104,\"description\":\"gone\"}"}"#,
            Some("900104"),
            Some("gone"),
            &[],
        ),
        (
            r#"{"code":5,"error":"{\"code\":6,\"message\":\"inner\"}"}"#,
            Some("5"),
            Some("inner"),
            &[],
        ),
        (r#""Only text""#, None, Some("Only text"), &[]),
        (r#"{"message":"{not json}"}"#, None, Some("{not json}"), &[]),
        // A tail.
        (
            r#"{"code":900100,"description":"gone"}<!DOCTYPE html><html>"#,
            Some("900100"),
            Some("gone"),
            &[],
        ),
        // Half a surrogate pair.
        (
            r#"{"code":900100,"description":"gone \ud83d","x\ud83d":1}"#,
            Some("900100"),
            Some("gone \u{fffd}"),
            &[],
        ),
        // XML.
        (
            "\u{feff}<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code><Message>No &amp; no</Message></Error>",
            Some("AuthenticationFailed"),
            Some("No & no"),
            &[],
        ),
        (
            "<m:error xmlns:m=\"x\"><m:code/><m:message xml:lang=\"en-US\">Gone</m:message></m:error>",
            None,
            Some("Gone"),
            &[],
        ),
        (
            "<s:Envelope><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Bad</faultstring></s:Fault></s:Body></s:Envelope>",
            Some("s:Client"),
            Some("Bad"),
            &[],
        ),
        (
            "<Envelope><Body><Fault><Code><Value>Sender</Value></Code><Reason><Text lang='en'>Bad</Text></Reason></Fault></Body></Envelope>",
            Some("Sender"),
            Some("Bad"),
            &[],
        ),
        (
            "<string xmlns=\"x\">{\"code\":900100,\"description\":\"gone\"}</string>",
            Some("900100"),
            Some("gone"),
            &[],
        ),
        (
            "<error nil code=17 message=Gone />",
            Some("17"),
            Some("Gone"),
            &[],
        ),
        (
            "<error code=\"17\" message=\"Gone\"/>",
            Some("17"),
            Some("Gone"),
            &[],
        ),
        (
            r#"{"message":"m","details":{"errors":["x"],"messages":["y"],"z":["z"]}}"#,
            None,
            Some("m"),
            &["x", "y", "z: z"],
        ),
        // A nested error without a message, or without a name that is known.
        (r#"{"error":{"code":"Gone"}}"#, Some("Gone"), None, &[]),
        (r#"{"errors":{"code":"Gone"}}"#, Some("Gone"), None, &[]),
        (r#"{"errors":{"message":"m"}}"#, None, Some("m"), &[]),
        (r#"{"error":{"x":{"message":"m"}}}"#, None, Some("m"), &[]),
        // What is in an envelope with other members is no error.
        (r#"{"x":[{"message":"m"}]}"#, None, Some("m"), &[]),
        (r#"{"x":[{"message":"m"}],"y":1}"#, None, None, &[]),
        (r#"{"x":"{\"message\":\"m\"}"}"#, None, Some("m"), &[]),
        (r#"{"x":"{\"message\":\"m\"}","y":1}"#, None, None, &[]),
        (
            r#"{"title":{"message":"inner"},"summary":"outer"}"#,
            None,
            Some("outer"),
            &[],
        ),
        // Only a message has additions, and only an error without a code has a kind.
        (r#"{"messageDetail":"x"}"#, None, None, &[]),
        (
            r#"{"code":1,"message":"m","error":"word"}"#,
            Some("1"),
            Some("m"),
            &[],
        ),
    ] {
        let found = said(body);
        let expected = (
            code.map(str::to_owned),
            description.map(str::to_owned),
            details.iter().map(|&detail| detail.to_owned()).collect(),
        );
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn a_body_in_no_known_format_has_an_excerpt() {
    for (body, lines, is_page) in [
        (
            "Bad Request - Invalid Hostname\n",
            &["Bad Request - Invalid Hostname"][..],
            false,
        ),
        ("one\n\ntwo\r\nthree\nfour", &["one", "two", "three"], false),
        (r#"{"foo":"bar"}"#, &[r#"{"foo":"bar"}"#], false),
        (r#"{"code":9001"#, &[r#"{"code":9001"#], false),
        (
            "<?xml version=\"1.0\"?><x><y>some</y></x>",
            &["some"],
            false,
        ),
        (
            "<html><head><title>502</title><style>x</style></head><body><h1>502</h1><p>Upstream <b>broke</b></p></body></html>",
            &["502", "Upstream broke"],
            true,
        ),
        ("<h1>Bad Gateway</h1>", &["Bad Gateway"], true),
        ("", &[], false),
        ("{}", &[], false),
        (" []\n", &[], false),
        ("null", &[], false),
        ("\0\u{1}\u{2}", &[], false),
    ] {
        let error = ErrorBody::read(body.as_bytes(), str::to_owned);
        assert_eq!(error.excerpt, lines, "{body}");
        assert_eq!(error.is_page, is_page, "{body}");
        assert!(
            error.description.is_none() && error.code.is_none(),
            "{body}"
        );
    }
}

#[test]
fn the_data_of_a_success_is_not_read_as_an_error() {
    let read = |body: &str| ErrorBody::read_success(body.as_bytes(), str::to_owned);
    let partial = r#"{"orders":[1],"transferErrors":[{"code":900103,"description":"d"}]}"#;
    assert_eq!(read(partial), ErrorBody::default());
    let error = read(r#"{"code":1,"description":"d"}"#);
    assert_eq!(
        (error.code.as_deref(), error.description.as_deref()),
        (Some("1"), Some("d"))
    );
    let error = read(r#"{"error":{"code":"A","message":"m"}}"#);
    assert_eq!(
        (error.code.as_deref(), error.description.as_deref()),
        (Some("A"), Some("m"))
    );
    assert!(read("<html>").is_page && read("<html>").excerpt.is_empty());
}

#[test]
fn twenty_details_are_kept() {
    let detail = |number: usize| format!(r#"{{"message":"detail {number}"}}"#);
    let details: Vec<String> = (0..30).map(detail).collect();
    let body = format!(r#"{{"message":"m","details":[{}]}}"#, details.join(","));
    let (_, _, details) = said(&body);
    assert_eq!(details.len(), 20);
    assert_eq!(details[19], "detail 19");
}

#[test]
fn hostile_bodies_are_read_in_part() {
    let full = |part: &str| part.repeat(256 * 1024 / part.len());
    for body in [
        r#"{"errors":"#.repeat(20_000),
        format!(
            "{}1{}",
            r#"{"errors":{"error":"#.repeat(60),
            "}}".repeat(60)
        ),
        "[".repeat(200_000),
        r#"{"errors":[{"a":1},"#.repeat(10_000),
        "<error>".repeat(30_000),
        "&#".repeat(100_000),
        // Each start of an entity, of a tag in quotes and of an element with many members must not
        // be looked at up to the end of the body, or again and again: that takes minutes.
        format!("<error>{}", full("&")),
        format!("<error>{}", full("<a '>'")),
        format!("<error{}>", full(" errors='1'")),
        format!("{}{}", "<error>".repeat(26), full("<a/>")),
        format!("{}{}", "<errors><error>".repeat(13), full("<a/>")),
    ] {
        let read = ErrorBody::read(body.as_bytes(), str::to_owned);
        assert!(format!("{read:?}").len() < 8 * 1024, "{read:?}");
    }
}
