//! Reads PKCS#12 files (`.pfx`, `.p12`), as Windows, OpenSSL, Java and Azure Key Vault write them.

use aws_lc_rs::{digest, hmac};
use zeroize::Zeroizing;

use super::ber::{CONTEXT_0, CONTEXT_0_PRIMITIVE, Malformed, OID, Reader, SEQUENCE};
use super::decryption::{DecryptionError, Password, Purpose, decrypt, derive_pkcs12};

/// The keys, as PKCS#8, and the certificates of a file.
#[derive(Default)]
pub(super) struct Content {
    pub(super) keys: Vec<Zeroizing<Vec<u8>>>,
    pub(super) certificates: Vec<Vec<u8>>,
}

/// Reads a file. An empty password means no password, for which programs use two encodings.
pub(super) fn read(bytes: &[u8], password: &str) -> Result<Content, DecryptionError> {
    let mut pfx = Reader::new(bytes).enter(SEQUENCE)?;
    if pfx.unsigned()? != 3 {
        return Err(DecryptionError::Unsupported);
    }
    let mut safe = pfx.enter(SEQUENCE)?;
    if safe.expect(OID)? != DATA {
        return Err(DecryptionError::Unsupported);
    }
    let safe = safe.enter(CONTEXT_0)?.octets()?;
    let mac = pfx.next()?.map(|mac| Reader::new(mac.content));

    let mut passwords = vec![Password::new(password)];
    if password.is_empty() {
        passwords.push(Password::null());
    }
    let mut result = Err(DecryptionError::WrongPassword);
    for password in &passwords {
        result = match mac {
            Some(mac) if !has_mac(mac, &safe, password)? => Err(DecryptionError::WrongPassword),
            _ => read_safe(&safe, password),
        };
        if result.is_ok() {
            break;
        }
    }
    result
}

/// Whether the file's authentication code is of this password. A code of an unknown kind counts as
/// right: a wrong password then fails to decrypt.
fn has_mac(mut mac: Reader<'_>, safe: &[u8], password: &Password) -> Result<bool, Malformed> {
    let mut info = mac.enter(SEQUENCE)?;
    let (hash, hmac) = match info.enter(SEQUENCE)?.expect(OID)? {
        b"\x2B\x0E\x03\x02\x1A" => (
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        ),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x04" => (&digest::SHA224, hmac::HMAC_SHA224),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => (&digest::SHA256, hmac::HMAC_SHA256),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => (&digest::SHA384, hmac::HMAC_SHA384),
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => (&digest::SHA512, hmac::HMAC_SHA512),
        _ => return Ok(true),
    };
    let expected = info.octets()?;
    let salt = mac.octets()?;
    let iterations = mac.unsigned().unwrap_or(1);
    let iterations = super::decryption::checked_iterations(iterations).map_err(|_| Malformed)?;
    let key = derive_pkcs12(
        hash,
        Purpose::Mac,
        &password.utf16,
        &salt,
        iterations,
        hash.output_len(),
    );
    let key = hmac::Key::new(hmac, &key);
    Ok(hmac::verify(&key, safe, &expected).is_ok())
}

/// 1.2.840.113549.1.7.1
const DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01";
/// 1.2.840.113549.1.7.6
const ENCRYPTED_DATA: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x07\x06";
/// 1.2.840.113549.1.9.22.1
const X509_CERTIFICATE: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x09\x16\x01";

fn read_safe(safe: &[u8], password: &Password) -> Result<Content, DecryptionError> {
    let mut content = Content::default();
    let mut parts = Reader::new(safe).enter(SEQUENCE)?;
    while let Some(part) = parts.next()? {
        let mut part = Reader::new(part.content);
        match part.expect(OID)? {
            DATA => {
                let bags = part.enter(CONTEXT_0)?.octets()?;
                read_bags(&bags, password, &mut content)?;
            }
            ENCRYPTED_DATA => {
                let mut data = part.enter(CONTEXT_0)?.enter(SEQUENCE)?;
                data.unsigned()?;
                let mut info = data.enter(SEQUENCE)?;
                info.expect(OID)?;
                let algorithm = info.enter(SEQUENCE)?;
                let encrypted = info.next()?.ok_or(Malformed)?.octets(CONTEXT_0_PRIMITIVE)?;
                let bags = decrypt(algorithm, &encrypted, password)?;
                // Random bytes can look padded; they are no list of bags.
                read_bags(&bags, password, &mut content).map_err(wrong_if_malformed)?;
            }
            _ => return Err(DecryptionError::Unsupported),
        }
    }
    Ok(content)
}

fn wrong_if_malformed(error: DecryptionError) -> DecryptionError {
    match error {
        DecryptionError::Malformed => DecryptionError::WrongPassword,
        error => error,
    }
}

fn read_bags(
    bags: &[u8],
    password: &Password,
    content: &mut Content,
) -> Result<(), DecryptionError> {
    let mut bags = Reader::new(bags).enter(SEQUENCE)?;
    while let Some(bag) = bags.next()? {
        let mut bag = Reader::new(bag.content);
        // 1.2.840.113549.1.12.10.1
        let [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 12, 10, 1, kind] = bag.expect(OID)? else {
            continue;
        };
        let mut value = bag.enter(CONTEXT_0)?;
        match kind {
            1 => {
                let key = value.next_encoded()?;
                content.keys.push(Zeroizing::new(key.to_vec()));
            }
            2 => {
                let mut key = value.enter(SEQUENCE)?;
                let algorithm = key.enter(SEQUENCE)?;
                let key = decrypt(algorithm, &key.octets()?, password)?;
                content.keys.push(key);
            }
            3 => {
                let mut certificate = value.enter(SEQUENCE)?;
                if certificate.expect(OID)? == X509_CERTIFICATE {
                    let der = certificate.enter(CONTEXT_0)?.octets()?;
                    content.certificates.push(der.into_owned());
                }
            }
            // Revocation lists and other secrets.
            _ => {}
        }
    }
    Ok(())
}
