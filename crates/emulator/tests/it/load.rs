//! Under load: of thousands of accepts at one moment, one takes effect.

use std::collections::BTreeMap;

use partner_center_emulator::data_set;
use serde_json::Value;

use crate::{Lab, json};

const CALLS: usize = 3_000;

/// From 32 tasks, each with a connection of its own: as many as that are at work at any moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thousands_of_accepts_one_takes_effect() {
    let lab = std::sync::Arc::new(Lab::new().await);
    let token = lab.target();
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let lab = std::sync::Arc::clone(&lab);
            let token = token.clone();
            tokio::spawn(async move {
                let path = crate::accept_path(data_set::ACCEPTED_WHOLE);
                let mut answers = Vec::new();
                for _ in (task..CALLS).step_by(32) {
                    let request = lab
                        .bare(reqwest::Method::POST, &path)
                        .bearer_auth(&token)
                        .header("Content-Length", "0");
                    let answer = request.send().await.unwrap();
                    let status = answer.status().as_u16();
                    answers.push((status, json(answer).await["code"].clone()));
                }
                answers
            })
        })
        .collect();
    let mut counted: BTreeMap<(u16, String), usize> = BTreeMap::new();
    for task in tasks {
        for (status, code) in task.await.unwrap() {
            let code = match code {
                Value::Null => String::new(),
                code => code.to_string(),
            };
            *counted.entry((status, code)).or_default() += 1;
        }
    }
    assert_eq!(counted[&(200, String::new())], 1, "{counted:?}");
    let refused = |status, code: &str| {
        let key = (status, code.to_owned());
        counted.get(&key).copied().unwrap_or_default()
    };
    let others = refused(409, "900104") + refused(400, "900102");
    assert_eq!(others, CALLS - 1, "{counted:?}");

    let effects = lab.emulator.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].requests, 1);
    assert_eq!(lab.emulator.data().orders.len(), 2);
    assert_eq!(lab.emulator.requests().len(), CALLS);
}
