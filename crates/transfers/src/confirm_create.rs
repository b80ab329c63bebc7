//! After a create whose outcome is unknown: the service tells neither the id nor a reference of
//! the caller's, so the new transfer is looked for by its content.

use std::collections::BTreeSet;
use std::fmt;
use std::time::SystemTime;

use crate::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferLineItem, TransferProductType,
};
use crate::{Client, Error, Timestamp, TransferPhase, Verdict};

/// What the transfers of a customer say of a create.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the call was applied"]
pub struct CreateConfirmation {
    transfers: Vec<TransferEntity>,
    older: Vec<TransferEntity>,
}

impl CreateConfirmation {
    /// Whether the create was applied.
    ///
    /// | what has the content of the request | the create was |
    /// |---|---|
    /// | one new transfer, and it is open | [`Verdict::Applied`], unless an earlier call with the same content was |
    /// | no new transfer, and no older one that is open | [`Verdict::NotApplied`], at the time of reading |
    /// | several new ones, one that has ended already, or an open one that seems to be older | [`Verdict::Unknown`] |
    pub fn verdict(&self) -> Verdict {
        match &self.transfers[..] {
            // The clock here may be wrong.
            [] if self.older.iter().any(is_open) => Verdict::Unknown,
            [] => Verdict::NotApplied,
            [one] if is_open(one) => Verdict::Applied,
            // It may have been made by an earlier call.
            _ => Verdict::Unknown,
        }
    }

    /// The new transfer, if there is exactly one with the content of the request.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        match &self.transfers[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The new transfer itself.
    pub fn into_transfer(mut self) -> Option<TransferEntity> {
        self.transfers.pop().filter(|_| self.transfers.is_empty())
    }

    /// All transfers with the content of the request that are not older than `since`, in the order
    /// of the service's list.
    pub fn transfers(&self) -> &[TransferEntity] {
        &self.transfers
    }

    /// Those that are older.
    pub fn older(&self) -> &[TransferEntity] {
        &self.older
    }
}

/// One sentence, such as `applied: one new transfer has this content`.
impl fmt::Display for CreateConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.verdict(), &self.transfers[..]) {
            (Verdict::Applied, _) => f.write_str("applied: one new transfer has this content"),
            (Verdict::NotApplied, _) => f.write_str("not applied: no transfer has this content"),
            (_, []) => {
                f.write_str("unknown: an open transfer has this content, but seems to be older")
            }
            (_, [_]) => {
                f.write_str("unknown: the one new transfer with this content is not open any more")
            }
            (_, several) => write!(
                f,
                "unknown: {} new transfers have this content",
                several.len()
            ),
        }
    }
}

fn is_open(transfer: &TransferEntity) -> bool {
    transfer.phase() == TransferPhase::Open
}

impl Client {
    /// Whether a create was applied, for a call whose [`Error::may_have_been_applied`] holds: the
    /// transfers of the customer are searched for the content of the request.
    ///
    /// `since` tells new transfers from older ones: a time before the create was sent, with some
    /// minutes to spare, as the service's clock may not be the caller's. A transfer without a time
    /// counts as new; without `since` all do.
    ///
    /// What is compared, without regard to letter case: both tenants and the subscriptions, for
    /// licence-based transfers; for new commerce the source tenant, and where both sides have it
    /// the customer's e-mail address, the target tenant, the target's e-mail address, the partner
    /// on record and the product types. The service is said to give the target's e-mail address
    /// back as it was sent, so that a reference of one's own in it finds the transfer again.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: partner_center_transfers::Client,
    /// #     customer: partner_center_transfers::types::CustomerId,
    /// #     request: partner_center_transfers::types::CreateLicenseBasedTransferRequest,
    /// # ) -> Result<(), partner_center_transfers::Error> {
    /// use std::time::{Duration, SystemTime};
    ///
    /// let since = SystemTime::now() - Duration::from_secs(300);
    /// let call = client.create_license_based_transfer(customer, request.clone());
    /// match call.send().await {
    ///     Err(error) if error.may_have_been_applied() => {
    ///         let confirmation = client.confirm_create(customer, request, Some(since)).await?;
    ///         println!("{confirmation}");
    ///         if let Some(transfer) = confirmation.transfer() {
    ///             println!("{:?}", transfer.id);
    ///         }
    ///     }
    ///     other => println!("{:?}", other?.into_inner().id),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the customer's transfers cannot be read.
    pub async fn confirm_create(
        &self,
        customer_id: CustomerId,
        request: impl Into<CreateTransferRequest>,
        since: Option<SystemTime>,
    ) -> Result<CreateConfirmation, Error> {
        let request = request.into();
        let answer = self
            .list_transfers()
            .customer_id(customer_id)
            .send()
            .await?;
        let (older, transfers) = answer
            .into_inner()
            .into_iter()
            .filter(|transfer| has_content(transfer, &request))
            .partition(|transfer| is_before(transfer, since));
        Ok(CreateConfirmation { transfers, older })
    }
}

fn is_before(transfer: &TransferEntity, since: Option<SystemTime>) -> bool {
    let created = transfer.created_time.as_ref();
    let created = created.and_then(Timestamp::to_system_time);
    matches!((created, since), (Some(created), Some(since)) if created < since)
}

fn has_content(transfer: &TransferEntity, request: &CreateTransferRequest) -> bool {
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            is_license_based(transfer, request)
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            is_new_commerce(transfer, request)
        }
    }
}

fn is_license_based(
    transfer: &TransferEntity,
    request: &CreateLicenseBasedTransferRequest,
) -> bool {
    let asked: BTreeSet<String> = request
        .line_items
        .iter()
        .map(|item| item.subscription_id.to_ascii_lowercase())
        .collect();
    // What was asked for by itself may stand there as an add-on, and not the other way round.
    let top: BTreeSet<String> = transfer
        .line_items
        .iter()
        .filter_map(subscription)
        .collect();
    let mut there = BTreeSet::new();
    collect(&transfer.line_items, &mut there);
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.to_string();
    top.is_subset(&asked)
        && asked.is_subset(&there)
        && is(transfer.source_partner_tenant_id.as_deref(), &source)
        && is(transfer.target_partner_tenant_id.as_deref(), &target)
}

fn subscription(item: &TransferLineItem) -> Option<String> {
    Some(item.subscription_id.as_deref()?.to_ascii_lowercase())
}

/// The subscriptions of line items and of their add-ons.
fn collect(items: &[TransferLineItem], subscriptions: &mut BTreeSet<String>) {
    for item in items {
        subscriptions.extend(subscription(item));
        collect(&item.addon_items, subscriptions);
    }
}

fn is_new_commerce(transfer: &TransferEntity, request: &CreateNewCommerceTransferRequest) -> bool {
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.map(|id| id.to_string());
    // A licence-based transfer has no type; a newer one may be of either number, 3 or 5.
    transfer.transfer_type.is_some()
        && is(transfer.source_partner_tenant_id.as_deref(), &source)
        && may_be(
            transfer.customer_email_id.as_deref(),
            Some(&request.customer_email_id),
        )
        && may_be(
            transfer.target_partner_tenant_id.as_deref(),
            target.as_deref(),
        )
        && may_be(
            transfer.target_partner_email_id.as_deref(),
            request.target_partner_email_id.as_deref(),
        )
        && may_be(
            transfer.partner_on_record.as_deref(),
            request.partner_on_record.as_deref(),
        )
        && may_be_about(
            &transfer.target_product_types,
            &request.target_product_types,
        )
}

fn is(there: Option<&str>, asked: &str) -> bool {
    there.is_some_and(|there| there.eq_ignore_ascii_case(asked))
}

/// Where a side has nothing to compare, they may be the same. The service has been seen to answer
/// with an empty text.
fn may_be(there: Option<&str>, asked: Option<&str>) -> bool {
    match (there, asked) {
        (None | Some(""), _) | (_, None) => true,
        (there, Some(asked)) => is(there, asked),
    }
}

/// In any order.
fn may_be_about(there: &[TransferProductType], asked: &[TransferProductType]) -> bool {
    let set = |types: &[TransferProductType]| -> BTreeSet<String> {
        let words = types.iter().map(TransferProductType::as_str);
        words.map(str::to_ascii_lowercase).collect()
    };
    there.is_empty() || asked.is_empty() || set(there) == set(asked)
}
