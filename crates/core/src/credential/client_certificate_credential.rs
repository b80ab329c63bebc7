//! App-only authentication with a certificate, whose private key signs an assertion.
//!
//! aws-lc-rs signs: it is a dependency of rustls anyway, while a JWT library would add a dozen
//! crates.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::access_token::AccessToken;
use super::app_registration::{AppRegistration, EndpointVersion};
use super::certificate_file::{self, CertificateFileError};
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is valid. The documentation recommends 5 to 10 minutes.
const ASSERTION_LIFETIME: Duration = Duration::from_mins(10);

/// App-only authentication with a certificate: the client credentials grant with a [signed
/// assertion][assertion], which Microsoft recommends over client secrets.
///
/// The key must be an RSA key of 2,048 to 8,192 bits. `Debug` and errors show neither it nor an
/// assertion.
///
/// Requires the feature `certificate`.
///
/// [assertion]: https://learn.microsoft.com/entra/identity-platform/certificate-credentials
///
/// ```no_run
/// use partner_center_transfers::ClientCertificateCredential;
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
    app: AppRegistration,
    key: Arc<RsaKeyPair>,
    /// SHA-256 of the certificate, encoded as in an assertion.
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
    /// app's id. `certificate` is the content of a file that contains the certificate and its
    /// private key: PEM with the sections in any order, or PKCS#12 (`.pfx`, `.p12`) without a
    /// password. Of several certificates, the one that matches the key is used.
    ///
    /// In PEM the key is PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`). The file may start
    /// with a byte order mark, and be UTF-16 with one. PKCS#12 may also be encoded as base64, as
    /// Azure Key Vault returns it.
    ///
    /// # Errors
    ///
    /// If the file cannot be used; the error says why, without any part of it. The tenant and the
    /// client id are checked when a client is built.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        certificate: impl AsRef<[u8]>,
    ) -> Result<Self, CredentialError> {
        Ok(Self::from_file(
            tenant,
            client_id,
            certificate.as_ref(),
            None,
        )?)
    }

    /// The same as [`new`](Self::new) for a file that is protected by a password: PKCS#12, or PEM
    /// with an encrypted PKCS#8 key (`ENCRYPTED PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// If the password is wrong, or the file cannot be used; the error contains no part of either.
    #[doc(alias = "pkcs12")]
    #[doc(alias = "pfx")]
    pub fn with_password(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        certificate: impl AsRef<[u8]>,
        password: impl AsRef<str>,
    ) -> Result<Self, CredentialError> {
        let password = Some(password.as_ref());
        Ok(Self::from_file(
            tenant,
            client_id,
            certificate.as_ref(),
            password,
        )?)
    }

    /// Both constructors, with an error that shows whether the password is the cause. For the
    /// command; not public API.
    #[doc(hidden)]
    pub fn from_file(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        certificate: &[u8],
        password: Option<&str>,
    ) -> Result<Self, CertificateFileError> {
        let file = certificate_file::read(certificate, password)?;
        let thumbprint = digest::digest(&digest::SHA256, &file.certificate);
        Ok(Self {
            app: AppRegistration::new(tenant, client_id),
            key: Arc::new(file.key),
            thumbprint: URL_SAFE_NO_PAD.encode(thumbprint),
            algorithm: Algorithm::Ps256,
        })
    }

    /// Signs with RS256. The default is PS256, which Microsoft's documentation requires.
    pub fn rs256(mut self) -> Self {
        self.algorithm = Algorithm::Rs256;
        self
    }

    /// Uses the v1 token endpoint, with `resource` instead of `scope`, as Partner Center's pages
    /// show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = EndpointVersion::V1;
        self
    }

    /// A signed assertion for the token endpoint at `audience`.
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
            let endpoint = self.app.token_endpoint(&request.login.endpoint)?;
            let assertion = self.assertion(&endpoint.url, request.runtime.wall_clock())?;
            let form = self
                .app
                .form("client_credentials", request.audience(), request.scope())
                .field("client_assertion_type", ASSERTION_TYPE)
                .secret("client_assertion", assertion.expose());
            endpoint.request_token(request, form).await?.access_token
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

    const TENANT: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
    const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
    const CERTIFICATE: &str = include_str!("testdata/test-only-certificate.pem");
    const KEY: &str = include_str!("testdata/test-only-key-pkcs8.pem");
    /// From `openssl x509 -fingerprint -sha256`, encoded as base64url.
    const THUMBPRINT: &str = include_str!("testdata/test-only-thumbprint.txt");

    fn credential(pem: &str) -> Result<ClientCertificateCredential, super::CredentialError> {
        ClientCertificateCredential::new(TENANT, CLIENT_ID, pem)
    }

    fn part(text: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    }

    #[test]
    fn the_assertion_is_signed_for_the_token_endpoint() {
        let url = "https://login.example/oauth2/v2.0/token";
        let now = 1_700_000_000;
        let good = credential(&format!("{CERTIFICATE}{KEY}")).unwrap();
        let ps256: &'static dyn VerificationAlgorithm = &RSA_PSS_2048_8192_SHA256;
        for (credential, algorithm, verifier) in [
            (good.clone(), "PS256", ps256),
            (good.clone().rs256(), "RS256", &RSA_PKCS1_2048_8192_SHA256),
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
            let assertion = credential.assertion(url, time).unwrap();
            let (signed, signature) = assertion.expose().rsplit_once('.').unwrap();
            let (header, claims) = signed.split_once('.').unwrap();
            assert_eq!(
                part(header),
                json!({"alg": algorithm, "typ": "JWT", "x5t#S256": THUMBPRINT.trim()})
            );
            let claims = part(claims);
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

    #[test]
    fn debug_does_not_show_the_key() {
        let credential = credential(&format!("{CERTIFICATE}{KEY}")).unwrap();
        insta::assert_snapshot!(format!("{credential:?}\n{credential:#?}"));
    }
}
