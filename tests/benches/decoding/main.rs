//! Decoding at scale: `cargo bench -p partner-center-benches --bench decoding` compares these types
//! with the plain types that a user would derive, and a long list through the client with the same
//! list through reqwest.
//!
//! Both sides take turns, and each round gives a ratio. A ratio above 1 is faster than the plain side.
//! The peak of memory is that of one run above what was in use before.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use partner_center_transfers::{Client, types};
use serde::de::DeserializeOwned;
use serde_json::Value;

#[expect(unreachable_pub, reason = "the tests export it")]
#[path = "../../src/fixed_server.rs"]
mod fixed_server;
#[path = "../support/plain.rs"]
mod plain;
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the tests use all, and export them"
)]
#[path = "../../src/published.rs"]
mod published;

use fixed_server::fixed_server;
use published::{CUSTOMER, TOKEN};

/// The published response to an accept.
const RESPONSE: &str = include_str!("../../../spec/examples/accept-transfer-partial.json");
const ROUNDS: usize = 51;
const ORDERS: usize = 500;
const TRANSFERS: usize = 5_000;

fn main() {
    println!(
        "{ROUNDS} rounds, taking turns; time, allocations and peak memory of plain types and ours"
    );
    let mut many: Value = serde_json::from_str(RESPONSE).unwrap();
    many["orders"] = repeated(&many["orders"], ORDERS);
    let many = many.to_string();
    row(
        "500 orders",
        || decode::<plain::TransferSubmitResult>(&many),
        || decode::<types::TransferSubmitResult>(&many),
    );

    let several = include_str!("../../../spec/examples/list-transfers-several.json");
    let several: Value = serde_json::from_str(several).unwrap();
    let address = fixed_server(&repeated(&several, TRANSFERS).to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let reqwest = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/v1/customers/{CUSTOMER}/transfers");
    let client = Client::builder()
        .endpoint(format!("http://{address}"))
        .bearer_token(TOKEN)
        .build()
        .unwrap();
    row(
        "5,000 transfers, called",
        || {
            runtime.block_on(async {
                let response = reqwest.get(&url).send().await.unwrap();
                let list: Vec<plain::TransferEntity> = response.json().await.unwrap();
                assert_eq!(black_box(list).len(), TRANSFERS);
            });
        },
        || {
            let call = client.list_transfers().customer_id(CUSTOMER).send();
            let list = runtime.block_on(call).unwrap().into_inner();
            assert_eq!(black_box(list).len(), TRANSFERS);
        },
    );
}

fn decode<T: DeserializeOwned>(text: &str) {
    black_box(serde_json::from_str::<T>(text).unwrap());
}

/// A list of as many items, which repeat those of a list.
fn repeated(list: &Value, length: usize) -> Value {
    let items = list.as_array().unwrap().iter().cycle();
    items.take(length).cloned().collect()
}

fn row(name: &str, plain: impl Fn(), ours: impl Fn()) {
    let time = |run: &dyn Fn()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    // Opens connections and warms the code up.
    plain();
    ours();
    let mut rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|round| {
            if round % 2 == 0 {
                let first = time(&plain);
                (first, time(&ours))
            } else {
                let first = time(&ours);
                (time(&plain), first)
            }
        })
        .collect();
    let ratio = |(plain, ours): &(Duration, Duration)| plain.as_secs_f64() / ours.as_secs_f64();
    rounds.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let [low, median, high] = [1, 2, 3].map(|quarter| &rounds[ROUNDS * quarter / 4]);
    println!(
        "{name:<24} {:>9.1?} {:>9.1?}  ratio {:.3} ({:.3} to {:.3})",
        median.0,
        median.1,
        ratio(median),
        ratio(low),
        ratio(high),
    );
    let [plain, ours] = [&plain as &dyn Fn(), &ours].map(allocation_counter::measure);
    println!(
        "{:<24} allocations {} and {}, peak {} kB and {} kB",
        "",
        plain.count_total,
        ours.count_total,
        plain.bytes_max / 1_000,
        ours.bytes_max / 1_000,
    );
}
