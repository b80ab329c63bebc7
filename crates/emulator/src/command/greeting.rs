//! What `serve` prints at the start: the URL, and commands to paste.

use std::fmt;
use std::path::Path;

use crate::server::Emulator;
use crate::service::model::{Status, Transfer};

pub(super) struct Greeting<'a> {
    pub(super) emulator: &'a Emulator,
    pub(super) no_auth: bool,
    /// Whether it listens on all addresses.
    pub(super) is_everywhere: bool,
    /// The file with the certificate that clients must trust.
    pub(super) root: Option<&'a Path>,
}

impl fmt::Display for Greeting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.emulator.url();
        writeln!(f, "Partner Center emulator at {url}")?;
        let curl = match self.root {
            Some(root) => format!("curl --cacert '{}'", root.display()),
            None => "curl".to_owned(),
        };
        let is_active = |one: &Transfer| one.status == Status::Active;
        if let Some(transfer) = self.emulator.find_transfer(is_active) {
            let customer = transfer.customer_tenant_id;
            let target = transfer.target_partner_tenant_id;
            let token = if self.no_auth {
                String::new()
            } else {
                format!(
                    "-H \"Authorization: Bearer $({curl} -s {url}/_emulator/tokens/{target})\" "
                )
            };
            writeln!(
                f,
                "Accept a transfer:\n  {curl} -i -X POST -d '' {token}\
                 {url}/v1/customers/{customer}/transfers/{}/accept",
                transfer.id
            )?;
        }
        writeln!(f, "See what took effect:\n  {curl} {url}/_emulator/ledger")?;
        if self.is_everywhere {
            let port = url.rsplit(':').next().unwrap_or_default();
            writeln!(
                f,
                "It listens on all addresses: other machines reach it at port {port} of this one."
            )?;
        }
        if let Some(root) = self.root {
            writeln!(
                f,
                "Clients must trust the certificate in {root}, pctransfers with\n  \
                 export PCTRANSFERS_CA_FILE='{root}'",
                root = root.display()
            )?;
        }
        Ok(())
    }
}
