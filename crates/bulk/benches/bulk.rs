//! Figures of runs, as ratios: `cargo bench -p partner-center-bulk`.
//!
//! The emulator is this process; the run, and the bare client to compare it with, are children.

use std::fmt;
use std::num::NonZeroU32;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use partner_center_bulk::{Change, Identity, Journal, Plan, PlanRow, Rate, RunOptions, Runner};
use partner_center_emulator::{DataSet, Emulator, RateLimit, data_set};
use partner_center_transfers::{Client, Cloud};

type Error = Box<dyn std::error::Error>;

const CONCURRENCY: usize = 8;
/// Measurements without a limit, and with one, which take a minute each.
const ROUNDS: usize = 5;
const LIMITED_ROUNDS: usize = 3;
/// The limit of the emulator, and of the run under a limit.
const PER_MINUTE: u32 = 12_000;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    match &arguments[..] {
        ["child", "run", url, token, rows, limit] => {
            runtime.block_on(run(url, token, rows.parse()?, limit.parse()?))
        }
        ["child", "bare", url, token, rows, _] => runtime.block_on(bare(url, token, rows.parse()?)),
        _ => compare(&runtime),
    }
}

fn client(url: &str, token: &str) -> Result<Client, Error> {
    let builder = Client::builder().cloud(Cloud::emulator(url));
    Ok(builder.bearer_token(token).build()?)
}

/// Accepts all transfers by a run.
async fn run(url: &str, token: &str, rows: usize, limit: u32) -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let client = client(url, token)?;
    let identity = Identity {
        endpoint: client.endpoint(),
        tenant: None,
    };
    let row = |at: usize| {
        let transfer = data_set::transfer(at).into();
        let customer = data_set::customer(at).into();
        PlanRow::new(at.to_string(), customer, Change::Accept { transfer })
    };
    let plan = Plan::new((0..rows).map(row).collect())?;
    let journal = Journal::create(folder.path().join("journal.db"), &plan, &identity)?;
    drop(plan);
    let mut options = RunOptions::default().concurrency(CONCURRENCY);
    if let Some(limit) = NonZeroU32::new(limit) {
        options = options.rate(Rate::per_minute(limit));
    }
    let start = Instant::now();
    let run = Runner::new(client, journal).options(options).start()?;
    let finished = run.finish().await?;
    if !finished.summary.is_settled() {
        return Err(format!("not settled: {finished:?}").into());
    }
    report(start);
    Ok(())
}

/// Accepts all transfers by the client alone.
async fn bare(url: &str, token: &str, rows: usize) -> Result<(), Error> {
    let client = client(url, token)?;
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (client, next) = (client.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= rows {
                    return Ok(());
                }
                let call = client.accept_transfer();
                let call = call.customer_id(data_set::customer(at));
                call.transfer_id(data_set::transfer(at)).send().await?;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended?.map_err(|error: partner_center_transfers::Error| error)?;
    }
    report(start);
    Ok(())
}

/// Prints the seconds, and the peak memory in KiB.
fn report(start: Instant) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.split_whitespace().next());
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds} {}", peak.unwrap_or("0"));
}

/// Runs a child against an emulator of its own. Returns its seconds, its memory in MiB, and how
/// many requests the emulator has served.
fn child(
    runtime: &tokio::runtime::Runtime,
    mode: &str,
    rows: usize,
    limit: u32,
) -> Result<(f64, f64, usize), Error> {
    let mut builder = Emulator::builder().data(DataSet::with_customers(rows));
    if limit > 0 {
        builder = builder.partner_rate_limit(RateLimit {
            requests: limit,
            window: Duration::from_secs(60),
        });
    }
    let emulator = runtime.block_on(builder.start())?;
    let token = emulator.token(data_set::TARGET).ok_or("no such partner")?;
    let output = Command::new(std::env::current_exe()?)
        .args(["child", mode, &emulator.url(), &token])
        .args([rows.to_string(), limit.to_string()])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let output = String::from_utf8(output.stdout)?;
    let mut figures = output.split_whitespace().map(str::parse::<f64>);
    let mut figure = || figures.next().ok_or("no figure");
    let (seconds, peak) = (figure()??, figure()??);
    // Requests beyond the limit use nothing of it.
    let requests = emulator.requests();
    let served = requests.iter().filter(|request| request.status != 429);
    Ok((seconds, peak / 1024.0, served.count()))
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn compare(runtime: &tokio::runtime::Runtime) -> Result<(), Error> {
    let rows = 10_000;
    let mut ratios = Vec::new();
    let (mut small, mut large) = (Vec::new(), Vec::new());
    // Both in each round, so that they meet the same load of the machine.
    for _ in 0..ROUNDS {
        let (bare, ..) = child(runtime, "bare", rows, 0)?;
        let (run, peak, calls) = child(runtime, "run", rows, 0)?;
        large.push(peak);
        small.push(child(runtime, "run", rows / 10, 0)?.1);
        let (bare, run) = (rows as f64 / bare, rows as f64 / run);
        let each = calls as f64 / rows as f64;
        println!("bare client: {bare:.0} calls/s; run: {run:.0} rows/s with {each:.2} calls each");
        ratios.push(run / bare);
    }
    println!("rows/s to calls/s: {} (at least 0.5)", Spread(ratios));
    let difference = large.iter().zip(&small).map(|(large, small)| large - small);
    let difference = Spread(difference.collect());
    println!("peak memory of 1,000 rows: {} MiB", Spread(small));
    println!("peak memory of 10,000 rows: {} MiB", Spread(large));
    println!("difference: {difference} MiB (at most 20)");
    let mut used = Vec::new();
    for _ in 0..LIMITED_ROUNDS {
        let (seconds, _, calls) = child(runtime, "run", rows, PER_MINUTE)?;
        used.push(calls as f64 / seconds / (f64::from(PER_MINUTE) / 60.0));
    }
    let used = Spread(used);
    println!("use of a limit of {PER_MINUTE}/min: {used} (at least 0.95)");
    Ok(())
}

/// The median of several figures, with the smallest and the largest.
struct Spread(Vec<f64>);

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut figures = self.0.clone();
        figures.sort_by(f64::total_cmp);
        let at = |index: usize| figures.get(index).copied().unwrap_or(f64::NAN);
        let (median, last) = (at(figures.len() / 2), figures.len().saturating_sub(1));
        write!(f, "{median:.3} ({:.3} to {:.3})", at(0), at(last))
    }
}
