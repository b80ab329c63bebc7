//! The explain command: what an error code of the service means and what to do.

use std::process::ExitCode;

use partner_center_transfers::{ErrorCodeInfo, error_codes};
use serde::Serialize;

use crate::arguments::OutputFormat;
use crate::{exit, output, terminal};

#[derive(Serialize)]
struct CodeDocument {
    code: i64,
    name: &'static str,
    cause: &'static str,
    remedy: &'static str,
}

impl From<&ErrorCodeInfo> for CodeDocument {
    fn from(info: &ErrorCodeInfo) -> Self {
        Self {
            code: info.code,
            name: info.name,
            cause: info.cause,
            remedy: info.remedy,
        }
    }
}

/// Explains an error code, or lists all known codes.
pub(crate) fn explain(code: Option<i64>, format: OutputFormat) -> ExitCode {
    let Some(code) = code else {
        let all = error_codes();
        let documents = all.iter().map(CodeDocument::from);
        let text = match format {
            OutputFormat::Text => output::error_codes(all),
            OutputFormat::Json => output::json(&documents.collect::<Vec<_>>()),
            OutputFormat::Jsonl => documents.map(|code| output::json_line(&code)).collect(),
        };
        return terminal::write_result(&text, exit::SUCCESS);
    };
    let Some(info) = partner_center_transfers::explain(code) else {
        terminal::diagnose(&format!(
            "error: unknown error code {code}; pctransfers explain lists the known codes\n"
        ));
        return exit::OTHER.into();
    };
    let text = match format {
        OutputFormat::Text => format!(
            "Code        {}\nName        {}\nCause       {}\nWhat to do  {}\n",
            info.code, info.name, info.cause, info.remedy
        ),
        OutputFormat::Json => output::json(&CodeDocument::from(info)),
        OutputFormat::Jsonl => output::json_line(&CodeDocument::from(info)),
    };
    terminal::write_result(&text, exit::SUCCESS)
}
