//! The whole run of the Rust client against the emulator, through a proxy:
//!
//! `whole-run EMULATOR-PORT PROXY-URL`
//!
//! Starts the emulator on the port to which the proxy forwards.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use partner_center_emulator::Emulator;
use partner_center_tests::whole_run;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<String, String> {
    let [port, proxy] = arguments else {
        return Err("usage: whole-run EMULATOR-PORT PROXY-URL".to_owned());
    };
    let port = port
        .parse()
        .map_err(|error| format!("{port} is not a port: {error}"))?;
    let emulator = Emulator::builder()
        .listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        .start()
        .await
        .map_err(|error| format!("failed to start the emulator: {error}"))?;
    whole_run(&emulator, proxy).await
}
