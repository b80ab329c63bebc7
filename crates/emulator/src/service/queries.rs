//! Requests that only read: one transfer, all of a customer, and the eligibility of subscriptions.

use uuid::Uuid;

use super::model::Transfer;
use super::rules;
use super::service_error::ServiceError;
use super::store::Store;

/// Whether a subscription can be transferred.
#[derive(Debug)]
pub(crate) struct Eligibility<'a> {
    pub(crate) subscription_id: &'a str,
    /// `None` if it can be transferred.
    pub(crate) reason: Option<String>,
}

impl Store {
    pub(crate) fn transfer(
        &self,
        customer: Uuid,
        transfer: Uuid,
        partner: Option<Uuid>,
    ) -> Result<&Transfer, ServiceError> {
        let found = self.data().transfer(customer, transfer);
        let found = found.map(|(_, found)| found);
        rules::transfer(self.data(), customer, transfer, found, partner)
    }

    pub(crate) fn transfers(
        &self,
        customer: Uuid,
        partner: Option<Uuid>,
    ) -> Result<impl Iterator<Item = &Transfer>, ServiceError> {
        rules::customer(self.data(), customer, partner)?;
        let transfers = self.data().transfers_of(customer);
        Ok(transfers.filter(move |one| rules::is_visible(one, partner)))
    }

    /// Returns the eligibility of the subscriptions that the partner bills.
    pub(crate) fn eligibility(
        &self,
        customer: Uuid,
        partner: Option<Uuid>,
    ) -> Result<impl Iterator<Item = Eligibility<'_>>, ServiceError> {
        let subscriptions = &rules::customer(self.data(), customer, partner)?.subscriptions;
        let billed = subscriptions
            .iter()
            .filter(move |one| partner.is_none_or(|partner| one.partner == partner));
        Ok(billed.map(move |subscription| Eligibility {
            subscription_id: &subscription.id,
            reason: rules::ineligible_reason(self.data(), customer, subscription),
        }))
    }
}
