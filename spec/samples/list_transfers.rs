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

    let call = client.list_transfers().customer_id(customer_id);
    let response = call.send().await?;
    for transfer in response.into_inner() {
        println!("{:?} {:?}", transfer.id, transfer.status);
    }
    Ok(())
}
