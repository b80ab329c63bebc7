//! The bodies of create and update, read member by member, so that what is wrong is told by its
//! name. They say which of two generations is meant, and what is done.
//!
//! As strict as the `OpenAPI` document: a member that belongs to the other generation, or to none,
//! is refused. The service may be more lenient.

use std::collections::HashSet;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::call::guid;
use crate::ledger::Operation;
use crate::refusal::Refusal;

/// What a request asks to be done.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A licence-based transfer, by its target.
    Accept,
    /// A licence-based transfer, by its source.
    Withdraw,
    /// A licence-based transfer, by its target.
    Reject,
    /// A new-commerce transfer, by the target that created it.
    Cancel,
    /// A new-commerce transfer, by its source.
    AcceptNewCommerce(Vec<Item>),
    /// By the source.
    CreateLicenseBased(LicenseBased),
    /// By the target.
    CreateNewCommerce(NewCommerce),
}

/// A subscription that is handed over.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: Option<i64>,
    pub(crate) subscription_id: String,
    pub(crate) partner_id_on_record: Option<String>,
    pub(crate) product_type: Option<String>,
}

/// A licence-based transfer to create.
#[derive(Clone, Debug)]
pub(crate) struct LicenseBased {
    pub(crate) source: Uuid,
    pub(crate) target: Uuid,
    pub(crate) items: Vec<Item>,
    pub(crate) source_name: Option<String>,
    pub(crate) target_name: Option<String>,
    pub(crate) customer_name: Option<String>,
}

/// A new-commerce transfer to create.
#[derive(Clone, Debug)]
pub(crate) struct NewCommerce {
    pub(crate) source: Uuid,
    pub(crate) source_name: String,
    pub(crate) customer_email: String,
    pub(crate) transfer_type: i64,
    /// Missing: the caller.
    pub(crate) target: Option<Uuid>,
    pub(crate) target_email: Option<String>,
    pub(crate) customer_name: Option<String>,
    pub(crate) partner_on_record: Option<String>,
    pub(crate) product_types: Option<Vec<String>>,
    pub(crate) ignore_eligibility_check: Option<bool>,
}

/// What a request for an operation that changes something asks for; `transfer` is the one in the
/// path.
pub(crate) fn read(
    operation: Operation,
    transfer: Option<Uuid>,
    body: &[u8],
) -> Result<Option<Change>, Refusal> {
    Ok(Some(match operation {
        Operation::Accept => Change::Accept,
        Operation::Withdraw => Change::Withdraw,
        Operation::Create => create(Members::of_body(body)?)?,
        Operation::Update => update(Members::of_body(body)?, transfer)?,
        Operation::Eligibility | Operation::Get | Operation::List => return Ok(None),
    }))
}

fn create(mut body: Members) -> Result<Change, Refusal> {
    let source = body.guid("sourcePartnerTenantId")?;
    let change = if body.has("lineItems") {
        Change::CreateLicenseBased(LicenseBased {
            source,
            target: body.guid("targetPartnerTenantId")?,
            items: body.items(license_based_item)?,
            source_name: body.optional_text("sourcePartnerName")?,
            target_name: body.optional_text("targetPartnerName")?,
            customer_name: body.optional_text("customerName")?,
        })
    } else {
        Change::CreateNewCommerce(NewCommerce {
            source,
            source_name: body.text("sourcePartnerName")?,
            customer_email: body.text("customerEmailId")?,
            transfer_type: body.number("transferType")?,
            target: if body.has("targetPartnerTenantId") {
                Some(body.guid("targetPartnerTenantId")?)
            } else {
                None
            },
            target_email: body.optional_text("targetPartnerEmailId")?,
            customer_name: body.optional_text("customerName")?,
            partner_on_record: body.optional_text("partnerOnRecord")?,
            product_types: body.optional_texts("targetProductTypes")?,
            ignore_eligibility_check: body.optional_truth("ignoreEligibilityCheck")?,
        })
    };
    body.end()?;
    Ok(change)
}

fn update(mut body: Members, transfer: Option<Uuid>) -> Result<Change, Refusal> {
    if body.has("lineItems") {
        if body.has("id") {
            body.same_id(transfer)?;
        }
        let items = body.items(new_commerce_item)?;
        body.end()?;
        return Ok(Change::AcceptNewCommerce(items));
    }
    body.same_id(transfer)?;
    let change = match body.text("status")?.as_str() {
        "reject" => Change::Reject,
        "Cancel" => {
            // They tell nothing that the transfer does not have.
            for name in [
                "sourcePartnerTenantId",
                "targetPartnerTenantId",
                "customerName",
            ] {
                body.optional_text(name)?;
            }
            Change::Cancel
        }
        _ => {
            return Err(body.wrong("status", "must be reject or Cancel"));
        }
    };
    body.end()?;
    Ok(change)
}

fn license_based_item(item: &mut Members) -> Result<Item, Refusal> {
    Ok(Item {
        id: None,
        subscription_id: item.text("subscriptionId")?,
        partner_id_on_record: item.optional_text("partnerIdOnRecord")?,
        product_type: None,
    })
}

fn new_commerce_item(item: &mut Members) -> Result<Item, Refusal> {
    Ok(Item {
        subscription_id: item.text("subscriptionId")?,
        product_type: Some(item.text("productType")?),
        partner_id_on_record: None,
        id: match item.take("id") {
            None | Some(Value::Null) => None,
            // The documentation says text, the wire sends numbers.
            Some(id) => {
                let number = match &id {
                    Value::String(text) => text.parse().ok(),
                    other => whole(other),
                };
                Some(number.ok_or_else(|| item.wrong("id", "is no whole number"))?)
            }
        },
    })
}

/// The members of an object that are not read yet, and where it stands.
struct Members {
    path: String,
    left: Map<String, Value>,
}

impl Members {
    fn of_body(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(left)) => Ok(Self {
                path: String::new(),
                left,
            }),
            _ => Err(Refusal::invalid_member("body", "is no JSON object")),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.left.contains_key(name)
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    fn wrong(&self, name: &str, reason: &str) -> Refusal {
        Refusal::invalid_member(&format!("{}{name}", self.path), reason)
    }

    fn required(&mut self, name: &str) -> Result<Value, Refusal> {
        self.take(name)
            .ok_or_else(|| self.wrong(name, "is required"))
    }

    fn text(&mut self, name: &str) -> Result<String, Refusal> {
        match self.required(name)? {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(name, "must be text")),
        }
    }

    fn optional_text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        if self.has(name) {
            self.text(name).map(Some)
        } else {
            Ok(None)
        }
    }

    fn optional_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let texts = |values: Vec<Value>| {
            let texts = values.into_iter().map(|value| match value {
                Value::String(text) => Some(text),
                _ => None,
            });
            texts.collect::<Option<Vec<_>>>()
        };
        match self.take(name) {
            None => Ok(None),
            Some(Value::Array(values)) => match texts(values) {
                Some(texts) => Ok(Some(texts)),
                None => Err(self.wrong(name, "must be a list of texts")),
            },
            Some(_) => Err(self.wrong(name, "must be a list of texts")),
        }
    }

    fn optional_truth(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(truth)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    fn number(&mut self, name: &str) -> Result<i64, Refusal> {
        let value = self.required(name)?;
        whole(&value).ok_or_else(|| self.wrong(name, "must be a whole number"))
    }

    fn guid(&mut self, name: &str) -> Result<Uuid, Refusal> {
        let text = self.text(name)?;
        guid(&text).ok_or_else(|| self.wrong(name, "must be a GUID"))
    }

    fn same_id(&mut self, transfer: Option<Uuid>) -> Result<(), Refusal> {
        match self.guid("id")? {
            id if Some(id) == transfer => Ok(()),
            _ => Err(self.wrong("id", "is not the transfer of the path")),
        }
    }

    /// The line items: at least one, and no subscription twice.
    fn items(
        &mut self,
        read: impl Fn(&mut Self) -> Result<Item, Refusal>,
    ) -> Result<Vec<Item>, Refusal> {
        let Some(Value::Array(values)) = self.take("lineItems") else {
            return Err(self.wrong("lineItems", "must be a list"));
        };
        if values.is_empty() {
            return Err(self.wrong("lineItems", "must hold at least one line item"));
        }
        let mut known = HashSet::new();
        let mut items = Vec::new();
        for (at, value) in values.into_iter().enumerate() {
            let Value::Object(left) = value else {
                return Err(self.wrong(&format!("lineItems[{at}]"), "must be an object"));
            };
            let mut members = Self {
                path: format!("lineItems[{at}]."),
                left,
            };
            let item = read(&mut members)?;
            if !known.insert(item.subscription_id.to_ascii_lowercase()) {
                return Err(members.wrong("subscriptionId", "is there twice"));
            }
            members.end()?;
            items.push(item);
        }
        Ok(items)
    }

    /// Nothing else may stand there.
    fn end(&self) -> Result<(), Refusal> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.wrong(
                name,
                "does not belong there; the generations of transfers cannot be mixed",
            )),
        }
    }
}

/// A whole number, also where it is written as `5.0`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and small"
)]
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        let is_whole = number.fract() == 0.0 && number.abs() < 1e15;
        is_whole.then_some(number as i64)
    })
}
