//! The transfers that a customer had before a create, in a form that can be stored.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::Response;
use crate::types::TransferEntity;

/// The ids of the transfers that a customer had before a create.
///
/// Store it before you send the create: after a crash,
/// [`Client::confirm_create_since`](crate::Client::confirm_create_since) can then distinguish a
/// transfer that the create made from an older one.
///
/// ```
/// # async fn example(client: partner_center_transfers::Client)
/// # -> Result<(), Box<dyn std::error::Error>> {
/// use partner_center_transfers::KnownTransfers;
///
/// let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
/// let before = KnownTransfers::from(&client.list_transfers().customer_id(customer).send().await?);
/// let stored: String = serde_json::to_string(&before)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownTransfers {
    /// The ids, as the service sent them.
    ids: Vec<String>,
    /// Whether the list can be relied on: it contained no null, and each transfer had an id.
    complete: bool,
}

impl KnownTransfers {
    /// Whether a transfer was in the list, ignoring letter case.
    pub fn contains(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known.eq_ignore_ascii_case(id))
    }

    /// Whether each transfer of the list is known. If not, no transfer is certain to be new.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

impl From<&Response<Vec<TransferEntity>>> for KnownTransfers {
    fn from(list: &Response<Vec<TransferEntity>>) -> Self {
        let items: Option<Vec<IgnoredAny>> = list.decode_body();
        let transfers = list.get();
        let ids: Vec<String> = transfers
            .iter()
            .filter_map(|transfer| transfer.id.clone())
            .collect();
        Self {
            complete: items.is_some_and(|items| items.len() == ids.len()),
            ids,
        }
    }
}
