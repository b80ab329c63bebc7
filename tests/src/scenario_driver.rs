//! The Rust client as a driver of scenarios: makes the call that it is asked for, and maps what
//! the client says to the conclusion that every driver reports.
//!
//! It never waits between attempts: how long the client would have is in the conclusion.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use partner_center_conformance::scenario::{ErrorKind, OutcomeKind};
use partner_center_conformance::{
    Capability, Conclusion, Driver, DriverCall, DriverInfo, ReportedAnswer, ReportedError,
    ScenarioServer,
};
use partner_center_transfers::types::TransferSubmitResult;
use partner_center_transfers::{
    AccessToken, BoxFuture, CallOptions, Client, Credential, CredentialError, Error, Response,
    RetryPolicy, Runtime, TokenRequest,
};

use crate::fake_runtime::{ATTEMPT_TIMEOUT, CALL_TIMEOUT};
use crate::scenario_bodies;

/// The Rust client.
#[derive(Clone, Copy, Debug)]
pub struct RustClient {
    /// Whether a time limit takes real time. If not, it ends as soon as all that was said on this
    /// machine has been heard; that needs the server in the same runtime.
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

/// What the Rust client can do: all of it.
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

/// Each operation has a builder of its own, and all have these. What else it has stands behind,
/// by its name in the OpenAPI document.
macro_rules! with_inputs {
    ($call:expr, $asked:expr $(, $more:literal => $set:ident)*) => {{
        let mut call = $call;
        for (name, value) in &$asked.inputs {
            let value = value
                .as_str()
                .ok_or_else(|| format!("{name} is no text, and the client takes nothing else"))?;
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

/// Makes the call, and says what the client concluded.
///
/// # Errors
///
/// If the client cannot be asked for that.
pub async fn conclude(asked: &DriverCall, real_limits: bool) -> Result<Conclusion, String> {
    let limit = asked.options.attempt_timeout_ms.map(Duration::from_millis);
    let clock = Arc::new(Clock::new(limit, real_limits));
    let client = client(asked, Arc::clone(&clock)).map_err(|error| error.to_string())?;
    let mut conclusion = Conclusion::default();
    for _ in 0..asked.times {
        conclusion = call(&client, asked).await?;
    }
    conclusion.waits_ms = Some(clock.waits());
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
            Err(refused) => refused_by_a_type(refused),
        },
        "update_transfer" => match scenario_bodies::update(client, asked)? {
            Ok(call) => {
                let call = with_inputs!(call, asked, "transfer-id" => transfer_id);
                concluded(call.send().await, read)
            }
            Err(refused) => refused_by_a_type(refused),
        },
        other => return Err(format!("the client has no operation {other}")),
    })
}

fn client(asked: &DriverCall, clock: Arc<Clock>) -> Result<Client, Error> {
    let mut retry = RetryPolicy::default().retry_ambiguous(asked.options.retry_ambiguous);
    if let Some(attempts) = asked.options.max_attempts {
        retry = retry.max_attempts(attempts);
    }
    let options = CallOptions::default()
        .retry(retry)
        .timeout(CALL_TIMEOUT)
        .attempt_timeout(clock.limit.unwrap_or(ATTEMPT_TIMEOUT));
    Client::builder()
        .endpoint(&asked.url)
        .credential(Tokens(Mutex::new(vec![
            asked.renewed_token.clone(),
            asked.token.clone(),
        ])))
        .runtime(clock)
        .options(options)
        .build()
}

/// A body that cannot even be written down with the client's types.
fn refused_by_a_type(message: String) -> Conclusion {
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
        // The scenarios have one word for an accept without orders.
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

/// The tokens of a scenario, the next one last.
struct Tokens(Mutex<Vec<String>>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Credential for Tokens {
    fn access_token<'a>(
        &'a self,
        _: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last one is given again and again.
        let token = if tokens.len() > 1 {
            tokens.pop()
        } else {
            tokens.first().cloned()
        };
        let token = AccessToken::new(token.unwrap_or_default(), Duration::from_secs(3_600));
        Box::pin(std::future::ready(Ok(token)))
    }
}

/// A clock that stands still: waits are noted and take no time, and of all limits only that of
/// the scenario runs out.
#[derive(Debug)]
struct Clock {
    start: Instant,
    limit: Option<Duration>,
    real_limits: bool,
    waits: Arc<Mutex<Vec<u64>>>,
}

impl Clock {
    fn new(limit: Option<Duration>, real_limits: bool) -> Self {
        Self {
            start: Instant::now(),
            limit,
            real_limits,
            waits: Arc::default(),
        }
    }

    fn waits(&self) -> Vec<u64> {
        let waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        waits.clone()
    }
}

impl Runtime for Clock {
    fn now(&self) -> Instant {
        self.start
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if self.limit == Some(duration) {
            return if self.real_limits {
                Box::pin(tokio::time::sleep(duration))
            } else {
                Box::pin(heard())
            };
        }
        if duration == CALL_TIMEOUT || duration == ATTEMPT_TIMEOUT {
            return Box::pin(std::future::pending());
        }
        let waits = Arc::clone(&self.waits);
        Box::pin(async move {
            // Noted when it is waited for, and not when it is only made.
            let mut waits = waits.lock().unwrap_or_else(PoisonError::into_inner);
            waits.push(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// Until all that another task of this runtime says over a socket has been read.
async fn heard() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}
