//! ID tokens, which name the user who has signed in: JWTs that are signed with RS256, as in Entra. The
//! key belongs to the process and is made when it is first needed.

use std::sync::OnceLock;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::access_token::Claims;
use crate::service::model::User;

struct SigningKey {
    pair: RsaKeyPair,
    /// The public key for JSON Web Key Sets.
    jwk: Value,
    id: String,
}

/// Making a key takes some 100 ms, and most runs need none.
fn signing_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)
            .expect("the library makes keys of each size that it names");
        let public = pair.public_key().as_ref();
        let (modulus, exponent) =
            rsa_public_key(public).expect("the library encodes public keys as PKCS #1");
        let id = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, public));
        let jwk = json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": id,
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": URL_SAFE_NO_PAD.encode(exponent),
        });
        SigningKey { pair, jwk, id }
    })
}

/// The JSON Web Key Set (RFC 7517) of the public key.
pub(super) fn keys() -> Value {
    json!({ "keys": [signing_key().jwk] })
}

/// Issues the ID token that belongs to an access token. `issuer` is that of the discovery document.
pub(super) fn id_token(issuer: &str, access: &Claims, user: &User) -> String {
    let key = signing_key();
    let header = json!({ "typ": "JWT", "alg": "RS256", "kid": key.id });
    let claims = json!({
        "aud": access.appid,
        "iss": issuer,
        "iat": access.iat,
        "nbf": access.nbf,
        "exp": access.exp,
        "name": user.name,
        "oid": user.id,
        "preferred_username": user.name,
        "sub": user.id,
        "tid": access.tid,
        "uti": Uuid::new_v4(),
        "ver": "2.0",
    });
    let [header, claims] =
        [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string().as_bytes()));
    let signed = format!("{header}.{claims}");
    let mut signature = vec![0; key.pair.public_modulus_len()];
    key.pair
        .sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            signed.as_bytes(),
            &mut signature,
        )
        .expect("the buffer has the length of the modulus");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The value that MSAL needs for the id of an account (`client_info`).
pub(super) fn client_info(access: &Claims, user: &User) -> String {
    let info = json!({ "uid": user.id, "utid": access.tid });
    URL_SAFE_NO_PAD.encode(info.to_string())
}

/// The modulus and the exponent of a public key in PKCS #1, without leading zeros.
fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(der, 0x30)?;
    let (modulus, rest) = element(sequence, 0x02)?;
    let (exponent, _) = element(rest, 0x02)?;
    let unsigned = |number| <[u8]>::strip_prefix(number, &[0]).unwrap_or(number);
    Some((unsigned(modulus), unsigned(exponent)))
}

/// The contents of the DER element with this tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = if *short < 0x80 {
        (usize::from(*short), rest)
    } else {
        let (long, rest) = rest.split_at_checked(usize::from(short & 0x7F))?;
        let length = long
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        (length, rest)
    };
    (*first == tag).then_some(())?;
    rest.split_at_checked(length)
}
