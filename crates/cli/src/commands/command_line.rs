//! Command lines that messages suggest, ready to be pasted: with the options that select the service.

use partner_center_transfers::types::{CustomerId, TransferId};

use crate::arguments::{AuthMethod, GlobalOptions};
use crate::suggestion;

/// Suggests commands for the transfers of one customer at the service that was called.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommandLines<'a> {
    pub(super) global: &'a GlobalOptions,
    pub(super) customer: CustomerId,
}

impl CommandLines<'_> {
    /// A command on a transfer of a response. An id that is not a GUID is not copied, because it
    /// could contain anything.
    pub(super) fn on_listed(self, command: &str, id: Option<&str>) -> String {
        match id.map(str::parse::<TransferId>) {
            Some(Ok(transfer)) => self.on(command, transfer),
            _ => self.with(command, "<ID>"),
        }
    }

    /// A command, with its options, on a transfer.
    pub(super) fn on(self, command: &str, transfer: TransferId) -> String {
        self.with(command, &transfer.to_string())
    }

    fn with(self, command: &str, transfer: &str) -> String {
        let (name, options) = command.split_once(' ').unwrap_or((command, ""));
        let customer = self.customer;
        let mut line = format!("pctransfers {name} --customer {customer} --transfer {transfer}");
        for word in options.split_terminator(' ') {
            line += " ";
            line += word;
        }
        line += &service_options(self.global);
        suggestion::command(&line)
    }
}

/// The options that select the service, each after a blank.
pub(super) fn service_options(global: &GlobalOptions) -> String {
    let mut line = String::new();
    if let Some(name) = &global.profile {
        line += " --profile ";
        line += &quoted(name.trim());
    }
    if let Some(url) = &global.endpoint {
        line += " --endpoint ";
        line += &quoted(url.trim());
    }
    for host in &global.insecure_http {
        line += " --insecure-http ";
        line += &quoted(host);
    }
    if let Some(cloud) = &global.cloud {
        line += " --cloud ";
        line += &cloud.to_string();
    }
    if global.auth == Some(AuthMethod::AzureCli) {
        line += " --auth azure-cli";
    }
    if global.emulator {
        line += " --emulator";
    }
    line
}

/// A word as POSIX shells read it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":/._-[]".contains(&byte);
    if word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
