//! What an error code of the service means.

use std::process::ExitCode;

use partner_center_transfers::{ErrorCodeInfo, error_codes, explain};
use serde::Serialize;

use crate::arguments::Output;
use crate::exit::Exit;
use crate::json::{self, Form};
use crate::{finish, streams, tables};

#[derive(Serialize)]
struct Members {
    code: i64,
    name: &'static str,
    cause: &'static str,
    remedy: &'static str,
}

impl From<&ErrorCodeInfo> for Members {
    fn from(known: &ErrorCodeInfo) -> Self {
        Self {
            code: known.code,
            name: known.name,
            cause: known.cause,
            remedy: known.remedy,
        }
    }
}

/// Explains a code, or lists all that are known.
pub(crate) fn run(code: Option<i64>, output: Output) -> ExitCode {
    let Some(code) = code else {
        let all = error_codes();
        let members = || all.iter().map(Members::from);
        let text = match output {
            Output::Text => tables::error_codes(all) + "\n",
            Output::Json => json::written(&members().collect::<Vec<_>>(), Form::Document),
            Output::Jsonl => members()
                .map(|known| json::written(&known, Form::Lines))
                .collect(),
        };
        return finish(&text, Exit::Done);
    };
    let Some(known) = explain(code) else {
        streams::diagnose(&format!(
            "error: nothing is known of the code {code}; pctransfers explain lists the known \
             ones\n"
        ));
        return Exit::Other.into();
    };
    let text = match output {
        Output::Text => format!(
            "Code        {}\nName        {}\nCause       {}\nWhat to do  {}\n",
            known.code, known.name, known.cause, known.remedy
        ),
        Output::Json => json::written(&Members::from(known), Form::Document),
        Output::Jsonl => json::written(&Members::from(known), Form::Lines),
    };
    finish(&text, Exit::Done)
}
