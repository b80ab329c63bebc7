//! `cargo xtask conformance`: runs clients of other languages, which third-party generators make from
//! spec/dist, against the emulator and with the scenarios. The results are the table in
//! spec/CLIENTS.md.
//!
//! | module | content |
//! |---|---|
//! | `client` | the description of a client in tests/conformance |
//! | `build` | builds a client's driver |
//! | `emulator_cases`, `emulator` | the cases against the emulator |
//! | `scenarios` | the cases of spec/scenarios |
//! | `prism`, `schemathesis` | third-party tools that check the emulator against spec/dist |
//! | `msal` | Microsoft's login library, which logs in to the emulator |
//! | `sign_in_page` | the emulator's page for sign-ins, in Chromium |
//! | `system_text_json`, `csharp_source` | the C# client that is generated, but not run |
//! | `results` | the results, compared with the known limits |
//! | `table` | the table in spec/CLIENTS.md |

mod build;
mod client;
mod csharp_source;
mod emulator;
mod emulator_cases;
mod msal;
mod prism;
mod results;
mod scenarios;
mod schemathesis;
mod sign_in_page;
mod system_text_json;
mod table;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::PossibleValuesParser;
use partner_center_conformance::ProgramDriver;

use build::build;
use client::{Client, NAMES};
use results::{Row, passed};

use crate::files;
use crate::toolchain::{self, Need};

/// The time limit for one question to a driver. A JVM starts slowly on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A check that gives no row of the table.
struct Check {
    name: &'static str,
    needs: &'static [Need],
    /// Returns a summary, or the findings as an error.
    run: fn(&Path) -> Result<String, String>,
}

const CHECKS: [Check; 5] = [
    Check {
        name: system_text_json::NAME,
        needs: &system_text_json::NEEDS,
        run: system_text_json::check,
    },
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
    Check {
        name: msal::NAME,
        needs: &msal::NEEDS,
        run: msal::check,
    },
    Check {
        name: sign_in_page::NAME,
        needs: &sign_in_page::NEEDS,
        run: sign_in_page::check,
    },
];

fn names() -> PossibleValuesParser {
    let checks = CHECKS.iter().map(|check| check.name);
    NAMES.into_iter().chain(checks).collect::<Vec<_>>().into()
}

#[derive(Args)]
pub(crate) struct ConformanceArgs {
    /// Run only these clients and print their rows [default: run all and write the table].
    #[arg(value_name = "CLIENT", value_parser = names())]
    clients: Vec<String>,
    /// Write nothing, and exit with 1 if the table in spec/CLIENTS.md is out of date.
    #[arg(long, conflicts_with = "clients")]
    check: bool,
}

/// Builds and runs the clients one after the other.
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
        let driver = build(root, client)?;
        let build_time = begin.elapsed();
        let begin = Instant::now();
        let row = runtime.block_on(run_client(root, client, driver))?;
        println!(
            "{}: {} of {} against the emulator, {} of {} scenarios; built in {:.0} s, run in {:.0} s",
            client.name,
            passed(&row.emulator),
            row.emulator.len(),
            passed(&row.scenarios),
            row.scenarios.len(),
            build_time.as_secs_f64(),
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
    let unexpected: Vec<_> = rows.iter().filter_map(Row::unexpected).collect();
    if !unexpected.is_empty() {
        return Err(unexpected.join("\n"));
    }
    if args.check {
        table::check(root, &text)
    } else if all && table::write(root, &text)? {
        println!("wrote the table in spec/CLIENTS.md");
        Ok(())
    } else {
        Ok(())
    }
}

async fn run_client(root: &Path, client: &Client, driver: Vec<String>) -> Result<Row, String> {
    let driver = ProgramDriver::new(driver, LIMIT);
    let emulator = emulator::start().await?;
    let row = Row {
        emulator: emulator::run(&emulator, &driver).await?,
        scenarios: scenarios::run(root, &driver).await?,
        client: client.clone(),
    };
    Ok(row.stabilized())
}

/// Prevents parallel runs, since they share target/conformance/.
fn lock(root: &Path) -> Result<File, String> {
    let directory = root.join("target/conformance");
    std::fs::create_dir_all(&directory)
        .and_then(|()| File::create(directory.join(".lock")))
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|error| files::failed("lock", &directory, &error))
}
