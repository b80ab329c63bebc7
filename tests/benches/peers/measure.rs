//! Measures calls of one client. The benchmark and the generated peers, which are programs of their
//! own, both compile this file.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

/// What the calls of a round took.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) wall: Duration,
    /// The processor time of the client's thread.
    pub(crate) cpu: Duration,
    /// Zero unless they were counted.
    pub(crate) allocations: u64,
}

/// Makes one call after the other.
pub(crate) trait Worker: Send + 'static {
    fn call(&mut self) -> impl Future<Output = ()> + Send;
}

/// The calls of a round, divided among the workers, which work at the same time.
pub(crate) fn round<W: Worker>(
    runtime: &Runtime,
    workers: &mut Vec<W>,
    calls: usize,
    count: bool,
) -> Round {
    let each = calls / workers.len();
    measure(count, || {
        runtime.block_on(async {
            if let [worker] = workers.as_mut_slice() {
                for _ in 0..each {
                    worker.call().await;
                }
                return;
            }
            let mut tasks = tokio::task::JoinSet::new();
            for mut worker in workers.drain(..) {
                tasks.spawn(async move {
                    for _ in 0..each {
                        worker.call().await;
                    }
                    worker
                });
            }
            *workers = tasks.join_all().await;
        });
    })
}

/// Counting slows allocations down, so it is left out where time is measured.
pub(crate) fn measure(count: bool, work: impl FnOnce()) -> Round {
    let mut work = Some(work);
    let mut run = || work.take().unwrap()();
    let (cpu, wall) = (cpu_time(), Instant::now());
    let mut allocations = 0;
    if count {
        allocations = allocation_counter::measure(run).count_total;
    } else {
        run();
    }
    Round {
        wall: wall.elapsed(),
        cpu: cpu_time().saturating_sub(cpu),
        allocations,
    }
}

/// The processor time of this thread; zero where the system does not say it.
fn cpu_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
