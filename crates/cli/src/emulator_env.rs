//! The two partners of the emulator's data set.

use std::fmt::Write as _;

use partner_center_emulator::{Emulator, data_set};

/// The tenant id, client id and client secret of a partner.
pub(crate) fn credential(is_source: bool) -> (String, String, &'static str) {
    let (tenant, app, secret) = if is_source {
        (
            data_set::SOURCE,
            data_set::SOURCE_APP,
            data_set::SOURCE_SECRET,
        )
    } else {
        (
            data_set::TARGET,
            data_set::TARGET_APP,
            data_set::TARGET_SECRET,
        )
    };
    (tenant.to_string(), app.to_string(), secret)
}

/// Environment variables of both partners, as `export` lines to paste into a shell. `pctransfers
/// emulator` prints them below the emulator's own greeting.
pub(crate) fn exports(emulator: &Emulator) -> String {
    let url = emulator.url();
    let partners = emulator.data().partners;
    let mut text = String::new();
    for (role, is_source) in [
        ("source partner, which hands over subscriptions", true),
        ("target partner, which receives them", false),
    ] {
        let (tenant, app, secret) = credential(is_source);
        // A data set of the user may have other partners.
        if !partners
            .iter()
            .any(|partner| partner.tenant_id.to_string() == tenant)
        {
            continue;
        }
        let _ = write!(
            text,
            "\nTo act as the {role}:\n\
             export PCTRANSFERS_ENDPOINT={url}\n\
             export PCTRANSFERS_AUTHORITY={url}\n\
             export PCTRANSFERS_TENANT_ID={tenant}\n\
             export PCTRANSFERS_CLIENT_ID={app}\n\
             export PCTRANSFERS_CLIENT_SECRET={secret}\n"
        );
    }
    text
}
