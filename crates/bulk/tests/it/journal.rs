//! Journals as files: their content, their permissions, and files that are not journals.

use std::error::Error as _;
use std::fs;
use std::path::Path;

use partner_center_bulk::{Identity, Journal, JournalView, Plan, RunOptions, Runner};
use partner_center_emulator::data_set;

use crate::support::{Service, accepts, number};

#[tokio::test]
async fn an_existing_journal_is_not_overwritten() {
    let service = Service::start(2).await;
    service.run(accepts(2), RunOptions::default()).await;
    let before = fs::read(service.path()).unwrap();
    let plan = Plan::new(accepts(2)).unwrap();
    let error = Journal::create(service.path(), &plan, &service.identity()).unwrap_err();
    assert!(error.is_existing() && !error.is_in_use());
    assert!(error.to_string().contains("resume its run"), "{error}");
    assert_eq!(fs::read(service.path()).unwrap(), before);
}

#[tokio::test]
async fn a_journal_has_one_runner_and_any_number_of_readers() {
    let service = Service::start(2).await;
    let journal = service.create(accepts(2));
    let error = Journal::open(service.path()).unwrap_err();
    assert!(error.is_in_use() && !error.is_existing());
    assert!(
        error.to_string().contains("another process runs it"),
        "{error}"
    );
    assert_eq!(service.view().summary().unwrap().not_sent, 2);
    assert_eq!(number(&service.path(), "SELECT count(*) FROM rows"), 2);
    drop(journal);
    Journal::open(service.path()).unwrap();
}

#[tokio::test]
async fn a_journal_of_another_endpoint_or_tenant_is_not_run() {
    let service = Service::start(1).await;
    let plan = Plan::new(accepts(1)).unwrap();
    for (endpoint, tenant, expected) in [
        (
            "https://api.partnercenter.microsoft.com",
            None,
            "another endpoint, https://api",
        ),
        (
            &*service.emulator.url(),
            Some("other"),
            "another tenant, other",
        ),
    ] {
        let identity = Identity {
            endpoint: endpoint.to_owned(),
            tenant: tenant.map(str::to_owned),
        };
        let _ = fs::remove_file(service.path());
        let journal = Journal::create(service.path(), &plan, &identity).unwrap();
        let error = Runner::new(service.client(data_set::TARGET), journal)
            .options(RunOptions::default().tenant("ours"))
            .start()
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(service.requests(), 0);

    let identity = Identity {
        endpoint: format!("{}/", service.emulator.url()),
        tenant: Some("Ours".to_owned()),
    };
    fs::remove_file(service.path()).unwrap();
    let journal = Journal::create(service.path(), &plan, &identity).unwrap();
    let run = Runner::new(service.client(data_set::TARGET), journal)
        .options(RunOptions::default().tenant("oURS"))
        .start();
    assert!(run.is_ok());
}

#[tokio::test]
async fn an_error_about_a_journal_has_its_cause() {
    let service = Service::start(1).await;
    let cause = |path: &Path| {
        let plan = Plan::new(accepts(1)).unwrap();
        let error = Journal::create(path, &plan, &service.identity()).unwrap_err();
        error.source().map(ToString::to_string)
    };
    let in_no_folder = service.path().join("journal");
    fs::write(service.path(), "").unwrap();
    assert!(cause(&in_no_folder).is_some());
    assert_eq!(cause(&service.path()), None);
    fs::remove_file(service.path()).unwrap();
    drop(service.create(accepts(1)));
    fs::create_dir(service.path().with_extension("folder")).unwrap();
    let error = JournalView::open(service.path().with_extension("folder")).unwrap_err();
    assert!(error.source().is_some(), "{error}");
}

#[tokio::test]
async fn files_that_are_no_journals_are_refused_with_what_to_do() {
    let service = Service::start(1).await;
    let path = service.path();
    let open = || {
        let error = Journal::open(&path).unwrap_err().to_string();
        let view = JournalView::open(&path).unwrap_err().to_string();
        assert_eq!(error, view);
        error
    };
    assert!(open().contains("there is no such file"), "{}", open());
    fs::write(&path, "customer,transfer\n").unwrap();
    assert!(open().contains("the file is not a journal"), "{}", open());
    fs::write(&path, "").unwrap();
    assert!(open().contains("nothing was sent"), "{}", open());

    let statement = |sql: &str| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    fs::remove_file(&path).unwrap();
    statement("CREATE TABLE songs (title TEXT)");
    assert!(open().contains("the file is not a journal"), "{}", open());

    fs::remove_file(&path).unwrap();
    drop(service.create(accepts(1)));
    statement("PRAGMA user_version = 2");
    assert!(
        open().contains("a newer version wrote it (schema 2"),
        "{}",
        open()
    );
    // The program has never written this one.
    statement("PRAGMA user_version = 0");
    assert!(open().contains("the file is not a journal"), "{}", open());
    statement("PRAGMA user_version = 1");
    Journal::open(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(open().contains("the file is damaged"), "{}", open());
}

#[tokio::test]
async fn a_journal_with_the_index_of_an_earlier_version_is_run() {
    let service = Service::start(4).await;
    drop(service.create(accepts(4)));
    {
        let connection = rusqlite::Connection::open(service.path()).unwrap();
        let statements = "DROP INDEX rows_processing;
             CREATE INDEX rows_by_state ON rows (state, position);";
        connection.execute_batch(statements).unwrap();
        // It has the pages of that version too.
        let pages = "PRAGMA journal_mode = delete; PRAGMA page_size = 4096; VACUUM;";
        connection.execute_batch(pages).unwrap();
    }
    let finished = service.resume(RunOptions::default()).await;
    assert!(finished.summary.is_settled());
    assert_eq!(number(&service.path(), "PRAGMA page_size"), 4_096);
    crate::run::check_against_ledger(&service);
}

#[tokio::test]
async fn the_rows_of_a_commit_are_on_few_pages() {
    let service = Service::start(400).await;
    service.run(accepts(400), RunOptions::default()).await;
    // Each row has an answer of about 2 kB, and one of ten also a transfer.
    let bytes = fs::metadata(service.path()).unwrap().len();
    assert!(bytes / 400 < 3_700, "{bytes}");
}

#[tokio::test]
async fn a_journal_keeps_reference_and_columns_and_no_secret() {
    let service = Service::start(2).await;
    let mut rows = accepts(2);
    rows[0].reference = Some("contract 7".to_owned());
    rows[0].carried = vec![("Region".to_owned(), "=EMEA".to_owned())];
    service.run(rows, RunOptions::default()).await;
    let mut found = Vec::new();
    service
        .view()
        .for_each(|row| {
            found.push((row.reference, row.carried));
            Ok::<_, partner_center_bulk::JournalError>(())
        })
        .unwrap();
    assert_eq!(found[0].0.as_deref(), Some("contract 7"));
    assert_eq!(found[0].1, [("Region".to_owned(), "=EMEA".to_owned())]);
    assert_eq!(found[1], (None, Vec::new()));
    let connection = rusqlite::Connection::open(service.path()).unwrap();
    let created: String = connection
        .query_row("SELECT created FROM journal", [], |row| row.get(0))
        .unwrap();
    assert!(created.ends_with('Z'), "{created}");
    assert_eq!(service.view().created().unwrap(), created);

    let token = service.emulator.token(data_set::TARGET).unwrap();
    let file = fs::read(service.path()).unwrap();
    let file = String::from_utf8_lossy(&file);
    for secret in [token.as_str(), "Bearer", data_set::TARGET_SECRET] {
        assert!(!file.contains(secret), "{secret}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_a_journal() {
    use std::os::unix::fs::PermissionsExt;

    let service = Service::start(1).await;
    let journal = service.create(accepts(1));
    let mode = fs::metadata(service.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(journal);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_ends_the_run_and_can_be_resumed() {
    let service = Service::start(12).await;
    let journal = service.create(accepts(12));
    let statement = |sql: &str| {
        let connection = rusqlite::Connection::open(service.path()).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    for (name, state) in [("sending", "sending"), ("settled", "settled")] {
        statement(&format!(
            "CREATE TRIGGER {name} BEFORE UPDATE ON rows
             WHEN NEW.position = 5 AND NEW.state = '{state}'
             BEGIN SELECT RAISE(ABORT, 'no space left'); END"
        ));
    }
    let options = RunOptions::default().concurrency(2);
    let run = service.start_run(journal, data_set::TARGET, options.clone());
    let error = run.finish().await.unwrap_err().to_string();
    assert!(error.contains("no space left"), "{error}");
    assert!(error.contains("resume the run"), "{error}");
    // What was sent is in the journal.
    let sent = "SELECT count(*) FROM rows WHERE state <> 'planned'";
    let sent = number(&service.path(), sent);
    assert!(usize::try_from(sent).unwrap() >= service.emulator.effects().len());

    statement("DROP TRIGGER sending");
    let journal = Journal::open(service.path()).unwrap();
    let run = service.start_run(journal, data_set::TARGET, options);
    run.finish().await.unwrap_err();
    statement("DROP TRIGGER settled");
    let finished = service.resume(RunOptions::default()).await;
    assert!(finished.summary.is_settled());
    assert_eq!(service.emulator.effects().len(), 12);
    crate::run::check_against_ledger(&service);
}
