//! Journals: what was planned, what was sent, and what became of it, in one SQLite file.

mod error;
mod lock;
pub(crate) mod row;
mod schema;
pub(crate) mod store;
mod summary;
mod thread;
mod view;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::plan::Plan;
use crate::time;

pub use error::JournalError;
use error::Kind;
use lock::Lock;
pub use row::{Outcome, RowState};
pub use summary::Summary;
use thread::JournalThread;
pub use view::{JournalView, RowRecord};

/// The service that a plan is for. No part of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The base URL of the API: [`Client::endpoint`](partner_center_transfers::Client::endpoint).
    pub endpoint: String,
    /// The tenant of the calling partner, if it is known.
    pub tenant: Option<String>,
}

/// A journal that this process may run. It cannot be opened a second time until it is dropped; reading it
/// with a [`JournalView`] or any SQLite tool stays possible.
///
/// The lock is on a file of its own beside the journal, `FILE.lock`, which stays there.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    identity: Identity,
    thread: JournalThread,
    // Dropped after the thread has ended.
    _lock: Lock,
}

impl Journal {
    /// The tables of a journal as SQL, with a comment on each column:
    ///
    /// ```sql
    #[doc = include_str!("schema.sql")]
    /// ```
    pub const SCHEMA: &str = schema::SCHEMA;

    /// Creates a journal with a plan, of which nothing is sent yet.
    ///
    /// # Errors
    ///
    /// The file exists ([`JournalError::is_existing`]), or cannot be written.
    pub fn create(
        path: impl AsRef<Path>,
        plan: &Plan,
        identity: &Identity,
    ) -> Result<Self, JournalError> {
        let path = path.as_ref();
        let lock = Lock::take(path)?;
        create_file(path)?;
        let failed = |error| JournalError::sqlite(path, error);
        let mut connection = open_connection(path)?;
        let transaction = connection.transaction().map_err(failed)?;
        schema::create(&transaction).map_err(failed)?;
        let now = time::format(SystemTime::now());
        let Identity { endpoint, tenant } = identity;
        store::insert_plan(&transaction, plan, endpoint, tenant.as_deref(), &now)
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Self::start(path, identity.clone(), connection, lock)
    }

    /// Opens a journal to resume its run.
    ///
    /// # Errors
    ///
    /// Another process runs it ([`JournalError::is_in_use`]), or the file is missing, is not a
    /// journal, is damaged, or is one of a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(JournalError::new(path, Kind::Missing));
        }
        let lock = Lock::take(path)?;
        let connection = open_connection(path)?;
        schema::check(&connection, path)?;
        let identity = connection
            .query_row("SELECT endpoint, tenant FROM journal", [], |row| {
                Ok(Identity {
                    endpoint: row.get(0)?,
                    tenant: row.get(1)?,
                })
            })
            .map_err(|error| JournalError::sqlite(path, error))?;
        Self::start(path, identity, connection, lock)
    }

    fn start(
        path: &Path,
        identity: Identity,
        connection: Connection,
        lock: Lock,
    ) -> Result<Self, JournalError> {
        let thread = JournalThread::start(path.to_owned(), connection)
            .map_err(|error| JournalError::new(path, Kind::Io(error)))?;
        Ok(Self {
            path: path.to_owned(),
            identity,
            thread,
            _lock: lock,
        })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The service that the plan is for.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Checks that the plan is for this service. A tenant counts if both sides have it.
    pub(crate) fn check_identity(&self, identity: &Identity) -> Result<(), JournalError> {
        let ours = &self.identity;
        let refuse = |what, theirs: &str| {
            let kind = Kind::Other(what, theirs.to_owned());
            Err(JournalError::new(&self.path, kind))
        };
        if ours.endpoint.trim_end_matches('/') != identity.endpoint.trim_end_matches('/') {
            return refuse("endpoint", &ours.endpoint);
        }
        match (&ours.tenant, &identity.tenant) {
            (Some(ours), Some(theirs)) if !ours.eq_ignore_ascii_case(theirs) => {
                refuse("tenant", ours)
            }
            _ => Ok(()),
        }
    }

    /// Does work in a transaction, and returns its result once that is on the disk.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.thread.run(work).await
    }
}

/// Creates an empty file that only its owner can read, since it names customers.
fn create_file(path: &Path) -> Result<(), JournalError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::AlreadyExists => Kind::Exists,
            _ => Kind::Io(error),
        };
        JournalError::new(path, kind)
    })
}

fn open_connection(path: &Path) -> Result<Connection, JournalError> {
    let failed = |error| JournalError::sqlite(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .map_err(failed)?;
    // Readers never block the writer then, and a commit is on the disk when it returns.
    let mode: Result<String, _> =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0));
    mode.map_err(failed)?;
    // A page that several rows change is copied to the database once for all of them. The log has up to
    // 32 MiB, and is removed with the last connection.
    connection
        .pragma_update(None, "wal_autocheckpoint", 8_192)
        .map_err(failed)?;
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(failed)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(failed)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    Ok(connection)
}
