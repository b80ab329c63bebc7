//! The state machine: random sequences of operations by both partners on transfers of both
//! generations, checked step by step against a plain model, through real HTTP.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use partner_center_emulator::model::Becomes;
use partner_center_emulator::{DataSet, Emulator, data_set};
use proptest::prelude::*;
use proptest::test_runner::Config;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Lab, accept_path, path, transfers_path};

const MINUTE: Duration = Duration::from_secs(60);
/// How long the service works on a new-commerce transfer.
const TAKES: u64 = 30;
/// How long the source has to accept one.
const EXPIRES: u64 = 30 * 24 * 60;

/// What new transfers are made of: two that are free, one that is suspended, and one that another
/// transfer holds.
const SUBSCRIPTIONS: [&str; 4] = [
    data_set::FREE_SUBSCRIPTIONS[0],
    data_set::FREE_SUBSCRIPTIONS[1],
    data_set::SUSPENDED_SUBSCRIPTION,
    "5B000000-0000-4000-8000-000000000003",
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Do {
    /// With those of the subscriptions whose bit is set.
    CreateLicenseBased(u8),
    CreateNewCommerce,
    Accept,
    Reject,
    Withdraw,
    Cancel,
    AcceptNewCommerce(u8),
}

impl Do {
    /// Whether it is for the target to do, and in which state.
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
        what: Do,
        by_the_wrong_one: bool,
        /// One of those that are in the right state by then, or of all.
        transfer: prop::sample::Index,
        of_all: bool,
        /// A small number, so that ids come again.
        request_id: u128,
    },
    /// Never so that something is due at the very moment: minutes go by in twenties, and days in
    /// elevens.
    Minutes,
    Days,
}

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        (1..16_u8).prop_map(Do::CreateLicenseBased),
        Just(Do::CreateNewCommerce),
        Just(Do::Accept),
        Just(Do::Reject),
        Just(Do::Withdraw),
        Just(Do::Cancel),
        (1..16_u8).prop_map(Do::AcceptNewCommerce),
        // Mostly those that can be accepted.
        (1..4_u8).prop_map(Do::AcceptNewCommerce),
    ];
    let index = any::<prop::sample::Index>();
    let rarely = || prop::bool::weighted(0.2);
    let ask = (what, rarely(), index, rarely(), 1..200_u128).prop_map(
        |(what, by_the_wrong_one, transfer, of_all, request_id)| Step::Ask {
            what,
            by_the_wrong_one,
            transfer,
            of_all,
            request_id,
        },
    );
    prop_oneof![12 => ask, 2 => Just(Step::Minutes), 1 => Just(Step::Days)]
}

/// Its subscriptions, and whether it is doomed by the data set.
type Group = (Vec<String>, bool);

struct Transfer {
    id: Uuid,
    /// In the words of the service, and `gone`.
    state: &'static str,
    groups: Vec<Group>,
    /// When something happens by itself.
    due: Option<u64>,
}

/// Who asks, and with which id.
type Key = (bool, u128);

/// What is asked, and of which transfer.
type Asked = (Do, Option<Uuid>);

/// What the rules say, without any of the emulator's code.
struct Model {
    now: u64,
    transfers: Vec<Transfer>,
    /// Those in progress, in the order in which they were accepted.
    in_progress: Vec<usize>,
    /// Who has asked with which id, for what, and what was answered.
    answered: HashMap<Key, (Asked, (u16, Value))>,
    /// What belongs to the target by now.
    moved: HashSet<String>,
    effects: usize,
    orders: usize,
}

/// What is due: the status, and the code of a refusal.
type Due = (u16, Option<u32>);

impl Model {
    /// Begins with the built-in data set.
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
                    (ids, matches!(group.becomes, Becomes::Error(_)))
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

    /// One order for each group of which nothing has moved, and the rest fails.
    fn process(&mut self, at: usize) {
        let groups = self.transfers[at].groups.clone();
        let mut orders = 0;
        for (ids, doomed) in &groups {
            let suspended = ids.iter().any(|id| id == data_set::SUSPENDED_SUBSCRIPTION);
            if !doomed && !suspended && !ids.iter().any(|id| self.moved.contains(id)) {
                self.moved.extend(ids.iter().cloned());
                orders += 1;
            }
        }
        self.orders += orders;
        self.transfers[at].due = None;
        self.transfers[at].state = match orders {
            0 => "Failed",
            some if some == groups.len() => "Complete",
            _ => "PartiallyComplete",
        };
    }

    fn go_on(&mut self, minutes: u64) {
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

    fn ask(&mut self, what: Do, by_target: bool, at: usize) -> Due {
        let refused = |status, code| (status, Some(code));
        match what {
            Do::CreateLicenseBased(_) | Do::CreateNewCommerce => {
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
        if let Do::AcceptNewCommerce(which) = what {
            let ids = chosen(which);
            if ids.contains(&data_set::SUSPENDED_SUBSCRIPTION.to_owned()) {
                return refused(400, 800_078);
            }
            self.in_progress.push(at);
            self.transfers[at].groups = one_each(ids);
            self.transfers[at].due = Some(self.now + TAKES);
        }
        self.effects += 1;
        if what == Do::Accept {
            self.process(at);
        } else {
            self.transfers[at].state = match what {
                Do::Reject => "Reject",
                Do::Withdraw => "gone",
                Do::Cancel => "Cancel",
                _ => "InProgress",
            };
        }
        (if what == Do::Withdraw { 204 } else { 200 }, None)
    }

    /// A transfer that was created, under the id that the emulator gave it.
    fn created(&mut self, what: Do, id: Uuid) {
        let known = self.transfers.iter().any(|transfer| transfer.id == id);
        assert!(!known, "an id was given twice");
        self.transfers.push(match what {
            Do::CreateLicenseBased(which) => Transfer {
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

fn request(lab: &Lab, what: Do, token: &str, transfer: Uuid) -> RequestBuilder {
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
        Do::Accept => (Method::POST, accept_path(transfer), None),
        Do::Withdraw => (Method::DELETE, path(transfer), None),
        Do::Reject => {
            let body = json!({"id": transfer, "status": "reject"});
            (Method::PATCH, path(transfer), Some(body))
        }
        Do::Cancel => {
            let body = json!({"id": transfer, "status": "Cancel"});
            (Method::PATCH, path(transfer), Some(body))
        }
        Do::AcceptNewCommerce(which) => {
            let body = json!({"lineItems": items(which, Some("OnlineServicesNCE"))});
            (Method::PATCH, path(transfer), Some(body))
        }
        Do::CreateLicenseBased(which) => {
            let mut body = parties;
            body["lineItems"] = json!(items(which, None));
            (Method::POST, transfers_path(), Some(body))
        }
        Do::CreateNewCommerce => {
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
    let mut told: HashSet<String> = HashSet::new();
    for step in steps {
        let (what, by_target, at, request_id) = match step {
            Step::Ask {
                what,
                by_the_wrong_one,
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
                (what, by_target != by_the_wrong_one, at, request_id)
            }
            Step::Minutes => {
                lab.emulator.advance(MINUTE * 20);
                model.go_on(20);
                continue;
            }
            Step::Days => {
                lab.emulator.advance(MINUTE * 60 * 24 * 11);
                model.go_on(60 * 24 * 11);
                continue;
            }
        };
        let id = model.transfers[at].id;
        let creates = matches!(what, Do::CreateLicenseBased(_) | Do::CreateNewCommerce);
        let asked = (what, (!creates).then_some(id));
        let token = if by_target {
            lab.target()
        } else {
            lab.source()
        };
        let answer = request(&lab, what, &token, id)
            .header("MS-RequestId", Uuid::from_u128(request_id).to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);

        let key = (by_target, request_id);
        if let Some((before, answer)) = model.answered.get(&key) {
            if *before == asked {
                assert_eq!((status, body), *answer, "{step:?}");
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
            assert!(told.insert(id), "an order was placed twice");
        }
        model.answered.insert(key, (asked, (status, body)));
    }
    check(&lab, &model, &told).await;
}

/// Nothing was lost and nothing doubled, and each partner is told the state.
async fn check(lab: &Lab, model: &Model, told: &HashSet<String>) {
    let data = lab.emulator.data();
    let placed: HashSet<Uuid> = data.orders.iter().map(|order| order.id).collect();
    assert_eq!(placed.len(), data.orders.len());
    assert_eq!(placed.len(), model.orders);
    assert!(told.iter().all(|id| placed.contains(&id.parse().unwrap())));
    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), model.effects);
    let of_effects: Vec<Uuid> = effects.into_iter().flat_map(|one| one.orders).collect();
    assert_eq!(of_effects.len(), placed.len());
    assert_eq!(of_effects.into_iter().collect::<HashSet<_>>(), placed);

    // Subscriptions are neither lost nor made; one belongs to the target where an order says so.
    let moved: Vec<&String> = data
        .orders
        .iter()
        .flat_map(|order| &order.subscriptions)
        .collect();
    assert_eq!(moved.len(), model.moved.len(), "none is in two orders");
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
