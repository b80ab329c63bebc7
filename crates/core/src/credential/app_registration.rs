//! Which app, in which tenant, at which of the two token endpoints.

use crate::endpoint::Endpoint;

use super::error::CredentialError;
use super::token::TokenRequest;
use super::token_endpoint::Form;

/// An app as it is registered in a tenant.
#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) tenant: String,
    pub(crate) client_id: String,
    pub(crate) version: Version,
}

/// The two token endpoints of the login service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `/oauth2/token` with `resource`: what Partner Center's pages show.
    V1,
    /// `/oauth2/v2.0/token` with `scope`: what Microsoft recommends for new apps.
    V2,
}

/// A checked URL that secrets may be sent to.
#[derive(Clone, Debug)]
pub(crate) struct TokenEndpoint {
    pub(crate) url: String,
    /// The login service as it stands in an error.
    pub(crate) host: String,
}

impl Registration {
    pub(crate) fn new(tenant: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            tenant: tenant.into(),
            client_id: client_id.into(),
            version: Version::V2,
        }
    }

    pub(crate) fn check(&self) -> Result<(), CredentialError> {
        check_tenant(&self.tenant)?;
        if self.client_id.is_empty() {
            return Err(CredentialError::new("the client id is empty"));
        }
        if !self.client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialError::new(format!(
                "the client id {:?} holds a space or another character that no id has",
                self.client_id
            )));
        }
        Ok(())
    }

    /// Where the token request goes: the rule is that of the API's endpoint.
    pub(crate) fn endpoint(
        &self,
        request: &TokenRequest<'_>,
    ) -> Result<TokenEndpoint, CredentialError> {
        self.check()?;
        let authority = Endpoint::parse(request.authority()).map_err(|error| {
            CredentialError::new(format!("the cloud's login authority is wrong: {error}"))
        })?;
        let path = match self.version {
            Version::V1 => "oauth2/token",
            Version::V2 => "oauth2/v2.0/token",
        };
        let url = authority.at(&format!("/{}/{path}", self.tenant));
        Ok(TokenEndpoint {
            url: url.into(),
            host: authority.base().to_owned(),
        })
    }

    /// The form's members that say for whom and for what.
    pub(crate) fn form<'a>(
        &'a self,
        request: &'a TokenRequest<'_>,
        grant: &'static str,
    ) -> Form<'a> {
        self.form_for(
            grant,
            match self.version {
                Version::V1 => ("resource", request.audience()),
                Version::V2 => ("scope", request.scope()),
            },
        )
    }

    /// The same with another target than the usual one.
    pub(crate) fn form_for<'a>(
        &'a self,
        grant: &'static str,
        (name, target): (&'static str, &'a str),
    ) -> Form<'a> {
        Form::new()
            .field("grant_type", grant)
            .field("client_id", &self.client_id)
            .field(name, target)
    }
}

/// A tenant stands in a path, so it may hold nothing that could lead out of it.
fn check_tenant(tenant: &str) -> Result<(), CredentialError> {
    let refuse = |reason: &str| {
        Err(CredentialError::new(format!(
            "the tenant {tenant:?} {reason}; expected its GUID, or a domain such as \
             contoso.onmicrosoft.com"
        )))
    };
    if matches!(tenant, "common" | "organizations" | "consumers") {
        return refuse("names no tenant");
    }
    let is_guid = tenant.len() == 36 && uuid::Uuid::try_parse(tenant).is_ok();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_domain = tenant.len() <= 253 && tenant.contains('.') && tenant.split('.').all(is_label);
    if is_guid || is_domain {
        Ok(())
    } else {
        refuse("is no tenant")
    }
}

#[cfg(test)]
mod tests {
    use super::{Registration, check_tenant};
    use crate::credential::testing::{FakeRuntime, request_to};

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
            "{d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d}",
        ] {
            let error = check_tenant(bad).unwrap_err().to_string();
            assert!(error.contains("expected its GUID, or a domain"), "{error}");
        }
    }

    #[test]
    fn secrets_go_to_https_and_to_this_machine() {
        let http = reqwest::Client::new();
        let runtime = FakeRuntime::new();
        let app = Registration::new("contoso.example", "app");
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
            let request = request_to(authority, &http, &runtime);
            assert_eq!(app.endpoint(&request).unwrap().url, url);
        }
        for authority in [
            "http://login.example",
            "login.example",
            "https://a:b@c.example",
        ] {
            let request = request_to(authority, &http, &runtime);
            let error = app.endpoint(&request).unwrap_err().to_string();
            assert!(error.contains("login authority is wrong"), "{error}");
        }
    }
}
