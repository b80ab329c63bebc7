use partner_center_transfers::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("PARTNER_CENTER_TOKEN")?;
    let mut client = Client::builder().bearer_token(token);
    if let Ok(url) = std::env::var("PARTNER_CENTER_URL") {
        client = client.endpoint(url);
    }
    let client = client.build()?;
    let customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
    let transfer_id = "11111111-aaaa-4bbb-8ccc-000000000002";

    // The client sends a new MS-RequestId, the same one with each attempt.
    // Other methods cancel or accept a new-commerce transfer.
    let call = client.reject_transfer(customer_id, transfer_id);
    let response = call.send().await.inspect_err(|error| {
        if error.may_have_been_applied() {
            eprintln!("Read the transfer before you send anything again.");
        }
    })?;
    let transfer = response.into_inner();
    println!("{:?} {:?}", transfer.id, transfer.status);
    Ok(())
}
