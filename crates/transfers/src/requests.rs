//! Creating and changing transfers, one method for each thing that a partner does. The two
//! generations of transfers share their paths, so the generated operations take either body; here
//! each has a name of its own and takes only what belongs to it.

use std::fmt::Display;

use crate::builder::{CreateTransfer, UpdateTransfer};
use crate::types::{
    AcceptNewCommerceTransferLineItem, AcceptNewCommerceTransferRequest, CancelStatus,
    CancelTransferRequest, CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest, CustomerId, RejectStatus,
    RejectTransferRequest, TransferEntity, TransferId, TransferProductType, UpdateTransferRequest,
};
use crate::{Client, ParseGuidError};

/// What came of putting an argument together. A call that is given an error fails before
/// anything is sent.
struct Checked<T>(Result<T, String>);

macro_rules! arguments {
    ($($argument:ty),*) => {
        $(impl TryFrom<Checked<Self>> for $argument {
            type Error = String;

            fn try_from(checked: Checked<Self>) -> Result<Self, String> {
                checked.0
            }
        })*
    };
}
arguments!(CreateTransferRequest, UpdateTransferRequest, TransferId);

/// What is wrong with the ids of subscriptions, if anything is.
fn check_subscriptions<'a>(ids: impl IntoIterator<Item = &'a String>) -> Result<(), String> {
    let mut ids = ids.into_iter().peekable();
    if ids.peek().is_none() {
        return Err("line_items: empty; expected at least one subscription".to_owned());
    }
    match ids.position(|id| id.trim().is_empty()) {
        Some(at) => Err(format!("line_items[{at}].subscription_id: empty")),
        None => Ok(()),
    }
}

impl Client {
    /// The source partner offers traditional licence-based subscriptions to a target partner.
    ///
    /// The call takes [`request_id`](CreateTransfer::request_id) and the like before it is sent.
    ///
    /// ```no_run
    /// use partner_center_transfers::types::{
    ///     CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest, CustomerId,
    /// };
    ///
    /// # async fn example(client: partner_center_transfers::Client, customer: CustomerId)
    /// # -> Result<(), partner_center_transfers::Error> {
    /// let request = CreateLicenseBasedTransferRequest::builder()
    ///     .source_partner_tenant_id("0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21")
    ///     .target_partner_tenant_id("7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10")
    ///     .line_items(vec![CreateLicenseBasedTransferLineItem::new(
    ///         "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37",
    ///     )]);
    /// let transfer = client
    ///     .create_license_based_transfer(customer, request)
    ///     .send()
    ///     .await?
    ///     .into_inner();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: the "Create a transfer" page of the licence-based generation in Microsoft's
    /// documentation.
    pub fn create_license_based_transfer<R>(
        &self,
        customer_id: CustomerId,
        request: R,
    ) -> CreateTransfer<'_>
    where
        R: TryInto<CreateLicenseBasedTransferRequest>,
        R::Error: Display,
    {
        let request = request.try_into().map_err(|error| error.to_string());
        let request = request.and_then(|request| {
            check_subscriptions(request.line_items.iter().map(|item| &item.subscription_id))?;
            Ok(request.into())
        });
        self.create_transfer()
            .customer_id(customer_id)
            .body(Checked(request))
    }

    /// The target partner asks a source partner for new-commerce subscriptions of a customer. The
    /// source picks them when it accepts, for which it has 30 days.
    ///
    /// ```no_run
    /// use partner_center_transfers::types::{CreateNewCommerceTransferRequest, CustomerId};
    ///
    /// # async fn example(client: partner_center_transfers::Client, customer: CustomerId)
    /// # -> Result<(), partner_center_transfers::Error> {
    /// let request = CreateNewCommerceTransferRequest::builder()
    ///     .source_partner_tenant_id("0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21")
    ///     .source_partner_name("Contoso")
    ///     .customer_email_id("admin@relecloud.example")
    ///     .transfer_type(5);
    /// let transfer = client
    ///     .create_new_commerce_transfer(customer, request)
    ///     .send()
    ///     .await?
    ///     .into_inner();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: the "Create a transfer" page of new commerce in Microsoft's documentation.
    pub fn create_new_commerce_transfer<R>(
        &self,
        customer_id: CustomerId,
        request: R,
    ) -> CreateTransfer<'_>
    where
        R: TryInto<CreateNewCommerceTransferRequest>,
        R::Error: Display,
    {
        let request = request.try_into().map_err(|error| error.to_string());
        self.create_transfer()
            .customer_id(customer_id)
            .body(Checked(request.map(Into::into)))
    }

    /// The target partner refuses a licence-based transfer.
    ///
    /// Source: the "Reject a transfer" page of Microsoft's documentation.
    pub fn reject_transfer(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
    ) -> UpdateTransfer<'_> {
        self.update_transfer()
            .customer_id(customer_id)
            .transfer_id(transfer_id)
            .body(RejectTransferRequest {
                id: transfer_id,
                status: RejectStatus::Reject,
            })
    }

    /// The target partner takes back a new-commerce transfer that it has created, while it is
    /// pending. The request is the transfer as it was read, or one that is put together:
    ///
    /// ```no_run
    /// use partner_center_transfers::types::{CancelTransferRequest, CustomerId, TransferEntity};
    ///
    /// # async fn example(
    /// #     client: partner_center_transfers::Client, customer: CustomerId, read: TransferEntity,
    /// # ) -> Result<(), partner_center_transfers::Error> {
    /// client.cancel_transfer(customer, &read).send().await?;
    ///
    /// let request = CancelTransferRequest::builder().id("f2c7a950-48d1-4e6b-b93f-1a5d8c0e7264");
    /// client.cancel_transfer(customer, request).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: the "Update a transfer" page of Microsoft's documentation.
    pub fn cancel_transfer<R>(&self, customer_id: CustomerId, request: R) -> UpdateTransfer<'_>
    where
        R: TryInto<CancelTransferRequest>,
        R::Error: Display,
    {
        let call = self.update_transfer().customer_id(customer_id);
        match request.try_into() {
            Ok(request) => call.transfer_id(request.id).body(request),
            // The id is all that a cancel cannot do without.
            Err(error) => call.transfer_id(Checked(Err(error.to_string()))),
        }
    }

    /// The source partner accepts a new-commerce transfer and names the subscriptions that it
    /// hands over. A licence-based one is accepted with
    /// [`accept_transfer`](Client::accept_transfer).
    ///
    /// The service works on it after it has answered: see
    /// [`wait_until_settled`](Client::wait_until_settled).
    ///
    /// ```no_run
    /// use partner_center_transfers::types::{
    ///     AcceptNewCommerceTransferLineItem, CustomerId, TransferId, TransferProductType,
    /// };
    ///
    /// # async fn example(
    /// #     client: partner_center_transfers::Client, customer: CustomerId, transfer: TransferId,
    /// # ) -> Result<(), partner_center_transfers::Error> {
    /// let item = AcceptNewCommerceTransferLineItem::new(
    ///     "b7d2c0e4-91a5-4e3d-8a6f-20c1d9e85f37",
    ///     TransferProductType::OnlineServicesNce,
    /// );
    /// client
    ///     .accept_new_commerce_transfer(customer, transfer, [item])
    ///     .send()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Source: the "Update a transfer" page of Microsoft's documentation. What it answers could
    /// not be read there.
    pub fn accept_new_commerce_transfer(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
        line_items: impl IntoIterator<Item = AcceptNewCommerceTransferLineItem>,
    ) -> UpdateTransfer<'_> {
        let line_items: Vec<_> = line_items.into_iter().collect();
        let checked = check_subscriptions(line_items.iter().map(|item| &item.subscription_id));
        let request = checked.map(|()| {
            AcceptNewCommerceTransferRequest {
                id: Some(transfer_id),
                line_items,
            }
            .into()
        });
        self.update_transfer()
            .customer_id(customer_id)
            .transfer_id(transfer_id)
            .body(Checked(request))
    }
}

/// The parties as they stand in a transfer that was read.
impl TryFrom<&TransferEntity> for CancelTransferRequest {
    type Error = ParseGuidError;

    fn try_from(transfer: &TransferEntity) -> Result<Self, ParseGuidError> {
        Ok(Self {
            id: transfer.id.as_deref().unwrap_or_default().parse()?,
            status: CancelStatus::Cancel,
            source_partner_tenant_id: transfer.source_partner_tenant_id.clone(),
            target_partner_tenant_id: transfer.target_partner_tenant_id.clone(),
            customer_name: transfer.customer_name.clone(),
        })
    }
}

impl CreateLicenseBasedTransferLineItem {
    /// A subscription to hand over, by its id as the service gave it.
    pub fn new(subscription_id: impl Into<String>) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            partner_id_on_record: None,
        }
    }
}

impl AcceptNewCommerceTransferLineItem {
    /// A subscription to hand over, by its id as the service gave it, and its kind of product:
    /// [`TransferProductType::OnlineServicesNce`] for a licence-based subscription.
    pub fn new(
        subscription_id: impl Into<String>,
        product_type: impl Into<TransferProductType>,
    ) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            product_type: product_type.into(),
            id: None,
        }
    }
}
