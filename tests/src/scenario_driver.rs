//! The Rust client as a driver of the conformance scenarios. Delays between attempts take no time;
//! the conclusion reports their lengths.

use std::sync::Arc;
use std::time::Duration;

use partner_center_conformance::scenario::{ErrorKind, OutcomeKind};
use partner_center_conformance::{
    Capability, Conclusion, Driver, DriverCall, DriverInfo, ReportedAnswer, ReportedError,
    ScenarioServer,
};
use partner_center_transfers::types::TransferSubmitResult;
use partner_center_transfers::{CallOptions, Client, Error, Response, RetryPolicy};

use crate::fake_runtime::{ATTEMPT_TIMEOUT, CALL_TIMEOUT, FakeRuntime, NumberedTokens};
use crate::scenario_bodies;

/// The Rust client.
#[derive(Clone, Copy, Debug)]
pub struct RustClient {
    /// Whether the scenario's time limit takes real time. Otherwise it expires at once, which needs
    /// the server in the same Tokio runtime.
    pub real_limits: bool,
}

impl Driver for RustClient {
    async fn info(&self) -> Result<DriverInfo, String> {
        Ok(rust_client())
    }

    async fn call(
        &self,
        asked: &DriverCall,
        _: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        conclude(asked, self.real_limits).await.map(Some)
    }
}

/// The Rust client with all capabilities.
pub fn rust_client() -> DriverInfo {
    use Capability as C;
    DriverInfo {
        client: "partner-center-transfers (Rust)".to_owned(),
        capabilities: [
            C::Attempts,
            C::Effect,
            C::ErrorBody,
            C::ErrorKind,
            C::Fault,
            C::Gzip,
            C::Ids,
            C::InputCheck,
            C::Outcome,
            C::PlannedWaits,
            C::Repeat,
            C::ReportsIds,
            C::Retry,
            C::RetryAmbiguous,
            C::RetryAfter,
            C::TimeLimit,
            C::TokenRenewal,
            C::UnknownMembers,
        ]
        .into(),
        ..DriverInfo::default()
    }
}

/// Sets the arguments of a call by their names in the OpenAPI document: those of all operations, and
/// those that are listed.
macro_rules! with_inputs {
    ($call:expr, $asked:expr $(, $more:literal => $set:ident)*) => {{
        let mut call = $call;
        for (name, value) in &$asked.inputs {
            let value = value
                .as_str()
                .ok_or_else(|| format!("{name} is not text"))?;
            call = match name.as_str() {
                "customer-id" => call.customer_id(value),
                "MS-RequestId" => call.request_id(value),
                "MS-CorrelationId" => call.correlation_id(value),
                "X-Locale" => call.locale(value),
                $($more => call.$set(value),)*
                other => return Err(format!("{} has no {other}", $asked.operation)),
            };
        }
        call
    }};
}

/// Makes a call as often as the scenario says, and returns the last conclusion.
///
/// # Errors
///
/// The client cannot make such a call.
pub async fn conclude(asked: &DriverCall, real_limits: bool) -> Result<Conclusion, String> {
    let limit = asked.options.attempt_timeout_ms.map(Duration::from_millis);
    let clock = match limit {
        Some(limit) if real_limits => FakeRuntime::expiring_in_real_time(&[limit]),
        limit => FakeRuntime::expiring(limit.as_slice()),
    };
    let client = client(asked, limit, Arc::clone(&clock)).map_err(|error| error.to_string())?;
    let mut conclusion = Conclusion::default();
    for _ in 0..asked.times {
        conclusion = call(&client, asked).await?;
    }
    let sleeps = clock.sleeps().into_iter();
    let sleeps_ms = sleeps.map(|sleep| u64::try_from(sleep.as_millis()).unwrap_or(u64::MAX));
    conclusion.waits_ms = Some(sleeps_ms.collect());
    Ok(conclusion)
}

/// Makes one call with this client.
pub(crate) async fn call(client: &Client, asked: &DriverCall) -> Result<Conclusion, String> {
    Ok(match asked.operation.as_str() {
        "accept_transfer" => {
            let call = client.accept_transfer();
            let call = with_inputs!(call, asked, "transfer-id" => transfer_id);
            concluded(call.send().await, accepted)
        }
        "withdraw_transfer" => {
            let call = client.withdraw_transfer();
            let call = with_inputs!(call, asked, "transfer-id" => transfer_id);
            concluded(call.send().await, |()| ReportedAnswer::default())
        }
        "get_transfer" => {
            let call = client.get_transfer();
            let call = with_inputs!(call, asked, "transfer-id" => transfer_id);
            concluded(call.send().await, read)
        }
        "list_transfers" => {
            let call = with_inputs!(client.list_transfers(), asked);
            concluded(call.send().await, read)
        }
        "get_transfer_eligibility" => {
            let call = client.get_transfer_eligibility();
            let call = with_inputs!(call, asked, "transferType" => transfer_type);
            concluded(call.send().await, read)
        }
        "create_transfer" => match scenario_bodies::create(client, asked)? {
            Ok(call) => concluded(with_inputs!(call, asked).send().await, read),
            Err(message) => rejected_by_type(message),
        },
        "update_transfer" => match scenario_bodies::update(client, asked)? {
            Ok(call) => {
                let call = with_inputs!(call, asked, "transfer-id" => transfer_id);
                concluded(call.send().await, read)
            }
            Err(message) => rejected_by_type(message),
        },
        other => return Err(format!("the client has no operation {other}")),
    })
}

fn client(
    asked: &DriverCall,
    limit: Option<Duration>,
    clock: Arc<FakeRuntime>,
) -> Result<Client, Error> {
    let mut retry = RetryPolicy::default().retry_ambiguous(asked.options.retry_ambiguous);
    if let Some(attempts) = asked.options.max_attempts {
        retry = retry.max_attempts(attempts);
    }
    let options = CallOptions::default()
        .retry(retry)
        .timeout(CALL_TIMEOUT)
        .attempt_timeout(limit.unwrap_or(ATTEMPT_TIMEOUT));
    Client::builder()
        .endpoint(&asked.url)
        .credential(NumberedTokens::from_texts([
            &asked.token,
            &asked.renewed_token,
        ]))
        .runtime(clock)
        .options(options)
        .build()
}

/// The conclusion for a body that the client's types do not accept.
fn rejected_by_type(message: String) -> Conclusion {
    Conclusion {
        attempts: Some(0),
        error: Some(ReportedError {
            kind: Some(ErrorKind::InvalidInput),
            message: Some(message),
            may_have_been_applied: Some(false),
            ..ReportedError::default()
        }),
        ..Conclusion::default()
    }
}

fn read<T: serde::Serialize>(result: T) -> ReportedAnswer {
    ReportedAnswer {
        result: serde_json::to_value(result).ok(),
        ..ReportedAnswer::default()
    }
}

fn accepted(result: TransferSubmitResult) -> ReportedAnswer {
    use partner_center_transfers::AcceptOutcome;
    let value = serde_json::to_value(&result).ok();
    let (outcome, orders, errors) = match result.outcome() {
        AcceptOutcome::Complete { orders } => (OutcomeKind::Complete, orders.len(), 0),
        AcceptOutcome::Partial { orders, errors } => {
            (OutcomeKind::Partial, orders.len(), errors.len())
        }
        AcceptOutcome::Failed { errors } => (OutcomeKind::Failed, 0, errors.len()),
        // For the scenarios an accept without orders has failed.
        AcceptOutcome::Unknown => (OutcomeKind::Failed, 0, 0),
    };
    ReportedAnswer {
        result: value,
        outcome: Some(outcome),
        orders: Some(orders),
        errors: Some(errors),
        ..ReportedAnswer::default()
    }
}

fn concluded<T>(
    result: Result<Response<T>, Error>,
    read: impl FnOnce(T) -> ReportedAnswer,
) -> Conclusion {
    match result {
        Ok(response) => Conclusion {
            attempts: Some(response.attempts()),
            request_id: Some(response.request_id().to_string()),
            correlation_id: Some(response.correlation_id().to_string()),
            answer: Some(ReportedAnswer {
                status: Some(response.status().as_u16()),
                ..read(response.into_inner())
            }),
            ..Conclusion::default()
        },
        Err(error) => Conclusion {
            attempts: Some(error.attempts()),
            request_id: error.request_id().map(|id| id.to_string()),
            correlation_id: error.correlation_id().map(|id| id.to_string()),
            error: Some(failure(&error)),
            ..Conclusion::default()
        },
    }
}

fn failure(error: &Error) -> ReportedError {
    let kinds = [
        (error.is_invalid_input(), ErrorKind::InvalidInput),
        (error.is_connect(), ErrorKind::Connect),
        (error.is_timeout(), ErrorKind::Timeout),
        (error.is_interrupted(), ErrorKind::Interrupted),
        (error.is_service(), ErrorKind::Service),
        (error.is_decode(), ErrorKind::Decode),
    ];
    let wait = error.retry_after();
    ReportedError {
        kind: kinds.into_iter().find_map(|(is, kind)| is.then_some(kind)),
        status: error.status().map(|status| status.as_u16()),
        code: error.code().map(|code| code.as_str().into()),
        description: error.description().map(str::to_owned),
        retry_after_ms: wait.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
        body: error
            .body()
            .map(|body| String::from_utf8_lossy(body).into_owned()),
        message: Some(error.to_string()),
        may_have_been_applied: Some(error.may_have_been_applied()),
    }
}
