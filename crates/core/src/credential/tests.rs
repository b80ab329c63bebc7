//! No type that holds a secret shows it.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::cloud::Cloud;
use crate::network::Connector;
use crate::runtime::{BoxFuture, TokioRuntime};
use crate::secret::Secret;

use super::app_registration::AppRegistration;
use super::token_response::Granted;
use super::{
    AccessToken, Bearer, ClientSecretCredential, DeviceCodeCredential, RefreshToken,
    RefreshTokenCredential, RefreshTokenStore, StaticToken, TokenCache, TokenRequest,
};

const TENANT: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
const SECRET: &str = "canary-s3cr3t~&+/-canary";
const REFRESH_TOKEN: &str = "canary-0.AXoA-refresh-canary";
const ACCESS_TOKEN: &str = "canary-eyJ0eXAi-canary";

struct Vault;

impl RefreshTokenStore for Vault {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

#[test]
fn debug_shows_no_secret() {
    let login = Connector::to("https://login.example");
    let app = ClientSecretCredential::new(TENANT, CLIENT_ID, SECRET);
    let cache = TokenCache::new(
        Arc::new(app.clone()),
        Cloud::Global,
        login.clone(),
        Arc::new(TokioRuntime),
    );
    let request = TokenRequest {
        audience: "https://api.example",
        scope: "https://api.example/.default",
        login: &login,
        runtime: &TokioRuntime,
    };
    let granted = Granted {
        access_token: Ok(AccessToken::new(ACCESS_TOKEN, Duration::from_secs(60))),
        refresh_token: Some(Secret::new(REFRESH_TOKEN)),
    };
    let bearer = Bearer::new(&AccessToken::without_expiry(ACCESS_TOKEN)).unwrap();
    let values: [&dyn Debug; 14] = [
        &Secret::new(SECRET),
        &bearer,
        &bearer.header(),
        &AppRegistration::new(TENANT, CLIENT_ID),
        &StaticToken::new(ACCESS_TOKEN),
        &AccessToken::without_expiry(ACCESS_TOKEN),
        &app,
        &app.clone().v1(),
        &RefreshTokenCredential::new(TENANT, CLIENT_ID, REFRESH_TOKEN)
            .client_secret(SECRET)
            .store(Vault),
        &DeviceCodeCredential::new(TENANT, CLIENT_ID, |_| {}).store(Vault),
        &RefreshToken::new(Secret::new(REFRESH_TOKEN)),
        &request,
        &cache,
        &granted,
    ];
    let mut shown = String::new();
    for value in values {
        writeln!(shown, "{value:?}\n{value:#?}").unwrap();
    }
    assert!(!shown.contains("canary"), "{shown}");
    insta::assert_snapshot!(shown);
}
