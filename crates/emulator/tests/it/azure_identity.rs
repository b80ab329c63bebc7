//! `azure_identity`, Microsoft's own library, signs in over TLS, and its token accepts a transfer.

use std::sync::Arc;

use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::Secret;
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use partner_center_emulator::{Emulator, data_set};
use partner_center_transfers::types::TransferSubmitResult;
use partner_center_transfers::{AzureCredential, Client, Error, Response};

/// The credential of an app at the emulator's login service.
fn credential(emulator: &Emulator, secret: &str) -> AzureCredential {
    let root = emulator.root_certificate().unwrap();
    let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
    let http = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .unwrap();
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = emulator.url();
    let options = ClientSecretCredentialOptions {
        client_options: ClientOptions {
            cloud: Some(Arc::new(cloud.into())),
            transport: Some(Transport::new(Arc::new(http))),
            ..ClientOptions::default()
        },
    };
    let credential = ClientSecretCredential::new(
        &data_set::TARGET.to_string(),
        data_set::TARGET_APP.to_string(),
        Secret::new(secret.to_owned()),
        Some(options),
    );
    AzureCredential::new(credential.unwrap())
}

async fn accept(
    emulator: &Emulator,
    secret: &str,
) -> Result<Response<TransferSubmitResult>, Error> {
    let client = Client::builder()
        .endpoint(emulator.url())
        .add_root_certificate(emulator.root_certificate().unwrap())
        .credential(credential(emulator, secret))
        .build()
        .unwrap();
    let call = client.accept_transfer().customer_id(data_set::CUSTOMER);
    call.transfer_id(data_set::ACCEPTED_WHOLE).send().await
}

#[tokio::test]
async fn its_credential_signs_in_and_accepts_a_transfer() {
    let builder = Emulator::builder().tls([] as [&str; 0]);
    let emulator = builder.start().await.unwrap();
    let error = accept(&emulator, "wrong").await.unwrap_err();
    assert!(!error.may_have_been_applied());
    assert!(error.to_string().contains("AADSTS7000215"), "{error}");
    assert_eq!(emulator.effects().len(), 0);

    let accepted = accept(&emulator, data_set::TARGET_SECRET).await.unwrap();
    assert_eq!(accepted.status(), 200);
    assert_eq!(emulator.effects().len(), 1);
}
