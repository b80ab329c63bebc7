//! Random calls of the Rust client against the emulator: by the source, the target and a partner
//! that takes no part, for both generations, and each status that the spec has for a rejection.
//!
//! The tests run it directly; `cargo xtask conformance` runs it with Prism as a proxy.

use std::collections::BTreeMap;

use fastrand::Rng;
use partner_center_conformance::scenario::ErrorKind;
use partner_center_conformance::{Conclusion, DriverCall};
use partner_center_emulator::model::{Status, Transfer};
use partner_center_emulator::{DataSet, Emulator, FaultKind, InjectedFault, data_set};
use partner_center_transfers::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::scenario_driver::call;
use crate::{client_with, spec};

/// The number of random calls.
const CALLS: usize = 900;
/// The built-in data is restored after this many calls, when most transfers have settled.
const CALLS_PER_DATA_SET: usize = 60;
const SEED: u64 = 6;

/// A transfer that no data set has.
const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0009);

/// The code of injected errors, which no rule of the emulator uses.
const INJECTED_CODE: u32 = 800_003;

/// Prism replies to this status by itself.
const RESERVED_BY_PRISM: u16 = 501;

/// One kind of call. An operation with several bodies has several actions.
#[derive(Clone, Copy, Debug)]
struct Action {
    name: &'static str,
    operation: &'static str,
    changes: bool,
    /// The partner that may make the call. Both may read.
    partner: Uuid,
    /// The status that the transfer must have; `None` for any.
    status: Option<Status>,
}

const fn action(
    name: &'static str,
    operation: &'static str,
    partner: Uuid,
    status: Option<Status>,
) -> Action {
    Action {
        name,
        operation,
        changes: true,
        partner,
        status,
    }
}

const fn read(operation: &'static str) -> Action {
    Action {
        changes: false,
        ..action(operation, operation, data_set::SOURCE, None)
    }
}

const ACTIONS: [Action; 10] = {
    use data_set::{SOURCE, TARGET};
    let active = Some(Status::Active);
    let pending = Some(Status::Pending);
    [
        action("accept", "accept_transfer", TARGET, active),
        action("withdraw", "withdraw_transfer", SOURCE, active),
        action("reject", "update_transfer", TARGET, active),
        action("cancel", "update_transfer", TARGET, pending),
        action("accept new commerce", "update_transfer", SOURCE, pending),
        action("create", "create_transfer", SOURCE, None),
        action("create new commerce", "create_transfer", TARGET, None),
        read("get_transfer_eligibility"),
        read("get_transfer"),
        read("list_transfers"),
    ]
};

impl Action {
    fn body(self, transfer: Uuid, subscriptions: &[&str]) -> Option<Value> {
        let items = subscriptions.iter();
        Some(match self.name {
            "accept new commerce" => json!({
                "id": transfer,
                "lineItems": items
                    .map(|id| json!({"subscriptionId": id, "productType": "OnlineServicesNCE"}))
                    .collect::<Vec<_>>(),
            }),
            "cancel" => json!({
                "id": transfer,
                "status": "Cancel",
                "sourcePartnerTenantId": data_set::SOURCE,
                "targetPartnerTenantId": data_set::TARGET,
                "customerName": "Tailspin Toys",
            }),
            "create" => json!({
                "sourcePartnerTenantId": data_set::SOURCE,
                "targetPartnerTenantId": data_set::TARGET,
                "lineItems": items.map(|id| json!({"subscriptionId": id})).collect::<Vec<_>>(),
            }),
            "create new commerce" => json!({
                "sourcePartnerTenantId": data_set::SOURCE,
                "sourcePartnerName": "Contoso",
                "customerEmailId": "admin@tailspin.example",
                "transferType": 5,
            }),
            "reject" => json!({"id": transfer, "status": "reject"}),
            _ => return None,
        })
    }
}

/// The error statuses that the spec lists for an operation.
fn error_statuses(spec: &Value, operation: &str) -> Vec<u16> {
    let paths = spec["paths"].as_object().into_iter().flatten();
    let operations = paths.filter_map(|(_, path)| path.as_object()).flatten();
    operations
        .filter(|(_, found)| found["operationId"] == operation)
        .filter_map(|(_, found)| found["responses"].as_object())
        .flatten()
        .filter_map(|(status, _)| status.parse().ok())
        .filter(|status| *status >= 400 && *status != RESERVED_BY_PRISM)
        .collect()
}

/// Runs the calls and returns a summary. The client sends to `url`, which may be a proxy; effects
/// are read from the emulator itself.
///
/// # Errors
///
/// The calls that did not end as they must, one line each.
pub async fn whole_run(emulator: &Emulator, url: &str) -> Result<String, String> {
    let mut clients = BTreeMap::new();
    for partner in [data_set::SOURCE, data_set::TARGET, data_set::STRANGER] {
        let token = emulator.token(partner);
        let token = token.ok_or("the built-in data set lacks a partner")?;
        clients.insert(partner, client_with(url, &token));
    }
    let mut run = Run {
        emulator,
        clients,
        random: Rng::with_seed(SEED),
        counts: BTreeMap::new(),
        problems: Vec::new(),
    };
    for number in 0..CALLS {
        if number % CALLS_PER_DATA_SET == 0 {
            run.restore_data()?;
        }
        run.random_call().await?;
    }
    let spec = spec();
    for action in ACTIONS {
        let statuses = error_statuses(&spec, action.operation);
        if statuses.is_empty() {
            return Err(format!("the spec lists no error of {}", action.operation));
        }
        for status in statuses {
            run.restore_data()?;
            run.call_with_injected_error(action, status).await?;
        }
        // Without these results the run would not have tested the action.
        for result in ["succeeded", "rejected", "rejected for another partner"] {
            let is_due = action.changes || result != "rejected for another partner";
            if is_due && !run.counts.contains_key(&(action.name, result)) {
                run.problems.push(format!("{} never {result}", action.name));
            }
        }
    }
    if !run.problems.is_empty() {
        return Err(run.problems.join("\n"));
    }
    let count = |result: &str| -> usize {
        let counts = run.counts.iter().filter(|((_, of), _)| *of == result);
        counts.map(|(_, count)| count).sum()
    };
    Ok(format!(
        "{} calls succeeded, {} were rejected by a rule, {} by an injected error",
        count("succeeded"),
        count("rejected"),
        count("failed by injection"),
    ))
}

struct Run<'a> {
    emulator: &'a Emulator,
    clients: BTreeMap<Uuid, Client>,
    random: Rng,
    /// How many calls of an action had a result.
    counts: BTreeMap<(&'static str, &'static str), usize>,
    problems: Vec<String>,
}

impl Run<'_> {
    fn restore_data(&self) -> Result<(), String> {
        self.emulator
            .change(|data: &mut DataSet| *data = DataSet::built_in())
            .map_err(|error| format!("failed to restore the data: {error}"))
    }

    /// Makes a random call, mostly one that can succeed.
    async fn random_call(&mut self) -> Result<(), String> {
        let action = ACTIONS[self.random.usize(..ACTIONS.len())];
        let partner = match self.random.u8(..10) {
            0 => data_set::STRANGER,
            1 if action.partner == data_set::SOURCE => data_set::TARGET,
            1 => data_set::SOURCE,
            _ => action.partner,
        };
        let transfer = match self.random.u8(..10) {
            0 => UNKNOWN,
            1 => self.transfer(None),
            _ => self.transfer(action.status),
        };
        let subscriptions: &[&str] = match self.random.u8(..5) {
            0 => &[data_set::SUSPENDED_SUBSCRIPTION],
            1 => &data_set::FREE_SUBSCRIPTIONS,
            2 => &data_set::FREE_SUBSCRIPTIONS[1..],
            _ => &data_set::FREE_SUBSCRIPTIONS[..1],
        };
        let (conclusion, effects) = self.call(action, partner, transfer, subscriptions).await?;
        let mut expected_effects = 0;
        match &conclusion.error {
            None => {
                self.count(action, "succeeded");
                if action.changes && partner != action.partner {
                    self.problem(action, "succeeded for the wrong partner", &conclusion);
                }
                expected_effects = usize::from(action.changes);
            }
            // Rejections by a rule have a code; those of a gateway or a proxy have none.
            Some(error) if error.kind == Some(ErrorKind::Service) && error.code.is_some() => {
                self.count(action, "rejected");
                if partner != action.partner {
                    self.count(action, "rejected for another partner");
                }
            }
            Some(_) => self.problem(action, "ended unlike any rule", &conclusion),
        }
        if effects != expected_effects {
            self.problem(action, &format!("had {effects} effects"), &conclusion);
        }
        Ok(())
    }

    /// Makes a valid call that fails with an injected error.
    async fn call_with_injected_error(
        &mut self,
        action: Action,
        status: u16,
    ) -> Result<(), String> {
        let fault = InjectedFault::new(FaultKind::Status {
            status,
            code: Some(INJECTED_CODE),
            retry_after_seconds: None,
            after_effect: false,
        });
        self.emulator
            .inject(fault.count(1))
            .map_err(|error| format!("failed to inject a fault: {error}"))?;
        let transfer = match action.status {
            None => UNKNOWN,
            status => self.transfer(status),
        };
        let subscriptions = &data_set::FREE_SUBSCRIPTIONS;
        let (conclusion, effects) = self
            .call(action, action.partner, transfer, subscriptions)
            .await?;
        self.emulator.clear_faults();
        self.count(action, "failed by injection");
        let is_reported = conclusion.error.as_ref().is_some_and(|error| {
            // The body of a 429 has no code. Other codes are numbers or text.
            let expected = (status != 429).then(|| INJECTED_CODE.to_string());
            let code = error.code.as_ref().map(|code| match code.as_str() {
                Some(text) => text.to_owned(),
                None => code.to_string(),
            });
            error.status == Some(status) && code == expected
        });
        if !is_reported || conclusion.attempts != Some(1) || effects != 0 {
            self.problem(action, &format!("failed with {status}"), &conclusion);
        }
        Ok(())
    }

    fn count(&mut self, action: Action, result: &'static str) {
        *self.counts.entry((action.name, result)).or_default() += 1;
    }

    fn problem(&mut self, action: Action, problem: &str, conclusion: &Conclusion) {
        let shown = serde_json::to_string(conclusion).unwrap_or_default();
        self.problems
            .push(format!("{} {problem}: {shown}", action.name));
    }

    /// A random transfer with this status, or with any.
    fn transfer(&mut self, status: Option<Status>) -> Uuid {
        let transfers = self.emulator.data().transfers;
        let is_wanted = |one: &&Transfer| status.is_none_or(|status| one.status == status);
        let wanted: Vec<_> = transfers.iter().filter(is_wanted).collect();
        self.random.choice(wanted).map_or(UNKNOWN, |one| one.id)
    }

    /// Makes a call, and counts its effects in the emulator.
    async fn call(
        &self,
        action: Action,
        partner: Uuid,
        transfer: Uuid,
        subscriptions: &[&str],
    ) -> Result<(Conclusion, usize), String> {
        let mut inputs = json!({"customer-id": data_set::CUSTOMER});
        match action.operation {
            "create_transfer" | "list_transfers" => {}
            "get_transfer_eligibility" => inputs["transferType"] = "directtoindirect".into(),
            _ => inputs["transfer-id"] = json!(transfer),
        }
        let asked: DriverCall = serde_json::from_value(json!({
            "scenario": action.name,
            // The client has its own endpoint and token.
            "url": "",
            "token": "",
            "renewedToken": "",
            "operation": action.operation,
            "inputs": inputs,
            "body": action.body(transfer, subscriptions),
            "options": {"maxAttempts": 1},
            "times": 1,
        }))
        .map_err(|error| format!("failed to describe the call: {error}"))?;
        let before = self.emulator.effects().len();
        let conclusion = call(&self.clients[&partner], &asked).await?;
        Ok((conclusion, self.emulator.effects().len() - before))
    }
}
