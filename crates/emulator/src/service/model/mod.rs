//! The data of the emulated service: partners, customers with subscriptions, and transfers.
//!
//! The same types are the data file, the state in memory and the state file, so nothing is
//! translated in between. Member names on disk are those of the service where it has one.

mod check;
mod customers;
mod data;
mod error;
mod partners;
mod secret;
mod transfers;

pub use customers::{Customer, Subscription, SubscriptionStatus};
pub use data::DataSet;
pub use error::DataError;
pub use partners::{App, Partner, User};
pub use secret::Secret;
pub use transfers::{
    ErrorPlan, Group, GroupPlan, LineItem, LineItemStatus, NewCommerce, Order, OrderPlan, Status,
    Transfer,
};
