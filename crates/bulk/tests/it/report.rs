//! Reports: one row for each subscription, as CSV and as JSON.

use partner_center_bulk::{
    Change, Operation, Plan, PlanRow, Report, RunOptions, write_csv, write_failed_as_input,
    write_html, write_json,
};
use partner_center_emulator::DataSet;
use partner_center_emulator::data_set::{SOURCE, TARGET};
use partner_center_emulator::model::Status;
use serde_json::Value;

use crate::operations::on_transfers;
use crate::support::{Service, accepts, customer, subscription, transfer};

async fn service() -> Service {
    let service = Service::start(10).await;
    let mut rows = accepts(10);
    rows[7].reference = Some("@contract".to_owned());
    rows[7].carried = vec![
        ("Region".to_owned(), "=1+1".to_owned()),
        ("outcome".to_owned(), "planned, \"really\"\nso".to_owned()),
    ];
    service.run(rows, RunOptions::default()).await;
    service
}

fn json(service: &Service) -> Value {
    let mut out = Vec::new();
    write_json(&service.view(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn html(service: &Service) -> String {
    let mut out = Vec::new();
    write_html(&service.view(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn each_subscription_has_a_row_with_its_own_result() {
    let service = service().await;
    let report = json(&service);
    assert_eq!(report["summary"]["inPart"], 1);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 20);
    let of_row =
        |number: i64| -> Vec<&Value> { rows.iter().filter(|row| row["row"] == number).collect() };
    let in_part = of_row(8);
    assert_eq!(in_part.len(), 2);
    assert_eq!(in_part[0]["subscription"], subscription(7, 0));
    assert_eq!(in_part[0]["outcome"], "moved");
    assert!(in_part[0]["order"].is_string());
    assert!(in_part[0]["cause"].is_null());
    assert_eq!(in_part[1]["subscription"], subscription(7, 1));
    assert_eq!(in_part[1]["outcome"], "failed");
    assert_eq!(in_part[1]["code"], "900103");
    assert_eq!(in_part[1]["cause"], "the subscription is suspended");
    assert!(in_part[1]["remedy"].is_string());
    assert_eq!(in_part[1]["carried"]["Region"], "=1+1");
    let failed = of_row(9);
    assert!(
        failed.iter().all(|row| row["outcome"] == "failed"),
        "{failed:?}"
    );
    let moved = of_row(1);
    assert!(
        moved.iter().all(|row| row["outcome"] == "moved"),
        "{moved:?}"
    );
    assert!(
        moved.iter().all(|row| row["order"].is_string()),
        "{moved:?}"
    );
}

#[tokio::test]
async fn details_of_complete_transfers_are_read_on_request() {
    let service = Service::start(1).await;
    let options = RunOptions::default().read_details(true);
    service.run(accepts(1), options).await;
    let report = json(&service);
    let rows = report["rows"].as_array().unwrap();
    let subscriptions: Vec<&Value> = rows.iter().map(|row| &row["subscription"]).collect();
    assert_eq!(subscriptions, [&subscription(0, 0), &subscription(0, 1)]);
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn json_reports_follow_their_schema() {
    let service = service().await;
    let schema = Report::json_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report = json(&service);
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    // The schema requires what a reader relies on.
    let empty = serde_json::json!({ "rows": [{}] });
    assert!(!validator.is_valid(&empty));
}

/// With `UPDATE_SCHEMA=1` it writes the file.
#[test]
fn the_published_schema_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/report.schema.json");
    let schema = Report::json_schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let text = serde_json::to_string_pretty(&schema).unwrap();
        std::fs::write(path, text + "\n").unwrap();
    }
    let published: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(
        published == schema,
        "run: UPDATE_SCHEMA=1 cargo test -p partner-center-bulk --test it schema"
    );
}

#[tokio::test]
async fn each_row_has_the_record_that_an_auditor_asks_for() {
    let service = Service::start(9).await;
    let mut rows = accepts(9);
    rows[0].reference = Some("contract 7".to_owned());
    rows[0].row = Some(2);
    let options = RunOptions::default().read_details(true);
    service.run(rows, options).await;
    let report = json(&service);
    assert_eq!(report["totals"]["moved"], 15);
    assert_eq!(report["totals"]["failed"], 3);
    assert!(report["created"].is_string());
    let row = &report["rows"][0];
    assert_eq!(row["customer"], customer(0).to_string());
    assert_eq!(row["transfer"], transfer(0).to_string());
    assert_eq!(row["subscription"], subscription(0, 0));
    assert_eq!(row["offer"], "Microsoft 365 Business Premium");
    assert_eq!(row["quantity"], 25);
    assert_eq!(row["reference"], "contract 7");
    assert_eq!(row["row"], 2);
    // Without a file it is the place in the plan.
    assert_eq!(report["rows"][2]["row"], 2);
    let times: Vec<jiff::Timestamp> = ["created", "sent", "accepted", "completed"]
        .map(|member| row[member].as_str().unwrap().parse().unwrap())
        .to_vec();
    assert!(times[1] <= times[2] && times[2] <= times[3], "{times:?}");
    let effect = &service.emulator.effects()[0];
    let own = report["rows"].as_array().unwrap().iter();
    let own: Vec<_> = own
        .filter(|row| row["requestId"] == effect.request_id.to_string())
        .collect();
    assert_eq!(own.len(), 2);
    assert_eq!(own[0]["order"], effect.orders[0].to_string());
    // An accept of which nothing moved took effect all the same.
    let failed = report["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(failed["outcome"], "failed");
    assert!(failed["accepted"].is_string() && failed["order"].is_null());
}

#[tokio::test]
async fn a_refused_change_has_a_row_for_each_subscription_without_an_accept_time() {
    let service = Service::start(2).await;
    let change = |data: &mut DataSet| data.transfers[1].status = Status::Reject;
    service.emulator.change(change).unwrap();
    service.run(accepts(2), RunOptions::default()).await;
    let report = json(&service);
    let refused = report["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(refused["outcome"], "failed");
    assert_eq!(refused["code"], "900102");
    assert!(refused["remedy"].is_string());
    assert!(refused["sent"].is_string() && refused["accepted"].is_null());

    // A withdrawal is of all subscriptions, which were read before it.
    std::fs::remove_file(service.path()).unwrap();
    let change = |data: &mut DataSet| {
        for transfer in &mut data.transfers {
            transfer.status = Status::Active;
        }
    };
    service.emulator.change(change).unwrap();
    let journal = service.create(on_transfers(2, Operation::Withdraw));
    let run = service.start_run(journal, SOURCE, RunOptions::default());
    run.finish().await.unwrap();
    let report = json(&service);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[3]["subscription"], subscription(1, 1));
    assert!(rows.iter().all(|row| row["outcome"] == "done"));
    assert!(rows.iter().all(|row| row["accepted"].is_null()));
    assert_eq!(report["totals"]["done"], 4);
}

#[tokio::test]
async fn html_reports_show_each_row_and_need_nothing_from_elsewhere() {
    let service = service().await;
    let page = html(&service);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(page.trim_end().ends_with("</html>"));
    assert_eq!(page.matches("<tr class=").count(), 20);
    assert!(page.contains("17 moved, 3 failed"), "{page}");
    // The picture has a part for each outcome, and fills its width.
    let picture = page.split("<svg class=\"bar\"").nth(1).unwrap();
    let picture = picture.split("</svg>").next().unwrap();
    assert!(picture.contains("<rect class=\"moved\" x=\"0\" y=\"0\" width=\"850\""));
    assert!(picture.contains("<rect class=\"failed\" x=\"850\" y=\"0\" width=\"150\""));
    let of_json = json(&service);
    for row in of_json["rows"].as_array().unwrap() {
        for member in ["customer", "transfer", "order", "cause", "requestId"] {
            let text = row[member].as_str().unwrap_or_default();
            assert!(page.contains(text), "{member}: {text}");
        }
    }
    for elsewhere in [
        "http:", "https:", "src=", "@import", "url(", "<script", "//",
    ] {
        let inside = page.replace(&service.emulator.url(), "");
        assert!(!inside.contains(elsewhere), "{elsewhere}");
    }
}

#[tokio::test]
async fn html_reports_show_foreign_text_as_text() {
    let service = Service::start(1).await;
    let mut rows = accepts(1);
    let evil = "</td><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";
    rows[0].reference = Some(evil.to_owned());
    rows[0].carried = vec![("<b>name</b>".to_owned(), format!("{evil}\0\u{1b}[31m"))];
    drop(service.create(rows));
    let page = html(&service);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>name"));
    assert!(!page.contains(['\0', '\u{1b}']));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
    assert!(page.contains("<i>&lt;b&gt;name&lt;/b&gt;</i>"));
    assert!(page.contains("1 not sent") && page.contains("Report of 1 transfer<"));
}

#[tokio::test]
async fn csv_reports_open_in_a_spreadsheet_without_formulas() {
    let service = service().await;
    let mut out = Vec::new();
    write_csv(&service.view(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let text = text.strip_prefix('\u{FEFF}').expect("a mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let (row, reference) = (column("row"), column("reference"));
    let (region, input) = (column("Region"), column("outcome (input)"));
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 20);
    let names: Vec<&str> = header.iter().collect();
    assert_eq!(
        names,
        [
            "row",
            "operation",
            "customer",
            "transfer",
            "subscription",
            "order",
            "subscription_after",
            "offer",
            "quantity",
            "outcome",
            "code",
            "cause",
            "remedy",
            "created",
            "sent",
            "accepted",
            "completed",
            "expires",
            "request_id",
            "reference",
            "Region",
            "outcome (input)",
        ]
    );
    let record = records.iter().find(|record| &record[row] == "8").unwrap();
    assert_eq!(&record[reference], "'@contract");
    assert_eq!(&record[region], "'=1+1");
    assert_eq!(&record[input], "planned, \"really\"\nso");
    assert!(text.contains("\r\n"));
}

#[tokio::test]
async fn rows_that_were_not_sent_are_in_the_report_too() {
    let service = Service::start(3).await;
    drop(service.create(accepts(3)));
    let report = json(&service);
    assert_eq!(report["totals"]["notSent"], 3);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["outcome"] == "not-sent"));
    assert!(rows.iter().all(|row| row["remedy"].is_string()));
}

#[tokio::test]
async fn failed_subscriptions_are_the_input_of_a_new_plan() {
    let service = service().await;
    let mut file = Vec::new();
    let written = write_failed_as_input(&service.view(), &mut file).unwrap();
    assert_eq!((written.rows, written.left_out), (2, 0));
    let plan = Plan::from_csv(&file, Operation::Create).unwrap();
    let rows = plan.rows();
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("'@contract"), "no formula: {text}");
    assert_eq!(rows[0].carried[0], ("Region".to_owned(), "=1+1".to_owned()));
    assert_eq!(rows[0].change.subscriptions(), [subscription(7, 1)]);
    assert_eq!(rows[0].reference.as_deref(), Some("@contract"));
    let both = [subscription(8, 0), subscription(8, 1)];
    assert_eq!(rows[1].change.subscriptions(), both);

    // The source offers them again.
    std::fs::remove_file(service.path()).unwrap();
    let journal = service.create(rows.to_vec());
    let run = service.start_run(journal, SOURCE, RunOptions::default());
    let summary = run.finish().await.unwrap().summary;
    assert_eq!(summary.done, 2, "{:?}", service.view().rows_for_a_person());
}

#[tokio::test]
async fn a_failed_create_is_written_as_it_was() {
    let service = Service::start(1).await;
    let file = format!(
        "customer,kind,source,target,source_name,customer_email,product,reference,Region\n\
         {},new-commerce,{SOURCE},{TARGET},Contoso,a@b.example,OnlineServicesNCE Azure,x,North\n",
        customer(5)
    );
    let plan = Plan::from_csv(file.as_bytes(), Operation::Create).unwrap();
    // The customer does not exist.
    let finished = service
        .run(plan.rows().to_vec(), RunOptions::default())
        .await;
    assert_eq!(finished.summary.failed, 1);
    let mut again = Vec::new();
    let written = write_failed_as_input(&service.view(), &mut again).unwrap();
    assert_eq!((written.rows, written.left_out), (1, 0));
    let again = Plan::from_csv(&again, Operation::Create).unwrap();
    let without_place = |row: &PlanRow| PlanRow {
        key: String::new(),
        row: None,
        carried: vec![("Region".to_owned(), "North".to_owned())],
        ..row.clone()
    };
    assert!(
        again.rows()[0]
            .carried
            .contains(&without_place(&plan.rows()[0]).carried[0])
    );
    let mut expected = without_place(&plan.rows()[0]);
    // The order of product types has no meaning.
    let products = ["Azure", "OnlineServicesNCE"];
    if let Change::CreateNewCommerce(request) = &mut expected.change {
        request.target_product_types = products.into_iter().map(Into::into).collect();
    }
    assert_eq!(without_place(&again.rows()[0]), expected);
}
