use partner_center_transfers::Client;
use partner_center_transfers::types::{
    CreateLicenseBasedTransferLineItem, CreateLicenseBasedTransferRequest,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("PARTNER_CENTER_TOKEN")?;
    let mut client = Client::builder().bearer_token(token);
    if let Ok(url) = std::env::var("PARTNER_CENTER_URL") {
        client = client.endpoint(url);
    }
    let client = client.build()?;
    let customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

    // The client sends a new MS-RequestId, the same one with each attempt.
    let request = CreateLicenseBasedTransferRequest::builder()
        .source_partner_tenant_id("11111111-0000-4000-8000-00000000000a")
        .target_partner_tenant_id("22222222-0000-4000-8000-00000000000b")
        .line_items(vec![CreateLicenseBasedTransferLineItem::new(
            "5B000000-0000-4000-8000-000000000008",
        )]);
    let call = client.create_license_based_transfer(customer_id, request);
    let response = call.send().await.inspect_err(|error| {
        if error.may_have_been_applied() {
            eprintln!("Look for the transfer in the list before you create another one.");
        }
    })?;
    let transfer = response.into_inner();
    println!("{:?} {:?}", transfer.id, transfer.status);
    Ok(())
}
