//! Certificates to trust in addition to those of the platform.

/// Certificates to trust in addition to those of the platform, checked.
#[derive(Clone, Default)]
pub(crate) struct RootCertificates {
    #[cfg(any(feature = "native-tls", feature = "rustls"))]
    certificates: Vec<reqwest::Certificate>,
}

#[cfg(any(feature = "native-tls", feature = "rustls"))]
impl RootCertificates {
    /// Parses files, each a PEM bundle or one certificate in DER.
    pub(crate) fn parse(files: &[Vec<u8>]) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for file in files {
            certificates.append(&mut parse_file(file)?);
        }
        Ok(Self { certificates })
    }

    /// Trusts them and those of the platform.
    pub(crate) fn add_to(&self, http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http.tls_certs_merge(self.certificates.iter().cloned())
    }

    /// Loads no certificates, which plain http does not need.
    pub(crate) fn none_at_all(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http.tls_certs_only([])
    }
}

/// Without a TLS library.
#[cfg(not(any(feature = "native-tls", feature = "rustls")))]
impl RootCertificates {
    pub(crate) fn parse(files: &[Vec<u8>]) -> Result<Self, String> {
        if files.is_empty() {
            return Ok(Self {});
        }
        let missing = "this build has no TLS: turn on the feature `rustls` or `native-tls`";
        Err(missing.to_owned())
    }

    #[expect(clippy::unused_self, reason = "the same as with TLS")]
    pub(crate) fn add_to(&self, http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http
    }

    pub(crate) fn none_at_all(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        http
    }
}

#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn parse_file(file: &[u8]) -> Result<Vec<reqwest::Certificate>, String> {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject as _;

    if is_der(file) {
        return Ok(vec![certificate(file).map_err(|reason| {
            format!(
                "not a certificate in PEM or DER form ({reason}); convert a PKCS #7 or PKCS #12 \
                 file to PEM"
            )
        })?]);
    }
    // Comments between the blocks may be in any encoding, so that only UTF-16 is decoded.
    let decoded;
    let pem = if file.contains(&0) || file.starts_with(&[0xFF, 0xFE]) {
        decoded = crate::text_encoding::decode_text(file).map_err(|error| error.to_string())?;
        decoded.as_bytes()
    } else {
        file
    };
    let mut certificates = Vec::new();
    for block in CertificateDer::pem_slice_iter(without_mark(pem)) {
        let number = certificates.len() + 1;
        let parsed = block.map_err(|error| error.to_string());
        let parsed = parsed.and_then(|der| certificate(&der));
        certificates.push(parsed.map_err(|reason| {
            format!("certificate {number} cannot be read ({reason}); export it again")
        })?);
    }
    if certificates.is_empty() {
        return Err(format!(
            "no certificate found{}; expected PEM text with a line \
             -----BEGIN CERTIFICATE-----, or a certificate in DER form",
            other_blocks(pem)
        ));
    }
    Ok(certificates)
}

/// A certificate that the TLS library accepts.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn certificate(der: &[u8]) -> Result<reqwest::Certificate, String> {
    use crate::error_text::root_cause;

    let certificate =
        reqwest::Certificate::from_der(der).map_err(|error| root_cause(&error).to_string())?;
    // Some TLS libraries look at it only when a client is built.
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([certificate.clone()])
        .build()
        .map_err(|error| root_cause(&error).to_string())?;
    Ok(certificate)
}

/// Whether the bytes begin like a certificate in DER: a sequence with a length of several bytes.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, length, ..] if *length >= 0x80)
}

#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn without_mark(pem: &[u8]) -> &[u8] {
    pem.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(pem)
}

/// What a PEM text without certificates contains instead.
#[cfg(any(feature = "native-tls", feature = "rustls"))]
fn other_blocks(pem: &[u8]) -> String {
    let text = String::from_utf8_lossy(pem);
    let labels: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("-----BEGIN ")?
                .strip_suffix("-----")
        })
        .filter(|label| label.len() < 40)
        .collect();
    match labels.first() {
        Some(label) => format!(" (it contains {label})"),
        None => String::new(),
    }
}

/// What to do if the client cannot be set up because the platform has no certificates.
pub(super) fn missing_store_hint(error: &str) -> &'static str {
    if error.contains("No CA certificates") {
        "; install the CA certificates of the platform, set SSL_CERT_FILE, or add root \
         certificates with `add_root_certificate`"
    } else {
        ""
    }
}
