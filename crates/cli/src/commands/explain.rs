//! The explain command: what an error code of the service means and what to do.

use std::process::ExitCode;

use partner_center_transfers::{ErrorCodeInfo, error_codes};
use serde::Serialize;

use crate::arguments::{GlobalOptions, OutputFormat};
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
pub(crate) fn explain(info: Option<&ErrorCodeInfo>, global: &GlobalOptions) -> ExitCode {
    let (all, format) = (error_codes(), global.output);
    let documents = || all.iter().map(CodeDocument::from);
    let text = match (info, format) {
        (Some(info), OutputFormat::Text) => {
            let text = format!(
                "Code        {}\nName        {}\nCause       {}\nWhat to do  {}\n",
                info.code, info.name, info.cause, info.remedy
            );
            return terminal::write_text(&text, exit::SUCCESS);
        }
        (Some(info), OutputFormat::Json) => output::json(&CodeDocument::from(info)),
        (Some(info), OutputFormat::Jsonl) => output::json_line(&CodeDocument::from(info)),
        (None, OutputFormat::Text) => output::error_codes(all),
        (None, OutputFormat::Json) => output::json(&documents().collect::<Vec<_>>()),
        (_, OutputFormat::Csv | OutputFormat::Tsv) => {
            let codes = info.map_or(all, std::slice::from_ref);
            let table = output::error_code_table(codes, format);
            return terminal::write_table(&table, exit::SUCCESS);
        }
        (None, OutputFormat::Jsonl) => documents().map(|it| output::json_line(&it)).collect(),
    };
    terminal::write_result(&text, exit::SUCCESS)
}
