//! The rows of a journal in one state, a page at a time.

use std::pin::Pin;
use std::sync::Arc;

use crate::journal::row::OpenRow;
use crate::journal::{JournalError, RowState, store};

use super::context::Context;

/// How many rows are read from the journal at once.
pub(super) const PAGE: usize = 256;

type Page = Pin<Box<dyn Future<Output = Result<Vec<OpenRow>, JournalError>> + Send>>;

/// The rows of a journal in one state, in the order of the plan.
pub(super) struct Source {
    context: Arc<Context>,
    state: RowState,
    /// `None` after the last page.
    next: Option<Page>,
}

impl Source {
    pub(super) fn new(context: &Arc<Context>, state: RowState) -> Self {
        let context = Arc::clone(context);
        let next = Some(page(Arc::clone(&context), state, 0));
        Self {
            context,
            state,
            next,
        }
    }

    /// Whether all rows have been read.
    pub(super) fn is_at_end(&self) -> bool {
        self.next.is_none()
    }

    /// Reads no more rows.
    pub(super) fn end(&mut self) {
        self.next = None;
    }

    /// Reads the next rows. Does not complete at the end.
    ///
    /// Cancel safe: a page goes on where it was.
    pub(super) async fn next(&mut self) -> Result<Vec<OpenRow>, JournalError> {
        let Some(next) = &mut self.next else {
            return std::future::pending().await;
        };
        let rows = next.await?;
        self.next = rows
            .last()
            .map(|last| page(Arc::clone(&self.context), self.state, last.position));
        Ok(rows)
    }
}

/// Reads the rows after a position.
fn page(context: Arc<Context>, state: RowState, after: i64) -> Page {
    Box::pin(async move {
        let work = move |journal: &rusqlite::Connection| store::page(journal, state, after, PAGE);
        context.journal.run(work).await
    })
}
