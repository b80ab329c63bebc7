//! What to do about errors of the login service (Microsoft Entra).
//!
//! A hint is for the codes beside it and no other: many causes share the OAuth error
//! `invalid_grant`, and for most of them a new sign-in does not help. The codes are from
//! Microsoft's page
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

const MFA: &str = "multifactor authentication is missing or too old: sign in again with MFA and \
    use the new refresh token";
const MFA_REGISTRATION: &str = "the user has not registered for multifactor authentication: sign \
    in to a Microsoft portal to register, then sign in again with MFA and use the new refresh token";
const EXTERNAL_CHALLENGE: &str = "the tenant asks for another check, such as multifactor \
    authentication by another provider: sign in again and use the new refresh token";
const CONDITIONAL_ACCESS: &str = "a Conditional Access policy of the tenant blocks this sign-in, \
    such as one that asks for multifactor authentication, a managed device or a known location: an \
    administrator finds the policy in the sign-in log";
const DEVICE: &str = "a Conditional Access policy asks for a managed device or an approved app: sign \
    in again from one, or ask an administrator to exclude this user";
const SECURITY_POLICY: &str = "a security policy of the tenant blocks this sign-in: an \
    administrator finds the policy in the sign-in log";
const RISK: &str = "the account is blocked because of its risk: an administrator must check it and \
    dismiss the risk";
const SIGN_IN: &str = "the service asks for an interactive sign-in: sign in again and use the new \
    refresh token";
const USER_DISABLED: &str = "the user account is disabled: an administrator must enable it, or use \
    another account";
const USER_LOCKED: &str = "the account is locked, or the address of this machine is blocked: wait, \
    and see the sign-in log for the reason";
const USER_UNKNOWN: &str = "the user does not exist in the tenant: check the tenant, or add the \
    user to it";
const USER_UNASSIGNED: &str =
    "the user is not assigned to the app: assign the user in the tenant's enterprise application";
const PASSWORD: &str = "the user's password has expired or was changed: set a new password, sign in \
    again and use the new refresh token";
const CREDENTIALS_INVALID: &str = "the user name or the password is wrong: sign in again";
const CONSENT: &str = "consent is missing: an administrator of the tenant must consent to the \
    app's permission for the Partner Center API";
const PREAUTHORIZATION: &str = "apps of Microsoft cannot be used here: use the client id of an app \
    that you have registered";
const PERMISSION: &str = "the app does not list the permission for the Partner Center API: add it to \
    the app's registration and consent to it";
const SECRET_WRONG: &str =
    "the client secret is wrong: use the secret's value, not its id, and a secret of this app";
const SECRET_EXPIRED: &str = "the client secret has expired: create a new one in the app's \
    registration";
const SECRET_MISSING: &str =
    "the app is a confidential client: provide its client secret or certificate too";
const PUBLIC_CLIENT: &str = "the app is registered as a public client: omit the client secret";
const APP_UNKNOWN: &str = "there is no such app in the tenant: check the client id, the tenant, and \
    that the app has consent there";
const APP_DISABLED: &str = "the app is disabled in the tenant: an administrator must enable it \
    under its enterprise application";
const APP_UNAUTHORIZED: &str =
    "the app may not use this grant in the tenant: check its registration";
const APP_SINGLE_TENANT: &str = "the app is registered for one tenant only: use that tenant, or \
    make the app multitenant";
const TENANT_UNKNOWN: &str =
    "there is no such tenant in this cloud: check the tenant and the cloud";
const TENANT_MISSING: &str = "the app cannot sign in without a tenant: use the tenant's id or domain \
    in place of `common`, `organizations` or `consumers`";
const TENANT_RESTRICTED: &str = "the network or a policy allows only certain tenants: ask its \
    administrator to allow this one";
const CLOUD: &str = "the tenant belongs to another cloud: check the cloud";
const REFRESH_EXPIRED: &str =
    "the refresh token has expired or was revoked: sign in again and use the new one";
const REFRESH_SPA: &str = "the refresh token was issued to a single-page app, and has expired: sign \
    in again, with an app registered as web or native";
const REFRESH_INVALID: &str = "the refresh token is not valid for this app: check the client id, \
    or sign in again and use the new one";
const RESOURCE_UNKNOWN: &str = "the tenant does not know the Partner Center API: check that it is \
    a partner's tenant of this cloud, and that the app has the permission";
const RESOURCE_DISABLED: &str = "the Partner Center API is disabled in the tenant: an administrator \
    must enable its enterprise application";
const CERTIFICATE: &str = "the certificate is not the app's, or has expired: upload it to the app's \
    registration, or use the one that is there";
const CLOCK: &str = "the assertion is expired or not valid yet: check this machine's clock";
const LOOP: &str = "the same token was requested too often: wait some minutes";
const GRANT: &str = "the refresh token is invalid, expired, revoked or of another app: sign in \
    again and use the new one";
const CLIENT: &str = "check the client id and its secret or certificate";

/// Hints by `AADSTS` code.
const CODES: &[(&[u64], &str)] = &[
    (&[50_074, 50_076, 50_078, 500_121], MFA),
    (&[50_072, 50_079, 53_004], MFA_REGISTRATION),
    (&[50_131, 53_003], CONDITIONAL_ACCESS),
    (
        &[
            50_005, 50_097, 50_129, 50_155, 50_187, 53_000, 53_001, 53_002, 530_003,
        ],
        DEVICE,
    ),
    (&[530_032, 530_035], SECURITY_POLICY),
    (&[53_011, 530_034], RISK),
    (&[50_158], EXTERNAL_CHALLENGE),
    (&[50_058, 65_004, 700_020], SIGN_IN),
    (&[50_057], USER_DISABLED),
    (&[50_053], USER_LOCKED),
    (&[50_014, 50_020, 50_034, 51_004, 90_072], USER_UNKNOWN),
    (&[50_105], USER_UNASSIGNED),
    (&[50_055, 50_132, 50_133, 50_135, 50_144], PASSWORD),
    (&[50_056, 50_064, 50_126], CREDENTIALS_INVALID),
    (&[65_001, 90_008, 90_094, 90_095, 90_099], CONSENT),
    (&[65_002], PREAUTHORIZATION),
    (&[65_005, 650_056, 650_057], PERMISSION),
    (&[70_002, 7_000_215], SECRET_WRONG),
    (&[7_000_222], SECRET_EXPIRED),
    (&[7_000_216, 7_000_218], SECRET_MISSING),
    (&[700_025], PUBLIC_CLIENT),
    (&[700_011, 700_016], APP_UNKNOWN),
    (&[70_001, 7_000_112], APP_DISABLED),
    (&[50_194], APP_SINGLE_TENANT),
    (&[90_002, 900_021, 900_023], TENANT_UNKNOWN),
    (&[50_059, 90_019, 90_124, 90_130, 9_001_023], TENANT_MISSING),
    (
        &[50_002, 500_021, 500_022, 500_212, 500_213],
        TENANT_RESTRICTED,
    ),
    (&[90_038, 90_051], CLOUD),
    (&[50_089, 50_173, 70_008, 70_043, 700_082], REFRESH_EXPIRED),
    (&[700_084], REFRESH_SPA),
    (&[70_000], REFRESH_INVALID),
    (&[50_001, 500_011, 650_052], RESOURCE_UNKNOWN),
    (&[500_014], RESOURCE_DISABLED),
    (&[50_012, 700_027, 700_030], CERTIFICATE),
    (&[500_133, 700_024], CLOCK),
    (&[50_196], LOOP),
];

/// Hints by OAuth error and suberror, if there is no code.
const WORDS: &[(&str, &str)] = &[
    ("basic_action", SIGN_IN),
    ("additional_action", CONDITIONAL_ACCESS),
    ("interaction_required", SIGN_IN),
    ("consent_required", CONSENT),
    ("user_password_expired", PASSWORD),
    ("device_authentication_failed", DEVICE),
    ("client_mismatch", REFRESH_INVALID),
    ("bad_token", REFRESH_EXPIRED),
    ("token_expired", REFRESH_EXPIRED),
    ("invalid_grant", GRANT),
    ("invalid_client", CLIENT),
    ("unauthorized_client", APP_UNAUTHORIZED),
    ("invalid_resource", RESOURCE_UNKNOWN),
];

/// Codes that the service documents as transient.
const TRANSIENT: &[u64] = &[
    50_033, 50_087, 70_012, 90_006, 90_012, 90_024, 90_033, 90_090,
];

/// The hint for a code.
pub(super) fn for_code(code: u64) -> Option<&'static str> {
    let known = CODES.iter().find(|(codes, _)| codes.contains(&code));
    known.map(|(_, hint)| *hint)
}

/// The hint for an OAuth error or suberror.
pub(super) fn for_word(word: &str) -> Option<&'static str> {
    let known = WORDS.iter().find(|(known, _)| *known == word);
    known.map(|(_, hint)| *hint)
}

/// Whether the same request may succeed later.
pub(super) fn is_transient(code: u64) -> bool {
    TRANSIENT.contains(&code)
}

/// Microsoft's page about a code. It has the codes of all clouds, and is public, while the
/// `error_uri` of a response may lead anywhere.
pub(super) fn page_about(code: u64) -> String {
    format!("https://login.microsoftonline.com/error?code={code}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CODES, for_code};

    #[test]
    fn each_code_has_one_hint() {
        let codes: Vec<u64> = CODES
            .iter()
            .flat_map(|(codes, _)| *codes)
            .copied()
            .collect();
        let distinct: BTreeSet<u64> = codes.iter().copied().collect();
        assert_eq!(codes.len(), distinct.len());
    }

    #[test]
    fn a_hint_is_about_the_cause_of_its_code() {
        for (codes, hinted) in [
            (&[50_131, 53_003][..], "Conditional Access policy"),
            (&[53_000, 53_001, 50_097], "managed device"),
            (&[50_057], "user account is disabled"),
            (&[50_053], "locked"),
            (&[50_034, 50_020], "does not exist in the tenant"),
            (&[50_055], "password has expired"),
            (&[50_105], "not assigned"),
            (&[50_194], "one tenant only"),
            (&[70_001, 7_000_112], "app is disabled"),
            (&[70_002, 7_000_215], "secret is wrong"),
            (&[50_079, 50_072], "not registered for multifactor"),
            (&[50_158], "another check"),
            (
                &[70_008, 70_043, 50_173, 700_082],
                "refresh token has expired",
            ),
            (&[90_002, 900_023], "no such tenant"),
            (&[700_027], "certificate"),
            (&[500_011], "does not know the Partner Center API"),
            (&[530_034], "risk"),
        ] {
            for code in codes {
                let hint = for_code(*code).unwrap_or("none");
                assert!(hint.contains(hinted), "{code}: {hint}");
            }
        }
        // A new sign-in does not help here.
        for code in [
            50_131, 53_003, 50_057, 7_000_112, 50_105, 50_034, 53_011, 700_016,
        ] {
            assert!(!for_code(code).unwrap().contains("sign in again"), "{code}");
        }
    }
}
