//! A driver with some operations is asked for these only, and the others are reported as skipped.

use partner_center_conformance::{
    CaseStatus, Conclusion, Driver, DriverCall, DriverInfo, ScenarioServer,
};

use super::{played, scenarios};

struct Withdraws;

impl Driver for Withdraws {
    async fn info(&self) -> Result<DriverInfo, String> {
        Ok(DriverInfo {
            client: "one operation".to_owned(),
            operations: ["withdraw_transfer".to_owned()].into(),
            capabilities: [].into(),
        })
    }

    async fn call(
        &self,
        asked: &DriverCall,
        _: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        assert_eq!(asked.operation, "withdraw_transfer");
        Ok(Some(Conclusion::default()))
    }
}

#[tokio::test]
async fn a_driver_is_asked_only_for_its_operations() {
    let scenarios = scenarios();
    let report = played(&scenarios, &Withdraws).await;
    let mut withdraws = 0;
    for (loaded, case) in scenarios.iter().zip(&report.cases) {
        let operation = &loaded.scenario.call.operation;
        let skipped = case.reason.contains(&format!("has no {operation}"));
        assert_eq!(skipped, operation != "withdraw_transfer", "{case}");
        if skipped {
            assert_eq!(case.status, CaseStatus::Skip);
        }
        withdraws += u32::from(!skipped);
    }
    assert!(withdraws > 10, "{withdraws}");
}
