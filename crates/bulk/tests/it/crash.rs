//! Runs that end at any moment: a resume leaves each effect exactly once, and nothing out.

use partner_center_bulk::{Finished, Journal, PlanRow, RunOptions};
use partner_center_emulator::{FaultKind, InjectedFault, data_set};
use uuid::Uuid;

use crate::operations::offers;
use crate::run::check_against_ledger;
use crate::support::{Service, accepts};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Runs what is left. Ends the whole Tokio runtime, as a crash ends a process, once the emulator has
/// received this many further requests. Returns the result if the run ends before.
fn run_until_crash(service: &Service, partner: Uuid, requests: usize) -> Option<Finished> {
    let crash_at = service.requests() + requests;
    let runtime = runtime();
    runtime.block_on(async {
        let journal = Journal::open(service.path()).unwrap();
        let options = RunOptions::default().concurrency(4);
        let mut run = service.start_run(journal, partner, options);
        let crash = async {
            while service.requests() < crash_at {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
            }
        };
        tokio::pin!(crash);
        loop {
            tokio::select! {
                event = run.next_event() => if event.is_none() {
                    return Some(run.finish().await.unwrap());
                },
                () = &mut crash => return None,
            }
        }
    })
}

/// Crashes again and again, and returns how often until everything was settled.
fn crash_until_done(service: &Service, partner: Uuid, rows: Vec<PlanRow>, seed: u64) -> usize {
    drop(service.create(rows));
    let mut random = fastrand::Rng::with_seed(seed);
    for crashes in 0..200 {
        // The window grows, so that on any disk a run lasts long enough to settle a row at last: what a
        // crash leaves open is read back first, and the results are lost with the next crash.
        let requests = random.usize(1..14 + crashes);
        let finished = run_until_crash(service, partner, requests);
        if finished.is_some_and(|finished| !finished.summary.is_resumable()) {
            return crashes;
        }
    }
    panic!("not done: {:?}", service.view().summary());
}

#[test]
fn accepts_that_crash_at_any_moment_take_effect_once() {
    for seed in 0..4 {
        let service = runtime().block_on(Service::start(60));
        let crashes = crash_until_done(&service, data_set::TARGET, accepts(60), seed);
        assert!(crashes >= 5, "{crashes}");
        let summary = service.view().summary().unwrap();
        assert_eq!((summary.settled(), summary.unknown), (60, 0), "{summary:?}");
        assert_eq!(service.emulator.effects().len(), 60);
        check_against_ledger(&service);
    }
}

#[test]
fn accepts_that_crash_among_faults_take_effect_once() {
    let service = runtime().block_on(Service::start(60));
    for (seed, kind) in [
        FaultKind::ResetAfterEffect,
        FaultKind::ResetBeforeEffect,
        FaultKind::TruncatedBody,
        FaultKind::Html {
            status: 502,
            after_effect: true,
        },
    ]
    .into_iter()
    .enumerate()
    {
        let fault = InjectedFault::new(kind).probability(0.05, u64::try_from(seed).unwrap());
        service.emulator.inject(fault).unwrap();
    }
    crash_until_done(&service, data_set::TARGET, accepts(60), 7);
    let summary = service.view().summary().unwrap();
    assert_eq!((summary.settled(), summary.unknown), (60, 0), "{summary:?}");
    check_against_ledger(&service);
}

#[test]
fn a_crash_inside_a_call_is_read_back() {
    for after_effect in [true, false] {
        let service = runtime().block_on(Service::start(4));
        drop(service.create(accepts(4)));
        let fault = InjectedFault::new(FaultKind::Stall { after_effect });
        service.emulator.inject(fault).unwrap();
        // All four calls are made, and none is answered.
        assert!(run_until_crash(&service, data_set::TARGET, 4).is_none());
        let summary = service.view().summary().unwrap();
        assert_eq!(summary.sending, 4);

        service.emulator.clear_faults();
        let finished = run_until_crash(&service, data_set::TARGET, usize::MAX / 2).unwrap();
        assert_eq!(finished.summary.done, 4);
        check_against_ledger(&service);
        let requests = service.emulator.requests();
        let sent = requests.iter().filter(|request| request.method == "POST");
        assert_eq!(sent.count(), if after_effect { 4 } else { 8 });
        // The first request after the crash reads.
        assert_eq!(requests[4].method, "GET");
    }
}

#[test]
fn creates_that_crash_at_any_moment_are_made_once() {
    for seed in 0..3 {
        let service = runtime().block_on(Service::start(30));
        crash_until_done(&service, data_set::SOURCE, offers(30), seed);
        let summary = service.view().summary().unwrap();
        assert_eq!(summary.done, 30, "{summary:?}");
        let effects = service.emulator.effects();
        assert_eq!(effects.len(), 30);
        let mut at = 0;
        service
            .view()
            .for_each(|row| {
                let transfer: Uuid = row.transfer.as_deref().unwrap().parse().unwrap();
                let made = effects
                    .iter()
                    .find(|effect| effect.transfer == transfer)
                    .unwrap();
                assert_eq!(made.customer.to_string(), row.customer);
                at += 1;
                Ok::<_, partner_center_bulk::JournalError>(())
            })
            .unwrap();
        assert_eq!(at, 30);
    }
}
