//! The app itself, with a certificate: it signs an assertion of who it is, and its private key
//! never leaves this machine.
//!
//! The signature is made with aws-lc-rs and the PEM is read with rustls-pki-types, both of which
//! rustls brings anyway; a JWT library would add a dozen crates to write three lines of base64.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::pem::{Error as PemError, SectionKind, SliceIter};
use serde_json::json;
use zeroize::Zeroizing;

use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::app_registration::{Registration, Version};
use super::token::{AccessToken, TokenRequest};
use super::token_endpoint::exchange;
use super::{Credential, CredentialError};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion holds. The documentation advises five to ten minutes.
const ASSERTION_LIFETIME: Duration = Duration::from_mins(10);

/// App-only authentication with a certificate: the client credentials grant with a signed
/// assertion, which Microsoft prefers to client secrets.
///
/// The key must be an RSA key of 2,048 to 8,192 bits. Neither it nor an assertion is ever shown.
///
/// Needs the feature `certificate`.
///
/// Source: the "Microsoft identity platform application authentication certificate credentials"
/// page of Microsoft's documentation, for the members of the assertion.
///
/// ```no_run
/// use partner_center_core::ClientCertificateCredential;
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let credential = ClientCertificateCredential::new(
///     "contoso.onmicrosoft.com",
///     "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e",
///     &std::fs::read("app.pem")?,
/// )?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClientCertificateCredential {
    app: Registration,
    key: Arc<RsaKeyPair>,
    /// SHA-256 of the certificate, as an assertion names it.
    thumbprint: String,
    algorithm: Algorithm,
}

#[derive(Clone, Copy, Debug)]
enum Algorithm {
    Ps256,
    Rs256,
}

impl ClientCertificateCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id. `pem` holds the certificate and its private key, in any order, the key as PKCS#8
    /// (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`) and not encrypted. Of several certificates,
    /// the one that belongs to the key is used.
    ///
    /// # Errors
    ///
    /// If the PEM cannot be used; the error says what is wrong with it, and shows none of it.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        pem: impl AsRef<[u8]>,
    ) -> Result<Self, CredentialError> {
        let pem = read_pem(pem.as_ref())?;
        let thumbprint = digest::digest(&digest::SHA256, &pem.certificate);
        Ok(Self {
            app: Registration::new(tenant, client_id),
            key: Arc::new(pem.key),
            thumbprint: URL_SAFE_NO_PAD.encode(thumbprint),
            algorithm: Algorithm::Ps256,
        })
    }

    /// Signs with RS256. The default is PS256, which Microsoft's documentation asks for.
    pub fn rs256(mut self) -> Self {
        self.algorithm = Algorithm::Rs256;
        self
    }

    /// Asks the v1 token endpoint, with `resource` instead of `scope`, as the pages of Partner
    /// Center show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = Version::V1;
        self
    }

    /// A signed statement to the token endpoint of who this is.
    fn assertion(&self, audience: &str, now: SystemTime) -> Result<Secret, CredentialError> {
        let (name, encoding): (_, &'static dyn RsaEncoding) = match self.algorithm {
            Algorithm::Ps256 => ("PS256", &RSA_PSS_SHA256),
            Algorithm::Rs256 => ("RS256", &RSA_PKCS1_SHA256),
        };
        let now = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_err(|_| CredentialError::new("this machine's clock is before 1970"))?;
        let header = json!({"alg": name, "typ": "JWT", "x5t#S256": self.thumbprint});
        let claims = json!({
            "aud": audience,
            "iss": self.app.client_id,
            "sub": self.app.client_id,
            "jti": uuid::Uuid::new_v4(),
            "iat": now.as_secs(),
            "nbf": now.as_secs(),
            "exp": (now + ASSERTION_LIFETIME).as_secs(),
        });
        let mut assertion = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                encoding,
                &SystemRandom::new(),
                assertion.as_bytes(),
                &mut signature,
            )
            .map_err(|_| CredentialError::new("the private key cannot sign an assertion"))?;
        assertion.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut assertion);
        Ok(Secret::new(assertion))
    }
}

impl Credential for ClientCertificateCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            let endpoint = self.app.endpoint(request)?;
            let assertion = self.assertion(&endpoint.url, request.runtime().wall_clock())?;
            let form = self
                .app
                .form(request, "client_credentials")
                .field("client_assertion_type", ASSERTION_TYPE)
                .secret("client_assertion", assertion.expose());
            exchange(request, &endpoint, form).await?.access_token
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()
    }
}

impl fmt::Debug for ClientCertificateCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificateCredential")
            .field("app", &self.app)
            .field("thumbprint", &self.thumbprint)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

struct Pem {
    key: RsaKeyPair,
    certificate: Vec<u8>,
}

/// None of the text may stand in an error, and the libraries' errors may quote it.
fn read_pem(text: &[u8]) -> Result<Pem, CredentialError> {
    let wrong = |reason: &str| {
        CredentialError::new(format!(
            "the PEM of the app's certificate cannot be used: {reason}"
        ))
    };
    let mut certificates = Vec::new();
    let mut keys = Vec::new();
    for section in SliceIter::<(SectionKind, Vec<u8>)>::new(text) {
        let (kind, der) = section.map_err(|error| {
            wrong(match error {
                PemError::MissingSectionEnd { .. } => "a section has no end line",
                PemError::IllegalSectionStart { .. } => "a section's begin line is malformed",
                PemError::Base64Decode(_) => "a section is not valid base64",
                _ => "it is not well-formed",
            })
        })?;
        let der = Zeroizing::new(der);
        match kind {
            SectionKind::Certificate => certificates.push(der.to_vec()),
            SectionKind::PrivateKey => keys.push(RsaKeyPair::from_pkcs8(&der)),
            SectionKind::RsaPrivateKey => keys.push(RsaKeyPair::from_der(&der)),
            SectionKind::EcPrivateKey => {
                return Err(wrong("the private key is an EC key; Entra takes RSA only"));
            }
            _ => {}
        }
    }
    if keys.len() > 1 {
        return Err(wrong("it holds more than one private key"));
    }
    let Some(key) = keys.pop() else {
        let has = |label: &[u8]| text.windows(label.len()).any(|part| part == label);
        return Err(wrong(if has(b"BEGIN ENCRYPTED PRIVATE KEY") {
            "the private key is encrypted; decrypt it first, for instance with `openssl pkey`"
        } else if has(b"-----BEGIN ") {
            "it holds no private key; expected a `PRIVATE KEY` or `RSA PRIVATE KEY` section"
        } else {
            "it holds no PEM section; a PFX file must be converted first, for instance with \
             `openssl pkcs12 -nodes`"
        }));
    };
    let key = key
        .map_err(|_| wrong("the private key is damaged, or is no RSA key of 2048 to 8192 bits"))?;
    if certificates.is_empty() {
        return Err(wrong(
            "it holds no certificate; expected a `CERTIFICATE` section beside the key",
        ));
    }
    // A certificate holds its public key in the very encoding that the key gives; so the two can
    // be matched without a parser for certificates.
    let public = key.public_key().as_ref().to_vec();
    let certificate = certificates
        .into_iter()
        .find(|der| der.windows(public.len()).any(|part| part == public))
        .ok_or_else(|| wrong("the certificate does not belong to the private key"))?;
    Ok(Pem { key, certificate })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_lc_rs::signature::{
        KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey,
        VerificationAlgorithm,
    };
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::ClientCertificateCredential;
    use crate::credential::testing::{
        CLIENT_ID, FakeRuntime, Form, LoginServer, TENANT, fetch, success,
    };

    const CERTIFICATE: &str = include_str!("testdata/test-only-certificate.pem");
    const KEY: &str = include_str!("testdata/test-only-key-pkcs8.pem");
    const KEY_PKCS1: &str = include_str!("testdata/test-only-key-pkcs1.pem");
    const KEY_ENCRYPTED: &str = include_str!("testdata/test-only-key-encrypted.pem");
    const KEY_EC: &str = include_str!("testdata/test-only-key-ec.pem");
    const OTHER_CERTIFICATE: &str = include_str!("testdata/test-only-other-certificate.pem");
    /// Given by `openssl x509 -fingerprint -sha256`, encoded anew.
    const THUMBPRINT: &str = include_str!("testdata/test-only-thumbprint.txt");

    fn credential(pem: &str) -> Result<ClientCertificateCredential, super::CredentialError> {
        ClientCertificateCredential::new(TENANT, CLIENT_ID, pem)
    }

    fn part(text: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn the_assertion_on_the_wire_is_signed_for_the_token_endpoint() {
        let good = credential(&format!("{CERTIFICATE}{KEY}")).unwrap();
        let ps256: &'static dyn VerificationAlgorithm = &RSA_PSS_2048_8192_SHA256;
        for (credential, version, path, algorithm, verifier) in [
            (good.clone(), "scope", "/oauth2/v2.0/token", "PS256", ps256),
            (
                good.clone().rs256().v1(),
                "resource",
                "/oauth2/token",
                "RS256",
                &RSA_PKCS1_2048_8192_SHA256,
            ),
        ] {
            let server = LoginServer::start([success()]).await;
            let runtime = FakeRuntime::new();
            fetch(&credential, &server, &runtime).await.unwrap();

            let [request] = &server.requests()[..] else {
                panic!("one request")
            };
            let url = format!("{}/{TENANT}{path}", server.url());
            let form = Form::read(&request.body);
            assert_eq!(
                form.names(),
                [
                    "grant_type",
                    "client_id",
                    version,
                    "client_assertion_type",
                    "client_assertion"
                ]
            );
            assert_eq!(form.get("grant_type"), "client_credentials");
            assert_eq!(form.get("client_id"), CLIENT_ID);
            assert_eq!(
                form.get("client_assertion_type"),
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            );

            let assertion = form.get("client_assertion");
            let (signed, signature) = assertion.rsplit_once('.').unwrap();
            let (header, claims) = signed.split_once('.').unwrap();
            assert_eq!(
                part(header),
                json!({"alg": algorithm, "typ": "JWT", "x5t#S256": THUMBPRINT.trim()})
            );
            let claims = part(claims);
            let now = runtime_seconds(&runtime);
            assert!(uuid::Uuid::try_parse(claims["jti"].as_str().unwrap()).is_ok());
            assert_eq!(
                claims,
                json!({
                    "aud": url, "iss": CLIENT_ID, "sub": CLIENT_ID, "jti": claims["jti"],
                    "iat": now, "nbf": now, "exp": now + 600,
                })
            );
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            let public = UnparsedPublicKey::new(verifier, credential.key.public_key().as_ref());
            public.verify(signed.as_bytes(), &signature).unwrap();
            let forged = signed.replacen('e', "f", 1);
            public.verify(forged.as_bytes(), &signature).unwrap_err();
        }
    }

    fn runtime_seconds(runtime: &FakeRuntime) -> u64 {
        use crate::runtime::Runtime as _;
        let since = runtime.wall_clock().duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or(Duration::ZERO).as_secs()
    }

    #[test]
    fn a_key_may_be_in_either_form_and_order_and_beside_other_certificates() {
        for pem in [
            format!("{CERTIFICATE}{KEY}"),
            format!("{KEY_PKCS1}{CERTIFICATE}"),
            format!("{OTHER_CERTIFICATE}{CERTIFICATE}{KEY}"),
            format!("Bag Attributes: x\n{KEY}\nsubject=x\n{CERTIFICATE}").replace('\n', "\r\n"),
        ] {
            assert_eq!(credential(&pem).unwrap().thumbprint, THUMBPRINT.trim());
        }
    }

    #[test]
    fn what_is_wrong_with_a_pem_is_said_and_none_of_it_is_shown() {
        let damaged_base64 = KEY.replacen("MII", "M*I", 1);
        let damaged_key = KEY.replacen("MII", "MIA", 1);
        let cut = &KEY[..KEY.len() / 2];
        for (pem, said) in [
            (String::new(), "holds no PEM section"),
            ("\u{0}\u{1}pfx".to_owned(), "a PFX file must be converted"),
            (CERTIFICATE.to_owned(), "holds no private key"),
            (KEY.to_owned(), "holds no certificate"),
            (format!("{CERTIFICATE}{KEY}{KEY}"), "more than one private"),
            (format!("{CERTIFICATE}{KEY_ENCRYPTED}"), "is encrypted"),
            (format!("{CERTIFICATE}{KEY_EC}"), "no RSA key"),
            (
                format!("{OTHER_CERTIFICATE}{KEY}"),
                "does not belong to the private key",
            ),
            (format!("{CERTIFICATE}{damaged_base64}"), "not valid base64"),
            (format!("{CERTIFICATE}{damaged_key}"), "is damaged"),
            (format!("{CERTIFICATE}{cut}"), "no end line"),
        ] {
            let error = credential(&pem).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(said), "{said}: {shown}");
            for line in pem.lines().filter(|line| line.len() > 20) {
                assert!(!shown.contains(line), "{shown}");
            }
        }
    }

    #[test]
    fn the_key_is_never_shown() {
        let credential = credential(&format!("{CERTIFICATE}{KEY}")).unwrap();
        insta::assert_snapshot!(format!("{credential:?}\n{credential:#?}"));
    }
}
