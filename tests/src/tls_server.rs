//! A TLS server with a certificate that is not trusted.

use std::sync::Arc;

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
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a matching key");
        let acceptor = TlsAcceptor::from(Arc::new(config));
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
