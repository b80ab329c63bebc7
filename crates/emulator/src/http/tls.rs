//! TLS: certificates, and the handshake.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::server::TlsStream;

use crate::text_encoding;

/// The names of a made certificate in addition to those of the user: the loopback names, and those
/// by which containers reach each other or their host.
const NAMES: [&str; 5] = [
    "localhost",
    "127.0.0.1",
    "::1",
    "emulator",
    "host.docker.internal",
];

/// How long a made certificate is valid.
const DAYS: i64 = 365;

/// Where the certificate comes from.
#[derive(Clone)]
pub(crate) enum TlsCertificate {
    /// It is made at the start, for these names or addresses in addition to the usual ones.
    Made { names: Vec<String> },
    /// A certificate chain and a key in PEM.
    Given { chain: Vec<u8>, key: Vec<u8> },
}

impl std::fmt::Debug for TlsCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key is a secret.
        f.write_str(match self {
            Self::Made { .. } => "Made",
            Self::Given { .. } => "Given",
        })
    }
}

/// A certificate with its key, in use.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate in PEM that a client must trust; `None` if the certificate was given.
    pub(crate) root: Option<String>,
}

impl TlsCertificate {
    pub(crate) fn load(&self) -> io::Result<Tls> {
        match self {
            Self::Made { names } => make(names).map_err(|error| {
                let text = format!(
                    "cannot make a TLS certificate for {}: {error}",
                    names.join(", ")
                );
                io::Error::other(text)
            }),
            Self::Given { chain, key } => {
                let acceptor = given(chain, key)
                    .map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
                Ok(Tls {
                    acceptor,
                    root: None,
                })
            }
        }
    }
}

/// Makes a root certificate, and a certificate that it has signed.
fn make(names: &[String]) -> Result<Tls, Box<dyn std::error::Error + Send + Sync>> {
    let mut all: Vec<String> = NAMES.map(str::to_owned).to_vec();
    for name in names {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    let mut root = CertificateParams::new(Vec::new())?;
    set_validity(&mut root)?;
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.distinguished_name = rcgen::DistinguishedName::new();
    root.distinguished_name
        .push(DnType::CommonName, "Partner Center emulator (for tests)");
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;

    let mut leaf = CertificateParams::new(all)?;
    set_validity(&mut leaf)?;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    leaf.distinguished_name = rcgen::DistinguishedName::new();
    leaf.distinguished_name
        .push(DnType::CommonName, "Partner Center emulator");
    let key = KeyPair::generate()?;
    let leaf = leaf.signed_by(&key, &root)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let chain = vec![leaf.der().clone(), root.der().clone()];
    Ok(Tls {
        acceptor: acceptor(chain, key)?,
        root: Some(root.pem()),
    })
}

/// Some clients refuse a longer validity than a year and a month.
fn set_validity(certificate: &mut CertificateParams) -> Result<(), jiff::Error> {
    let now = jiff::Timestamp::try_from(SystemTime::now())?;
    let day = |days: i64| {
        let time = now + jiff::SignedDuration::from_hours(days * 24);
        let date = time.to_zoned(jiff::tz::TimeZone::UTC).date();
        let unsigned = |number: i8| number.unsigned_abs();
        date_time_ymd(
            date.year().into(),
            unsigned(date.month()),
            unsigned(date.day()),
        )
    };
    // The clock of a client may be late.
    certificate.not_before = day(-1);
    certificate.not_after = day(DAYS);
    Ok(())
}

fn given(chain: &[u8], key: &[u8]) -> Result<TlsAcceptor, String> {
    let (chain, key) = (&decoded(chain)[..], &decoded(key)[..]);
    let certificates = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
    let certificates = certificates
        .ok()
        .filter(|certificates| !certificates.is_empty())
        .ok_or("the TLS certificate contains no CERTIFICATE section in PEM")?;
    let is_encrypted = key.windows(9).any(|part| part == b"ENCRYPTED");
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| {
        if is_encrypted {
            "the TLS key is encrypted: decrypt it first, such as with `openssl pkey`"
        } else {
            "the TLS key contains no PRIVATE KEY section in PEM"
        }
    })?;
    acceptor(certificates, key)
        .map_err(|error| format!("the TLS certificate and its key cannot be used: {error}"))
}

/// Decodes marked text. Other text is used as it is: a comment may have any encoding.
fn decoded(pem: &[u8]) -> Cow<'_, [u8]> {
    match text_encoding::decode(pem) {
        Ok(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        Err(_) => Cow::Borrowed(pem),
    }
}

fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsAcceptor, tokio_rustls::rustls::Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Waits for the handshake. Plain HTTP gets a response that says to use HTTPS.
pub(super) async fn accept(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
    timeout: Duration,
) -> io::Result<TlsStream<TcpStream>> {
    let handshake = async {
        let mut first = [0];
        stream.peek(&mut first).await?;
        if first[0].is_ascii_uppercase() {
            return Err(refuse_plain_http(stream).await);
        }
        acceptor.accept(stream).await
    };
    tokio::time::timeout(timeout, handshake)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn refuse_plain_http(mut stream: TcpStream) -> io::Error {
    const BODY: &str = "The emulator uses TLS on this port: use https instead of http.\n";
    let response = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{BODY}",
        BODY.len()
    );
    // Unread bytes would reset the connection before the client reads the response.
    let mut request = vec![0; 16 * 1024];
    let sent = async {
        let _read = stream.read(&mut request).await?;
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await
    };
    let sent: io::Result<()> = sent.await;
    sent.err()
        .unwrap_or_else(|| io::Error::other("a request without TLS"))
}
