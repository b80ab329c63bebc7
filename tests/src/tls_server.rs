//! TLS servers, with a certificate that is not trusted or of an authority of the test's own.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::examples::workspace;
use crate::scripted_server::{ScriptedServer, read_some};

impl ScriptedServer {
    /// Starts a TLS server with a self-signed certificate, which records the bytes that it receives.
    ///
    /// # Panics
    ///
    /// The test certificate does not exist, or there is no free port.
    pub async fn start_untrusted_tls() -> Self {
        let files = workspace().join("crates/core/src/credential/testdata");
        let certificate = CertificateDer::from_pem_file(files.join("test-only-certificate.pem"))
            .expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(files.join("test-only-key-pkcs8.pem"))
            .expect("a private key");
        let acceptor = acceptor(certificate, key);
        Self::listen(move |stream, received| {
            let acceptor = acceptor.clone();
            async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    received.push_raw(read_some(&mut stream).await);
                }
            }
        })
        .await
    }
}

fn acceptor(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> TlsAcceptor {
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a matching key");
    // It prefers HTTP/2, which it does not speak: no client may offer that.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// A certificate authority that no platform trusts.
#[derive(Debug)]
pub struct TestAuthority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl TestAuthority {
    /// A new authority with a key of its own.
    ///
    /// # Panics
    ///
    /// If no key can be made.
    #[expect(clippy::new_without_default, reason = "each one is different")]
    pub fn new() -> Self {
        let mut parameters = CertificateParams::new([]).expect("no names");
        let name = format!("Test authority {}", uuid::Uuid::new_v4());
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(parameters, key);
        Self {
            certificate,
            issuer,
        }
    }

    /// The authority's own certificate.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// The authority's own certificate.
    pub fn der(&self) -> Vec<u8> {
        self.certificate.der().to_vec()
    }

    /// Starts a server that gives each request the same response. Its certificate is for one host
    /// name or address.
    pub async fn server(&self, name: &str, response: &str) -> ScriptedServer {
        self.server_with(name, response, |_| {}).await
    }

    /// A [`server`](Self::server) whose certificate has expired.
    pub async fn expired_server(&self, name: &str) -> ScriptedServer {
        let expire = |parameters: &mut CertificateParams| {
            parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(2020, 1, 2);
        };
        self.server_with(name, "", expire).await
    }

    async fn server_with(
        &self,
        name: &str,
        response: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> ScriptedServer {
        let mut parameters = CertificateParams::new([name.to_owned()]).expect("a host name");
        change(&mut parameters);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters
            .signed_by(&key, &self.issuer)
            .expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a private key");
        let acceptor = acceptor(certificate.der().clone(), key);
        let response: Arc<str> = Arc::from(response);
        ScriptedServer::listen(move |stream, received| {
            let (acceptor, response) = (acceptor.clone(), Arc::clone(&response));
            async move {
                // A client that does not trust the certificate ends the connection.
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                // The requests of these tests are short.
                received.push_raw(read_some(&mut stream).await);
                let _ = stream.write_all(response.as_bytes()).await;
                let _ = stream.shutdown().await;
                // Closing at once could drop what the client has not read yet.
                let _ = stream.read(&mut [0; 1]).await;
            }
        })
        .await
    }
}
