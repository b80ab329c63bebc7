//! Certificate files as other systems write them.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{CertificateFileError, read};

const CERTIFICATE: &str = include_str!("../testdata/test-only-certificate.pem");
const KEY: &str = include_str!("../testdata/test-only-key-pkcs8.pem");
const KEY_PKCS1: &str = include_str!("../testdata/test-only-key-pkcs1.pem");
/// PBES2; the password is "test".
const KEY_ENCRYPTED: &str = include_str!("../testdata/test-only-key-encrypted.pem");
const KEY_ENCRYPTED_3DES: &str = include_str!("../testdata/test-only-key-encrypted-3des.pem");
const KEY_TRADITIONAL: &str = include_str!("../testdata/test-only-key-encrypted-traditional.pem");
const KEY_EC: &str = include_str!("../testdata/test-only-key-ec.pem");
const OTHER_CERTIFICATE: &str = include_str!("../testdata/test-only-other-certificate.pem");
/// From `openssl x509 -fingerprint -sha256`, encoded as base64url.
const THUMBPRINT: &str = include_str!("../testdata/test-only-thumbprint.txt");

macro_rules! pkcs12 {
    ($name:literal) => {
        include_bytes!(concat!("../testdata/pkcs12/test-only-", $name, ".pfx"))
    };
}

const PASSWORD: &str = "test-only";
const OPENSSL_3: &[u8] = pkcs12!("openssl-3");
const OPENSSL_1: &[u8] = pkcs12!("openssl-1");
const EMPTY_PASSWORD: &[u8] = pkcs12!("empty-password");
const BER: &[u8] = pkcs12!("ber");

#[track_caller]
fn is_read(bytes: &[u8], password: Option<&str>) {
    let file = read(bytes, password).map_err(|error| error.to_string());
    let certificate = file.unwrap().certificate;
    let thumbprint = digest::digest(&digest::SHA256, &certificate);
    assert_eq!(URL_SAFE_NO_PAD.encode(thumbprint), THUMBPRINT.trim());
}

#[track_caller]
fn fails(bytes: &[u8], password: Option<&str>) -> CertificateFileError {
    match read(bytes, password) {
        Ok(_) => panic!("the file is read"),
        Err(error) => error,
    }
}

fn both() -> String {
    format!("{CERTIFICATE}{KEY}")
}

#[test]
fn both_key_formats_any_order_and_further_certificates_are_accepted() {
    for pem in [
        both(),
        format!("{KEY_PKCS1}{CERTIFICATE}"),
        format!("{OTHER_CERTIFICATE}{CERTIFICATE}{KEY}"),
        format!("Bag Attributes: x\n{KEY}\nsubject=x\n{CERTIFICATE}"),
    ] {
        is_read(pem.as_bytes(), None);
        // A password for a key that is not encrypted is ignored.
        is_read(pem.as_bytes(), Some("unused"));
    }
}

#[test]
fn pem_of_other_systems_is_accepted() {
    let pem = both();
    let utf16 = |unit: fn(u16) -> [u8; 2]| {
        let marked = format!("\u{feff}{pem}");
        marked.encode_utf16().flat_map(unit).collect::<Vec<u8>>()
    };
    let comment = b"Bag Attributes\n    friendlyName: Zertifikat f\xFCr Tailspin\n";
    for bytes in [
        format!("\u{feff}{pem}").into_bytes(),
        format!("\u{feff}{CERTIFICATE}\u{feff}{KEY}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "\r").into_bytes(),
        pem.replace('\n', "\n    ").into_bytes(),
        [&comment[..], pem.as_bytes()].concat(),
        [b"\xEF\xBB\xBF", &comment[..], pem.as_bytes()].concat(),
        pem.trim_end().as_bytes().to_vec(),
    ] {
        is_read(&bytes, None);
    }
}

#[test]
fn pkcs12_of_other_systems_is_accepted() {
    is_read(OPENSSL_3, Some("päss \"wörd€"));
    for bytes in [
        OPENSSL_1,
        pkcs12!("rc2-128-and-2-key-3des"),
        pkcs12!("aes-128-and-192"),
        BER,
    ] {
        is_read(bytes, Some(PASSWORD));
    }
    for bytes in [
        EMPTY_PASSWORD,
        pkcs12!("null-password"),
        pkcs12!("not-encrypted"),
    ] {
        is_read(bytes, None);
        is_read(bytes, Some(""));
        // As Azure Key Vault returns it.
        is_read(STANDARD.encode(bytes).as_bytes(), None);
    }
    // Copied with something after it.
    is_read(&[EMPTY_PASSWORD, b"\r\n"].concat(), None);
}

#[test]
fn an_encrypted_key_needs_its_password() {
    let pbes2 = format!("{CERTIFICATE}{KEY_ENCRYPTED}");
    let triple_des = format!("{KEY_ENCRYPTED_3DES}{CERTIFICATE}").replace('\n', "\r\n");
    is_read(pbes2.as_bytes(), Some("test"));
    is_read(triple_des.as_bytes(), Some(PASSWORD));
    for bytes in [
        pbes2.as_bytes(),
        triple_des.as_bytes(),
        OPENSSL_3,
        OPENSSL_1,
        BER,
    ] {
        assert_eq!(fails(bytes, None), CertificateFileError::PasswordMissing);
        let wrong = fails(bytes, Some("canary"));
        assert_eq!(wrong, CertificateFileError::PasswordWrong);
    }
    let unneeded = fails(EMPTY_PASSWORD, Some("canary"));
    assert_eq!(unneeded, CertificateFileError::PasswordWrong);
}

#[test]
fn an_invalid_pem_is_explained_and_not_shown() {
    let damaged_base64 = KEY.replacen("MII", "M*I", 1);
    let damaged_key = KEY.replacen("MII", "MIA", 1);
    let cut = &KEY[..KEY.len() / 2];
    let traditional = format!("{KEY_TRADITIONAL}{CERTIFICATE}");
    for (pem, reason) in [
        (String::new(), "neither PEM nor PKCS#12"),
        ("canary".to_owned(), "neither PEM nor PKCS#12"),
        (CERTIFICATE.to_owned(), "contains no private key"),
        (KEY.to_owned(), "contains no certificate"),
        (format!("{CERTIFICATE}{KEY}{KEY}"), "more than one private"),
        (format!("{CERTIFICATE}{KEY_EC}"), "is an EC key, not an RSA"),
        (
            format!("{OTHER_CERTIFICATE}{KEY}"),
            "does not match the private key",
        ),
        (format!("{CERTIFICATE}{damaged_base64}"), "not valid base64"),
        (format!("{CERTIFICATE}{damaged_key}"), "is damaged"),
        (format!("{CERTIFICATE}{cut}"), "no end line"),
        (traditional.clone(), "the private key is encrypted"),
        (traditional, "openssl pkcs8 -topk8"),
    ] {
        let error = fails(pem.as_bytes(), None);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(reason), "{reason}: {shown}");
        for line in pem.lines().filter(|line| line.len() > 20) {
            assert!(!shown.contains(line), "{shown}");
        }
    }
    let utf16: Vec<u8> = both().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = fails(&utf16, None).to_string();
    assert!(
        error.contains("UTF-16 without a byte order mark"),
        "{error}"
    );
}

#[test]
fn other_binary_files_are_named() {
    let der = |pem: &str| {
        let body = pem.lines().filter(|line| !line.contains([' ', '-']));
        STANDARD.decode(body.collect::<String>()).unwrap()
    };
    let signed_data = b"\x30\x82\0\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\0";
    for (bytes, reason) in [
        (pkcs12!("no-key").to_vec(), "contains no private key"),
        (pkcs12!("ec-key").to_vec(), "is an EC key, not an RSA key"),
        (der(CERTIFICATE), "a certificate without its private key"),
        (der(KEY), "a private key without its certificate"),
        (der(KEY_PKCS1), "a private key without its certificate"),
        (der(KEY_ENCRYPTED), "an encrypted private key without its"),
        (signed_data.to_vec(), "PKCS#7"),
        (b"\xFE\xED\xFE\xED\0\0\0\x02".to_vec(), "a Java keystore"),
        (b"PK\x03\x04\x14\0\0\0".to_vec(), "binary data"),
    ] {
        let error = fails(&bytes, Some(PASSWORD)).to_string();
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    for good in [OPENSSL_1, BER] {
        for length in 0..good.len() {
            // Each length would take long, since most of them derive keys.
            if length < 100 || length % 97 == 0 {
                fails(&good[..length], Some(PASSWORD));
            }
        }
        for at in (0..good.len()).step_by(61) {
            let mut bytes = good.to_vec();
            bytes[at] ^= 0xFF;
            let _ = read(&bytes, Some(PASSWORD));
        }
    }
}
