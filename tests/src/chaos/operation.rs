//! The seven ways to change something: their data, their calls and their read-backs.

use partner_center_emulator::data_set::{SOURCE, TARGET, customer, subscription, transfer};
use partner_center_emulator::model::{NewCommerce, Status, Transfer};
use partner_center_transfers::types::{
    AcceptNewCommerceTransferLineItem, CancelTransferRequest, CreateLicenseBasedTransferLineItem,
    CreateLicenseBasedTransferRequest, CreateNewCommerceTransferRequest, CreateTransferRequest,
    TransferEntity, TransferProductType,
};
use partner_center_transfers::{Client, Error, Response, Verdict};
use uuid::Uuid;

/// An operation that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Accept,
    Withdraw,
    Reject,
    Create,
    AcceptNewCommerce,
    Cancel,
    CreateNewCommerce,
}

impl Operation {
    pub(super) const ALL: [Self; 7] = [
        Self::Accept,
        Self::Withdraw,
        Self::Reject,
        Self::Create,
        Self::AcceptNewCommerce,
        Self::Cancel,
        Self::CreateNewCommerce,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Withdraw => "withdraw",
            Self::Reject => "reject",
            Self::Create => "create",
            Self::AcceptNewCommerce => "accept new commerce",
            Self::Cancel => "cancel new commerce",
            Self::CreateNewCommerce => "create new commerce",
        }
    }

    pub(super) fn creates(self) -> bool {
        matches!(self, Self::Create | Self::CreateNewCommerce)
    }

    pub(super) fn accepts(self) -> bool {
        matches!(self, Self::Accept | Self::AcceptNewCommerce)
    }

    /// The partner that may make the call.
    pub(super) fn partner(self) -> Uuid {
        match self {
            Self::Withdraw | Self::Create | Self::AcceptNewCommerce => SOURCE,
            Self::Accept | Self::Reject | Self::Cancel | Self::CreateNewCommerce => TARGET,
        }
    }

    /// Makes a transfer of the data set one that this operation can change; for a create one with the
    /// content of its request.
    pub(super) fn prepare(self, transfer: &mut Transfer) {
        if matches!(
            self,
            Self::AcceptNewCommerce | Self::Cancel | Self::CreateNewCommerce
        ) {
            transfer.status = Status::Pending;
            transfer.groups.clear();
            transfer.new_commerce = Some(NewCommerce {
                transfer_type: 5,
                customer_email_id: "admin@tailspin.example".to_owned(),
                target_partner_email_id: None,
                partner_on_record: None,
                target_product_types: None,
                ignore_eligibility_check: None,
                expiration_time: None,
                settles_time: None,
                completed_time: None,
            });
        }
    }
}

/// A call of an operation for the customer with this number in the data set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub(super) operation: Operation,
    pub(super) customer: usize,
}

/// What a read-back says.
#[derive(Clone, Debug)]
pub(super) struct ReadBack {
    pub(super) verdict: Verdict,
    /// The transfer that a create made.
    pub(super) created: Option<String>,
}

impl Change {
    pub(super) fn customer(self) -> Uuid {
        customer(self.customer)
    }

    /// Makes the call, and returns the id of the transfer in its response.
    pub(super) async fn send(self, client: &Client) -> Result<Option<String>, Error> {
        let (customer, transfer) = (self.customer(), transfer(self.customer));
        let id = |response: Response<TransferEntity>| response.into_inner().id;
        match self.operation {
            Operation::Accept => {
                let call = client.accept_transfer().customer_id(customer);
                call.transfer_id(transfer).send().await.map(|_| None)
            }
            Operation::Withdraw => {
                let call = client.withdraw_transfer().customer_id(customer);
                call.transfer_id(transfer).send().await.map(|_| None)
            }
            Operation::Reject => client
                .reject_transfer(customer, transfer)
                .send()
                .await
                .map(id),
            Operation::AcceptNewCommerce => {
                let item = AcceptNewCommerceTransferLineItem::new(
                    subscription(self.customer, 2),
                    TransferProductType::OnlineServicesNce,
                );
                let call = client.accept_new_commerce_transfer(customer, transfer, [item]);
                call.send().await.map(id)
            }
            Operation::Cancel => {
                let request = CancelTransferRequest::builder()
                    .id(transfer)
                    .source_partner_tenant_id(SOURCE.to_string())
                    .target_partner_tenant_id(TARGET.to_string())
                    .customer_name("Tailspin Toys".to_owned());
                client
                    .cancel_transfer(customer, request)
                    .send()
                    .await
                    .map(id)
            }
            Operation::Create => {
                let call = client.create_license_based_transfer(customer, self.license_based());
                call.send().await.map(id)
            }
            Operation::CreateNewCommerce => {
                let call = client.create_new_commerce_transfer(customer, new_commerce());
                call.send().await.map(id)
            }
        }
    }

    fn license_based(self) -> CreateLicenseBasedTransferRequest {
        let items = [2, 3].map(|number| subscription(self.customer, number));
        CreateLicenseBasedTransferRequest::builder()
            .source_partner_tenant_id(SOURCE)
            .target_partner_tenant_id(TARGET)
            .line_items(items.map(CreateLicenseBasedTransferLineItem::new).to_vec())
            .try_into()
            .expect("a complete request")
    }

    /// Reads whether the call was applied. `before` is the list from before a create.
    pub(super) async fn read_back(
        self,
        client: &Client,
        before: Option<&Response<Vec<TransferEntity>>>,
    ) -> Result<ReadBack, Error> {
        let (customer, transfer) = (self.customer(), transfer(self.customer));
        let request: CreateTransferRequest = match self.operation {
            Operation::Create => self.license_based().into(),
            Operation::CreateNewCommerce => new_commerce().into(),
            operation => {
                let confirmation = match operation {
                    Operation::Withdraw => client.confirm_withdraw(customer, transfer).await?,
                    Operation::Reject => client.confirm_reject(customer, transfer).await?,
                    Operation::Cancel => client.confirm_cancel(customer, transfer).await?,
                    _ => client.confirm_accept(customer, transfer).await?,
                };
                return Ok(ReadBack {
                    verdict: confirmation.verdict(),
                    created: None,
                });
            }
        };
        let confirmation = client.confirm_create(customer, request, before).await?;
        Ok(ReadBack {
            verdict: confirmation.verdict(),
            created: confirmation.transfer().and_then(|one| one.id.clone()),
        })
    }
}

fn new_commerce() -> CreateNewCommerceTransferRequest {
    CreateNewCommerceTransferRequest::builder()
        .source_partner_tenant_id(SOURCE)
        .source_partner_name("Contoso")
        .customer_email_id("admin@tailspin.example")
        .transfer_type(5)
        .try_into()
        .expect("a complete request")
}
