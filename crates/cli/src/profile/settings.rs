//! The settings of a profile.

use std::collections::BTreeMap;

use partner_center_transfers::Cloud;
use partner_center_transfers::types::CustomerId;

/// The settings of a profile. All are optional.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// `None` if no profile is in use.
    pub(crate) name: Option<String>,
    /// The tenant of the partner, a GUID or a domain.
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) cloud: Option<Cloud>,
    pub(crate) endpoint: Option<String>,
    pub(crate) authority: Option<String>,
    /// The customer of commands that name none.
    pub(crate) customer: Option<CustomerId>,
    /// The name of the partner itself.
    pub(crate) partner_name: Option<String>,
    /// Names of partners by their tenant ids in lower case.
    pub(crate) partners: BTreeMap<String, String>,
}

impl Profile {
    /// The name of a partner, if the profile has it.
    pub(crate) fn name_of(&self, tenant: &str) -> Option<&str> {
        let own = self.tenant.as_deref();
        if let (Some(own), Some(name)) = (own, &self.partner_name)
            && own.eq_ignore_ascii_case(tenant)
        {
            return Some(name);
        }
        let name = self.partners.get(&tenant.to_ascii_lowercase());
        name.map(String::as_str)
    }

    /// The name of a partner in a transfer: that of the service, or else of the profile.
    pub(crate) fn partner_name<'a>(
        &'a self,
        of_service: Option<&'a str>,
        tenant: Option<&str>,
    ) -> Option<&'a str> {
        let of_service = of_service.filter(|name| !name.trim().is_empty());
        of_service.or_else(|| self.name_of(tenant?))
    }

    /// The profile for a call to an emulator, which has its own partners.
    pub(super) fn for_emulator(self) -> Self {
        Self {
            tenant: None,
            client_id: None,
            cloud: None,
            endpoint: None,
            authority: None,
            ..self
        }
    }
}
