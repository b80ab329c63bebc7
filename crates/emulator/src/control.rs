//! The control endpoint: what the library offers to Rust, for every other language. All of it is
//! below `/_emulator`, which no path of the service is; none of it is in the ledger.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::answer::Answer;
use crate::data_file::{self, DataError};
use crate::faults::Fault;
use crate::ledger::{Effect, Received};
use crate::model::{Customer, DataSet, Order, Transfer};
use crate::world::World;
use crate::{body, json_style};

pub(crate) const PATH: &str = "/_emulator";

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/health", get(health))
        .route("/ledger", get(ledger))
        .route("/state", get(state))
        .route("/data", post(load))
        .route("/faults", get(faults).post(inject).delete(clear))
        .route("/clock", get(clock).post(advance))
        .route("/tokens/{partner}", get(app_token))
        .route("/tokens/{partner}/{user}", get(user_token))
}

type Shared = State<Arc<World>>;

fn ok(value: &impl Serialize) -> Response {
    Answer::json(StatusCode::OK, json_style::to_vec(value).into()).into_response()
}

fn wrong(status: StatusCode, reason: impl std::fmt::Display) -> Response {
    let body = json_style::to_vec(&json!({ "error": reason.to_string() }));
    Answer::json(status, body.into()).into_response()
}

fn refused(error: &DataError) -> Response {
    wrong(StatusCode::BAD_REQUEST, error)
}

/// Reads a JSON body.
async fn read<T: serde::de::DeserializeOwned>(
    world: &World,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Response> {
    let body = body::read(world, headers, body)
        .await
        .map_err(IntoResponse::into_response)?;
    data_file::read(&body).map_err(|error| refused(&error))
}

async fn health() -> Response {
    ok(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn ledger(State(world): Shared) -> Response {
    #[derive(Serialize)]
    struct Both<'a> {
        requests: Vec<&'a Received>,
        effects: &'a [Effect],
    }
    let store = world.store();
    let ledger = store.ledger();
    ok(&Both {
        requests: ledger.requests().collect(),
        effects: ledger.effects(),
    })
}

/// Without the partners: their secrets are in the data file, for whoever may read that.
async fn state(State(world): Shared) -> Response {
    #[derive(Serialize)]
    struct Public<'a> {
        customers: &'a [Customer],
        transfers: &'a [Transfer],
        orders: &'a [Order],
    }
    let store = world.store();
    let data = store.data();
    ok(&Public {
        customers: &data.customers,
        transfers: &data.transfers,
        orders: &data.orders,
    })
}

/// Forgets everything and starts from another data set; from the built-in one if the body is
/// empty.
async fn load(State(world): Shared, headers: HeaderMap, body: Body) -> Response {
    let body = match body::read(&world, &headers, body).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let data = if body.is_empty() {
        Ok(DataSet::built_in())
    } else {
        DataSet::from_json(&body)
    };
    let mut store = world.store();
    match data {
        Ok(data) => store.start_from(data),
        Err(error) => return refused(&error),
    }
    if let Err(error) = store.save() {
        return wrong(StatusCode::INTERNAL_SERVER_ERROR, error);
    }
    drop(store);
    world.faults().clear();
    Answer::no_content().into_response()
}

async fn faults(State(world): Shared) -> Response {
    ok(&world.faults().waiting())
}

async fn inject(State(world): Shared, headers: HeaderMap, body: Body) -> Response {
    let fault: Fault = match read(&world, &headers, body).await {
        Ok(fault) => fault,
        Err(response) => return response,
    };
    if let Err(reason) = fault.check() {
        return wrong(StatusCode::BAD_REQUEST, reason);
    }
    world.faults().add(fault);
    Answer::no_content().into_response()
}

async fn clear(State(world): Shared) -> Response {
    world.faults().clear();
    Answer::no_content().into_response()
}

async fn clock(State(world): Shared) -> Response {
    ok(&json!({ "now": world.clock.seconds() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

async fn advance(State(world): Shared, headers: HeaderMap, body: Body) -> Response {
    match read(&world, &headers, body).await {
        Ok(Advance { advance_seconds }) => {
            world.clock.advance(Duration::from_secs(advance_seconds));
            ok(&json!({ "now": world.clock.seconds() }))
        }
        Err(response) => response,
    }
}

async fn app_token(State(world): Shared, Path(partner): Path<String>) -> Response {
    token(&world, &partner, None)
}

async fn user_token(
    State(world): Shared,
    Path((partner, user)): Path<(String, String)>,
) -> Response {
    token(&world, &partner, Some(&user))
}

fn token(world: &World, partner: &str, user: Option<&str>) -> Response {
    let token = Uuid::try_parse(partner).ok().and_then(|partner| {
        let user = match user {
            Some(user) => Some(Uuid::try_parse(user).ok()?),
            None => None,
        };
        world.token(partner, user)
    });
    let Some(token) = token else {
        return wrong(
            StatusCode::NOT_FOUND,
            "no such partner with an app, or no such user",
        );
    };
    let mut response = Response::new(Body::from(token));
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
