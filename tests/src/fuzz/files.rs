//! Files that people write: scenarios, plans and `OpenAPI` documents.

use std::collections::BTreeSet;

use partner_center_bulk::{Operation, Plan, customers_from_csv};
use partner_center_codegen::{Source, editions, lint, outputs};
use partner_center_conformance::scenario::load;

const OPERATIONS: [Operation; 5] = [
    Operation::Create,
    Operation::Accept,
    Operation::Reject,
    Operation::Cancel,
    Operation::Withdraw,
];

pub(super) fn scenarios(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("scenario.json");
    std::fs::write(&file, bytes).expect("a temporary file");
    if let Err(error) = load(&file) {
        assert!(!error.to_string().is_empty());
    }
}

/// A plan for each operation: its rows have different keys.
pub(super) fn plans(bytes: &[u8]) {
    for operation in OPERATIONS {
        match Plan::from_csv(bytes, operation) {
            Ok(plan) => {
                let keys: BTreeSet<_> = plan.rows().iter().map(|row| &row.key).collect();
                assert_eq!(keys.len(), plan.rows().len());
                assert!(
                    plan.rows()
                        .iter()
                        .all(|row| row.change.operation() == operation)
                );
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Ok(customers) = customers_from_csv(bytes) {
        assert!(!customers.is_empty());
    }
}

/// A document is refused with a reason, or gives the same outputs again.
pub(super) fn documents(bytes: &[u8]) {
    let Ok(document) = std::str::from_utf8(bytes) else {
        return;
    };
    let root = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(root.path().join("spec")).expect("a temporary folder");
    std::fs::write(root.path().join("spec/openapi.yaml"), document).expect("a temporary file");
    let source = Source::read(root.path()).expect("a readable document");
    let _ = lint(&source);
    let _ = editions(&source);
    if let (Ok(first), Ok(again)) = (outputs(&source), outputs(&source)) {
        assert_eq!(first, again);
    }
}
