//! Data sets: errors with their paths, and the behaviour of loaded data.

use partner_center_emulator::{DataSet, Emulator, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Lab, check_error, json as body};

fn built_in() -> Value {
    serde_json::to_value(DataSet::built_in()).unwrap()
}

#[test]
fn an_error_is_short_whatever_the_data_set_says() {
    let long = "\u{e9}".repeat(100_000);
    for json in [
        format!(r#"{{"{long}": 1}}"#),
        format!(r#"{{"partners": "{long}"}}"#),
        format!(r#"{{"customers": [{{"id": "{long}"}}]}}"#),
    ] {
        let error = DataSet::from_json(&json).unwrap_err().to_string();
        assert!(error.len() < 2_048, "{}", error.len());
    }
}

#[test]
fn a_document_that_ends_too_early_has_an_error_with_the_known_part_of_the_path() {
    for json in ["", "{", "{\"partners\": [{"] {
        let error = DataSet::from_json(json).unwrap_err().to_string();
        assert!(error.contains("EOF while parsing"), "{error}");
        assert!(!error.contains('?'), "{error}");
    }
}

/// Each case: the path of a member, its new value, and the start of the error.
#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[test]
fn errors_name_the_path_in_the_data_set() {
    let unknown = "00000000-0000-4000-8000-000000000000";
    let source = data_set::SOURCE.to_string();
    let twice = data_set::ACCEPTED_IN_PART.to_string();
    let order = "/transfers/2/groups/1/becomes/order/id";
    let placed = "f5ec52ed-0108-4475-92e1-bc7656670b14";
    for (pointer, value, message) in [
        (
            "/partners/0/tenantId",
            json!("x"),
            "partners[0].tenantId: UUID parsing failed",
        ),
        (
            "/partners/1/tenantId",
            json!(source),
            "partners[1].tenantId: 11111111-0000-4000-8000-00000000000a is duplicated",
        ),
        (
            "/partners/1/apps/0/id",
            json!(data_set::SOURCE_APP),
            "partners[1].apps[0].id: 11111111",
        ),
        (
            "/partners/0/apps/0/secrets/0",
            json!(""),
            "partners[0].apps[0].secrets[0]: is empty",
        ),
        (
            "/partners/0/apps/0/certificates",
            json!(["no pem"]),
            "partners[0].apps[0].certificates[0]: contains no CERTIFICATE",
        ),
        (
            "/partners/1/users/1/refreshToken",
            json!(data_set::TARGET_REFRESH_TOKEN),
            "partners[1].users[1].refreshToken: another user has the same token",
        ),
        (
            "/partners/0/misspelt",
            json!(1),
            "partners[0].misspelt: unknown field `misspelt`",
        ),
        (
            "/customers/0/partners/1",
            json!(unknown),
            "customers[0].partners[1]: 00000000-0000-4000-8000-000000000000 is not among partners",
        ),
        (
            "/customers/0/subscriptions/0/quantity",
            json!("many"),
            "customers[0].subscriptions[0].quantity: invalid type",
        ),
        (
            "/customers/0/subscriptions/0/partner",
            json!(unknown),
            "customers[0].subscriptions[0].partner: 00000000",
        ),
        (
            "/customers/0/subscriptions/1/id",
            json!("5b000000-0000-4000-8000-000000000001"),
            "customers[0].subscriptions[1].id: 5b000000-0000-4000-8000-000000000001 is duplicated",
        ),
        ("/transfers/1/id", json!(twice), "transfers[1].id: aa2bddb6"),
        (
            "/transfers/0/customerTenantId",
            json!(unknown),
            "transfers[0].customerTenantId: 00000000-0000-4000-8000-000000000000 is not among customers",
        ),
        (
            "/transfers/0/sourcePartnerTenantId",
            json!(unknown),
            "transfers[0].sourcePartnerTenantId: 00000000",
        ),
        (
            "/transfers/0/targetPartnerTenantId",
            json!(source),
            "transfers[0].targetPartnerTenantId: is also the source partner",
        ),
        (
            "/transfers/0/status",
            json!("Done"),
            "transfers[0].status: unknown variant `Done`",
        ),
        (
            "/transfers/0/groups",
            json!([]),
            "transfers[0].groups: is empty",
        ),
        (
            "/transfers/0/groups/0/lineItems",
            json!([]),
            "transfers[0].groups[0].lineItems: is empty",
        ),
        (
            "/transfers/0/groups/1/id",
            json!("0"),
            "transfers[0].groups[1].id: 0 is duplicated",
        ),
        (
            "/transfers/0/groups/0/lineItems/0/subscriptionId",
            json!("x"),
            "transfers[0].groups[0].lineItems[0].subscriptionId: x is not among the customer's subscriptions",
        ),
        (
            "/transfers/0/status",
            json!("Pending"),
            "transfers[0].newCommerce: is missing; only new commerce has Pending",
        ),
        (
            "/transfers/5/newCommerce/expirationTime",
            json!("soon"),
            "transfers[5].newCommerce.expirationTime: ",
        ),
        (
            "/transfers/5/status",
            json!("InProgress"),
            "transfers[5].groups: is empty",
        ),
        (
            "/customers/0/subscriptions/0/status",
            json!("Frozen"),
            "customers[0].subscriptions[0].status: unknown variant `Frozen`",
        ),
        (
            order,
            json!(placed),
            "transfers[2].groups[1].becomes.order.id: f5ec52ed",
        ),
    ] {
        let mut data = built_in();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        match data.pointer_mut(parent).unwrap() {
            Value::Object(object) => {
                object.insert(member.to_owned(), value);
            }
            Value::Array(array) => array[member.parse::<usize>().unwrap()] = value,
            _ => panic!("{parent}"),
        }
        let error = DataSet::from_json(data.to_string()).unwrap_err();
        assert!(
            error.to_string().starts_with(message),
            "{error}\nnot {message}"
        );
    }
    let error = DataSet::from_json("{").unwrap_err().to_string();
    assert!(error.contains("line 1 column"), "{error}");
    let error = DataSet::from_json(format!("{} x", built_in())).unwrap_err();
    assert_eq!(error.path(), ".");
    let error = DataSet::from_file("/nowhere/data.json").unwrap_err();
    assert!(
        error.to_string().starts_with("/nowhere/data.json: "),
        "{error}"
    );
}

#[test]
fn an_id_is_unique_and_known_whichever_customer_has_it() {
    let error = |change: fn(&mut DataSet)| {
        let mut data = DataSet::with_customers(2);
        data.partners[1].domain = Some("second.example".to_owned());
        data.check().unwrap();
        change(&mut data);
        data.check().unwrap_err().to_string()
    };
    assert_eq!(
        error(|data| data.customers[1].tenant_id = data_set::customer(0)),
        "customers[1].tenantId: 000000c0-0000-4000-8000-000000000000 is duplicated"
    );
    assert_eq!(
        error(|data| data.customers[1].subscriptions[2].id.clear()),
        "customers[1].subscriptions[2].id: is empty"
    );
    assert_eq!(
        error(|data| data.customers[1].subscriptions[3].id = data_set::subscription(0, 1)),
        "customers[1].subscriptions[3].id: 0000005b-0000-4000-8000-000000000001 is duplicated"
    );
    assert_eq!(
        error(|data| data.transfers[0].customer_tenant_id = data_set::customer(1)),
        "transfers[0].groups[0].lineItems[0].subscriptionId: 0000005B-0000-4000-8000-000000000000 is \
         not among the customer's subscriptions"
    );
    assert_eq!(
        error(|data| {
            let taken = data.transfers[1].groups[0].line_items[0].clone();
            data.transfers[1].groups[1].line_items.push(taken);
        }),
        "transfers[1].groups[1].lineItems[1].subscriptionId: 0000005b-0000-4000-8000-000000000004 is \
         duplicated"
    );
    assert_eq!(
        error(|data| data.partners[0].domain = Some("Second.EXAMPLE".to_owned())),
        "partners[1].domain: second.example is duplicated"
    );
    assert_eq!(
        error(|data| data.partners[2].domain = Some(String::new())),
        "partners[2].domain: is empty"
    );
}

/// The data set does not specify the members of this order.
#[tokio::test]
async fn an_order_is_made_from_its_subscriptions() {
    let lab = Lab::new().await;
    let accepted = lab.accept(data_set::TO_WITHDRAW).send().await.unwrap();
    let accepted = body(accepted).await;
    let order = &accepted["orders"][0];
    assert_eq!(order["id"], "0d000000-0000-4000-8000-000000000001");
    assert_eq!(order["referenceCustomerId"], data_set::CUSTOMER.to_string());
    assert_eq!(
        order["lineItems"][0]["offerId"],
        "59BA1B0D-5C90-4158-A909-406C2E416788"
    );
    assert_eq!(order["lineItems"][0]["quantity"], 12);
    let placed = order["creationDate"].as_str().unwrap();
    assert_eq!(
        placed.len(),
        "2020-03-25T22:24:23.183+00:00".len(),
        "{placed}"
    );
    assert!(placed.ends_with("+00:00"));

    let data = lab.emulator.data();
    let orders: Vec<Uuid> = data.orders.iter().map(|order| order.id).collect();
    assert_eq!(lab.emulator.effects()[0].orders, orders);
    let moved = &data.orders[0].subscriptions[0];
    let subscription = data.customers[0].subscription(moved).unwrap();
    assert_eq!(subscription.partner, data_set::TARGET);
}

#[tokio::test]
async fn a_subscription_moves_once() {
    let mut data = DataSet::built_in();
    // The second transfer names a subscription of the first.
    let taken = data.transfers[1].groups[0].line_items[0]
        .subscription_id
        .clone();
    data.transfers[2].groups[0].line_items[0].subscription_id = taken.to_lowercase();
    let lab = Lab::with(Emulator::builder().data(data)).await;
    let first = lab.accept(data_set::TO_WITHDRAW).send().await.unwrap();
    assert_eq!(body(first).await["orders"].as_array().unwrap().len(), 2);
    let second = lab.accept(data_set::ACCEPTED_WHOLE).send().await.unwrap();
    let second = body(second).await;
    assert_eq!(second["orders"].as_array().unwrap().len(), 1);
    assert_eq!(second["transferErrors"][0]["code"], 900_103);
    assert_eq!(
        second["transferErrors"][0]["description"],
        format!("The subscription {taken} has already been transferred.")
    );
    assert_eq!(lab.emulator.data().orders.len(), 3);
}

#[tokio::test]
async fn each_status_can_be_set_and_refuses_changes_with_its_code() {
    use partner_center_emulator::model::Status;

    let lab = Lab::new().await;
    for (status, http, code) in [
        (Status::InProgress, 409, 900_101),
        (Status::Complete, 400, 900_102),
        (Status::PartiallyComplete, 400, 900_102),
        (Status::Reject, 400, 900_102),
        (Status::Expired, 400, 900_102),
        (Status::Withdrawn, 404, 900_100),
    ] {
        lab.emulator
            .change(|data| data.transfers[2].status = status)
            .unwrap();
        for call in [
            lab.accept(data_set::ACCEPTED_WHOLE),
            lab.withdraw(data_set::ACCEPTED_WHOLE),
        ] {
            check_error(call.send().await.unwrap(), http, code.into()).await;
        }
    }
    let wrong = lab.emulator.change(|data| data.partners.clear());
    assert!(wrong.unwrap_err().path().starts_with("customers[0]"));
    assert_eq!(lab.emulator.data().partners.len(), 3, "unchanged");
}
