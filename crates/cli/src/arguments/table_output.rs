//! Which commands have a table that can be written as CSV.

use super::{Command, GlobalOptions, OutputFormat, ServiceCommand};

/// What is wrong, if the command has no table and one is asked for. Found before anything is sent.
pub(super) fn conflict(command: &Command, global: &GlobalOptions) -> Option<String> {
    let name = match global.output {
        OutputFormat::Csv => "csv",
        OutputFormat::Tsv => "tsv",
        OutputFormat::Text | OutputFormat::Json | OutputFormat::Jsonl => return None,
    };
    let has_table = match command {
        Command::Service(command) => matches!(
            command,
            ServiceCommand::List(_)
                | ServiceCommand::Get(_)
                | ServiceCommand::Accept(_)
                | ServiceCommand::Eligibility(_)
        ),
        Command::Explain { .. } => true,
        _ => false,
    };
    (!has_table).then(|| {
        format!(
            "the argument '--output {name}' can only be used with list, get, eligibility, accept \
             and explain, which have a table: use text, json or jsonl"
        )
    })
}
