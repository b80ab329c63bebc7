//! Whole responses: status, headers and bodies of the service and of the login service.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use partner_center_transfers::{Client, ClientSecretCredential, Cloud, Error, RetryPolicy};
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::runtime::Runtime;

use crate::scripted_server::{ScriptedServer, read_request};
use crate::{CUSTOMER, FakeRuntime, TOKEN, TRANSFER};

const TENANT: &str = "2b5f3a0e-1c7d-4a4b-9a55-6d1f0c8e7b31";
const SECRET: &str = "canary-secret-5f1e";

/// A server that sends the bytes of the run, and its client.
struct Wire {
    runtime: Runtime,
    response: Arc<Mutex<Vec<u8>>>,
    server: ScriptedServer,
}

impl Wire {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let response = Arc::<Mutex<Vec<u8>>>::default();
        let sent = Arc::clone(&response);
        let server = runtime.block_on(ScriptedServer::listen(move |stream, _| {
            let sent = Arc::clone(&sent);
            async move {
                let mut stream = BufReader::new(stream);
                if read_request(&mut stream).await.is_some() {
                    let bytes = sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    // The client may be gone.
                    let _ = stream.get_mut().write_all(&bytes).await;
                }
            }
        }));
        Self {
            runtime,
            response,
            server,
        }
    }

    fn send(&self, response: &[u8]) {
        let response = [b"HTTP/1.1 ", response].concat();
        *self.response.lock().unwrap_or_else(PoisonError::into_inner) = response;
    }
}

thread_local! {
    static SERVICE: RefCell<Option<(Wire, Client)>> = const { RefCell::new(None) };
    static LOGIN: RefCell<Option<Wire>> = const { RefCell::new(None) };
}

/// The first byte selects the operation; the rest follows `HTTP/1.1 `.
pub(super) fn responses(bytes: &[u8]) {
    let Some((operation, response)) = bytes.split_first() else {
        return;
    };
    SERVICE.with_borrow_mut(|service| {
        let (wire, client) = service.get_or_insert_with(|| {
            let wire = Wire::start();
            let client = Client::builder()
                .endpoint(wire.server.url())
                .bearer_token(TOKEN)
                .runtime(FakeRuntime::new())
                .retry(RetryPolicy::never())
                .build();
            (wire, client.expect("a client"))
        });
        wire.send(response);
        let changes = operation % 5 < 3;
        let error = wire.runtime.block_on(call(client, *operation));
        if let Some(error) = error {
            check(&error, TOKEN);
            let status = error.status().map(|status| status.as_u16());
            let is_open =
                error.is_decode() || status.is_none_or(|it| it == 408 || it >= 500 && it != 501);
            if changes && is_open && !error.is_connect() {
                assert!(error.may_have_been_applied(), "{error:?}");
            }
            assert!(changes || !error.may_have_been_applied(), "{error:?}");
        }
    });
}

async fn call(client: &Client, operation: u8) -> Option<Error> {
    match operation % 5 {
        0 => {
            let call = client.accept_transfer().customer_id(CUSTOMER);
            call.transfer_id(TRANSFER).send().await.err()
        }
        1 => {
            let call = client.withdraw_transfer().customer_id(CUSTOMER);
            call.transfer_id(TRANSFER).send().await.err()
        }
        2 => client
            .reject_transfer(CUSTOMER, TRANSFER)
            .send()
            .await
            .err(),
        3 => {
            let call = client.get_transfer().customer_id(CUSTOMER);
            call.transfer_id(TRANSFER).send().await.err()
        }
        _ => client
            .list_transfers()
            .customer_id(CUSTOMER)
            .send()
            .await
            .err(),
    }
}

/// What follows `HTTP/1.1 ` in a response of the token endpoint.
pub(super) fn token_responses(response: &[u8]) {
    LOGIN.with_borrow_mut(|login| {
        let wire = login.get_or_insert_with(Wire::start);
        wire.send(response);
        // A new client, since a token is kept.
        let client = Client::builder()
            .cloud(Cloud::emulator(wire.server.url()))
            .credential(ClientSecretCredential::new(TENANT, CUSTOMER, SECRET))
            .runtime(FakeRuntime::new())
            .retry(RetryPolicy::never())
            .build()
            .expect("a client");
        let result = wire.runtime.block_on(call(&client, 0));
        if let Some(error) = result {
            check(&error, SECRET);
        }
    });
}

/// Checks what each error promises.
fn check(error: &Error, secret: &str) {
    for text in [error.to_string(), format!("{error:#}")] {
        assert!(text.len() <= 2_048, "{} bytes: {text}", text.len());
        assert!(!text.contains(char::is_control), "{text:?}");
        assert!(!text.contains(secret), "{text}");
    }
    let debug = format!("{error:?}");
    assert!(!debug.contains(secret), "{debug}");
    for challenge in error.auth_challenges() {
        assert!(!challenge.scheme().is_empty(), "{challenge:?}");
        let _ = (challenge.error_description(), challenge.claims());
    }
    for detail in error.details() {
        assert!(!detail.contains(secret), "{detail}");
    }
    let code = error.code();
    if let Some(number) = code.and_then(partner_center_transfers::ServiceCode::as_number) {
        let text = code.map(partner_center_transfers::ServiceCode::as_str);
        assert_eq!(text.and_then(|text| text.trim().parse().ok()), Some(number));
    }
    let _ = (error.retry_after(), error.description(), error.code_info());
}
