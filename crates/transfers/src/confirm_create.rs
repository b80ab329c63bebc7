//! After a create whose outcome is unknown: its id is not known, so the new transfer is looked for
//! by its content.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::IgnoredAny;

use crate::subscriptions::same;
use crate::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferLineItem, TransferProductType,
};
use crate::{Client, Error, Response, Verdict};

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
    /// | one or more that lack an id, or what is compared | [`Verdict::Unknown`] |
    ///
    /// A list that came as null, or with nulls in it, is not whole, and says of nothing that it was
    /// not there.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The transfer that was created; `None` if that is not known, or there is none.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        self.transfers
            .first()
            .filter(|_| self.verdict == Verdict::Applied)
    }

    /// All transfers that have or may have the content of the request and are not known to have
    /// been there before, in the order of the service's list.
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
            (_, 0) => f.write_str("unknown: the list of the customer's transfers is not whole"),
            (_, 1) => f.write_str("unknown: one transfer may be it"),
            (_, several) => write!(f, "unknown: {several} transfers may be it"),
        }
    }
}

impl Client {
    /// Whether a create was applied, for a call whose [`Error::may_have_been_applied`] holds: the
    /// transfers of the customer are searched for the content of the request.
    ///
    /// `before` is the answer of [`list_transfers`](Self::list_transfers) from before the create
    /// was sent: before the first time, if it was sent more than once with one `MS-RequestId`.
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
    /// let before = client.list_transfers().customer_id(customer).send().await?;
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
        before: Option<&Response<Vec<TransferEntity>>>,
    ) -> Result<CreateConfirmation, Error> {
        let request = request.into();
        let answer = self
            .list_transfers()
            .customer_id(customer_id)
            .send()
            .await?;
        let before = before.filter(|before| is_whole(before));
        let known = before.map_or(&[][..], |before| before.get());
        let may_be = |transfer: &TransferEntity| likeness(transfer, &request) != Likeness::None;
        let is_known = |transfer: &TransferEntity| {
            let mut known = known.iter();
            known.any(|known| same(known.id.as_deref(), transfer.id.as_deref()))
        };
        // What has no id may be any of them.
        let blind = known.iter().any(|one| one.id.is_none() && may_be(one));
        let is_sure = |transfer: &TransferEntity| {
            transfer.id.is_some() && likeness(transfer, &request) == Likeness::Full
        };
        let whole = is_whole(&answer);
        let mut transfers = answer.into_inner();
        transfers.retain(|transfer| may_be(transfer) && !is_known(transfer));
        Ok(CreateConfirmation {
            verdict: match &transfers[..] {
                [] if whole => Verdict::NotApplied,
                [one] if whole && before.is_some() && !blind && is_sure(one) => Verdict::Applied,
                _ => Verdict::Unknown,
            },
            transfers,
        })
    }
}

/// Whether nothing was left out of a list: it is one, and without nulls.
fn is_whole(list: &Response<Vec<TransferEntity>>) -> bool {
    let items: Option<Vec<IgnoredAny>> = list.decode_body();
    items.is_some_and(|items| items.len() == list.get().len())
}

/// How far a transfer has the content of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Something differs.
    None,
    /// Nothing differs, and something that would have to be there is missing.
    Possible,
    Full,
}

impl Likeness {
    /// Of what both sides must have.
    fn of(there: Option<&str>, asked: &str) -> Self {
        match there {
            None | Some("") => Self::Possible,
            there if same(there, Some(asked)) => Self::Full,
            _ => Self::None,
        }
    }

    fn when(alike: bool) -> Self {
        if alike { Self::Full } else { Self::None }
    }
}

/// As alike as the part that is least so.
fn likeness(transfer: &TransferEntity, request: &CreateTransferRequest) -> Likeness {
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            license_based(transfer, request)
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            new_commerce(transfer, request)
        }
    }
}

fn license_based(
    transfer: &TransferEntity,
    request: &CreateLicenseBasedTransferRequest,
) -> Likeness {
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.to_string();
    Likeness::of(transfer.source_partner_tenant_id.as_deref(), &source)
        .min(Likeness::of(
            transfer.target_partner_tenant_id.as_deref(),
            &target,
        ))
        .min(subscriptions(transfer, request))
}

fn subscriptions(
    transfer: &TransferEntity,
    request: &CreateLicenseBasedTransferRequest,
) -> Likeness {
    let items = &transfer.line_items;
    // A transfer of new commerce has a type, and none of them before it is accepted.
    if items.is_empty() {
        return match transfer.transfer_type {
            Some(_) => Likeness::None,
            None => Likeness::Possible,
        };
    }
    if items.iter().any(|item| item.subscription_id.is_none()) {
        return Likeness::Possible;
    }
    let asked: BTreeSet<String> = request
        .line_items
        .iter()
        .map(|item| item.subscription_id.to_ascii_lowercase())
        .collect();
    // What was asked for by itself may stand there as an add-on, and not the other way round.
    let top: BTreeSet<String> = items.iter().filter_map(subscription).collect();
    let mut there = BTreeSet::new();
    collect(items, &mut there);
    Likeness::when(top.is_subset(&asked) && asked.is_subset(&there))
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

fn new_commerce(transfer: &TransferEntity, request: &CreateNewCommerceTransferRequest) -> Likeness {
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.map(|id| id.to_string());
    let alike = may_be(
        transfer.customer_email_id.as_deref(),
        Some(&request.customer_email_id),
    ) && may_be(
        transfer.target_partner_tenant_id.as_deref(),
        target.as_deref(),
    ) && may_be(
        transfer.target_partner_email_id.as_deref(),
        request.target_partner_email_id.as_deref(),
    ) && may_be(
        transfer.partner_on_record.as_deref(),
        request.partner_on_record.as_deref(),
    ) && may_be_about(
        &transfer.target_product_types,
        &request.target_product_types,
    );
    // Of either number, 3 or 5; a licence-based transfer has none, and line items from the start.
    let generation = match (transfer.transfer_type, &transfer.line_items[..]) {
        (Some(_), _) => Likeness::Full,
        (None, []) => Likeness::Possible,
        (None, _) => Likeness::None,
    };
    Likeness::of(transfer.source_partner_tenant_id.as_deref(), &source)
        .min(generation)
        .min(Likeness::when(alike))
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
