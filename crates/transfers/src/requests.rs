//! One method for each way to create or change a transfer. The two generations of transfers share
//! their paths, so the generated operations take the bodies of both; these methods take one each.

use std::fmt::Display;

use crate::builder::{CreateTransfer, UpdateTransfer};
use crate::types::{
    AcceptNewCommerceTransferLineItem, AcceptNewCommerceTransferRequest, CancelStatus,
    CancelTransferRequest, CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest, CreateTransferRequest, CustomerId, RejectStatus,
    RejectTransferRequest, TransferEntity, TransferId, TransferProductType, UpdateTransferRequest,
};
use crate::{Client, OptionalIdError};

/// An argument that was checked here. A call with an error as its argument fails before anything is
/// sent.
struct Checked<T>(Result<T, String>);

macro_rules! from_checked {
    ($($argument:ty),*) => {
        $(impl TryFrom<Checked<Self>> for $argument {
            type Error = String;

            fn try_from(checked: Checked<Self>) -> Result<Self, String> {
                checked.0
            }
        })*
    };
}
from_checked!(CreateTransferRequest, UpdateTransferRequest, TransferId);

fn checked<T>(value: impl TryInto<T, Error: Display>) -> Result<T, String> {
    value.try_into().map_err(|error| error.to_string())
}

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

/// Adds the transfer to the call, and the body that contains its id.
fn update(
    call: UpdateTransfer<'_>,
    transfer_id: Result<TransferId, String>,
    body: impl FnOnce(TransferId) -> Result<UpdateTransferRequest, String>,
) -> UpdateTransfer<'_> {
    match transfer_id {
        Ok(id) => call.transfer_id(id).body(Checked(body(id))),
        error => call.transfer_id(Checked(error)),
    }
}

impl Client {
    /// Offers license-based subscriptions to a target partner. The caller is the source partner.
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
    /// Source: Microsoft's page "Create a transfer" (license-based).
    pub fn create_license_based_transfer(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        request: impl TryInto<CreateLicenseBasedTransferRequest, Error: Display>,
    ) -> CreateTransfer<'_> {
        let request = checked(request).and_then(|request: CreateLicenseBasedTransferRequest| {
            check_subscriptions(request.line_items.iter().map(|item| &item.subscription_id))?;
            Ok(request.into())
        });
        self.create_transfer()
            .customer_id(customer_id)
            .body(Checked(request))
    }

    /// Asks a source partner for the new-commerce subscriptions of a customer. The caller is the
    /// target partner. The source selects the subscriptions when it accepts, within 30 days.
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
    /// Source: Microsoft's page "Create a transfer" (new commerce).
    pub fn create_new_commerce_transfer(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        request: impl TryInto<CreateNewCommerceTransferRequest, Error: Display>,
    ) -> CreateTransfer<'_> {
        let request = checked::<CreateNewCommerceTransferRequest>(request);
        self.create_transfer()
            .customer_id(customer_id)
            .body(Checked(request.map(Into::into)))
    }

    /// Rejects a license-based transfer. The caller is the target partner.
    ///
    /// Source: Microsoft's page "Reject a transfer".
    pub fn reject_transfer(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> UpdateTransfer<'_> {
        let call = self.update_transfer().customer_id(customer_id);
        update(call, checked(transfer_id), |id| {
            let status = RejectStatus::Reject;
            Ok(RejectTransferRequest { id, status }.into())
        })
    }

    /// Cancels a pending new-commerce transfer. The caller is the target partner, which created it.
    ///
    /// The request is a transfer that was read, or is built from its parts:
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
    /// Source: Microsoft's page "Update a transfer".
    pub fn cancel_transfer(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        request: impl TryInto<CancelTransferRequest, Error: Display>,
    ) -> UpdateTransfer<'_> {
        let call = self.update_transfer().customer_id(customer_id);
        let request = checked::<CancelTransferRequest>(request);
        // The id is the only required part of the request, so an error is about the id.
        let id = request.as_ref().map(|request| request.id);
        let id = id.map_err(Clone::clone);
        update(call, id, |_| request.map(Into::into))
    }

    /// Accepts a new-commerce transfer and names the subscriptions to hand over. The caller is the
    /// source partner. A license-based transfer is accepted with
    /// [`accept_transfer`](Client::accept_transfer).
    ///
    /// The service processes the transfer after it has responded: see
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
    /// Source: Microsoft's page "Update a transfer", which does not describe the response.
    pub fn accept_new_commerce_transfer(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
        line_items: impl IntoIterator<Item = AcceptNewCommerceTransferLineItem>,
    ) -> UpdateTransfer<'_> {
        let call = self.update_transfer().customer_id(customer_id);
        update(call, checked(transfer_id), |id| {
            let line_items: Vec<_> = line_items.into_iter().collect();
            check_subscriptions(line_items.iter().map(|item| &item.subscription_id))?;
            let id = Some(id);
            Ok(AcceptNewCommerceTransferRequest { id, line_items }.into())
        })
    }
}

/// Takes the parties from a transfer that was read.
impl TryFrom<&TransferEntity> for CancelTransferRequest {
    type Error = OptionalIdError;

    fn try_from(transfer: &TransferEntity) -> Result<Self, OptionalIdError> {
        Ok(Self {
            id: (&transfer.id).try_into()?,
            status: CancelStatus::Cancel,
            source_partner_tenant_id: transfer.source_partner_tenant_id.clone(),
            target_partner_tenant_id: transfer.target_partner_tenant_id.clone(),
            customer_name: transfer.customer_name.clone(),
        })
    }
}

impl CreateLicenseBasedTransferLineItem {
    /// A subscription to hand over, with its id in the service's letter case.
    pub fn new(subscription_id: impl Into<String>) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            partner_id_on_record: None,
        }
    }
}

impl AcceptNewCommerceTransferLineItem {
    /// A subscription to hand over, with its id in the service's letter case, and its kind of
    /// product: [`TransferProductType::OnlineServicesNce`] for a license-based subscription.
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
