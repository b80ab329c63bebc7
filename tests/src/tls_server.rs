//! A server that speaks TLS, with a certificate that nobody has reason to trust.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::examples::workspace;
use crate::scripted_server::{ScriptedServer, read_some};

impl ScriptedServer {
    /// Starts a server whose certificate is signed by itself. What it reads within TLS it notes as
    /// a request; a client that looks at certificates sends none.
    ///
    /// # Panics
    ///
    /// If the test certificate of the credentials is not there, or no port on this machine can be
    /// had.
    pub async fn start_untrusted_tls() -> Self {
        let files = workspace().join("crates/core/src/credential/testdata");
        let certificate = CertificateDer::from_pem_file(files.join("test-only-certificate.pem"))
            .expect("it is a certificate");
        let key = PrivateKeyDer::from_pem_file(files.join("test-only-key-pkcs8.pem"))
            .expect("it is a private key");
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("the key is the certificate's");
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
