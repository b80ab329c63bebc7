//! The two partners of the emulator's data set, as lines for a shell: who pastes one block is the
//! partner that hands over, who pastes the other is the one that receives.

use std::fmt::Write as _;

use partner_center_emulator::{Emulator, data_set};

/// What `pctransfers emulator` prints below the emulator's own lines.
pub(crate) fn shown(emulator: &Emulator) -> String {
    let url = emulator.url();
    let partners = emulator.data().partners;
    let mut text = String::new();
    for (role, tenant, app, secret) in [
        (
            "source partner, which hands over",
            data_set::SOURCE,
            data_set::SOURCE_APP,
            data_set::SOURCE_SECRET,
        ),
        (
            "target partner, which receives",
            data_set::TARGET,
            data_set::TARGET_APP,
            data_set::TARGET_SECRET,
        ),
    ] {
        // Another data set may have others.
        if !partners.iter().any(|partner| partner.tenant_id == tenant) {
            continue;
        }
        let _ = write!(
            text,
            "\nTo be the {role}:\n\
             export PCTRANSFERS_ENDPOINT={url}\n\
             export PCTRANSFERS_AUTHORITY={url}\n\
             export PCTRANSFERS_TENANT_ID={tenant}\n\
             export PCTRANSFERS_CLIENT_ID={app}\n\
             export PCTRANSFERS_CLIENT_SECRET={secret}\n"
        );
    }
    text
}
