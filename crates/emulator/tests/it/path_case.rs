//! Paths and ids in any letter case.

use partner_center_emulator::data_set;
use reqwest::Method;

use crate::Lab;

#[tokio::test]
async fn paths_and_ids_ignore_the_letter_case() {
    let lab = Lab::new().await;
    let customer = data_set::CUSTOMER.to_string();
    let transfer = data_set::ACCEPTED_WHOLE.to_string();
    let upper = (customer.to_uppercase(), transfer.to_uppercase());
    let target = lab.target();
    for (method, path, status) in [
        (
            Method::GET,
            format!("/V1/CUSTOMERS/{customer}/TRANSFERS"),
            200,
        ),
        (
            Method::GET,
            format!("/v1/Customers/{}/Transfers/{}", upper.0, upper.1),
            200,
        ),
        (
            Method::GET,
            format!("/v1/Customers/{customer}/TransfersEligibility?TransferType=3"),
            200,
        ),
        (
            Method::PUT,
            format!("/v1/Customers/{customer}/Transfers"),
            405,
        ),
        (
            Method::GET,
            format!("/v1/Customer/{customer}/Transfers"),
            404,
        ),
        (
            Method::POST,
            format!("/v1/Customers/{customer}/transfers/{}/Accept", upper.1),
            200,
        ),
    ] {
        let request = lab.bare(method, &path).bearer_auth(&target);
        let request = request.header("Content-Length", "0");
        assert_eq!(request.send().await.unwrap().status(), status, "{path}");
        let recorded = lab.emulator.requests().pop().unwrap().path;
        assert_eq!(recorded, path.split('?').next().unwrap(), "as received");
    }
    assert_eq!(lab.emulator.effects()[0].transfer, data_set::ACCEPTED_WHOLE);
    let token = lab.bare(Method::POST, "/FABRIKAM.onmicrosoft.com/OAuth2/V2.0/Token");
    assert_eq!(token.send().await.unwrap().status(), 400, "a wrong form");
}
