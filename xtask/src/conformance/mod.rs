//! `cargo xtask conformance`: other languages' clients, made from spec/dist by tools that are not
//! ours, really run: against the emulator, and with the scenarios. What they can and cannot do is
//! the table in spec/README.md.
//!
//! | module | idea |
//! |---|---|
//! | `toolchain` | which languages must be there, and what to install |
//! | `client` | what a client of tests/conformance says of itself |
//! | `build` | from its directory to a driver that can be started |
//! | `exchanges`, and `service` that makes them | the cases against the emulator |
//! | `scenarios` | the cases of spec/scenarios |
//! | `prism`, `schemathesis` | spec/dist against the emulator, by others' tools |
//! | `report` | what came of them, held against what is known |
//! | `table` | the same for people |

mod build;
mod client;
mod exchanges;
mod prism;
mod report;
mod scenarios;
mod schemathesis;
mod service;
mod table;
mod toolchain;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use clap::builder::PossibleValuesParser;
use partner_center_emulator::Emulator;

use build::{Built, build};
use client::{Client, NAMES};
use report::Row;
use toolchain::Need;

/// A tool that holds the emulator against the document.
struct Check {
    name: &'static str,
    needs: &'static [Need],
    /// Gives what it did, or what it found.
    run: fn(&Path) -> Result<String, String>,
}

const CHECKS: [Check; 2] = [
    Check {
        name: prism::NAME,
        needs: &prism::NEEDS,
        run: prism::check,
    },
    Check {
        name: schemathesis::NAME,
        needs: &schemathesis::NEEDS,
        run: schemathesis::check,
    },
];

fn names() -> PossibleValuesParser {
    let checks = CHECKS.iter().map(|check| check.name);
    NAMES.into_iter().chain(checks).collect::<Vec<_>>().into()
}

/// What to run.
#[derive(Args)]
pub(crate) struct ConformanceArgs {
    /// Run these clients and print their rows; without any, run all and write the table.
    #[arg(value_name = "CLIENT", value_parser = names())]
    clients: Vec<String>,
    /// Write nothing; exit with 1 if the table in spec/README.md is out of date.
    #[arg(long, conflicts_with = "clients")]
    check: bool,
}

/// Builds and runs the clients, one after the other.
pub(crate) fn run(root: &Path, args: &ConformanceArgs) -> Result<(), String> {
    let root = &std::fs::canonicalize(root)
        .map_err(|error| format!("failed to find {}: {error}", root.display()))?;
    let all = args.clients.is_empty();
    let wanted = |name: &str| all || args.clients.iter().any(|wanted| wanted == name);
    let clients = NAMES
        .iter()
        .filter(|name| wanted(name))
        .map(|name| Client::read(root, name))
        .collect::<Result<Vec<_>, _>>()?;
    let checks: Vec<_> = CHECKS.iter().filter(|check| wanted(check.name)).collect();
    let needs: BTreeSet<_> = clients
        .iter()
        .flat_map(|client| &client.needs)
        .chain(checks.iter().flat_map(|check| check.needs))
        .copied()
        .collect();
    toolchain::versions(&needs)?;
    let _lock = lock(root)?;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("failed to start a runtime: {error}"))?;
    let mut rows = Vec::new();
    for client in &clients {
        let begin = Instant::now();
        let built = build(root, client)?;
        let made = begin.elapsed();
        if client.driver.is_empty() {
            println!(
                "{}: generated, and neither compiled nor run; {:.0} s",
                client.name,
                made.as_secs_f64()
            );
            continue;
        }
        let begin = Instant::now();
        let row = runtime.block_on(judge(root, &built))?;
        println!(
            "{}: {} of {} against the emulator, {} of {} scenarios; made in {:.0} s, run in {:.0} s",
            client.name,
            report::passed(&row.service),
            row.service.len(),
            report::passed(&row.scenarios),
            row.scenarios.len(),
            made.as_secs_f64(),
            begin.elapsed().as_secs_f64(),
        );
        rows.push(row);
    }
    let _entered = runtime.enter();
    for check in checks {
        let begin = Instant::now();
        let found = (check.run)(root)?;
        let took = begin.elapsed().as_secs_f64();
        println!("{}: {found}; {took:.0} s", check.name);
    }
    let text = table::text(&rows);
    if !all && !rows.is_empty() {
        print!("{text}");
    }
    let surprises: Vec<_> = rows.iter().filter_map(Row::surprises).collect();
    if !surprises.is_empty() {
        return Err(surprises.join("\n"));
    }
    if args.check {
        table::check(root, &text)
    } else if all && table::write(root, &text)? {
        println!("wrote the table in spec/README.md");
        Ok(())
    } else {
        Ok(())
    }
}

async fn judge(root: &Path, built: &Built) -> Result<Row, String> {
    let emulator = emulator().await?;
    Ok(Row {
        service: service::run(&emulator, &built.driver)?,
        scenarios: scenarios::run(root, &built.driver).await?,
        client: built.client.clone(),
    }
    .settled())
}

async fn emulator() -> Result<Emulator, String> {
    Emulator::start()
        .await
        .map_err(|error| format!("failed to start the emulator: {error}"))
}

/// One run at a time: they share target/conformance/.
fn lock(root: &Path) -> Result<File, String> {
    let directory = root.join("target/conformance");
    std::fs::create_dir_all(&directory)
        .and_then(|()| File::create(directory.join(".lock")))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| format!("failed to lock {}: {error}", directory.display()))
}
