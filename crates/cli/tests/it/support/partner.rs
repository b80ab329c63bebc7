//! The apps of the emulator's partners.

use partner_center_emulator::{Emulator, data_set};

/// Environment variables with which the command is an app of the source partner, or else of the
/// target partner.
pub(crate) fn environment(emulator: &Emulator, is_source: bool) -> [(&'static str, String); 5] {
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
    [
        ("PCTRANSFERS_ENDPOINT", emulator.url()),
        ("PCTRANSFERS_AUTHORITY", emulator.url()),
        ("PCTRANSFERS_TENANT_ID", tenant.to_string()),
        ("PCTRANSFERS_CLIENT_ID", app.to_string()),
        ("PCTRANSFERS_CLIENT_SECRET", secret.to_owned()),
    ]
}
