//! Prints the spans of two accepts of one transfer, of which the emulator rejects the second:
//! `cargo run -p partner-center-transfers --example tracing`.
//!
//! Each line is a span that ended. The spans have OpenTelemetry's names for HTTP clients, so any
//! subscriber that exports to OpenTelemetry shows them as a call with its attempts.

use partner_center_emulator::{Emulator, data_set};
use partner_center_transfers::Client;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::stderr)
        .init();

    let emulator = Emulator::start().await?;
    let token = emulator.token(data_set::TARGET).ok_or("unknown partner")?;
    let client = Client::builder()
        .endpoint(emulator.url())
        .bearer_token(token)
        .build()?;
    for _ in 0..2 {
        let call = client
            .accept_transfer()
            .customer_id(data_set::CUSTOMER)
            .transfer_id(data_set::ACCEPTED_IN_PART);
        match call.send().await {
            Ok(response) => {
                println!(
                    "{} after {} attempt(s)",
                    response.status(),
                    response.attempts()
                );
            }
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
