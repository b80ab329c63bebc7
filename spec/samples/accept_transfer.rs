use partner_center_transfers::{AcceptOutcome, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("PARTNER_CENTER_TOKEN")?;
    let mut client = Client::builder().bearer_token(token);
    if let Ok(url) = std::env::var("PARTNER_CENTER_URL") {
        client = client.endpoint(url);
    }
    let client = client.build()?;
    let customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
    let transfer_id = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";

    // The client sends a new MS-RequestId, the same one with each attempt.
    let call = client
        .accept_transfer()
        .customer_id(customer_id)
        .transfer_id(transfer_id);
    let response = call.send().await.inspect_err(|error| {
        if error.may_have_been_applied() {
            eprintln!("Read the transfer before you send anything again.");
        }
    })?;
    // 200 can contain failures.
    match response.into_inner().outcome() {
        AcceptOutcome::Complete { orders } => println!("{} orders", orders.len()),
        AcceptOutcome::Partial { orders, errors } => {
            println!("{} orders, {} errors", orders.len(), errors.len());
        }
        AcceptOutcome::Failed { errors } => println!("{} errors", errors.len()),
        AcceptOutcome::Unknown => println!("unknown: read the transfer"),
    }
    Ok(())
}
