//! The environment variables of the emulator's two partners, as `export` lines to paste into a
//! shell.

use std::fmt::Write as _;

use partner_center_emulator::{Emulator, data_set};

/// The text that `pctransfers emulator` prints below the emulator's own greeting.
pub(crate) fn exports(emulator: &Emulator) -> String {
    let url = emulator.url();
    let partners = emulator.data().partners;
    let mut text = String::new();
    for (role, tenant, app, secret) in [
        (
            "source partner, which hands over subscriptions",
            data_set::SOURCE,
            data_set::SOURCE_APP,
            data_set::SOURCE_SECRET,
        ),
        (
            "target partner, which receives them",
            data_set::TARGET,
            data_set::TARGET_APP,
            data_set::TARGET_SECRET,
        ),
    ] {
        // A data set of the user may have other partners.
        if !partners.iter().any(|partner| partner.tenant_id == tenant) {
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
