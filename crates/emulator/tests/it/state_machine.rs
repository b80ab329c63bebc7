//! Random sequences of operations by both partners on transfers of both generations, compared step
//! by step with a simple model.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use partner_center_emulator::model::GroupPlan;
use partner_center_emulator::{DataSet, Emulator, data_set};
use proptest::prelude::*;
use proptest::test_runner::Config;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Lab, accept_path, path, transfers_path};

const MINUTE: Duration = Duration::from_secs(60);
/// The minutes that a new-commerce transfer is in progress.
const TAKES: u64 = 30;
/// The minutes that the source has to accept it.
const EXPIRES: u64 = 30 * 24 * 60;

/// The subscriptions in new transfers: two free ones, a suspended one, and one of another transfer.
const SUBSCRIPTIONS: [&str; 4] = [
    data_set::FREE_SUBSCRIPTIONS[0],
    data_set::FREE_SUBSCRIPTIONS[1],
    data_set::SUSPENDED_SUBSCRIPTION,
    "5B000000-0000-4000-8000-000000000003",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    /// With the subscriptions whose bit is set.
    CreateLicenseBased(u8),
    CreateNewCommerce,
    Accept,
    Reject,
    Withdraw,
    Cancel,
    AcceptNewCommerce(u8),
}

impl Action {
    /// Whether the target does this, and in which status.
    fn needs(self) -> (bool, &'static str) {
        match self {
            Self::Accept | Self::Reject => (true, "Active"),
            Self::Withdraw => (false, "Active"),
            Self::Cancel => (true, "Pending"),
            Self::AcceptNewCommerce(_) => (false, "Pending"),
            Self::CreateLicenseBased(_) => (false, ""),
            Self::CreateNewCommerce => (true, ""),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Ask {
        what: Action,
        by_wrong_partner: bool,
        /// Selects one of the transfers in the right status, or of all transfers.
        transfer: prop::sample::Index,
        of_all: bool,
        /// A small number, so that ids are repeated.
        request_id: u128,
    },
    /// Advances by 20 minutes, so that nothing is due at exactly that time.
    Minutes,
    /// Advances by 11 days.
    Days,
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        (1..16_u8).prop_map(Action::CreateLicenseBased),
        Just(Action::CreateNewCommerce),
        Just(Action::Accept),
        Just(Action::Reject),
        Just(Action::Withdraw),
        Just(Action::Cancel),
        (1..16_u8).prop_map(Action::AcceptNewCommerce),
        // Without the suspended subscription, so that most accepts are allowed.
        (1..4_u8).prop_map(Action::AcceptNewCommerce),
    ];
    let index = any::<prop::sample::Index>();
    let rarely = || prop::bool::weighted(0.2);
    let ask = (what, rarely(), index, rarely(), 1..200_u128).prop_map(
        |(what, by_wrong_partner, transfer, of_all, request_id)| Step::Ask {
            what,
            by_wrong_partner,
            transfer,
            of_all,
            request_id,
        },
    );
    prop_oneof![12 => ask, 2 => Just(Step::Minutes), 1 => Just(Step::Days)]
}

/// The subscriptions of a group, and whether the data set plans an error for it.
type Group = (Vec<String>, bool);

struct Transfer {
    id: Uuid,
    /// A status of the service, or `gone`.
    state: &'static str,
    groups: Vec<Group>,
    /// When it expires or is finished.
    due: Option<u64>,
}

/// Whether the target sends the request, and its id.
type Key = (bool, u128);

/// The operation and its transfer.
type Asked = (Action, Option<Uuid>);

/// The expected state, without any code of the emulator.
struct Model {
    now: u64,
    transfers: Vec<Transfer>,
    /// The transfers in progress, in the order of their accepts.
    in_progress: Vec<usize>,
    /// The requests so far and their responses.
    answered: HashMap<Key, (Asked, (u16, Value))>,
    /// The subscriptions that the target bills.
    moved: HashSet<String>,
    effects: usize,
    orders: usize,
}

/// The expected status, and the code of an error.
type Expected = (u16, Option<u32>);

impl Model {
    /// Starts with the built-in data set.
    fn new() -> Self {
        let transfers = DataSet::built_in().transfers.into_iter();
        let transfers = transfers.map(|transfer| Transfer {
            id: transfer.id,
            state: match transfer.id {
                data_set::IN_PROGRESS => "InProgress",
                data_set::PENDING => "Pending",
                _ => "Active",
            },
            groups: transfer
                .groups
                .into_iter()
                .map(|group| {
                    let items = group.line_items.into_iter();
                    let ids = items.map(|item| item.subscription_id).collect();
                    (ids, matches!(group.becomes, GroupPlan::Error(_)))
                })
                .collect(),
            due: None,
        });
        Self {
            now: 0,
            transfers: transfers.collect(),
            in_progress: Vec::new(),
            answered: HashMap::new(),
            moved: HashSet::new(),
            effects: 0,
            orders: 0,
        }
    }

    /// Places an order for each group without a moved subscription; the other groups fail.
    fn process(&mut self, at: usize) {
        let groups = self.transfers[at].groups.clone();
        let mut orders = 0;
        for (ids, has_error) in &groups {
            let suspended = ids.iter().any(|id| id == data_set::SUSPENDED_SUBSCRIPTION);
            if !has_error && !suspended && !ids.iter().any(|id| self.moved.contains(id)) {
                self.moved.extend(ids.iter().cloned());
                orders += 1;
            }
        }
        self.orders += orders;
        self.transfers[at].due = None;
        self.transfers[at].state = match orders {
            some if some == 0 || some == groups.len() => "Complete",
            _ => "PartiallyComplete",
        };
    }

    fn advance(&mut self, minutes: u64) {
        self.now += minutes;
        let now = self.now;
        let is_due = |transfer: &Transfer| transfer.due.is_some_and(|due| due < now);
        let (settled, left) = std::mem::take(&mut self.in_progress)
            .into_iter()
            .partition(|at| is_due(&self.transfers[*at]));
        self.in_progress = left;
        let settled: Vec<usize> = settled;
        for at in settled {
            self.process(at);
        }
        for transfer in &mut self.transfers {
            if transfer.state == "Pending" && is_due(transfer) {
                transfer.state = "Expired";
            }
        }
    }

    fn ask(&mut self, what: Action, by_target: bool, at: usize) -> Expected {
        let refused = |status, code| (status, Some(code));
        match what {
            Action::CreateLicenseBased(_) | Action::CreateNewCommerce => {
                if by_target != what.needs().0 {
                    return refused(403, 2_032);
                }
                self.effects += 1;
                return (201, None);
            }
            _ => {}
        }
        let (by, from) = what.needs();
        match self.transfers[at].state {
            "gone" => return refused(404, 900_100),
            _ if by != by_target => return refused(403, 2_032),
            state if state == from => {}
            "InProgress" => return refused(409, 900_101),
            _ => return refused(400, 900_102),
        }
        if let Action::AcceptNewCommerce(which) = what {
            let ids = chosen(which);
            if ids.contains(&data_set::SUSPENDED_SUBSCRIPTION.to_owned()) {
                return refused(400, 800_078);
            }
            self.in_progress.push(at);
            self.transfers[at].groups = one_each(ids);
            self.transfers[at].due = Some(self.now + TAKES);
        }
        self.effects += 1;
        if what == Action::Accept {
            self.process(at);
        } else {
            self.transfers[at].state = match what {
                Action::Reject => "Reject",
                Action::Withdraw => "gone",
                Action::Cancel => "Cancel",
                _ => "InProgress",
            };
        }
        (if what == Action::Withdraw { 204 } else { 200 }, None)
    }

    /// Adds a created transfer.
    fn created(&mut self, what: Action, id: Uuid) {
        let known = self.transfers.iter().any(|transfer| transfer.id == id);
        assert!(!known, "an id was assigned twice");
        self.transfers.push(match what {
            Action::CreateLicenseBased(which) => Transfer {
                id,
                state: "Active",
                groups: one_each(chosen(which)),
                due: None,
            },
            _ => Transfer {
                id,
                state: "Pending",
                groups: Vec::new(),
                due: Some(self.now + EXPIRES),
            },
        });
    }
}

fn chosen(which: u8) -> Vec<String> {
    let all = SUBSCRIPTIONS.iter().enumerate();
    all.filter(|(bit, _)| which & (1 << bit) != 0)
        .map(|(_, id)| (*id).to_owned())
        .collect()
}

fn one_each(ids: Vec<String>) -> Vec<Group> {
    ids.into_iter().map(|id| (vec![id], false)).collect()
}

fn request(lab: &Lab, what: Action, token: &str, transfer: Uuid) -> RequestBuilder {
    let items = |which, product: Option<&str>| -> Vec<Value> {
        let item = |id| match product {
            Some(product) => json!({"subscriptionId": id, "productType": product}),
            None => json!({"subscriptionId": id}),
        };
        chosen(which).into_iter().map(item).collect()
    };
    let parties = json!({
        "sourcePartnerTenantId": data_set::SOURCE,
        "targetPartnerTenantId": data_set::TARGET,
    });
    let (method, path, body) = match what {
        Action::Accept => (Method::POST, accept_path(transfer), None),
        Action::Withdraw => (Method::DELETE, path(transfer), None),
        Action::Reject => {
            let body = json!({"id": transfer, "status": "reject"});
            (Method::PATCH, path(transfer), Some(body))
        }
        Action::Cancel => {
            let body = json!({"id": transfer, "status": "Cancel"});
            (Method::PATCH, path(transfer), Some(body))
        }
        Action::AcceptNewCommerce(which) => {
            let body = json!({"lineItems": items(which, Some("OnlineServicesNCE"))});
            (Method::PATCH, path(transfer), Some(body))
        }
        Action::CreateLicenseBased(which) => {
            let mut body = parties;
            body["lineItems"] = json!(items(which, None));
            (Method::POST, transfers_path(), Some(body))
        }
        Action::CreateNewCommerce => {
            let mut body = parties;
            body["sourcePartnerName"] = json!("Contoso");
            body["customerEmailId"] = json!("admin@tailspin.example");
            body["transferType"] = json!(5);
            (Method::POST, transfers_path(), Some(body))
        }
    };
    let request = lab.bare(method, &path).bearer_auth(token);
    match body {
        Some(body) => request.json(&body),
        None => request.header("Content-Length", "0"),
    }
}

async fn run(steps: Vec<Step>) {
    let builder = Emulator::builder().new_commerce_takes(MINUTE * 30);
    let lab = Lab::with(builder).await;
    let mut model = Model::new();
    let mut orders: HashSet<String> = HashSet::new();
    for step in steps {
        let (what, by_target, at, request_id) = match step {
            Step::Ask {
                what,
                by_wrong_partner,
                transfer,
                of_all,
                request_id,
            } => {
                let (by_target, state) = what.needs();
                let all = model.transfers.iter().enumerate();
                let mut places: Vec<usize> = all
                    .filter(|(_, one)| of_all || one.state == state)
                    .map(|(at, _)| at)
                    .collect();
                if places.is_empty() {
                    places.push(0);
                }
                let at = places[transfer.index(places.len())];
                (what, by_target != by_wrong_partner, at, request_id)
            }
            Step::Minutes => {
                lab.emulator.advance(MINUTE * 20);
                model.advance(20);
                continue;
            }
            Step::Days => {
                lab.emulator.advance(MINUTE * 60 * 24 * 11);
                model.advance(60 * 24 * 11);
                continue;
            }
        };
        let id = model.transfers[at].id;
        let creates = matches!(
            what,
            Action::CreateLicenseBased(_) | Action::CreateNewCommerce
        );
        let asked = (what, (!creates).then_some(id));
        let token = if by_target {
            lab.target()
        } else {
            lab.source()
        };
        let response = request(&lab, what, &token, id)
            .header("MS-RequestId", Uuid::from_u128(request_id).to_string())
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);

        let key = (by_target, request_id);
        if let Some((before, response)) = model.answered.get(&key) {
            if *before == asked {
                assert_eq!((status, body), *response, "{step:?}");
            } else {
                assert_eq!((status, &body["code"]), (400, &json!(800_002)), "{step:?}");
            }
            continue;
        }
        let (expected, code) = model.ask(what, by_target, at);
        assert_eq!(status, expected, "{step:?}: {text}");
        if let Some(code) = code {
            assert_eq!(body["code"], code, "{step:?}");
        }
        if status == 201 {
            model.created(what, body["id"].as_str().unwrap().parse().unwrap());
        }
        for order in body["orders"].as_array().into_iter().flatten() {
            let id = order["id"].as_str().unwrap().to_owned();
            assert!(orders.insert(id), "an order was placed twice");
        }
        model.answered.insert(key, (asked, (status, body)));
    }
    check(&lab, &model, &orders).await;
}

/// Checks that nothing was lost or doubled, and that each partner sees the right statuses.
async fn check(lab: &Lab, model: &Model, orders: &HashSet<String>) {
    let data = lab.emulator.data();
    let placed: HashSet<Uuid> = data.orders.iter().map(|order| order.id).collect();
    assert_eq!(placed.len(), data.orders.len());
    assert_eq!(placed.len(), model.orders);
    assert!(
        orders
            .iter()
            .all(|id| placed.contains(&id.parse().unwrap()))
    );
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), model.effects);
    let of_effects: Vec<Uuid> = effects.into_iter().flat_map(|one| one.orders).collect();
    assert_eq!(of_effects.len(), placed.len());
    assert_eq!(of_effects.into_iter().collect::<HashSet<_>>(), placed);

    // The subscriptions are the same; the target bills those in an order.
    let moved: Vec<&String> = data
        .orders
        .iter()
        .flat_map(|order| &order.subscriptions)
        .collect();
    assert_eq!(
        moved.len(),
        model.moved.len(),
        "no subscription is in two orders"
    );
    let subscriptions = &data.customers[0].subscriptions;
    assert_eq!(
        subscriptions.len(),
        DataSet::built_in().customers[0].subscriptions.len()
    );
    for subscription in subscriptions {
        let is_moved = model.moved.contains(&subscription.id);
        assert_eq!(moved.contains(&&subscription.id), is_moved);
        let owner = if is_moved {
            data_set::TARGET
        } else {
            data_set::SOURCE
        };
        assert_eq!(subscription.partner, owner);
    }

    let expected: HashMap<String, &str> = model
        .transfers
        .iter()
        .filter(|transfer| transfer.state != "gone")
        .map(|transfer| (transfer.id.to_string(), transfer.state))
        .collect();
    for token in [lab.source(), lab.target()] {
        let list = lab.read(&token, &transfers_path()).send().await.unwrap();
        let list = crate::json(list).await;
        let seen: HashMap<String, &str> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let id = one["id"].as_str().unwrap().to_owned();
                (id, one["status"].as_str().unwrap())
            })
            .collect();
        assert_eq!(seen, expected);
    }
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_sequence_loses_or_doubles_an_order(steps in prop::collection::vec(step(), 1..80)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run(steps));
    }
}
