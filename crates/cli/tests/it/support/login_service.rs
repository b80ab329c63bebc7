//! A login service and a service in one, which issue and accept tokens as a test says.

use std::path::Path;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partner_center_tests::{Reply, Request, ScriptedServer};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::run::{CANARY, Run, command_at, finish};

pub(crate) const TENANT: &str = "11111111-0000-4000-8000-00000000000a";
pub(crate) const APP: &str = "11111111-0000-4000-8000-0000000000aa";
pub(crate) const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

/// How the next requests are answered.
pub(crate) struct Script {
    /// Seconds.
    pub(crate) lifetime: u64,
    /// The claims of access tokens.
    pub(crate) claims: Value,
    /// The status and the body of token requests instead of a token, if any.
    pub(crate) refusal: Option<(u16, Value)>,
    /// How many polls of a sign-in are answered before the user has signed in.
    pub(crate) pending: usize,
    /// How many tokens the service refuses with 401.
    pub(crate) refused_tokens: usize,
    /// Runs before the next token request is answered.
    pub(crate) before_token: Option<Box<dyn FnOnce() + Send>>,
    issued: usize,
}

pub(crate) struct LoginService {
    scripted: ScriptedServer,
    script: Arc<Mutex<Script>>,
    _runtime: Runtime,
}

impl LoginService {
    pub(crate) fn start() -> Self {
        let script = Arc::new(Mutex::new(Script {
            lifetime: 3599,
            claims: json!({
                "tid": TENANT, "appid": APP, "idtyp": "user", "upn": "admin@contoso.example",
                "oid": "99999999-0000-4000-8000-000000000001", "amr": ["pwd", "mfa"],
                "exp": 4_102_444_800_u64, "scp": "user_impersonation",
            }),
            refusal: None,
            pending: 0,
            refused_tokens: 0,
            before_token: None,
            issued: 0,
        }));
        let known = Arc::clone(&script);
        let handler = move |request: &Request| Some(known.lock().unwrap().reply(request));
        let runtime = Runtime::new().unwrap();
        let scripted = runtime.block_on(ScriptedServer::with_handler(handler));
        Self {
            scripted,
            script,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.scripted.url()
    }

    pub(crate) fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    /// The requests whose target contains a word.
    pub(crate) fn requests_of(&self, word: &str) -> Vec<Request> {
        let requests = self.scripted.requests().into_iter();
        requests.filter(|it| it.target().contains(word)).collect()
    }

    /// How many tokens were requested.
    pub(crate) fn logins(&self) -> usize {
        self.requests_of("/oauth2/v2.0/token").len()
    }

    /// The tokens of the calls.
    pub(crate) fn bearers(&self) -> Vec<String> {
        let calls = self.requests_of("/v1/").into_iter();
        calls
            .map(|call| call.header("Authorization").unwrap().to_owned())
            .collect()
    }

    /// A command of a user with this home, at this service, without a credential.
    pub(crate) fn command(&self, home: &Path, arguments: &[&str]) -> Command {
        let mut command = command_at(home);
        command
            .args(["--retries", "0", "--endpoint", self.url()])
            .args(arguments)
            .env("PCTRANSFERS_AUTHORITY", self.url())
            .env("PCTRANSFERS_TENANT_ID", TENANT)
            .env("PCTRANSFERS_CLIENT_ID", APP);
        command
    }

    /// Lists transfers with the client secret.
    pub(crate) fn list(&self, home: &Path) -> Run {
        let mut command = self.command(home, &["-vv", "list", "--customer", CUSTOMER]);
        finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY))
    }
}

impl Script {
    fn reply(&mut self, request: &Request) -> Reply {
        let target = request.target();
        if target.contains("/devicecode") {
            let codes = json!({
                "device_code": format!("device-{CANARY}"), "user_code": "ABCD-EFGH",
                "verification_uri": "https://login.example/device",
                "expires_in": 900, "interval": 0,
            });
            return Reply::json("200 -", &codes.to_string());
        }
        if target.contains("/token") {
            if let Some(run) = self.before_token.take() {
                run();
            }
            if let Some((status, body)) = &self.refusal {
                return Reply::json(&format!("{status} -"), &body.to_string());
            }
            if request.body.contains("device_code") && self.pending > 0 {
                self.pending -= 1;
                let pending = json!({ "error": "authorization_pending" });
                return Reply::json("400 -", &pending.to_string());
            }
            return Reply::json("200 -", &self.token().to_string());
        }
        if self.refused_tokens > 0 {
            self.refused_tokens -= 1;
            return Reply::json("401 -", "{}");
        }
        Reply::json("200 -", "[]")
    }

    fn token(&mut self) -> Value {
        self.issued += 1;
        let mut claims = self.claims.clone();
        // So that no two tokens are equal, and none may be shown.
        claims["uti"] = json!(format!("{}", self.issued));
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        json!({
            "token_type": "Bearer", "expires_in": self.lifetime,
            "access_token": format!("e30.{claims}.{CANARY}"),
            "refresh_token": format!("refresh-{}-{CANARY}", self.issued),
        })
    }
}
