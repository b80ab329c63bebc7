//! Starts the run of a new plan, or shows what it would do.

use std::path::Path;

use partner_center_bulk::{Change, Identity, Journal, JournalError, JournalView, Operation, Plan};

use super::interrupts::Interrupts;
use super::question::{objections, question};
use super::survey::{Survey, survey};
use super::{dry_run, input, result, run};
use crate::arguments::{BulkPlan, GlobalOptions};
use crate::commands::preflight;
use crate::connection::Connection;
use crate::end::End;
use crate::failure::Failure;
use crate::outcome::CommandOutcome;
use crate::{exit, input_file, suggestion, terminal};

/// Checks everything that can be checked without a request. Returns the plan, or its problems.
pub(super) fn check(
    global: &GlobalOptions,
    operation: Operation,
    options: &BulkPlan,
) -> Result<Result<Plan, Box<End>>, Failure> {
    let file = input::read(&options.input)?;
    let plan = match input::plan(global, operation, &options.input, &file) {
        Ok(plan) => plan,
        Err(problems) => return Ok(Err(problems)),
    };
    if let Some(journal) = &options.journal {
        check_journal(global, options, journal)?;
    }
    if asks(global, options) && !terminal::can_ask() {
        return Err(Failure::Usage(no_terminal(options)));
    }
    Ok(Ok(plan))
}

/// Fails if a journal cannot be created because there is a file already.
fn check_journal(
    global: &GlobalOptions,
    options: &BulkPlan,
    journal: &Path,
) -> Result<(), Failure> {
    if journal.symlink_metadata().is_err() {
        return Ok(());
    }
    let what = match JournalView::open(journal) {
        Ok(_) => format!(
            "the journal {} exists already: to continue its run, run {}, or name another file for \
             a new plan",
            journal.display(),
            result::resume_line(global, journal),
        ),
        Err(_) => format!(
            "--journal: the file {} exists already and is not a journal: name a new file",
            journal.display()
        ),
    };
    if options.dry_run {
        terminal::warn(&suggestion::on_one_line(&what));
        return Ok(());
    }
    Err(Failure::NotSent(format!(
        "nothing was sent, because {what}"
    )))
}

fn asks(global: &GlobalOptions, options: &BulkPlan) -> bool {
    !options.yes && !options.dry_run && !global.emulator
}

fn no_terminal(options: &BulkPlan) -> String {
    let why = if input_file::is_stdin(&options.input) {
        "the plan is read from standard input, so the answer cannot be"
    } else {
        "there is no terminal to ask on"
    };
    format!("confirmation is required, but {why}: add --yes to proceed; nothing was sent")
}

/// Runs a plan, after a question if one is asked.
pub(super) async fn start(
    global: &GlobalOptions,
    operation: Operation,
    options: &BulkPlan,
    plan: Plan,
) -> Result<End, Failure> {
    let mut interrupts = Interrupts::start();
    let (is_source, may_be_other) = caller_is_source(&plan);
    let connection = Connection::open_as(global, is_source, may_be_other).await?;
    let before = before_the_run(global, operation, options, &plan, &connection);
    if let Some(end) = Box::pin(interrupts.or(before)).await? {
        return Ok(end);
    }
    let Some(path) = &options.journal else {
        return Err(Failure::Usage("--journal is missing".to_owned()));
    };
    let settings = run::options(&options.run, &connection)?;
    let identity = Identity {
        endpoint: connection.client().endpoint(),
        tenant: connection.caller()?,
    };
    let journal = Journal::create(path, &plan, &identity).map_err(|error| not_created(&error))?;
    // A plan can be large, and the journal has it.
    drop(plan);
    Box::pin(run::run(
        global,
        &connection,
        journal,
        operation,
        settings,
        &mut interrupts,
    ))
    .await
}

/// Shows what would be done, or asks. Returns the end of a command that does nothing more.
async fn before_the_run(
    global: &GlobalOptions,
    operation: Operation,
    options: &BulkPlan,
    plan: &Plan,
    connection: &Connection,
) -> Result<Option<End>, Failure> {
    let asks = asks(global, options);
    if !asks && !options.dry_run {
        return Ok(None);
    }
    let caller = connection.caller()?;
    let client = connection.client();
    let run_options = run::options(&options.run, connection)?;
    let survey = survey(global, client, plan, &run_options, caller.as_deref()).await?;
    if options.dry_run {
        return Ok(Some(dry_run::end(global, operation, &survey)));
    }
    let is_confirmed = ask(operation, plan, &survey).await?;
    Ok((!is_confirmed).then(|| declined(global)))
}

async fn ask(operation: Operation, plan: &Plan, survey: &Survey) -> Result<bool, Failure> {
    let objections = objections(operation, survey);
    preflight::ask(&objections, question(operation, plan, survey)).await
}

fn declined(global: &GlobalOptions) -> End {
    let document = serde_json::json!({ "outcome": CommandOutcome::Declined });
    let text = || "Nothing was sent, and no journal was created.\n".to_owned();
    End::new(global, exit::USAGE, text, &document)
}

fn not_created(error: &JournalError) -> Failure {
    Failure::Usage(format!("nothing was sent: {error}"))
}

/// Whether the caller is the source partner, and whether that is a guess, since the rows differ.
fn caller_is_source(plan: &Plan) -> (bool, bool) {
    let is_source = |change: &Change| {
        matches!(
            change,
            Change::CreateLicenseBased(_)
                | Change::AcceptNewCommerce { .. }
                | Change::Withdraw { .. }
        )
    };
    let mut rows = plan.rows().iter().map(|row| is_source(&row.change));
    let first = rows.next().unwrap_or_default();
    (first, rows.any(|other| other != first))
}
