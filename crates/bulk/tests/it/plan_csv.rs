//! Plans from CSV files: each way in which spreadsheets write one, and each mistake with its place.

use partner_center_bulk::{Change, Operation, Plan};

const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const TRANSFER: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
const OTHER: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
const SOURCE: &str = "11111111-0000-4000-8000-00000000000a";
const TARGET: &str = "22222222-0000-4000-8000-00000000000b";
const SUBSCRIPTION: &str = "5B000000-0000-4000-8000-000000000008";
const SUBSCRIPTION_2: &str = "5B000000-0000-4000-8000-000000000009";

fn problems(file: impl AsRef<[u8]>, operation: Operation) -> Vec<String> {
    match Plan::from_csv(file.as_ref(), operation) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

fn utf_16(text: &str, big_endian: bool) -> Vec<u8> {
    let units = text.encode_utf16();
    let bytes = units.map(|unit| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    bytes.flatten().collect()
}

#[test]
fn each_encoding_and_separator_gives_the_same_plan() {
    let with = |separator: &str, end: &str| {
        [
            ["customer", "transfer", "reference", "Größe"].join(separator),
            [CUSTOMER, TRANSFER, "Zoë", "5"].join(separator),
            String::new(),
            [CUSTOMER, OTHER, "", "6"].join(separator),
        ]
        .map(|line| line + end)
        .concat()
    };
    let comma = with(",", "\n");
    let expected = Plan::from_csv(comma.as_bytes(), Operation::Accept).unwrap();
    assert_eq!(expected.rows().len(), 2);
    assert_eq!(expected.rows()[0].reference.as_deref(), Some("Zoë"));
    assert_eq!(expected.rows()[0].row, Some(2));
    assert_eq!(expected.rows()[1].row, Some(4));
    assert_eq!(
        expected.rows()[1].carried,
        [("Größe".to_owned(), "6".to_owned())]
    );

    let mark = |bytes: &[u8], text: Vec<u8>| [bytes, &text].concat();
    for (name, file) in [
        ("mark", mark(&[0xEF, 0xBB, 0xBF], comma.clone().into())),
        ("CRLF", with(",", "\r\n").into()),
        ("CR", with(",", "\r").into()),
        ("semicolon", with(";", "\r\n").into()),
        ("tab", with("\t", "\n").into()),
        ("no end", comma.trim_end().into()),
        (
            "UTF-16LE",
            mark(&[0xFF, 0xFE], utf_16(&with("\t", "\r\n"), false)),
        ),
        (
            "UTF-16BE",
            mark(&[0xFE, 0xFF], utf_16(&with(";", "\r\n"), true)),
        ),
        ("UTF-16LE without mark", utf_16(&comma, false)),
        ("UTF-16BE without mark", utf_16(&comma, true)),
        ("quoted", comma.replace("Zoë", "\"Zoë\"").into()),
        ("empty cells", comma.replace("\n\n", "\n,,,\n").into()),
        (
            "blanks",
            comma
                .replace(TRANSFER, &format!(" {TRANSFER}\u{a0}"))
                .into(),
        ),
        (
            "braces",
            comma.replace(CUSTOMER, &format!("{{{CUSTOMER}}}")).into(),
        ),
        ("capitals", comma.replace("customer", "  CUSTOMER ").into()),
    ] {
        let plan = Plan::from_csv(&file, Operation::Accept);
        assert_eq!(plan.as_ref(), Ok(&expected), "{name}");
    }
    let with_separator = format!("sep=;\r\n{}", with(";", "\r\n"));
    let plan = Plan::from_csv(with_separator.as_bytes(), Operation::Accept).unwrap();
    assert_eq!(plan.rows()[1].row, Some(5));
}

#[test]
fn files_in_other_encodings_are_refused_with_what_to_do() {
    let text = format!("customer,transfer,name\n{CUSTOMER},{TRANSFER},Zo");
    let windows = [text.as_bytes(), &[0xEB, b'\n']].concat();
    let two_lines = format!("customer,transfer,name\n{CUSTOMER},{TRANSFER},\"a\nb\"\nZo");
    for (file, problem) in [
        (
            [two_lines.as_bytes(), &[0xEB, b'\n']].concat(),
            "row 3: not valid UTF-8",
        ),
        (windows, "row 2: not valid UTF-8 (looks like Windows-1252"),
        (vec![0xFF, 0xFE, 0, 0, b'c', 0, 0, 0], "the file is UTF-32"),
        (
            vec![0xFF, 0xFE, b'c', 0, b'u'],
            "the file starts as UTF-16LE but is damaged",
        ),
        (
            b"customer\0,transfer\n".to_vec(),
            "the file contains the character NUL",
        ),
        (Vec::new(), "the file is empty"),
        (b"\n\n".to_vec(), "the file is empty"),
    ] {
        let problems = problems(&file, Operation::Accept);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(problem), "{}", problems[0]);
    }
}

#[test]
fn a_problem_names_the_row_of_the_spreadsheet_and_the_column() {
    // The first row has a cell with two lines, and the third row is empty.
    let file = format!(
        "customer;transfer;note\n{CUSTOMER};{TRANSFER};\"a\nb\"\n\n{CUSTOMER};x;\ny;;\n{CUSTOMER};{OTHER};a;b\n"
    );
    let expected = [
        "row 4, column transfer: \"x\" is not a GUID",
        "row 5, column customer: \"y\" is not a GUID",
        "row 5, column transfer: is empty",
        "row 6: has 4 cells, and the header has 3",
    ];
    let found = problems(file, Operation::Accept);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn a_repetition_is_found_along_with_other_problems() {
    let file = format!(
        "customer,transfer\n{CUSTOMER},{TRANSFER}\n{CUSTOMER},{{{}}}\n{CUSTOMER},x\n",
        TRANSFER.to_uppercase()
    );
    let found = problems(file, Operation::Withdraw);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("row 3, column transfer: this transfer is also in row 2"));
    assert!(found[1].starts_with("row 4, column transfer"));
}

#[test]
fn the_header_is_checked() {
    for (file, problem) in [
        (
            "transfer\nx\n".to_owned(),
            "row 1: there is no column customer",
        ),
        (
            format!("customer,transfer,Customer\n{CUSTOMER},{TRANSFER},\n"),
            "row 1, column Customer: the column is there twice",
        ),
        (
            "customer,transfer\n".to_owned(),
            "the file has a header and no rows",
        ),
        (
            format!("customer,transfer\n{CUSTOMER},\"{TRANSFER}\n"),
            "row 2: a quotation mark is not closed",
        ),
    ] {
        let found = problems(file, Operation::Accept);
        assert!(
            found.iter().any(|found| found.starts_with(problem)),
            "{found:?}"
        );
    }
}

#[test]
fn a_file_without_a_header_has_one_problem() {
    let row = format!("{CUSTOMER},{TRANSFER}\n");
    for file in [row.clone(), row.repeat(2), "sep=,\n".to_owned() + &row] {
        let found = problems(file, Operation::Accept);
        assert_eq!(found.len(), 1, "{found:?}");
        let problem = "the first row has no column names: put a row with names above it";
        assert!(found[0].contains(problem), "{}", found[0]);
    }
}

/// Also if it is not the last one, so that other marks seem to close it.
#[test]
fn an_open_quotation_mark_is_found_where_it_opens() {
    let good = format!("{CUSTOMER},{TRANSFER},\"a; \"\"b\"\"\nc\"\n");
    let header = "customer,transfer,note\n";
    for (rows, row) in [
        (format!("{good}{CUSTOMER},\"{TRANSFER},\n"), 3),
        (format!("{CUSTOMER},{TRANSFER},\"x\n{good}{good}"), 2),
        (format!("{good}{CUSTOMER},{TRANSFER},5\" disk\n{good}"), 3),
        (format!("{CUSTOMER},{TRANSFER},\"\n\n"), 2),
        // An even number of marks.
        (
            format!("{CUSTOMER},{TRANSFER},\"x\n{CUSTOMER},{TRANSFER},\"y\n"),
            2,
        ),
        (
            format!(
                "{good}{CUSTOMER},{TRANSFER},5\" disk\n{CUSTOMER},{TRANSFER},\"x\n{CUSTOMER},{TRANSFER},y\n"
            ),
            4,
        ),
    ] {
        let found = problems(format!("{header}{rows}"), Operation::Accept);
        let problem = format!("row {row}: a quotation mark is not closed");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&problem), "{rows:?}: {}", found[0]);
    }

    // Marks without a meaning, and blanks after a quoted cell.
    let row = format!("{CUSTOMER},\"{TRANSFER}\" ,3\" x 5\" disk\n");
    let plan = Plan::from_csv(format!("{header}{row}").as_bytes(), Operation::Accept).unwrap();
    let note = ("note".to_owned(), "3\" x 5\" disk".to_owned());
    assert_eq!(plan.rows()[0].carried, [note]);
}

#[test]
fn one_file_can_have_creates_of_both_generations() {
    let file = format!(
        "kind;customer;source;target;subscriptions;source_name;customer email;product\n\
         license-based;{CUSTOMER};{SOURCE};{TARGET};\"{SUBSCRIPTION}; {{{SUBSCRIPTION_2}}}\";;;\n\
         New Commerce;{CUSTOMER};{SOURCE};;;Contoso;admin@relecloud.example;OnlineServicesNCE\n"
    );
    let plan = Plan::from_csv(file.as_bytes(), Operation::Create).unwrap();
    assert!(matches!(
        plan.rows()[0].change,
        Change::CreateLicenseBased(_)
    ));
    let subscriptions = plan.rows()[0].change.subscriptions();
    assert_eq!(subscriptions, [SUBSCRIPTION, SUBSCRIPTION_2]);
    let Change::CreateNewCommerce(request) = &plan.rows()[1].change else {
        panic!("{:?}", plan.rows()[1]);
    };
    assert_eq!(request.transfer_type, 5);
    assert_eq!(request.target_partner_tenant_id, None);
    assert_eq!(request.target_product_types.len(), 1);
}

#[test]
fn a_row_without_what_its_kind_needs_is_a_problem() {
    let nce = format!("kind,customer,transfer\nnew-commerce,{CUSTOMER},{TRANSFER}\n");
    let legacy = format!("kind,customer,transfer\nlicense-based,{CUSTOMER},{TRANSFER}\n");
    let unknown = format!("kind,customer,transfer\nmodern,{CUSTOMER},{TRANSFER}\n");
    for (file, operation, problem) in [
        (
            &nce,
            Operation::Accept,
            "row 2, column subscriptions: is needed",
        ),
        (
            &nce,
            Operation::Reject,
            "row 2, column kind: a new-commerce transfer cannot",
        ),
        (
            &nce,
            Operation::Withdraw,
            "row 2, column kind: a new-commerce transfer cannot",
        ),
        (
            &legacy,
            Operation::Cancel,
            "row 2, column kind: a license-based transfer cannot",
        ),
        (
            &unknown,
            Operation::Accept,
            "row 2, column kind: \"modern\" is neither",
        ),
    ] {
        let found = problems(file, operation);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(problem), "{}", found[0]);
    }
    assert_eq!(problems(&nce, Operation::Cancel), [""; 0]);
    assert_eq!(problems(&legacy, Operation::Reject), [""; 0]);
}

#[test]
fn a_license_based_accept_carries_the_columns_that_a_list_prints() {
    let file = format!(
        "customer,transfer,status,subscriptions,source\n{CUSTOMER},{TRANSFER},Active,{SUBSCRIPTION},{SOURCE}\n"
    );
    let plan = Plan::from_csv(file.as_bytes(), Operation::Accept).unwrap();
    let carried = &plan.rows()[0].carried;
    let names: Vec<&str> = carried.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["status", "subscriptions", "source"]);
}
