//! Password-based decryption of keys and certificates (PKCS#5 and PKCS#12).

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{digest, pbkdf2};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, InnerIvInit as _, InvalidLength, KeyIvInit as _};
use zeroize::Zeroizing;

use super::ber::{Malformed, OID, Reader, SEQUENCE};

/// More iterations of a key derivation would take minutes.
const MAX_ITERATIONS: u32 = 10_000_000;

/// A password in the two encodings that the algorithms use.
pub(super) struct Password {
    utf8: Zeroizing<Vec<u8>>,
    /// UTF-16 with a terminator; nothing at all for a null password.
    pub(super) utf16: Zeroizing<Vec<u8>>,
}

impl Password {
    pub(super) fn new(text: &str) -> Self {
        let mut utf16 = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
        utf16.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        utf16.extend([0, 0]);
        Self {
            utf8: Zeroizing::new(text.as_bytes().to_vec()),
            utf16,
        }
    }

    /// What some programs, such as tools for Azure, use if there is no password.
    pub(super) fn null() -> Self {
        Self {
            utf8: Zeroizing::default(),
            utf16: Zeroizing::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecryptionError {
    Malformed,
    WrongPassword,
    Unsupported,
}

impl From<Malformed> for DecryptionError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Decrypts data. `algorithm` is the content of an `AlgorithmIdentifier`.
pub(super) fn decrypt(
    algorithm: Reader<'_>,
    data: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, DecryptionError> {
    let mut algorithm = algorithm;
    match algorithm.expect(OID)? {
        // 1.2.840.113549.1.5.13: PBES2 of PKCS#5.
        b"\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0D" => {
            decrypt_pbes2(algorithm.enter(SEQUENCE)?, data, password)
        }
        // 1.2.840.113549.1.12.1: the older algorithms of PKCS#12.
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 12, 1, scheme] => {
            let mut parameters = algorithm.enter(SEQUENCE)?;
            let salt = parameters.octets()?;
            let iterations = checked_iterations(parameters.unsigned()?)?;
            let derive = |purpose, length| {
                let sha1 = &digest::SHA1_FOR_LEGACY_USE_ONLY;
                derive_pkcs12(sha1, purpose, &password.utf16, &salt, iterations, length)
            };
            let iv = derive(Purpose::Iv, 8);
            match scheme {
                3 => decrypt_triple_des(&derive(Purpose::Key, 24), &iv, data),
                4 => {
                    let mut key = derive(Purpose::Key, 16);
                    key.extend_from_within(..8);
                    decrypt_triple_des(&key, &iv, data)
                }
                5 => decrypt_rc2(&derive(Purpose::Key, 16), &iv, data),
                6 => decrypt_rc2(&derive(Purpose::Key, 5), &iv, data),
                _ => Err(DecryptionError::Unsupported),
            }
        }
        _ => Err(DecryptionError::Unsupported),
    }
}

pub(super) fn checked_iterations(iterations: u32) -> Result<NonZeroU32, DecryptionError> {
    match NonZeroU32::new(iterations) {
        Some(iterations) if iterations.get() <= MAX_ITERATIONS => Ok(iterations),
        Some(_) => Err(DecryptionError::Unsupported),
        None => Err(DecryptionError::Malformed),
    }
}

fn decrypt_pbes2(
    mut parameters: Reader<'_>,
    data: &[u8],
    password: &Password,
) -> Result<Zeroizing<Vec<u8>>, DecryptionError> {
    let mut derivation = parameters.enter(SEQUENCE)?;
    let mut cipher = parameters.enter(SEQUENCE)?;

    // 1.2.840.113549.1.5.12: PBKDF2.
    if derivation.expect(OID)? != b"\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0C" {
        return Err(DecryptionError::Unsupported);
    }
    let mut derivation = derivation.enter(SEQUENCE)?;
    let salt = derivation.octets()?;
    let iterations = checked_iterations(derivation.unsigned()?)?;
    let mut prf = pbkdf2::PBKDF2_HMAC_SHA1;
    // After an optional key length, which the cipher determines.
    while let Some(element) = derivation.next()? {
        if element.tag == SEQUENCE {
            prf = match Reader::new(element.content).expect(OID)? {
                [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, hash] => match hash {
                    7 => pbkdf2::PBKDF2_HMAC_SHA1,
                    9 => pbkdf2::PBKDF2_HMAC_SHA256,
                    10 => pbkdf2::PBKDF2_HMAC_SHA384,
                    11 => pbkdf2::PBKDF2_HMAC_SHA512,
                    _ => return Err(DecryptionError::Unsupported),
                },
                _ => return Err(DecryptionError::Unsupported),
            };
        }
    }
    let derive = |length| {
        let mut key = Zeroizing::new(vec![0; length]);
        pbkdf2::derive(prf, iterations, &salt, &password.utf8, &mut key);
        key
    };

    let (aes, length) = match cipher.expect(OID)? {
        // 2.16.840.1.101.3.4.1: AES with CBC.
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2] => (&AES_128, 16),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22] => (&AES_192, 24),
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42] => (&AES_256, 32),
        // 1.2.840.113549.3.7: Triple DES with CBC.
        b"\x2A\x86\x48\x86\xF7\x0D\x03\x07" => {
            return decrypt_triple_des(&derive(24), &cipher.octets()?, data);
        }
        _ => return Err(DecryptionError::Unsupported),
    };
    let iv: &[u8] = &cipher.octets()?;
    let iv: [u8; 16] = iv.try_into().map_err(|_| DecryptionError::Malformed)?;
    let wrong = |_| DecryptionError::WrongPassword;
    let key = UnboundCipherKey::new(aes, &derive(length)).map_err(wrong)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(wrong)?;
    let mut text = Zeroizing::new(data.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let length = key.decrypt(&mut text, context).map_err(wrong)?.len();
    text.truncate(length);
    Ok(text)
}

fn decrypt_triple_des(
    key: &[u8],
    iv: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptionError> {
    let cipher = cbc::Decryptor::<des::TdesEde3>::new_from_slices(key, iv);
    decrypt_padded(cipher, data)
}

fn decrypt_rc2(key: &[u8], iv: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecryptionError> {
    let rc2 = rc2::Rc2::new_with_eff_key_len(key, 8 * key.len());
    decrypt_padded(cbc::Decryptor::inner_iv_slice_init(rc2, iv), data)
}

fn decrypt_padded(
    cipher: Result<impl BlockModeDecrypt, InvalidLength>,
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DecryptionError> {
    let cipher = cipher.map_err(|_| DecryptionError::Malformed)?;
    let mut text = Zeroizing::new(data.to_vec());
    let length = cipher
        .decrypt_padded::<Pkcs7>(&mut text)
        .map_err(|_| DecryptionError::WrongPassword)?
        .len();
    text.truncate(length);
    Ok(text)
}

/// What a key of PKCS#12 is derived for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// The key derivation of PKCS#12 ([RFC 7292, appendix B.2][rfc]).
///
/// [rfc]: https://www.rfc-editor.org/rfc/rfc7292#appendix-B.2
pub(super) fn derive_pkcs12(
    hash: &'static digest::Algorithm,
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    iterations: NonZeroU32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = hash.block_len();
    let filled = |bytes: &[u8]| {
        let length = bytes.len().next_multiple_of(block);
        let repeated = bytes.iter().copied().cycle().take(length);
        Zeroizing::new(repeated.collect::<Vec<u8>>())
    };
    let mut input = filled(salt);
    input.extend_from_slice(&filled(password));
    let diversifier = vec![purpose as u8; block];
    // Room for a whole last block, so that the key is not copied when it grows.
    let mut key = Zeroizing::new(Vec::with_capacity(length + hash.output_len()));
    while key.len() < length {
        let mut context = digest::Context::new(hash);
        context.update(&diversifier);
        context.update(&input);
        let mut output = context.finish();
        for _ in 1..iterations.get() {
            output = digest::digest(hash, output.as_ref());
        }
        key.extend_from_slice(output.as_ref());
        // Each block of the input grows by the output and one, modulo its size.
        let addend: Vec<u8> = output
            .as_ref()
            .iter()
            .copied()
            .cycle()
            .take(block)
            .collect();
        for part in input.chunks_mut(block) {
            let mut carry = 1;
            for (byte, more) in part.iter_mut().zip(&addend).rev() {
                let sum = u16::from(*byte) + u16::from(*more) + carry;
                [_, *byte] = sum.to_be_bytes();
                carry = sum >> 8;
            }
        }
    }
    key.truncate(length);
    key
}
