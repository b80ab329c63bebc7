//! The clouds that Partner Center runs in: where the API is, where tokens come from, and what a
//! token must be for.

use std::fmt;

/// A cloud, or a test setup that stands in for one.
///
/// Microsoft documents the transfers operations for the global cloud only. In another cloud the
/// service may refuse them with fault 900138; the error then says so by name.
///
/// Sources: the "Partner Center REST URLs" page of Microsoft's documentation; the environment
/// table of the Partner Center PowerShell module for the login authorities.
///
/// ```
/// use partner_center_core::Cloud;
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
    /// Azure Government in the United States: the global API with an authority of its own.
    UsGovernment,
    /// China, operated by 21Vianet.
    China,
    /// Anything else, such as an emulator on this machine.
    Custom {
        /// The base URL of the API: https, or http to this machine.
        endpoint: String,
        /// The base URL of the login service: https, or http to this machine.
        authority: String,
        /// What a token must be for: its audience, without a slash at its end.
        audience: String,
    },
}

impl Cloud {
    /// An emulator at `url`, such as `http://127.0.0.1:8484`: it serves the API, issues the tokens,
    /// and expects the audience of the global cloud in them.
    ///
    /// ```
    /// use partner_center_core::Cloud;
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
    /// For China the sources disagree over time; this is the newer one. The older is
    /// `https://login.chinacloudapi.cn`, to be had with [`Cloud::Custom`].
    pub fn authority(&self) -> &str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGovernment => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
            Self::Custom { authority, .. } => authority,
        }
    }

    /// What a token must be for, without a slash at its end.
    pub fn audience(&self) -> &str {
        match self {
            Self::Global | Self::UsGovernment => "https://api.partnercenter.microsoft.com",
            Self::China => "https://partner.partnercenterapi.microsoftonline.cn",
            Self::Custom { audience, .. } => audience,
        }
    }
}

/// The name as the command line takes it; a custom cloud by its endpoint.
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
