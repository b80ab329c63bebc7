//! Reports: one row for each subscription, as CSV and as JSON.

use partner_center_bulk::{
    Operation, Plan, Report, RunOptions, write_csv, write_failed_as_input, write_json,
};
use serde_json::Value;

use crate::support::{Service, accepts, subscription};

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
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["outcome"] == "not-sent"));
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
    assert_eq!(rows[0].change.subscriptions(), [subscription(7, 1)]);
    assert_eq!(rows[0].reference.as_deref(), Some("@contract"));
    let both = [subscription(8, 0), subscription(8, 1)];
    assert_eq!(rows[1].change.subscriptions(), both);

    // The source offers them again.
    std::fs::remove_file(service.path()).unwrap();
    let journal = service.create(rows.to_vec());
    let run = service.start_run(
        journal,
        partner_center_emulator::data_set::SOURCE,
        RunOptions::default(),
    );
    let summary = run.finish().await.unwrap().summary;
    assert_eq!(summary.done, 2, "{:?}", service.view().rows_for_a_person());
}
