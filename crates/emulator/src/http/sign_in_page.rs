//! The page where a user signs in with a device code: types the code, and selects a user of the
//! tenant. It needs no script and no password.
//!
//! It is below the control endpoint, which refuses web pages of other sites. A form of another page
//! on this machine is refused too.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::app_state::AppState;
use super::body;
use super::response::ApiResponse;
use crate::service::device_codes::DeviceCodeAnswer;

/// The path of the page.
pub(super) const PATH: &str = "/_emulator/devicelogin";

/// The path of the page below the control endpoint.
const SEGMENT: &str = "/devicelogin";

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;\
    padding:0 1rem}input,button{font:inherit;padding:.4rem .8rem;margin:.25rem 0}\
    button{display:block}.error{color:#a00}";

pub(super) fn router() -> Router<Arc<AppState>> {
    Router::new().route(SEGMENT, get(show).post(answer))
}

async fn show(State(app): State<Arc<AppState>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    match field(query.as_bytes(), "user_code") {
        None => page(StatusCode::OK, &code_form(None)),
        Some(code) => users(&app, &code),
    }
}

/// The second step: the users of the tenant.
fn users(app: &AppState, typed: &str) -> Response {
    let state = app.persistent();
    let codes = app.device_codes();
    let found = codes.open(typed, app.clock.now()).and_then(|code| {
        let partner = state.store.data().partner(code.tenant)?;
        Some((code, partner))
    });
    let Some((code, partner)) = found else {
        return page(StatusCode::NOT_FOUND, &code_form(Some(UNKNOWN)));
    };
    let mut buttons = String::new();
    for user in &partner.users {
        // Writing to a string does not fail.
        let _ = writeln!(
            buttons,
            "<button name=\"user\" value=\"{}\">Sign in as {}{}</button>",
            user.id,
            escape(&user.name),
            if user.mfa {
                ""
            } else {
                " (without multifactor authentication)"
            },
        );
    }
    if buttons.is_empty() {
        buttons =
            "<p class=\"error\">The tenant has no users: add one to the data set.</p>\n".into();
    }
    let contents = format!(
        "<p>The app <code>{}</code> of {} asks you to sign in with the code <strong>{}</strong>. \
         Continue only if you started this sign-in.</p>\n\
         <form method=\"post\" action=\"{PATH}\">\n\
         <input type=\"hidden\" name=\"user_code\" value=\"{2}\">\n{buttons}\
         <button name=\"decline\" value=\"yes\">Decline</button>\n</form>\n",
        code.app,
        escape(&partner.name),
        code.user_code,
    );
    page(StatusCode::OK, &contents)
}

async fn answer(State(app): State<Arc<AppState>>, headers: HeaderMap, body: Body) -> Response {
    if !is_own_form(&headers) {
        let text = "<p class=\"error\">The form belongs to another page.</p>\n";
        return page(StatusCode::FORBIDDEN, text);
    }
    let body = match body::read(&headers, body, app.options.read_timeout).await {
        Ok(body) => body,
        Err(error) => return ApiResponse::from(error).into_response(),
    };
    let code = field(&body, "user_code").unwrap_or_default();
    let (answer, done) = match (field(&body, "decline"), field(&body, "user")) {
        (Some(_), _) => (DeviceCodeAnswer::Decline, "You declined the sign-in."),
        (None, Some(user)) => (DeviceCodeAnswer::SignIn(Some(user)), "You have signed in."),
        (None, None) => return users(&app, &code),
    };
    match app.answer_device_code(&code, answer) {
        Ok(()) => page(
            StatusCode::OK,
            &format!("<p>{done} You can close this page and return to the program.</p>\n"),
        ),
        Err(_) => page(StatusCode::NOT_FOUND, &code_form(Some(UNKNOWN))),
    }
}

const UNKNOWN: &str = "There is no such code, or it has expired or was used. Check the code, or start \
    the sign-in again.";

fn code_form(error: Option<&str>) -> String {
    let error = error.map_or(String::new(), |error| {
        format!("<p class=\"error\" role=\"alert\">{error}</p>\n")
    });
    format!(
        "{error}<form method=\"get\" action=\"{PATH}\">\n\
         <label for=\"user_code\">Enter the code that the program shows.</label><br>\n\
         <input id=\"user_code\" name=\"user_code\" autocomplete=\"off\" autofocus required>\n\
         <button>Next</button>\n</form>\n"
    )
}

fn page(status: StatusCode, contents: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Sign in - Partner Center emulator</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Sign in to the Partner Center emulator</h1>\n{contents}</body>\n</html>\n"
    );
    let mut response = ApiResponse::page(status, html).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
        // `no-referrer` would hide the origin of the form.
        (REFERRER_POLICY, "same-origin"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether a form comes from the page itself, as far as the browser says so.
fn is_own_form(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_own_site = site.is_none_or(|site| site == b"same-origin");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin = headers.get(ORIGIN).map(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        origin.split_once("://").map(|(_, authority)| authority)
    });
    is_own_site && origin.is_none_or(|origin| origin.is_some() && origin == host)
}

/// The value of a field unless it is empty.
fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form)
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
