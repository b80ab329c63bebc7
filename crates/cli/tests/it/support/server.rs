//! A server whose replies depend on the method, and calls of the command to it.

use std::sync::{Arc, Mutex};

use partner_center_tests::{Reply, Request, ScriptedServer};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::run::{Run, run_with_token};

pub(crate) const CUSTOMER: &str = "47eaa099-2cb6-416d-86dc-283cf0480ff9";
pub(crate) const TRANSFER: &str = "5e9a2d41-7c38-4b06-a1f9-8d3b6c2e7f50";
pub(crate) const SOURCE: &str = "0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21";
pub(crate) const TARGET: &str = "7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10";

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../../../spec/examples/", $name, ".json"))
    };
}
pub(crate) use example;

/// Runs on threads of its own, because the tests block while the command runs.
pub(crate) struct Server {
    scripted: ScriptedServer,
    replies: Arc<Mutex<Vec<MethodReply>>>,
    _runtime: Runtime,
}

struct MethodReply {
    method: String,
    reply: Reply,
    is_once: bool,
}

impl Server {
    /// Starts a server that closes the connection on any request without a reply.
    pub(crate) fn start() -> Self {
        let replies = Arc::<Mutex<Vec<MethodReply>>>::default();
        let known = Arc::clone(&replies);
        let handler = move |request: &Request| {
            let mut known = known.lock().unwrap();
            let is_for = |reply: &MethodReply| reply.method == request.method();
            let index = known.iter().position(is_for)?;
            let reply = known[index].reply.clone();
            if known[index].is_once {
                known.remove(index);
            }
            Some(reply)
        };
        let runtime = Runtime::new().unwrap();
        let scripted = runtime.block_on(ScriptedServer::with_handler(handler));
        Self {
            scripted,
            replies,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.scripted.url().to_owned()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.scripted.requests()
    }

    /// Replies to every request with this method.
    pub(crate) fn reply(&self, method: &str, status: u16, body: &str) {
        self.add(method, Reply::json(&format!("{status} -"), body), false);
    }

    /// Replies to the next request with this method.
    pub(crate) fn reply_once(&self, method: &str, status: u16, body: &str) {
        self.add(method, Reply::json(&format!("{status} -"), body), true);
    }

    pub(crate) fn add(&self, method: &str, reply: Reply, is_once: bool) {
        self.replies.lock().unwrap().push(MethodReply {
            method: method.to_owned(),
            reply,
            is_once,
        });
    }

    /// Replies to the next request with this method, before all other replies.
    pub(crate) fn add_first(&self, method: &str, reply: Reply) {
        let reply = MethodReply {
            method: method.to_owned(),
            reply,
            is_once: true,
        };
        self.replies.lock().unwrap().insert(0, reply);
    }

    /// The method of each request.
    pub(crate) fn methods(&self) -> Vec<String> {
        let requests = self.requests();
        requests.iter().map(|it| it.method().to_owned()).collect()
    }

    /// The method of each request, its path from the customer on, and its body if there was one.
    pub(crate) fn sent(&self) -> Vec<(String, String, Option<Value>)> {
        let sent = |request: &Request| {
            let path = request.target().split(CUSTOMER).nth(1).unwrap();
            (request.method().to_owned(), path.to_owned(), request.json())
        };
        self.requests().iter().map(sent).collect()
    }

    /// Runs the command against the server, without waiting between attempts.
    pub(crate) fn call(&self, arguments: &[&str]) -> Run {
        let url = self.url();
        run_with_token(&[&["--endpoint", &url, "--retries", "0"], arguments].concat())
    }
}

/// A command for one transfer.
pub(crate) fn on_transfer<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let target = [command, "--customer", CUSTOMER, "--transfer", TRANSFER];
    [&target, more].concat()
}

/// The command that creates a license-based transfer.
pub(crate) fn on_create<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let customer = ["create", "--yes", "--customer", CUSTOMER];
    let partners = ["--source", SOURCE, "--target", TARGET];
    [&customer[..], &partners, more].concat()
}
