//! Domains of partners in a data file, in the places of their tenant ids.

use serde_json::Value;

/// Replaces the domains of partners by their tenant ids. Returns whether there were any.
pub(super) fn resolve(data: &mut Value) -> bool {
    let partners = data["partners"].as_array().cloned().unwrap_or_default();
    let tenant_of = |name: &str| {
        let has_it = |partner: &&Value| {
            let domain = partner["domain"].as_str();
            domain.is_some_and(|domain| domain.eq_ignore_ascii_case(name))
        };
        partners
            .iter()
            .find(has_it)
            .map(|one| one["tenantId"].clone())
    };
    let mut found = false;
    let mut replace = |place: Option<&mut Value>| {
        if let Some(place) = place
            && let Some(tenant) = place.as_str().and_then(tenant_of)
        {
            *place = tenant;
            found = true;
        }
    };
    for customer in items(data.get_mut("customers")) {
        for partner in items(customer.get_mut("partners")) {
            replace(Some(partner));
        }
        for subscription in items(customer.get_mut("subscriptions")) {
            replace(subscription.get_mut("partner"));
        }
    }
    for transfer in items(data.get_mut("transfers")) {
        replace(transfer.get_mut("sourcePartnerTenantId"));
        replace(transfer.get_mut("targetPartnerTenantId"));
    }
    for order in items(data.get_mut("orders")) {
        replace(order.get_mut("partner"));
    }
    found
}

fn items(list: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    list.and_then(Value::as_array_mut).into_iter().flatten()
}
