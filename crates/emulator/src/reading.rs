//! Requests that change nothing: one transfer, all of a customer, and which subscriptions can be
//! transferred.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::answer::Answer;
use crate::json_style;
use crate::ledger::Operation;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::Store;
use crate::transfer_entity::{Names, TransferEligibility, TransferEntity};

impl Store {
    /// A request that changes nothing.
    pub(crate) fn read(
        &self,
        operation: Operation,
        customer: Uuid,
        transfer: Option<Uuid>,
        partner: Option<Uuid>,
    ) -> Result<Answer, Refusal> {
        let data = self.data();
        let entity = |transfer| TransferEntity::new(data, transfer, partner, Names::Known);
        let body = match (operation, transfer) {
            (Operation::Eligibility, _) => {
                let customer = rules::customer(data, customer, partner)?;
                let of_caller = customer.subscriptions.iter().filter(|subscription| {
                    partner.is_none_or(|partner| subscription.partner == partner)
                });
                let answers: Vec<_> = of_caller
                    .map(|subscription| {
                        let reason = rules::ineligible(data, subscription);
                        TransferEligibility::new(&subscription.id, reason)
                    })
                    .collect();
                json_style::to_vec(&answers)
            }
            (_, Some(id)) => {
                if partner.is_some() {
                    rules::customer(data, customer, partner)?;
                }
                let found = self.place(customer, id).map(|at| &data.transfers[at]);
                json_style::to_vec(&entity(rules::visible(id, partner, found)?))
            }
            (_, None) => {
                let customer = rules::customer(data, customer, partner)?.tenant_id;
                let of_customer = data.transfers.iter().filter(|transfer| {
                    transfer.customer_tenant_id == customer
                        && rules::visible(transfer.id, partner, Some(transfer)).is_ok()
                });
                json_style::to_vec(&of_customer.map(entity).collect::<Vec<_>>())
            }
        };
        Ok(Answer::json(StatusCode::OK, body.into()))
    }
}
