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
    let all = error_codes();
    let text = match code.map(|code| all.iter().find(|info| info.code == code).ok_or(code)) {
        Some(Err(code)) => {
            terminal::diagnose(&format!(
                "error: unknown error code {code}; pctransfers explain lists the known codes\n"
            ));
            return exit::OTHER.into();
        }
        Some(Ok(info)) => match format {
            OutputFormat::Text => format!(
                "Code        {}\nName        {}\nCause       {}\nWhat to do  {}\n",
                info.code, info.name, info.cause, info.remedy
            ),
            OutputFormat::Json => output::json(&CodeDocument::from(info)),
            OutputFormat::Jsonl => output::json_line(&CodeDocument::from(info)),
        },
        None => {
            let documents = all.iter().map(CodeDocument::from);
            match format {
                OutputFormat::Text => output::error_codes(all),
                OutputFormat::Json => output::json(&documents.collect::<Vec<_>>()),
                OutputFormat::Jsonl => documents.map(|it| output::json_line(&it)).collect(),
            }
        }
    };
    terminal::write_result(&text, exit::SUCCESS)
}
