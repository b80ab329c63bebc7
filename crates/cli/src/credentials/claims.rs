//! What an access token says about itself. The signature is not checked: the service does that.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The claims of a token of Entra, as far as it has them.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    /// The name that the user signs in with. `None` if the token is that of an app alone.
    pub(crate) user: Option<String>,
    pub(crate) user_id: Option<String>,
    /// Whether the user signed in with multifactor authentication; `None` if that is not said.
    pub(crate) mfa: Option<bool>,
    /// Seconds since 1970.
    pub(crate) expires_at: Option<u64>,
    pub(crate) scopes: Vec<String>,
    pub(crate) roles: Vec<String>,
}

impl Claims {
    /// `None` if the token is not a JWT.
    pub(crate) fn of(token: &str) -> Option<Self> {
        let claims = token.split('.').nth(1)?.trim_end_matches('=');
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
        let text = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| claims.get(*name)?.as_str());
            values.next().map(str::to_owned)
        };
        let list = |name: &str| match claims.get(name) {
            Some(Value::Array(values)) => {
                let values = values.iter().filter_map(Value::as_str);
                values.map(str::to_owned).collect()
            }
            Some(Value::String(words)) => words.split(' ').map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        // v1 and v2 tokens have different names for the same.
        let user = text(&["upn", "preferred_username", "unique_name", "email"]);
        let scopes: Vec<String> = list("scp");
        let is_user = match text(&["idtyp"]).as_deref() {
            Some("app") => false,
            Some("user") => true,
            _ => user.is_some() || !scopes.is_empty(),
        };
        let methods: Vec<String> = list("amr");
        let is_mfa = methods.iter().any(|it| it == "mfa" || it == "ngcmfa");
        let mfa = (!methods.is_empty()).then_some(is_mfa);
        let expires_at = claims.get("exp").and_then(Value::as_u64);
        Some(Self {
            tenant: text(&["tid"]),
            client_id: text(&["appid", "azp"]),
            user: user.filter(|_| is_user),
            user_id: text(&["oid", "sub"]).filter(|_| is_user),
            mfa: mfa.filter(|_| is_user),
            expires_at,
            scopes,
            roles: list("roles"),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::Claims;

    fn claims(json: &str) -> Option<Claims> {
        Claims::of(&format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(json)))
    }

    #[test]
    fn claims_of_both_versions_are_read() {
        let v1 = claims(
            r#"{"tid":"t","appid":"a","upn":"u@x","oid":"o","amr":["pwd","mfa"],"exp":9,"scp":"b c"}"#,
        );
        let v1 = v1.unwrap();
        assert_eq!(v1.client_id.as_deref(), Some("a"));
        assert_eq!((v1.user.as_deref(), v1.mfa), (Some("u@x"), Some(true)));
        assert_eq!((v1.expires_at, v1.scopes.len()), (Some(9), 2));
        let v2 = claims(r#"{"tid":"t","azp":"a","preferred_username":"u@x","scp":"b"}"#).unwrap();
        assert_eq!(v2.client_id.as_deref(), Some("a"));
        assert_eq!((v2.user.as_deref(), v2.mfa), (Some("u@x"), None));
        let password = claims(r#"{"upn":"u","amr":["pwd"]}"#).unwrap();
        assert_eq!(password.mfa, Some(false));
        let app = claims(r#"{"appid":"a","oid":"o","idtyp":"app","roles":["r"]}"#).unwrap();
        assert_eq!((app.user, app.user_id, app.mfa), (None, None, None));
        assert_eq!(app.roles, ["r"]);
    }

    #[test]
    fn other_tokens_have_no_claims() {
        for token in [
            "",
            "opaque",
            "a.b",
            "a.%%%.c",
            "e30.bm90IGpzb24.x",
            "e30.W10.x",
        ] {
            assert!(Claims::of(token).is_none(), "{token}");
        }
    }
}
