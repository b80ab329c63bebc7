//! The failed subscriptions of a journal as the input of a new plan.

use std::io;

use csv::{Terminator, WriterBuilder};
use partner_center_transfers::types::{TransferEntity, TransferProductType};

use crate::formula::neutral;
use crate::journal::{JournalView, Outcome, RowRecord};
use crate::plan::{Change, Columns};

use super::csv::carried_columns;
use super::error::ReportError;
use super::row::{self, ReportOutcome};

const COLUMNS: [&str; 10] = [
    "kind",
    "customer",
    "source",
    "target",
    "subscriptions",
    "source_name",
    "customer_name",
    "customer_email",
    "product",
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
/// create is written as it was. The columns that the input carried are carried again.
///
/// # Errors
///
/// The journal cannot be read, or the file not be written.
pub fn write_failed_as_input(
    view: &JournalView,
    mut out: impl io::Write,
) -> Result<FailedInput, ReportError> {
    let _snapshot = view.snapshot()?;
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    // A carried column with a meaning is one that the first plan had no use for.
    let mut carried = carried_columns(view)?;
    carried.retain(|name| !Columns::is_known(name));
    let header = COLUMNS.map(str::to_owned).into_iter();
    let header = header.chain(carried.iter().cloned());
    writer.write_record(header.map(neutral))?;
    let mut written = FailedInput::default();
    view.for_each(|record| {
        if !matches!(record.outcome, Some(Outcome::InPart | Outcome::Failed)) {
            return Ok(());
        }
        match create(&record) {
            Some(cells) => {
                let value = |name: &String| {
                    let mut pairs = record.carried.iter();
                    let (_, value) = pairs.find(|(known, _)| known == name)?;
                    Some(value.clone())
                };
                let cells = cells.into_iter().chain(carried.iter().map(value));
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
            Some(words(request.target_product_types.iter())),
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
            let (kind, products) = match &record.change {
                Change::AcceptNewCommerce { line_items, .. } => {
                    let failed = line_items.iter().filter(|item| {
                        let mut failed = failed.iter();
                        failed.any(|id| id.eq_ignore_ascii_case(&item.subscription_id))
                    });
                    let products = words(failed.map(|item| &item.product_type));
                    ("new-commerce", Some(products))
                }
                _ => ("license-based", None),
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
                products,
                reference,
            ])
        }
        _ => None,
    }
}

/// Product types in one cell, each one once.
fn words<'a>(products: impl Iterator<Item = &'a TransferProductType>) -> String {
    let mut words: Vec<String> = products.map(ToString::to_string).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}
