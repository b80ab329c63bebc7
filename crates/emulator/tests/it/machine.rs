//! The state machine: random sequences of operations by both partners, checked step by step
//! against a model of a few lines, through real HTTP.

use std::collections::HashSet;

use partner_center_emulator::{DataSet, Emulator, data_set};
use proptest::prelude::*;
use proptest::test_runner::Config;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::{Lab, accept_path, path};

const TRANSFERS: [Uuid; 5] = [
    data_set::ACCEPTED_IN_PART,
    data_set::TO_WITHDRAW,
    data_set::ACCEPTED_WHOLE,
    data_set::ACCEPTED_WITHOUT_ORDER,
    data_set::IN_PROGRESS,
];

#[derive(Clone, Copy, Debug)]
struct Step {
    accept: bool,
    by_target: bool,
    transfer: usize,
    /// A small number, so that ids come again.
    request_id: u128,
}

fn step() -> impl Strategy<Value = Step> {
    (any::<bool>(), any::<bool>(), 0..TRANSFERS.len(), 1..40_u128).prop_map(
        |(accept, by_target, transfer, request_id)| Step {
            accept,
            by_target,
            transfer,
            request_id,
        },
    )
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Active,
    InProgress,
    Accepted,
    Gone,
}

/// Who asks, and with which id.
type Key = (bool, u128);

/// Whether to accept, and what.
type Asked = (bool, usize);

/// What the rules say, without any of the emulator's code.
struct Model {
    states: [State; 5],
    /// Who asked with which id, for what, and what was answered.
    answered: Vec<(Key, Asked, (u16, Value))>,
    effects: usize,
}

impl Model {
    fn new() -> Self {
        let mut states = [State::Active; 5];
        states[4] = State::InProgress;
        Self {
            states,
            answered: Vec::new(),
            effects: 0,
        }
    }

    /// The status and the code that are due; a repeated answer whole.
    fn expect(&mut self, step: Step) -> (u16, Option<u32>, Option<Value>) {
        let key = (step.by_target, step.request_id);
        let asked = (step.accept, step.transfer);
        if let Some((_, before, (status, body))) =
            self.answered.iter().find(|(known, ..)| *known == key)
        {
            if *before != asked {
                return (400, Some(800_002), None);
            }
            return (*status, None, Some(body.clone()));
        }
        let state = &mut self.states[step.transfer];
        match *state {
            State::Gone => (404, Some(900_100), None),
            _ if step.accept != step.by_target => (403, Some(2_032), None),
            State::InProgress => (409, Some(900_101), None),
            State::Accepted => (400, Some(900_102), None),
            State::Active => {
                self.effects += 1;
                *state = if step.accept {
                    State::Accepted
                } else {
                    State::Gone
                };
                (if step.accept { 200 } else { 204 }, None, None)
            }
        }
    }
}

async fn run(steps: Vec<Step>) {
    let lab = Lab::with(Emulator::builder()).await;
    let mut model = Model::new();
    let mut seen_orders: HashSet<String> = HashSet::new();
    for step in steps {
        let transfer = TRANSFERS[step.transfer];
        let (method, path) = if step.accept {
            (Method::POST, accept_path(transfer))
        } else {
            (Method::DELETE, path(transfer))
        };
        let token = if step.by_target {
            lab.target()
        } else {
            lab.source()
        };
        let answer = lab
            .bare(method, &path)
            .bearer_auth(token)
            .header("Content-Length", "0")
            .header("MS-RequestId", Uuid::from_u128(step.request_id).to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);

        let (expected, code, repeated) = model.expect(step);
        assert_eq!(status, expected, "{step:?}: {text}");
        if let Some(code) = code {
            assert_eq!(body["code"], code, "{step:?}");
        }
        match repeated {
            Some(before) => assert_eq!(body, before, "{step:?}"),
            None if code == Some(800_002) => {}
            None => {
                for order in body["orders"].as_array().into_iter().flatten() {
                    let id = order["id"].as_str().unwrap().to_owned();
                    assert!(seen_orders.insert(id), "an order was placed twice");
                }
                model.answered.push((
                    (step.by_target, step.request_id),
                    (step.accept, step.transfer),
                    (status, body),
                ));
            }
        }
    }

    assert_eq!(lab.emulator.effects().len(), model.effects);
    let data = lab.emulator.data();
    let placed: HashSet<String> = data
        .orders
        .iter()
        .map(|order| order.id.to_string())
        .collect();
    assert_eq!(placed.len(), data.orders.len());
    assert_eq!(
        placed, seen_orders,
        "each order was told, and none other is there"
    );
    // Subscriptions are neither lost nor made; one belongs to the target where an order says so.
    let before = DataSet::built_in();
    let moved: HashSet<&String> = data
        .orders
        .iter()
        .flat_map(|order| &order.subscriptions)
        .collect();
    assert_eq!(
        data.customers[0].subscriptions.len(),
        before.customers[0].subscriptions.len()
    );
    for subscription in &data.customers[0].subscriptions {
        let owner = if moved.contains(&subscription.id) {
            data_set::TARGET
        } else {
            data_set::SOURCE
        };
        assert_eq!(subscription.partner, owner);
    }
}

proptest! {
    #![proptest_config(Config { cases: 32, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_sequence_loses_or_doubles_an_order(steps in prop::collection::vec(step(), 1..40)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run(steps));
    }
}
