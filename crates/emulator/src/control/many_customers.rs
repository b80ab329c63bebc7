//! Data sets with many customers.

use uuid::Uuid;

use super::data_set::{SOURCE, TARGET};
use crate::service::model::{
    Customer, DataSet, ErrorPlan, Group, GroupPlan, LineItem, OrderPlan, Status, Subscription,
    SubscriptionStatus, Transfer,
};

/// The offers of each customer's subscriptions: name and licences.
const OFFERS: [(&str, u32); 4] = [
    ("Microsoft 365 Business Premium", 25),
    ("Exchange Online (Plan 1)", 5),
    ("Power BI Pro", 3),
    ("Visio Plan 2", 1),
];

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 96) | 0x4000_8000_0000_0000_0000 | number as u128)
}

/// The tenant id of a customer of [`DataSet::with_customers`], counted from 0.
pub fn customer(at: usize) -> Uuid {
    id(0xC0, at)
}

/// The active transfer of a customer of [`DataSet::with_customers`].
pub fn transfer(at: usize) -> Uuid {
    id(0x7A, at)
}

/// A subscription of a customer of [`DataSet::with_customers`]: 0 and 1 are in its transfer, 2 and 3
/// are free.
pub fn subscription(at: usize, number: usize) -> String {
    id(0x5B, at * OFFERS.len() + number)
        .to_string()
        .to_uppercase()
}

impl DataSet {
    /// Returns the built-in partners with this many customers. Each has four subscriptions, and one
    /// active transfer of two of them, which the target can accept.
    ///
    /// Of ten transfers, the eighth moves in part and the ninth not at all. The data set is the same
    /// each time; [`data_set`](crate::data_set) has its ids.
    pub fn with_customers(count: usize) -> Self {
        Self {
            partners: Self::built_in().partners,
            customers: (0..count).map(one_customer).collect(),
            transfers: (0..count).map(one_transfer).collect(),
            ..Self::default()
        }
    }
}

fn name(at: usize) -> String {
    format!("Customer {}", at + 1)
}

fn one_customer(at: usize) -> Customer {
    let subscriptions = OFFERS.iter().enumerate();
    let subscriptions = subscriptions.map(|(number, (name, quantity))| Subscription {
        id: subscription(at, number),
        partner: SOURCE,
        offer_id: id(0x0F, number).to_string().to_uppercase(),
        friendly_name: (*name).to_owned(),
        quantity: *quantity,
        billing_cycle: "monthly".to_owned(),
        term_duration: "P1Y".to_owned(),
        partner_id_on_record: None,
        status: SubscriptionStatus::Active,
    });
    Customer {
        tenant_id: customer(at),
        name: name(at),
        partners: vec![SOURCE, TARGET],
        subscriptions: subscriptions.collect(),
    }
}

fn one_transfer(at: usize) -> Transfer {
    Transfer {
        id: transfer(at),
        customer_tenant_id: customer(at),
        source_partner_tenant_id: SOURCE,
        target_partner_tenant_id: TARGET,
        status: Status::Active,
        created_time: Some("2026-11-02T08:30:00.0000000Z".to_owned()),
        last_modified_time: None,
        last_modified_user: None,
        customer_name: Some(name(at)),
        source_partner_name: None,
        target_partner_name: None,
        new_commerce: None,
        groups: vec![group(at, 0), group(at, 1)],
    }
}

fn group(at: usize, number: usize) -> Group {
    let fails = at % 10 == 8 || (at % 10 == 7 && number == 1);
    Group {
        id: number.to_string(),
        line_items: vec![LineItem {
            id: 0,
            subscription_id: subscription(at, number),
            partner_id_on_record: None,
            product_type: None,
            status: None,
            order_id: None,
            transfer_error: None,
        }],
        becomes: if fails {
            GroupPlan::Error(ErrorPlan {
                code: 900_103,
                description: "the subscription is suspended".to_owned(),
            })
        } else {
            GroupPlan::Order(OrderPlan {
                id: id(0x0D, at * 2 + number),
                currency_code: "USD".to_owned(),
                reference_customer_id: None,
                creation_date: None,
                etag: None,
            })
        },
    }
}
