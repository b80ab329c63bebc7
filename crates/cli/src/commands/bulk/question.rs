//! The one question before a plan is run: how much it changes, and what cannot be undone.

use std::fmt::Write as _;

use partner_center_bulk::wording::{count, number};
use partner_center_bulk::{Change, Operation, Plan};

use super::finding::Expected;
use super::survey::Survey;

/// How many rows with a problem are shown.
const SHOWN: usize = 20;

/// The rows that are not expected to succeed, to be shown before the question.
pub(super) fn objections(operation: Operation, survey: &Survey) -> String {
    let problems = survey.findings.iter();
    let problems: Vec<_> = problems
        .filter(|row| row.expected != Expected::Applied)
        .collect();
    let mut text = String::new();
    for finding in problems.iter().take(SHOWN) {
        let _ = writeln!(text, "{}", finding.line(operation));
    }
    match problems.len().saturating_sub(SHOWN) {
        0 => {}
        more => {
            let more = number(more as u64);
            let _ = writeln!(text, "and {more} more; --dry-run shows each row");
        }
    }
    text
}

/// The question, with what the change means.
pub(super) fn question(operation: Operation, plan: &Plan, survey: &Survey) -> String {
    let verb = match operation {
        Operation::Create => "Create",
        Operation::Accept => "Accept",
        Operation::Reject => "Reject",
        Operation::Cancel => "Cancel",
        Operation::Withdraw => "Withdraw",
        _ => "Change",
    };
    let is_new_commerce = |change: &Change| {
        matches!(
            change,
            Change::CreateNewCommerce(_) | Change::AcceptNewCommerce { .. }
        )
    };
    let mut rows = plan.rows().iter();
    let first = rows.next().map(|row| is_new_commerce(&row.change));
    let is_mixed = rows.any(|row| Some(is_new_commerce(&row.change)) != first);
    let consequence = match (operation, first, is_mixed) {
        (Operation::Create, Some(false), false) => {
            "What the target partners accept will be ordered and billed to them, and you will no \
             longer bill it. Until then you can withdraw the transfers."
        }
        (Operation::Create, Some(true), false) => {
            "What the source partners hand over will be ordered and billed to you, and the \
             customers are notified. Until then you can cancel the transfers."
        }
        (Operation::Create, ..) => {
            "What the other partners accept changes who bills it. Until then you can withdraw or \
             cancel the transfers."
        }
        (Operation::Accept, Some(false), false) => {
            "What moves will be ordered and billed to you, and this cannot be undone."
        }
        (Operation::Accept, Some(true), false) => {
            "The target partners will bill what moves, and you will no longer bill it. This cannot \
             be undone."
        }
        (Operation::Accept, ..) => {
            "What moves is billed by its target partner, and this cannot be undone."
        }
        _ => {
            "Nothing will move, and the transfers will end. To move the subscriptions after all, \
             new transfers have to be created."
        }
    };
    let mut question = format!("{verb} {}? {consequence}", survey.subject());
    let failing = survey.expected(Expected::Failed);
    if failing > 0 {
        let _ = write!(
            question,
            " {} will probably fail.",
            count(failing, "transfer")
        );
    }
    question
}

#[cfg(test)]
mod tests {
    use partner_center_bulk::{Change, Operation, Plan, PlanRow};

    use super::{objections, question};
    use crate::commands::bulk::finding::{Expected, Finding};
    use crate::commands::bulk::survey::Survey;

    fn finding(row: u64, subscriptions: Option<u64>, expected: Expected) -> Finding {
        Finding {
            row,
            customer: "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d".to_owned(),
            transfer: Some("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba".to_owned()),
            reference: None,
            expected,
            subscriptions,
            status: Some("Complete".to_owned()),
            expires: None,
            problems: vec!["it is Complete already".to_owned()],
        }
    }

    fn plan() -> Plan {
        let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d".parse().unwrap();
        let transfer = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba".parse().unwrap();
        Plan::new(vec![PlanRow::new(
            "1",
            customer,
            Change::Accept { transfer },
        )])
        .unwrap()
    }

    #[test]
    fn the_question_has_counts_and_consequences() {
        let mut findings: Vec<Finding> = (0..311)
            .map(|row| finding(row, Some(6), Expected::Applied))
            .collect();
        findings.push(finding(313, Some(38), Expected::Applied));
        let mut survey = Survey { findings };
        assert_eq!(
            question(Operation::Accept, &plan(), &survey),
            "Accept 312 transfers with 1,904 subscriptions? What moves will be ordered and billed \
             to you, and this cannot be undone."
        );
        assert_eq!(objections(Operation::Accept, &survey), "");
        survey.findings.push(finding(314, None, Expected::Failed));
        let asked = question(Operation::Accept, &plan(), &survey);
        assert!(
            asked.starts_with("Accept 313 transfers with 1,904 subscriptions? "),
            "{asked}"
        );
        assert!(
            asked.ends_with(" 1 transfer will probably fail."),
            "{asked}"
        );
        assert_eq!(
            objections(Operation::Accept, &survey),
            "row 314: would fail to accept transfer aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba of \
             customer d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d: Complete; it is Complete already\n"
        );
    }

    #[test]
    fn few_rows_are_shown_before_the_question() {
        let findings = (0..25).map(|row| finding(row, None, Expected::Failed));
        let survey = Survey {
            findings: findings.collect(),
        };
        let shown = objections(Operation::Accept, &survey);
        assert_eq!(shown.lines().count(), 21, "{shown}");
        assert!(
            shown.ends_with("and 5 more; --dry-run shows each row\n"),
            "{shown}"
        );
    }
}
