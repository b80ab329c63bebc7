//! The failed subscriptions of a journal as the input of a new plan.

use std::io;

use csv::{Terminator, WriterBuilder};
use partner_center_transfers::types::TransferEntity;

use crate::journal::{JournalView, Outcome, RowRecord};
use crate::plan::Change;

use super::error::ReportError;
use super::formula::neutral;
use super::row::{self, ReportOutcome};

const COLUMNS: [&str; 9] = [
    "kind",
    "customer",
    "source",
    "target",
    "subscriptions",
    "source_name",
    "customer_name",
    "customer_email",
    "reference",
];

/// What [`write_failed_as_input`] has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedInput {
    /// The rows of the new plan.
    pub rows: u64,
    /// Failed rows that are not in it: a change of another kind than create and accept, or a
    /// transfer that was not read afterwards, so that its partners are not known.
    pub left_out: u64,
}

/// Writes the failed subscriptions as the input of a new plan of creates: a transfer that was
/// accepted cannot be accepted again, so the service needs a new one of the failed subscriptions
/// only. Fix the causes first.
///
/// For license-based transfers the source runs that plan, for new commerce the target. A failed
/// create is written as it was.
///
/// # Errors
///
/// The journal cannot be read, or the file not be written.
pub fn write_failed_as_input(
    view: &JournalView,
    mut out: impl io::Write,
) -> Result<FailedInput, ReportError> {
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    writer.write_record(COLUMNS)?;
    let mut written = FailedInput::default();
    view.for_each(|record| {
        if !matches!(record.outcome, Some(Outcome::InPart | Outcome::Failed)) {
            return Ok(());
        }
        match create(&record) {
            Some(cells) => {
                writer.write_record(cells.map(|cell| neutral(cell.unwrap_or_default())))?;
                written.rows += 1;
            }
            None => written.left_out += 1,
        }
        Ok::<_, ReportError>(())
    })?;
    writer.flush()?;
    Ok(written)
}

/// The cells of the create for a failed row.
fn create(record: &RowRecord) -> Option<[Option<String>; COLUMNS.len()]> {
    let customer = Some(record.customer.clone());
    let reference = record.reference.clone();
    match &record.change {
        Change::CreateLicenseBased(request) => Some([
            Some("license-based".to_owned()),
            customer,
            Some(request.source_partner_tenant_id.to_string()),
            Some(request.target_partner_tenant_id.to_string()),
            Some(record.change.subscriptions().join(" ")),
            request.source_partner_name.clone(),
            request.customer_name.clone(),
            None,
            reference,
        ]),
        Change::CreateNewCommerce(request) => Some([
            Some("new-commerce".to_owned()),
            customer,
            Some(request.source_partner_tenant_id.to_string()),
            request.target_partner_tenant_id.map(|id| id.to_string()),
            None,
            Some(request.source_partner_name.clone()),
            request.customer_name.clone(),
            Some(request.customer_email_id.clone()),
            reference,
        ]),
        Change::Accept { .. } | Change::AcceptNewCommerce { .. } => {
            let transfer: TransferEntity =
                serde_json::from_value(record.read_back.clone()?).ok()?;
            let failed = row::rows(record).into_iter();
            let failed = failed.filter(|row| row.outcome == ReportOutcome::Failed);
            let failed: Vec<String> = failed.filter_map(|row| row.subscription).collect();
            if failed.is_empty() {
                return None;
            }
            let kind = match record.change {
                Change::Accept { .. } => "license-based",
                _ => "new-commerce",
            };
            Some([
                Some(kind.to_owned()),
                customer,
                Some(transfer.source_partner_tenant_id?),
                Some(transfer.target_partner_tenant_id?),
                Some(failed.join(" ")),
                transfer.source_partner_name,
                transfer.customer_name,
                transfer.customer_email_id,
                reference,
            ])
        }
        _ => None,
    }
}
