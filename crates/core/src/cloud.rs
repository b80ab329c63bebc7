//! The clouds that Partner Center runs in, with their endpoints.

use std::fmt;

/// A cloud that Partner Center runs in, or an emulator.
///
/// Microsoft documents the transfers operations for the global cloud only. In others the service
/// may refuse them with error 900138.
///
/// The URLs are from [Partner Center REST URLs][urls] and from the Partner Center PowerShell module.
///
/// [urls]: https://learn.microsoft.com/partner-center/developer/partner-center-rest-urls
///
/// ```
/// use partner_center_transfers::Cloud;
///
/// assert_eq!(Cloud::Global.endpoint(), "https://api.partnercenter.microsoft.com");
/// assert_eq!(Cloud::UsGovernment.authority(), "https://login.microsoftonline.us");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cloud {
    /// The worldwide cloud.
    #[default]
    Global,
    /// Azure Government in the United States: the global API with its own login service.
    UsGovernment,
    /// China, operated by 21Vianet.
    China,
    /// Any other, such as an emulator on this machine.
    Custom {
        /// The base URL of the API: https, or http to this machine or to a host that
        /// [`allow_insecure_http`](crate::ClientBuilder::allow_insecure_http) names.
        endpoint: String,
        /// The base URL of the login service, without a tenant: https, or http as for the API.
        authority: String,
        /// The audience of tokens, without a trailing slash.
        audience: String,
    },
}

impl Cloud {
    /// An emulator at `url`, such as `http://127.0.0.1:8484`, which serves both the API and the
    /// login service, with the audience of the global cloud.
    ///
    /// For one on another machine without TLS, name its host with
    /// [`allow_insecure_http`](crate::ClientBuilder::allow_insecure_http).
    ///
    /// ```
    /// use partner_center_transfers::Cloud;
    ///
    /// let cloud = Cloud::emulator("http://127.0.0.1:8484");
    /// assert_eq!(cloud.endpoint(), "http://127.0.0.1:8484");
    /// assert_eq!(cloud.audience(), Cloud::Global.audience());
    /// ```
    pub fn emulator(url: impl Into<String>) -> Self {
        let url = url.into();
        Self::Custom {
            endpoint: url.clone(),
            authority: url,
            audience: Self::Global.audience().to_owned(),
        }
    }

    /// The base URL of the API.
    pub fn endpoint(&self) -> &str {
        match self {
            Self::Global | Self::UsGovernment => "https://api.partnercenter.microsoft.com",
            Self::China => "https://partner.partnercenterapi.microsoftonline.cn",
            Self::Custom { endpoint, .. } => endpoint,
        }
    }

    /// The base URL of the login service.
    ///
    /// For China this is the newer of two documented URLs. For the older one,
    /// `https://login.chinacloudapi.cn`, use [`Cloud::Custom`].
    pub fn authority(&self) -> &str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovernment => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
            Self::Custom { authority, .. } => authority,
        }
    }

    /// The audience of tokens, without a trailing slash.
    pub fn audience(&self) -> &str {
        match self {
            Self::Global | Self::UsGovernment => "https://api.partnercenter.microsoft.com",
            Self::China => "https://partner.partnercenterapi.microsoftonline.cn",
            Self::Custom { audience, .. } => audience,
        }
    }

    /// The scope of tokens at the v2 token endpoint.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", self.audience())
    }
}

/// The name that the command line accepts; the endpoint of a custom cloud.
impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::UsGovernment => "us-government",
            Self::China => "china",
            Self::Custom { endpoint, .. } => endpoint,
        })
    }
}
