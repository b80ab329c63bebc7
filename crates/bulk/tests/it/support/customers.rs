//! A data set with many customers.

use partner_center_emulator::data_set::{SOURCE, TARGET};
use partner_center_emulator::model::{
    Customer, DataSet, ErrorPlan, Group, GroupPlan, LineItem, OrderPlan, Status, Subscription,
    SubscriptionStatus, Transfer,
};
use uuid::Uuid;

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128((kind << 96) | 0x4000_8000_0000_0000_0000 | number as u128)
}

/// The tenant of a customer.
pub(crate) fn customer(at: usize) -> Uuid {
    id(0xC0, at)
}

/// The active transfer of a customer. Of those of ten customers in a row, the eighth moves in part,
/// and the ninth not at all.
pub(crate) fn transfer(at: usize) -> Uuid {
    id(0x7A, at)
}

/// A subscription of a customer: 0 and 1 are in its transfer, 2 and 3 are free.
pub(crate) fn subscription(at: usize, number: usize) -> String {
    id(0x5B, at * 4 + number).to_string().to_uppercase()
}

/// The built-in partners, and customers with an active transfer from the source to the target.
pub(crate) fn data(customers: usize) -> DataSet {
    let built_in = DataSet::built_in();
    DataSet {
        partners: built_in.partners,
        customers: (0..customers).map(one_customer).collect(),
        transfers: (0..customers).map(one_transfer).collect(),
        ..DataSet::default()
    }
}

fn one_customer(at: usize) -> Customer {
    let subscription = |number| Subscription {
        id: subscription(at, number),
        partner: SOURCE,
        offer_id: format!("OFFER-{number}"),
        friendly_name: "Microsoft 365".to_owned(),
        quantity: 5,
        billing_cycle: "monthly".to_owned(),
        term_duration: "P1Y".to_owned(),
        partner_id_on_record: None,
        status: SubscriptionStatus::Active,
    };
    Customer {
        tenant_id: customer(at),
        name: format!("Customer {at}"),
        partners: vec![SOURCE, TARGET],
        subscriptions: (0..4).map(subscription).collect(),
    }
}

fn one_transfer(at: usize) -> Transfer {
    let group = |number: usize| {
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
    };
    Transfer {
        id: transfer(at),
        customer_tenant_id: customer(at),
        source_partner_tenant_id: SOURCE,
        target_partner_tenant_id: TARGET,
        status: Status::Active,
        created_time: None,
        last_modified_time: None,
        last_modified_user: None,
        customer_name: None,
        source_partner_name: None,
        target_partner_name: None,
        new_commerce: None,
        groups: vec![group(0), group(1)],
    }
}
