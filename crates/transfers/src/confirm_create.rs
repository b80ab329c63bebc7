//! Finds out after a create without a clear result whether it was applied. The new transfer's id is
//! not known then, so it is searched by its content.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use serde::de::IgnoredAny;

use crate::subscriptions::same;
use crate::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferLineItem, TransferProductType,
};
use crate::{Client, Error, KnownTransfers, Response, Verdict};

/// The result of searching a customer's transfers for one that a create may have made.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the call was applied"]
pub struct CreateConfirmation {
    verdict: Verdict,
    transfers: Vec<TransferEntity>,
}

impl CreateConfirmation {
    /// Whether the create was applied.
    ///
    /// | new transfers with the content of the request | verdict |
    /// |---|---|
    /// | none | [`Verdict::NotApplied`] when the list was read |
    /// | one | [`Verdict::Applied`] |
    /// | several, or one without an id or without a compared property | [`Verdict::Unknown`] |
    /// | one or more, and no list from before the create | [`Verdict::Unknown`] |
    ///
    /// A list that is null or contains null is incomplete and never gives `NotApplied`.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The transfer that was created; `None` if no transfer was created, or if it is not certain which.
    pub fn transfer(&self) -> Option<&TransferEntity> {
        self.transfers
            .first()
            .filter(|_| self.verdict == Verdict::Applied)
    }

    /// All transfers that the create may have made, in the order of the service's list.
    pub fn transfers(&self) -> &[TransferEntity] {
        &self.transfers
    }

    /// Takes the transfers out.
    pub fn into_transfers(self) -> Vec<TransferEntity> {
        self.transfers
    }
}

/// One sentence, such as `applied: one new transfer has this content`.
impl Display for CreateConfirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.verdict, self.transfers.len()) {
            (Verdict::Applied, _) => f.write_str("applied: one new transfer has this content"),
            (Verdict::NotApplied, _) => {
                f.write_str("not applied: no new transfer has this content")
            }
            (_, 0) => f.write_str("unknown: the list of the customer's transfers is incomplete"),
            (_, 1) => f.write_str("unknown: one transfer may be the created one"),
            (_, count) => write!(f, "unknown: {count} transfers may be the created one"),
        }
    }
}

impl Client {
    /// Reads whether a create was applied: searches the customer's transfers for the content of
    /// the request. Use it after an error with [`Error::may_have_been_applied`].
    ///
    /// `before` is the response of [`list_transfers`](Self::list_transfers) from before the first
    /// attempt of the create. Without it a new transfer cannot be distinguished from an older one
    /// with the same content, and the verdict is never [`Verdict::Applied`].
    ///
    /// The comparison ignores letter case. For license-based transfers it takes both tenants and
    /// the subscriptions; for new commerce the source tenant and, where both sides have it, the
    /// customer's e-mail address, the target tenant, the target's e-mail address, the partner on
    /// record and the product types. A third party reports that the service returns the target's
    /// e-mail address as it was sent, so a reference of your own in it identifies the transfer.
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
    ///         let confirmation = client.confirm_create(customer, request, Some(&before)).await?;
    ///         println!("{confirmation}");
    ///         if let Some(transfer) = confirmation.transfer() {
    ///             println!("{:?}", transfer.id);
    ///         }
    ///     }
    ///     result => println!("{:?}", result?.into_inner().id),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The customer's transfers cannot be read.
    pub async fn confirm_create(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        request: impl Into<CreateTransferRequest>,
        before: Option<&Response<Vec<TransferEntity>>>,
    ) -> Result<CreateConfirmation, Error> {
        let request = request.into();
        let list = self.list_transfers().customer_id(customer_id);
        let after = list.send().await?;
        let before = before.filter(|before| is_complete(before));
        let known = before.map_or(&[][..], |before| before.get());
        let is_known = |transfer: &TransferEntity| {
            let mut known = known.iter();
            known.any(|known| same(known.id.as_deref(), transfer.id.as_deref()))
        };
        // A known transfer without an id can be any of the new ones.
        let known_without_id = known
            .iter()
            .any(|known| known.id.is_none() && compare(known, &request) != Match::No);
        let is_certain = before.is_some() && !known_without_id;
        Ok(judge(after, &request, is_known, is_certain))
    }

    /// Reads whether a create was applied, as [`confirm_create`](Self::confirm_create) does, with
    /// the customer's transfers from before the create as they were stored: for example when the
    /// process ended before the response came.
    ///
    /// # Errors
    ///
    /// The customer's transfers cannot be read.
    pub async fn confirm_create_since(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        request: impl Into<CreateTransferRequest>,
        before: &KnownTransfers,
    ) -> Result<CreateConfirmation, Error> {
        let list = self.list_transfers().customer_id(customer_id);
        let after = list.send().await?;
        let is_known =
            |transfer: &TransferEntity| transfer.id.as_ref().is_some_and(|id| before.contains(id));
        Ok(judge(
            after,
            &request.into(),
            is_known,
            before.is_complete(),
        ))
    }
}

/// The verdict for a list from after the create. `is_certain` says whether each older transfer with
/// this content is known.
fn judge(
    after: Response<Vec<TransferEntity>>,
    request: &CreateTransferRequest,
    is_known: impl Fn(&TransferEntity) -> bool,
    is_certain: bool,
) -> CreateConfirmation {
    let is_complete = is_complete(&after);
    let mut transfers = after.into_inner();
    transfers.retain(|transfer| compare(transfer, request) != Match::No && !is_known(transfer));
    let verdict = match &transfers[..] {
        [] if is_complete => Verdict::NotApplied,
        [one]
            if is_complete
                && is_certain
                && one.id.is_some()
                && compare(one, request) == Match::Full =>
        {
            Verdict::Applied
        }
        _ => Verdict::Unknown,
    };
    CreateConfirmation { verdict, transfers }
}

/// Whether the response is a list without nulls.
fn is_complete(list: &Response<Vec<TransferEntity>>) -> bool {
    let items: Option<Vec<Option<IgnoredAny>>> = list.decode_items();
    items.is_some_and(|items| items.len() == list.get().len())
}

/// How well a transfer matches a request. The smallest of several matches is the whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// A property differs.
    No,
    /// No property differs, but a required one is missing.
    Possible,
    Full,
}

impl Match {
    fn when(matches: bool) -> Self {
        if matches { Self::Full } else { Self::No }
    }

    /// Of a property that both sides must have.
    fn required(actual: Option<&str>, sent: &str) -> Self {
        match actual {
            None | Some("") => Self::Possible,
            actual => Self::when(same(actual, Some(sent))),
        }
    }

    /// Of a property that either side may lack. The service is known to return empty text.
    fn optional(actual: Option<&str>, sent: Option<&str>) -> Self {
        match (actual, sent) {
            (None | Some(""), _) | (_, None) => Self::Full,
            (actual, sent) => Self::when(same(actual, sent)),
        }
    }
}

fn compare(transfer: &TransferEntity, request: &CreateTransferRequest) -> Match {
    match request {
        CreateTransferRequest::LicenseBasedTransferRequest(request) => {
            license_based(transfer, request)
        }
        CreateTransferRequest::NewCommerceTransferRequest(request) => {
            new_commerce(transfer, request)
        }
    }
}

fn license_based(transfer: &TransferEntity, request: &CreateLicenseBasedTransferRequest) -> Match {
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.to_string();
    Match::required(transfer.source_partner_tenant_id.as_deref(), &source)
        .min(Match::required(
            transfer.target_partner_tenant_id.as_deref(),
            &target,
        ))
        .min(subscriptions(transfer, request))
}

fn subscriptions(transfer: &TransferEntity, request: &CreateLicenseBasedTransferRequest) -> Match {
    let items = &transfer.line_items;
    // A new-commerce transfer has a type, and no line items before it is accepted.
    if items.is_empty() && transfer.transfer_type.is_some() {
        return Match::No;
    }
    if items.is_empty() || items.iter().any(|item| item.subscription_id.is_none()) {
        return Match::Possible;
    }
    let sent = request.line_items.iter();
    let sent: BTreeSet<String> = sent
        .map(|item| item.subscription_id.to_ascii_lowercase())
        .collect();
    // The service may list a requested subscription as an add-on of another one.
    let bases: BTreeSet<String> = items.iter().filter_map(subscription).collect();
    let mut all = BTreeSet::new();
    collect(items, &mut all);
    Match::when(bases.is_subset(&sent) && sent.is_subset(&all))
}

fn subscription(item: &TransferLineItem) -> Option<String> {
    Some(item.subscription_id.as_deref()?.to_ascii_lowercase())
}

/// Collects the subscriptions of line items and of their add-ons.
fn collect(items: &[TransferLineItem], subscriptions: &mut BTreeSet<String>) {
    for item in items {
        subscriptions.extend(subscription(item));
        collect(&item.addon_items, subscriptions);
    }
}

fn new_commerce(transfer: &TransferEntity, request: &CreateNewCommerceTransferRequest) -> Match {
    let source = request.source_partner_tenant_id.to_string();
    let target = request.target_partner_tenant_id.map(|id| id.to_string());
    // A license-based transfer has no type, and line items from the start.
    let generation = match (transfer.transfer_type, &transfer.line_items[..]) {
        (Some(_), _) => Match::Full,
        (None, []) => Match::Possible,
        (None, _) => Match::No,
    };
    let optional = [
        (
            &transfer.customer_email_id,
            Some(&request.customer_email_id),
        ),
        (&transfer.target_partner_tenant_id, target.as_ref()),
        (
            &transfer.target_partner_email_id,
            request.target_partner_email_id.as_ref(),
        ),
        (
            &transfer.partner_on_record,
            request.partner_on_record.as_ref(),
        ),
    ];
    let optional = optional
        .into_iter()
        .map(|(actual, sent)| Match::optional(actual.as_deref(), sent.map(String::as_str)));
    optional
        .chain([
            Match::required(transfer.source_partner_tenant_id.as_deref(), &source),
            product_types(
                &transfer.target_product_types,
                &request.target_product_types,
            ),
        ])
        .fold(generation, Match::min)
}

/// Compares product types in any order; an empty list matches every list.
fn product_types(actual: &[TransferProductType], sent: &[TransferProductType]) -> Match {
    let words = |types: &[TransferProductType]| -> BTreeSet<String> {
        let names = types.iter().map(TransferProductType::as_str);
        names.map(str::to_ascii_lowercase).collect()
    };
    Match::when(actual.is_empty() || sent.is_empty() || words(actual) == words(sent))
}
