//! After a create whose outcome is unknown: the service tells neither the id nor a reference of
//! the caller's, so the new transfer is looked for by its content.

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::types::{
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    CustomerId, TransferEntity, TransferLineItem,
};
use crate::{Client, Error, Timestamp};

impl Client {
    /// The transfers of a customer that a create may have made: those with the content of the
    /// request, in any state, in the order of the service's list.
    ///
    /// None: it was not applied, at the time of reading. One: it was applied, or an earlier call
    /// with the same content was. Several: nobody can say which one it is.
    ///
    /// `since` leaves out what was created before it: a time before the create was sent, with some
    /// minutes to spare, as the service's clock may not be the caller's. Transfers without a time
    /// stay in.
    ///
    /// What is compared, without regard to letter case: both tenants and the subscriptions, for
    /// licence-based transfers; for new commerce the source tenant, and where both sides have it
    /// the customer's e-mail address, the target tenant and the target's e-mail address. The
    /// service is said to give that last one back as it was sent, so that a reference of one's own
    /// in it finds the transfer again.
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
    ///         match &client.confirm_create(customer, request, Some(since)).await?[..] {
    ///             [] => println!("not applied"),
    ///             [transfer] => println!("applied: {:?}", transfer.id),
    ///             several => println!("{} transfers have this content", several.len()),
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
    ) -> Result<Vec<TransferEntity>, Error> {
        let request = request.into();
        let answer = self
            .list_transfers()
            .customer_id(customer_id)
            .send()
            .await?;
        let mut transfers = answer.into_inner();
        transfers.retain(|transfer| {
            let created = transfer.created_time.as_ref();
            let created = created.and_then(Timestamp::to_system_time);
            let is_old =
                matches!((created, since), (Some(created), Some(since)) if created < since);
            !is_old && has_content(transfer, &request)
        });
        Ok(transfers)
    }
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
