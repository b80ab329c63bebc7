//! After a create whose outcome is unknown: its id is not known, so the new transfer is looked for
//! by its content.

use std::collections::BTreeSet;
use std::fmt;

use crate::subscriptions::same;
use crate::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferLineItem, TransferProductType,
};
use crate::{Client, Error, Verdict};

/// What the transfers of a customer say of a create.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the call was applied"]
pub struct CreateConfirmation {
    verdict: Verdict,
    transfers: Vec<TransferEntity>,
}

impl CreateConfirmation {
    /// Whether the create was applied.
    ///
    /// | with the content of the request there is | the create was |
    /// |---|---|
    /// | no transfer that was not there before | [`Verdict::NotApplied`], at the time of reading |
    /// | one such transfer | [`Verdict::Applied`] |
    /// | several | [`Verdict::Unknown`]: nobody can say whose is whose |
    /// | one or more, and what was there before is not known | [`Verdict::Unknown`] |
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The transfer that was created; `None` if that is not known, or there is none.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        self.transfers
            .first()
            .filter(|_| self.verdict == Verdict::Applied)
    }

    /// All transfers with the content of the request that are not known to have been there before,
    /// in the order of the service's list.
    pub fn transfers(&self) -> &[TransferEntity] {
        &self.transfers
    }

    /// The transfers themselves.
    pub fn into_transfers(self) -> Vec<TransferEntity> {
        self.transfers
    }
}

/// One sentence, such as `applied: one new transfer has this content`.
impl fmt::Display for CreateConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.verdict, self.transfers.len()) {
            (Verdict::Applied, _) => f.write_str("applied: one new transfer has this content"),
            (Verdict::NotApplied, _) => {
                f.write_str("not applied: no new transfer has this content")
            }
            (_, 1) => {
                f.write_str("unknown: a transfer has this content, and may have been there before")
            }
            (_, several) => write!(f, "unknown: {several} transfers have this content"),
        }
    }
}

impl Client {
    /// Whether a create was applied, for a call whose [`Error::may_have_been_applied`] holds: the
    /// transfers of the customer are searched for the content of the request.
    ///
    /// `before` is what [`list_transfers`](Self::list_transfers) gave before the create was sent.
    /// Without it a transfer that an earlier call has made cannot be told from a new one, and is
    /// never taken for one.
    ///
    /// What is compared, without regard to letter case: both tenants and the subscriptions, for
    /// licence-based transfers; for new commerce the source tenant, and where both sides have it
    /// the customer's e-mail address, the target tenant, the target's e-mail address, the partner
    /// on record and the product types. A third party says that the service gives the target's
    /// e-mail address back as it was sent, so that a reference of one's own in it finds the
    /// transfer again.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: partner_center_transfers::Client,
    /// #     customer: partner_center_transfers::types::CustomerId,
    /// #     request: partner_center_transfers::types::CreateLicenseBasedTransferRequest,
    /// # ) -> Result<(), partner_center_transfers::Error> {
    /// let list = client.list_transfers().customer_id(customer).send();
    /// let before = list.await?.into_inner();
    /// let call = client.create_license_based_transfer(customer, request.clone());
    /// match call.send().await {
    ///     Err(error) if error.may_have_been_applied() => {
    ///         let read = client.confirm_create(customer, request, Some(&before)).await?;
    ///         println!("{read}");
    ///         if let Some(transfer) = read.transfer() {
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
        before: Option<&[TransferEntity]>,
    ) -> Result<CreateConfirmation, Error> {
        let request = request.into();
        let answer = self
            .list_transfers()
            .customer_id(customer_id)
            .send()
            .await?;
        let mut transfers = answer.into_inner();
        transfers.retain(|transfer| {
            let mut known = before.unwrap_or_default().iter();
            has_content(transfer, &request) && !known.any(|known| is_same(known, transfer))
        });
        Ok(CreateConfirmation {
            verdict: match (&transfers[..], before) {
                ([], _) => Verdict::NotApplied,
                ([_], Some(_)) => Verdict::Applied,
                _ => Verdict::Unknown,
            },
            transfers,
        })
    }
}

/// By id. What has none may be any other that has none.
fn is_same(one: &TransferEntity, other: &TransferEntity) -> bool {
    let (one, other) = (one.id.as_deref(), other.id.as_deref());
    one == other || same(one, other)
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
        && same(transfer.source_partner_tenant_id.as_deref(), Some(&source))
        && same(transfer.target_partner_tenant_id.as_deref(), Some(&target))
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
        && same(transfer.source_partner_tenant_id.as_deref(), Some(&source))
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

/// Where a side has nothing to compare, they may be the same. The service has been seen to answer
/// with an empty text.
fn may_be(there: Option<&str>, asked: Option<&str>) -> bool {
    match (there, asked) {
        (None | Some(""), _) | (_, None) => true,
        (there, asked) => same(there, asked),
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
