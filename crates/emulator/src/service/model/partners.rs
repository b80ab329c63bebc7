use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::secret::Secret;

/// A partner: a tenant with apps and users that can request tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Partner {
    /// The tenant id.
    pub tenant_id: Uuid,
    /// The display name.
    pub name: String,
    /// A domain of the tenant, such as `contoso.onmicrosoft.com`. The token endpoint accepts it in
    /// place of the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The apps that are registered in the tenant.
    #[serde(default)]
    pub apps: Vec<App>,
    /// The users of the tenant, for app+user tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
}

impl Partner {
    /// Returns a user by id or by name.
    pub(crate) fn user_named(&self, name: &str) -> Option<&User> {
        let id = Uuid::try_parse(name).ok();
        self.users
            .iter()
            .find(|user| id == Some(user.id) || user.name.eq_ignore_ascii_case(name))
    }
}

/// An app of a partner. An app with neither secrets nor certificates is a public client.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct App {
    /// The app id: the `client_id` of a token request.
    pub id: Uuid,
    /// The client secrets; each of them works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// The certificates as PEM, for client assertions. The first `CERTIFICATE` section of each is
    /// read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
}

/// A user of a partner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// The object id of the user.
    pub id: Uuid,
    /// The user principal name, such as `agent@contoso.onmicrosoft.com`.
    pub name: String,
    /// The refresh token from the consent. It works for each app of the partner.
    pub refresh_token: Secret,
    /// Whether the user signed in with multifactor authentication. Without it the API refuses the
    /// user's tokens with code 900421.
    pub mfa: bool,
}
