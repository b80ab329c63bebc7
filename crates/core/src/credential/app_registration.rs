//! An app as it is registered in a tenant, and the token endpoint that it uses.

use crate::network::Endpoint;
use crate::setting;

use super::error::CredentialError;
use super::form::Form;
use super::token_endpoint::TokenEndpoint;

/// An app as it is registered in a tenant.
#[derive(Clone, Debug)]
pub(crate) struct AppRegistration {
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) version: EndpointVersion,
}

/// The two token endpoints of the login service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointVersion {
    /// `/oauth2/token` with `resource`, as Partner Center's pages show it.
    V1,
    /// `/oauth2/v2.0/token` with `scope`, as Microsoft recommends for new apps.
    V2,
}

impl AppRegistration {
    /// Blanks around the ids, and braces around a GUID, are removed.
    pub(crate) fn new(tenant: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            tenant: setting::plain_id(&tenant.into()).to_owned(),
            client_id: setting::plain_id(&client_id.into()).to_owned(),
            version: EndpointVersion::V2,
        }
    }

    pub(crate) fn check(&self) -> Result<(), CredentialError> {
        check_tenant(&self.tenant)?;
        setting::check(&self.client_id)
            .map_err(|error| CredentialError::new(format!("the client id {error}")))?;
        if !self.client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialError::new(format!(
                "the client id {:?} contains a space or another invalid character",
                self.client_id
            )));
        }
        Ok(())
    }

    /// The token endpoint at this authority.
    pub(crate) fn token_endpoint(
        &self,
        authority: &Endpoint,
    ) -> Result<TokenEndpoint, CredentialError> {
        self.check()?;
        let path = match self.version {
            EndpointVersion::V1 => "oauth2/token",
            EndpointVersion::V2 => "oauth2/v2.0/token",
        };
        let url = authority.at(&format!("/{}/{path}", self.tenant));
        Ok(TokenEndpoint { url: url.into() })
    }

    /// The device authorization endpoint at this authority, which only v2 has.
    pub(crate) fn device_code_endpoint(
        &self,
        authority: &Endpoint,
    ) -> Result<TokenEndpoint, CredentialError> {
        self.check()?;
        let url = authority.at(&format!("/{}/oauth2/v2.0/devicecode", self.tenant));
        Ok(TokenEndpoint { url: url.into() })
    }

    /// The form of a token request: `audience` is for v1, `scope` for v2.
    pub(crate) fn form<'a>(
        &'a self,
        grant: &'static str,
        audience: &'a str,
        scope: &'a str,
    ) -> Form<'a> {
        let form = Form::new()
            .field("grant_type", grant)
            .field("client_id", &self.client_id);
        match self.version {
            EndpointVersion::V1 => form.field("resource", audience),
            EndpointVersion::V2 => form.field("scope", scope),
        }
    }
}

/// Checks that a tenant is a GUID or a domain, since it becomes a segment of the URL's path.
fn check_tenant(tenant: &str) -> Result<(), CredentialError> {
    let refuse = |reason: &str| {
        Err(CredentialError::new(format!(
            "the tenant {tenant:?} {reason}; expected its GUID, or a domain such as \
             contoso.onmicrosoft.com"
        )))
    };
    if setting::is_quoted(tenant) {
        return refuse("is enclosed in quotes");
    }
    if matches!(tenant, "common" | "organizations" | "consumers") {
        return refuse("does not name a single tenant");
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_domain = tenant.len() <= 253 && tenant.contains('.') && tenant.split('.').all(is_label);
    if setting::is_guid(tenant) || is_domain {
        Ok(())
    } else {
        refuse("is not a valid tenant")
    }
}

#[cfg(test)]
mod tests {
    use super::{AppRegistration, check_tenant};
    use crate::network::{Endpoint, InsecureHosts};

    #[test]
    fn a_tenant_is_a_guid_or_a_domain_and_cannot_leave_the_path() {
        for good in [
            "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d",
            "D6BF25B7-E0A8-4F2D-A31B-97B55CFC774D",
            "contoso.onmicrosoft.com",
            "xn--bcher-kva.example",
        ] {
            check_tenant(good).unwrap();
        }
        for bad in [
            "",
            "contoso",
            "common",
            "organizations",
            "..",
            ".",
            "a..b",
            ".a.b",
            "a.b/",
            "a.b/../c",
            "a.b%2f..",
            "a.b?x=1",
            "a.b#x",
            "a.b\\c",
            "a.b@evil.example",
            "a.b:80",
            "a b.c",
            "b\u{fc}cher.example",
            "-a.b",
            "d6bf25b7e0a84f2da31b97b55cfc774d",
            "{contoso.example}",
            "\"contoso.example\"",
            "contoso\u{200B}.example",
        ] {
            let error = check_tenant(bad).unwrap_err().to_string();
            assert!(error.contains("expected its GUID, or a domain"), "{error}");
        }
    }

    #[test]
    fn secrets_go_only_to_https_and_to_this_machine() {
        let app = AppRegistration::new("contoso.example", "app");
        let insecure = InsecureHosts::default();
        for (authority, url) in [
            (
                "https://login.microsoftonline.com/",
                "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            ),
            (
                "http://127.0.0.1:1",
                "http://127.0.0.1:1/contoso.example/oauth2/v2.0/token",
            ),
        ] {
            let authority = Endpoint::of_login(authority, &insecure).unwrap();
            assert_eq!(app.token_endpoint(&authority).unwrap().url, url);
        }
        for authority in [
            "http://login.example",
            "login.example",
            "https://a:b@c.example",
        ] {
            // Without an endpoint there is no token request.
            Endpoint::of_login(authority, &insecure).unwrap_err();
        }
    }
}
