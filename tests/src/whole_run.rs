//! A whole run of the Rust client against the emulator: both partners and one who has nothing to
//! do with them, both generations, each operation in the right hands and in the wrong ones, and
//! each status that the document has for refusals.
//!
//! The tests play it as it is; `cargo xtask conformance` plays it with Prism between the two.

use std::collections::BTreeMap;

use fastrand::Rng;
use partner_center_conformance::scenario::ErrorKind;
use partner_center_conformance::{Conclusion, DriverCall};
use partner_center_emulator::model::{Status, Transfer};
use partner_center_emulator::{DataSet, Emulator, Fault, FaultKind, data_set};
use partner_center_transfers::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scenario_driver::call;
use crate::{client_with, spec};

/// How many calls of the walk, and after how many the data set is the built-in one again: by then
/// most of its transfers have come to their end.
const STEPS: usize = 900;
const CHAPTER: usize = 60;
const SEED: u64 = 6;

/// A transfer that no data set has.
const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0009);

/// The code of the refusals that are asked for: one that the emulator's rules never give.
const ON_DEMAND: u32 = 800_003;

/// What a partner does. Those of an operation that have another body are others here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Do {
    Accept,
    AcceptNewCommerce,
    Cancel,
    CreateLicenseBased,
    CreateNewCommerce,
    Eligibility,
    Get,
    List,
    Reject,
    Withdraw,
}

const ALL: [Do; 10] = [
    Do::Accept,
    Do::AcceptNewCommerce,
    Do::Cancel,
    Do::CreateLicenseBased,
    Do::CreateNewCommerce,
    Do::Eligibility,
    Do::Get,
    Do::List,
    Do::Reject,
    Do::Withdraw,
];

/// To this status Prism gives an answer of its own.
const OF_PRISM: u16 = 501;

/// The statuses that the document has for refusals of an operation.
fn refusals(document: &Value, operation: &str) -> Vec<u16> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.filter_map(|(_, path)| path.as_object()).flatten();
    let found = operations.filter(|(_, found)| found["operationId"] == operation);
    let responses = found.filter_map(|(_, found)| found["responses"].as_object());
    let statuses = responses
        .flatten()
        .filter_map(|(status, _)| status.parse().ok());
    statuses
        .filter(|status| *status >= 400 && *status != OF_PRISM)
        .collect()
}

impl Do {
    fn operation(self) -> &'static str {
        match self {
            Self::Accept => "accept_transfer",
            Self::AcceptNewCommerce | Self::Cancel | Self::Reject => "update_transfer",
            Self::CreateLicenseBased | Self::CreateNewCommerce => "create_transfer",
            Self::Eligibility => "get_transfer_eligibility",
            Self::Get => "get_transfer",
            Self::List => "list_transfers",
            Self::Withdraw => "withdraw_transfer",
        }
    }

    fn changes(self) -> bool {
        !matches!(self, Self::Eligibility | Self::Get | Self::List)
    }

    /// Who may.
    fn partner(self) -> Uuid {
        match self {
            Self::Accept | Self::Cancel | Self::CreateNewCommerce | Self::Reject => {
                data_set::TARGET
            }
            _ => data_set::SOURCE,
        }
    }

    /// Of which transfers; of any, if it says nothing.
    fn status(self) -> Option<Status> {
        match self {
            Self::Accept | Self::Reject | Self::Withdraw => Some(Status::Active),
            Self::AcceptNewCommerce | Self::Cancel => Some(Status::Pending),
            _ => None,
        }
    }

    fn body(self, transfer: Uuid, subscriptions: &[&str]) -> Option<Value> {
        let items = |more: Value| -> Vec<Value> {
            let item = |id: &&str| {
                let mut item = json!({"subscriptionId": id});
                if let (Some(item), Some(more)) = (item.as_object_mut(), more.as_object()) {
                    item.extend(more.clone());
                }
                item
            };
            subscriptions.iter().map(item).collect()
        };
        Some(match self {
            Self::AcceptNewCommerce => json!({
                "id": transfer,
                "lineItems": items(json!({"productType": "OnlineServicesNCE"})),
            }),
            Self::Cancel => json!({
                "id": transfer,
                "status": "Cancel",
                "sourcePartnerTenantId": data_set::SOURCE,
                "targetPartnerTenantId": data_set::TARGET,
                "customerName": "Tailspin Toys",
            }),
            Self::CreateLicenseBased => json!({
                "sourcePartnerTenantId": data_set::SOURCE,
                "targetPartnerTenantId": data_set::TARGET,
                "lineItems": items(json!({})),
            }),
            Self::CreateNewCommerce => json!({
                "sourcePartnerTenantId": data_set::SOURCE,
                "sourcePartnerName": "Contoso",
                "customerEmailId": "admin@tailspin.example",
                "transferType": 5,
            }),
            Self::Reject => json!({"id": transfer, "status": "reject"}),
            _ => return None,
        })
    }
}

/// Plays it. The client's requests go to `url`, which need not be the emulator's own; the rest, such
/// as what took effect, is seen in the emulator itself. Gives what it did, for people.
///
/// # Errors
///
/// Each call that did not end as it must.
pub async fn whole_run(emulator: &Emulator, url: &str) -> Result<String, String> {
    let mut clients = BTreeMap::new();
    for partner in [data_set::SOURCE, data_set::TARGET, data_set::STRANGER] {
        let token = emulator.token(partner);
        let token = token.ok_or("the built-in data set has lost a partner")?;
        clients.insert(partner, client_with(url, &token));
    }
    let mut run = Run {
        emulator,
        clients,
        random: Rng::with_seed(SEED),
        answered: BTreeMap::new(),
        refused: BTreeMap::new(),
        refused_to_others: BTreeMap::new(),
        problems: Vec::new(),
    };
    for step in 0..STEPS {
        if step % CHAPTER == 0 {
            run.begin()?;
        }
        run.step().await?;
    }
    let document = spec();
    let mut on_demand = 0;
    for what in ALL {
        let statuses = refusals(&document, what.operation());
        if statuses.is_empty() {
            return Err(format!(
                "the document has no refusal of {}",
                what.operation()
            ));
        }
        for status in statuses {
            run.begin()?;
            run.refusal(what, status).await?;
            on_demand += 1;
        }
    }
    // A walk that never came somewhere shows nothing of it.
    for what in ALL {
        let known = [
            ("answered", &run.answered),
            ("refused", &run.refused),
            ("refused to the wrong partner", &run.refused_to_others),
        ];
        for (word, times) in known {
            // Both partners may read.
            let is_due = what.changes() || word != "refused to the wrong partner";
            if is_due && !times.contains_key(&what) {
                run.problems.push(format!("{what:?} was never {word}"));
            }
        }
    }
    if !run.problems.is_empty() {
        return Err(run.problems.join("\n"));
    }
    let sum = |times: &BTreeMap<Do, usize>| times.values().sum::<usize>();
    Ok(format!(
        "{} calls answered, {} refused by a rule, {on_demand} on demand",
        sum(&run.answered),
        sum(&run.refused),
    ))
}

struct Run<'a> {
    emulator: &'a Emulator,
    clients: BTreeMap<Uuid, Client>,
    random: Rng,
    answered: BTreeMap<Do, usize>,
    /// By the rules, not on demand.
    refused: BTreeMap<Do, usize>,
    /// Of those, by the wrong one: whatever it asked for.
    refused_to_others: BTreeMap<Do, usize>,
    problems: Vec<String>,
}

impl Run<'_> {
    fn begin(&self) -> Result<(), String> {
        let built_in = |data: &mut DataSet| *data = DataSet::built_in();
        self.emulator
            .change(built_in)
            .map_err(|error| format!("failed to begin again: {error}"))
    }

    /// A call by chance, mostly one that may succeed.
    async fn step(&mut self) -> Result<(), String> {
        let what = self.random.choice(ALL).unwrap_or(Do::List);
        let partner = match self.random.u8(..10) {
            0 => data_set::STRANGER,
            1 if what.partner() == data_set::SOURCE => data_set::TARGET,
            1 => data_set::SOURCE,
            _ => what.partner(),
        };
        let transfer = match self.random.u8(..10) {
            0 => UNKNOWN,
            1 => self.transfer(|_| true),
            _ => self.transfer(|transfer| {
                let wanted = what.status();
                wanted.is_none_or(|status| transfer.status == status)
            }),
        };
        let subscriptions: &[&str] = match self.random.u8(..5) {
            0 => &[data_set::SUSPENDED_SUBSCRIPTION],
            1 => &data_set::FREE_SUBSCRIPTIONS,
            2 => &data_set::FREE_SUBSCRIPTIONS[1..],
            _ => &data_set::FREE_SUBSCRIPTIONS[..1],
        };
        let before = self.emulator.effects().len();
        let concluded = self.call(what, partner, transfer, subscriptions).await?;
        let effects = self.emulator.effects().len() - before;
        let due = match &concluded {
            Conclusion {
                answer: Some(_), ..
            } => {
                *self.answered.entry(what).or_default() += 1;
                if what.changes() && partner != what.partner() {
                    self.problem(what, "was done by the wrong partner", &concluded);
                }
                usize::from(what.changes())
            }
            // What is refused by a rule has a code, which no gateway and no proxy gives.
            Conclusion {
                error: Some(error), ..
            } if error.kind == Some(ErrorKind::Service) && error.code.is_some() => {
                *self.refused.entry(what).or_default() += 1;
                if partner != what.partner() {
                    *self.refused_to_others.entry(what).or_default() += 1;
                }
                0
            }
            _ => {
                self.problem(what, "ended in a way that no rule has", &concluded);
                return Ok(());
            }
        };
        if effects != due {
            self.problem(what, &format!("had {effects} effects"), &concluded);
        }
        Ok(())
    }

    /// A good call, and a refusal that is none of the rules'.
    async fn refusal(&mut self, what: Do, status: u16) -> Result<(), String> {
        let fault = Fault::new(FaultKind::Status {
            status,
            code: Some(ON_DEMAND),
            retry_after_seconds: None,
            after_effect: false,
        });
        self.emulator
            .inject(fault.count(1))
            .map_err(|error| format!("failed to inject a fault: {error}"))?;
        let transfer = self.transfer(|transfer| what.status() == Some(transfer.status));
        let before = self.emulator.effects().len();
        let subscriptions = &data_set::FREE_SUBSCRIPTIONS;
        let concluded = self
            .call(what, what.partner(), transfer, subscriptions)
            .await?;
        self.emulator.clear_faults();
        let told = concluded.error.as_ref().is_some_and(|error| {
            // The envelope of a 429 has no code. Others have a number or text.
            let code = (status != 429).then(|| ON_DEMAND.to_string());
            let said = error.code.as_ref();
            let said = said.map(|code| {
                code.as_str()
                    .map_or_else(|| code.to_string(), str::to_owned)
            });
            error.status == Some(status) && said == code
        });
        if !told || concluded.attempts != Some(1) {
            self.problem(what, &format!("was refused with {status}"), &concluded);
        }
        if self.emulator.effects().len() != before {
            self.problem(what, "took effect", &concluded);
        }
        Ok(())
    }

    fn problem(&mut self, what: Do, problem: &str, concluded: &Conclusion) {
        let shown = serde_json::to_string(concluded).unwrap_or_default();
        self.problems.push(format!("{what:?} {problem}: {shown}"));
    }

    /// One of those that exist by now, if there is any.
    fn transfer(&mut self, wanted: impl Fn(&Transfer) -> bool) -> Uuid {
        let transfers = self.emulator.data().transfers;
        let wanted: Vec<_> = transfers.iter().filter(|one| wanted(one)).collect();
        self.random.choice(wanted).map_or(UNKNOWN, |one| one.id)
    }

    async fn call(
        &self,
        what: Do,
        partner: Uuid,
        transfer: Uuid,
        subscriptions: &[&str],
    ) -> Result<Conclusion, String> {
        let mut inputs = json!({"customer-id": data_set::CUSTOMER});
        match what {
            Do::CreateLicenseBased | Do::CreateNewCommerce | Do::List => {}
            Do::Eligibility => inputs["transferType"] = "directtoindirect".into(),
            _ => inputs["transfer-id"] = json!(transfer),
        }
        let asked: DriverCall = serde_json::from_value(json!({
            "scenario": format!("{what:?}"),
            // The client knows.
            "url": "",
            "token": "",
            "renewedToken": "",
            "operation": what.operation(),
            "inputs": inputs,
            "body": what.body(transfer, subscriptions),
            "options": {"maxAttempts": 1},
            "times": 1,
        }))
        .map_err(|error| format!("failed to ask: {error}"))?;
        call(&self.clients[&partner], &asked).await
    }
}
