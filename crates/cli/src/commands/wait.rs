//! The wait command.

use std::time::Duration;

use partner_center_transfers::{Progress, printable};

use super::context::Context;
use crate::arguments::{Target, Wait};
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal;

pub(super) async fn wait(context: &Context<'_>, wait: &Wait) -> Result<Report, Failure> {
    let Target { customer, transfer } = wait.target;
    let spinner = context.spinner("Reading the transfer");
    let waiting = context
        .connection
        .client()
        .wait_until_settled(customer, transfer);
    let waiting = waiting.timeout(Duration::from_secs(wait.max_wait));
    let waiting = waiting.on_progress(|progress| {
        let line = progress_line(&progress);
        if spinner.is_visible() {
            spinner.set_message(line);
        } else if !context.global.quiet {
            terminal::diagnose(&format!("{line}\n"));
        }
    });
    let outcome = waiting.send().await?;
    Ok(Report::Waited { transfer, outcome })
}

fn progress_line(progress: &Progress<'_>) -> String {
    let seen = match progress.result {
        Ok(transfer) => match &transfer.status {
            Some(status) => format!("the transfer is {}", printable(status.as_str())),
            None => "the transfer has no status".to_owned(),
        },
        Err(error) => printable(&error.to_string()).into_owned(),
    };
    let next = progress.next.map_or_else(String::new, |next| {
        format!("; next read in {} s", next.as_millis().div_ceil(1000))
    });
    format!("Read {}: {seen}{next}", progress.reads)
}
