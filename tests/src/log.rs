//! Captures the logs of the test's own thread.
//!
//! All tests share one subscriber, because `tracing` caches the interest in a span for the whole
//! process: with one subscriber for each test, parallel tests would lose spans.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::sync::Once;

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, dynamic_filter_fn};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

thread_local! {
    static LEVEL: Cell<LevelFilter> = const { Cell::new(LevelFilter::OFF) };
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Captures the logs of this thread until it is dropped. A span is logged when it ends.
#[derive(Debug)]
pub struct Log(());

impl Log {
    /// Starts with an empty log.
    pub fn capture(level: LevelFilter) -> Self {
        static SUBSCRIBED: Once = Once::new();
        SUBSCRIBED.call_once(|| {
            let lines = tracing_subscriber::fmt::layer()
                .with_span_events(FmtSpan::CLOSE)
                .with_ansi(false)
                .without_time()
                .with_writer(|| ToThread)
                .with_filter(dynamic_filter_fn(|about, _| *about.level() <= LEVEL.get()));
            tracing_subscriber::registry().with(lines).init();
        });
        TEXT.with_borrow_mut(Vec::clear);
        LEVEL.set(level);
        Self(())
    }

    /// The log so far.
    pub fn text(&self) -> String {
        TEXT.with_borrow(|text| String::from_utf8_lossy(text).into_owned())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        LEVEL.set(LevelFilter::OFF);
    }
}

/// Writes to the log of the current thread.
struct ToThread;

impl Write for ToThread {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        TEXT.with_borrow_mut(|text| text.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
