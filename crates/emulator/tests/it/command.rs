//! The command as a process: its output, its errors, its end, and the state file after a kill.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use partner_center_emulator::{DataSet, Emulator, data_set};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

struct Process {
    child: Child,
    url: String,
    greeting: Vec<String>,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partner-center-emulator"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        Self::listen("127.0.0.1:0", arguments)
    }

    /// Starts without sign-ins, from a data set, with a state file.
    fn with_files(data: &Path, state: &Path) -> Self {
        let [data, state] = [data, state].map(|path| path.to_str().unwrap());
        Self::start(&["--quiet", "--no-auth", "--data", data, "--state", state])
    }

    fn listen(address: &str, arguments: &[&str]) -> Self {
        Self::spawn(&mut command(&[arguments, &["--listen", address]].concat()))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let greeting: Vec<String> = (0..5).map_while(|_| lines.next()?.ok()).collect();
        let url = greeting
            .first()
            .and_then(|line| line.strip_prefix("Partner Center emulator at "))
            .unwrap_or_else(|| panic!("{greeting:?}"))
            .to_owned();
        Self {
            child,
            url,
            greeting,
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Returns the exit code and the content of standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

fn accept(client: &Client, url: &str, transfer: Uuid, request_id: Uuid) -> reqwest::RequestBuilder {
    client
        .post(format!(
            "{url}{}?secret=in-query",
            crate::accept_path(transfer)
        ))
        .header("Content-Length", "0")
        .header("MS-RequestId", request_id.to_string())
}

fn failed(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(arguments).output().unwrap();
    assert_eq!(output.stdout, b"");
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[tokio::test]
async fn it_prints_its_url_logs_requests_and_stops_on_a_signal() {
    for signal in ["INT", "TERM"] {
        let process = Process::start(&[]);
        let greeting = process.greeting.join("\n");
        let token_url = format!("{}/_emulator/tokens/{}", process.url, data_set::TARGET);
        let path = crate::accept_path(data_set::ACCEPTED_IN_PART);
        assert!(greeting.contains(&token_url), "{greeting}");
        assert!(
            greeting.contains(&format!("{}{path}", process.url)),
            "{greeting}"
        );

        let client = client();
        let response = client.get(&token_url).send().await.unwrap();
        let token = response.text().await.unwrap();
        let id = Uuid::from_u128(5);
        let response = accept(&client, &process.url, data_set::ACCEPTED_IN_PART, id)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        process.signal(signal);
        let (code, log) = process.end();
        assert_eq!(code, Some(0), "{signal}: {log}");
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(lines.len(), 1, "one line for each request: {log}");
        assert!(
            lines[0].ends_with(&format!("GMT POST {path} MS-RequestId {id}: 200")),
            "{log}"
        );
        assert!(!log.contains(&token) && !log.contains("in-query"));
    }
}

/// Runs the printed command in a shell, as a reader would.
#[test]
fn the_printed_curl_command_works() {
    let process = Process::start(&["--quiet"]);
    let line = process.greeting[2].trim();
    assert!(line.starts_with("curl "), "{line}");
    let output = match Command::new("sh").args(["-c", line]).output() {
        Ok(output) if output.status.code() != Some(127) => output,
        _ => return assert!(is_missing("curl"), "the command failed: {line}"),
    };
    let response = String::from_utf8(output.stdout).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(response.contains("21b92393-ffce-4bc7-87c5-62cfa897d8f9"));
    process.signal("TERM");
    let (code, log) = process.end();
    assert_eq!((code, log.as_str()), (Some(0), ""));
}

fn is_missing(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_err()
}

#[test]
fn wrong_arguments_and_files_are_reported_before_the_start() {
    let (code, message) = failed(&["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("--allow-remote"), "{message}");
    let (code, message) = failed(&["--data", "/nowhere.json"]);
    assert_eq!(code, Some(2));
    assert!(
        message.starts_with("error: --data: /nowhere.json: "),
        "{message}"
    );
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("data.json");
    let mut data = serde_json::to_value(DataSet::built_in()).unwrap();
    data["customers"][0]["tenantId"] = json!("seven");
    std::fs::write(&file, data.to_string()).unwrap();
    let (code, message) = failed(&["--data", file.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(
        message.contains("data.json at customers[0].tenantId: "),
        "{message}"
    );
    let (code, message) = failed(&["--listen", "127.0.0.1:0", "--state", file.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(
        message.contains("data.json cannot be used: at "),
        "{message}"
    );
}

#[test]
fn each_number_has_a_range_and_a_message() {
    for (option, range) in [
        ("--token-lifetime", "0 to 315360000"),
        ("--device-code-interval", "0 to 315360000"),
        ("--accept-takes", "0 to 315360000000"),
        ("--new-commerce-takes", "0 to 315360000"),
        ("--rate-limit", "1 to 1000000"),
        ("--customer-rate-limit", "1 to 1000000"),
        ("--rate-window", "1 to 86400"),
    ] {
        for number in [
            "18446744073709551615",
            "18446744073709551616",
            "-1",
            "-9223372036854775808",
            "1.5",
            "1e3",
            "many",
            "",
        ] {
            let (code, message) = failed(&[option, number]);
            assert_eq!(code, Some(2), "{option} {number}: {message}");
            let wanted = format!("it is not a whole number from {range}");
            assert!(message.contains(&wanted), "{option} {number}: {message}");
        }
    }
    for port in ["65536", "-1", "18446744073709551615", "http"] {
        let (code, message) = failed(&["--listen", &format!("127.0.0.1:{port}")]);
        assert_eq!(code, Some(2));
        assert!(
            message.contains("is not a port from 0 to 65535"),
            "{message}"
        );
    }
}

#[test]
fn an_address_in_use_is_named_with_what_to_do() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let (code, message) = failed(&["--listen", &address]);
    assert_eq!(code, Some(1));
    let wanted = format!("error: --listen {address}: cannot listen on {address}: ");
    assert!(message.starts_with(&wanted), "{message}");
    assert!(message.contains("port 0 is a free one"), "{message}");
    let (code, message) = failed(&["--listen", "192.0.2.1:0", "--allow-remote"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("does not have the address"), "{message}");
    let (code, message) = failed(&["--listen", "no-such-host.invalid:0"]);
    assert_eq!(code, Some(2));
    assert!(
        message.contains("--listen no-such-host.invalid:0: "),
        "{message}"
    );
}

#[tokio::test]
async fn names_and_all_addresses_can_be_listened_on() {
    let client = client();
    for (listen, url, addresses) in [
        ("localhost:0", "http://localhost:", &["127.0.0.1"][..]),
        (":0", "http://127.0.0.1:", &["127.0.0.1"]),
        ("127.0.0.2:0", "http://127.0.0.2:", &["127.0.0.2"]),
        (
            "0.0.0.0:0",
            "http://127.0.0.1:",
            &["127.0.0.1", "127.0.0.2"],
        ),
    ] {
        let process = Process::listen(listen, &["--quiet", "--allow-remote"]);
        assert!(process.url.starts_with(url), "{listen}: {}", process.url);
        let printed = process.greeting.join("\n");
        assert!(!printed.contains("0.0.0.0"), "{printed}");
        let port = process.url.rsplit(':').next().unwrap();
        for host in addresses
            .iter()
            .copied()
            .chain([&url["http://".len()..url.len() - 1]])
        {
            let health = format!("http://{host}:{port}/_emulator/health");
            let response = client.get(&health).send().await.unwrap();
            assert_eq!(response.status(), 200, "{health}");
        }
        process.signal("TERM");
        assert_eq!(process.end().0, Some(0));
    }
}

#[tokio::test]
async fn a_second_process_with_the_same_state_file_is_refused_until_the_first_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state.json");
    let arguments = ["--quiet", "--state", state.to_str().unwrap()];
    let mut first = Process::start(&arguments);
    let (code, message) = failed(&[&arguments[..], &["--listen", "127.0.0.1:0"]].concat());
    assert_eq!(code, Some(1));
    assert!(message.contains("state.json"), "{message}");
    let process = format!("(process {})", first.child.id());
    assert!(
        !cfg!(target_os = "linux") || message.contains(&process),
        "{message}"
    );
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let second = Process::start(&arguments);
    second.signal("TERM");
    assert_eq!(second.end().0, Some(0));

    let missing = directory.path().join("missing").join("state.json");
    let (code, message) = failed(&[
        "--listen",
        "127.0.0.1:0",
        "--state",
        missing.to_str().unwrap(),
    ]);
    assert_eq!(code, Some(1));
    assert!(message.contains("missing/state.json"), "{message}");
    assert!(
        message.contains("does not exist: create it first"),
        "{message}"
    );
}

#[tokio::test]
async fn tls_prints_where_the_certificate_is() {
    let directory = tempfile::tempdir().unwrap();
    let named = directory.path().join("root.pem");
    let arguments = [
        "--quiet",
        "--no-auth",
        "--tls",
        "--tls-root",
        named.to_str().unwrap(),
    ];
    let temporary = &arguments[..3];
    for arguments in [temporary, &arguments] {
        let process = Process::start(arguments);
        assert!(
            process.url.starts_with("https://127.0.0.1:"),
            "{}",
            process.url
        );
        let curl = process.greeting[2].trim();
        let path = curl
            .strip_prefix("curl --cacert '")
            .unwrap()
            .split('\'')
            .next()
            .unwrap();
        let root = std::fs::read(path).unwrap();
        let client = Client::builder()
            .no_proxy()
            .tls_certs_only([reqwest::Certificate::from_pem(&root).unwrap()])
            .build()
            .unwrap();
        let health = format!("{}/_emulator/health", process.url);
        assert_eq!(client.get(health).send().await.unwrap().status(), 200);
        process.signal("TERM");
        let path = Path::new(path).to_owned();
        assert_eq!(process.end().0, Some(0));
        assert_eq!(
            path.exists(),
            path == named,
            "only a temporary file is deleted"
        );
    }
    let (code, message) = failed(&["--tls-certificate", "x.pem"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("--tls-key"), "{message}");
    let (code, message) = failed(&["--tls-certificate", "/nowhere.pem", "--tls-key", "x.pem"]);
    assert_eq!(code, Some(2));
    assert!(
        message.contains("--tls-certificate: /nowhere.pem: "),
        "{message}"
    );
}

#[test]
fn data_prints_a_loadable_data_set_and_schema_its_schema() {
    let data = command(&["data"]).output().unwrap();
    assert_eq!(
        DataSet::from_json(&data.stdout).unwrap(),
        DataSet::built_in()
    );
    let schema = command(&["schema"]).output().unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert_eq!(schema["title"], "DataSet");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("data.json");
    std::fs::write(&file, &data.stdout).unwrap();
    let process = Process::start(&["serve", "--data", file.to_str().unwrap(), "--no-auth"]);
    assert!(!process.greeting.join("").contains("Authorization"));
    process.signal("TERM");
    assert_eq!(process.end().0, Some(0));
}

#[test]
fn data_prints_many_customers_on_request() {
    let output = command(&["data", "--customers", "1000"]).output().unwrap();
    let data = DataSet::from_json(&output.stdout).unwrap();
    assert_eq!(data.partners, DataSet::built_in().partners);
    assert_eq!(data, DataSet::with_customers(1_000));
    assert_eq!((data.customers.len(), data.transfers.len()), (1_000, 1_000));
    for (at, transfer) in data.transfers.iter().enumerate() {
        assert_eq!(transfer.id, data_set::transfer(at));
        assert_eq!(transfer.customer_tenant_id, data_set::customer(at));
        assert_eq!(transfer.target_partner_tenant_id, data_set::TARGET);
    }
    for wrong in ["0", "-1", "100001", "many"] {
        let output = command(&["data", "--customers", wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("from 1 to 100000"), "{message}");
    }
}

#[tokio::test]
async fn the_target_can_accept_the_transfer_of_each_of_many_customers() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("data.json");
    let data = command(&["data", "--customers", "10"]).output().unwrap();
    std::fs::write(&file, &data.stdout).unwrap();
    let process = Process::start(&["--data", file.to_str().unwrap()]);
    let client = Client::new();
    let token = format!("{}/_emulator/tokens/{}", process.url, data_set::TARGET);
    let token = client
        .get(token)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let mut results = Vec::new();
    for at in 0..10 {
        let (customer, transfer) = (data_set::customer(at), data_set::transfer(at));
        let path = format!("/v1/customers/{customer}/transfers/{transfer}/accept");
        let accept = client.post(format!("{}{path}", process.url));
        let accept = accept.bearer_auth(&token).header("Content-Length", "0");
        let accepted = accept.send().await.unwrap();
        assert_eq!(accepted.status(), 200, "{at}");
        let accepted = crate::json(accepted).await;
        let count = |member: &str| accepted[member].as_array().map_or(0, Vec::len);
        results.push((count("orders"), count("transferErrors")));
    }
    let mut expected = [(2, 0); 10];
    (expected[7], expected[8]) = ((1, 1), (0, 2));
    assert_eq!(results, expected);
    process.signal("TERM");
    assert_eq!(process.end().0, Some(0));
}

/// A data set with enough transfers for several kills.
fn many(count: usize) -> DataSet {
    let mut data = DataSet::built_in();
    let model = data.transfers[2].clone();
    let subscription = data.customers[0].subscriptions[0].clone();
    data.transfers.clear();
    for at in 0..count {
        let mut transfer = model.clone();
        transfer.id = transfer_id(at);
        for (group, half) in transfer.groups.iter_mut().zip([0, 1]) {
            let number = u128::try_from(at * 2 + half).unwrap();
            let id = Uuid::from_u128(0x5000_0000 + number).to_string();
            group.line_items[0].subscription_id.clone_from(&id);
            if let partner_center_emulator::model::GroupPlan::Order(order) = &mut group.becomes {
                order.id = Uuid::from_u128(0x0d00_0000 + number);
            }
            let mut owned = subscription.clone();
            owned.id = id;
            data.customers[0].subscriptions.push(owned);
        }
        data.transfers.push(transfer);
    }
    data
}

fn transfer_id(at: usize) -> Uuid {
    Uuid::from_u128(0x7000_0000 + u128::try_from(at).unwrap())
}

const TRANSFERS: usize = 60;

/// After a kill the state file has every change that was answered, and nothing twice. A seed decides
/// after how many responses each run is killed, and how many requests are in progress then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_emulator_keeps_every_change_that_it_answered() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data.json");
    std::fs::write(&data, serde_json::to_vec(&many(TRANSFERS)).unwrap()).unwrap();
    let mut random = fastrand::Rng::with_seed(2026);
    for run in 0..3 {
        let state = directory.path().join(format!("state-{run}.json"));
        let mut answered: Vec<usize> = Vec::new();
        let mut next = 0;
        while next < TRANSFERS {
            let process = Process::with_files(&data, &state);
            let kill_after = random.usize(1..12);
            let at_once = random.usize(1..6);
            let (sent, done) = hammer(&process, next, kill_after, at_once).await;
            answered.extend(done);
            // Requests without a response are sent again with the same ids, to the next process.
            let client = client();
            let kept = Emulator::builder().no_auth().state_file(&state);
            let kept = kept.start().await.unwrap();
            for at in next..sent {
                let id = Uuid::from_u128(0x9000 + u128::try_from(at).unwrap());
                let again = accept(&client, &kept.url(), transfer_id(at), id);
                assert_eq!(again.send().await.unwrap().status(), 200, "transfer {at}");
            }
            next = sent;
            check(&kept, &answered, next);
        }
    }
}

/// Sends `at_once` concurrent accepts until `kill_after` are answered, and kills the process.
/// Returns the number of the next transfer, and the transfers that were answered.
async fn hammer(
    process: &Process,
    from: usize,
    kill_after: usize,
    at_once: usize,
) -> (usize, Vec<usize>) {
    let client = client();
    let mut tasks = tokio::task::JoinSet::new();
    let mut next = from;
    let mut done = Vec::new();
    let end = from + kill_after + at_once;
    let mut send = |tasks: &mut tokio::task::JoinSet<Option<usize>>| {
        let at = next;
        next += 1;
        let id = Uuid::from_u128(0x9000 + u128::try_from(at).unwrap());
        let request = accept(&client, &process.url, transfer_id(at), id);
        tasks.spawn(async move {
            let response = request.send().await.ok()?;
            // The transfers after the last one do not exist.
            matches!(response.status(), StatusCode::OK | StatusCode::NOT_FOUND).then_some(at)
        });
    };
    for _ in 0..at_once {
        send(&mut tasks);
    }
    while done.len() < kill_after {
        done.extend(tasks.join_next().await.unwrap().unwrap());
        send(&mut tasks);
    }
    process.signal("KILL");
    while let Some(ended) = tasks.join_next().await {
        done.extend(ended.unwrap());
    }
    done.retain(|at| *at < TRANSFERS);
    (end.min(TRANSFERS), done)
}

fn check(kept: &Emulator, answered: &[usize], sent: usize) {
    let effects = kept.effects();
    assert_eq!(effects.len(), sent, "each accept took effect once");
    for at in answered {
        let id = transfer_id(*at);
        assert_eq!(
            effects
                .iter()
                .filter(|effect| effect.transfer == id)
                .count(),
            1
        );
    }
    assert_eq!(kept.data().orders.len(), sent * 2);
}

#[tokio::test]
async fn the_state_file_restores_data_effects_and_responses() {
    let directory = tempfile::tempdir().unwrap();
    let file: &Path = &directory.path().join("state.json");
    let client = client();
    let id = Uuid::from_u128(3);
    let first = Emulator::builder().no_auth().state_file(file);
    let first = first.start().await.unwrap();
    let send = |url: String| accept(&client, &url, data_set::ACCEPTED_IN_PART, id).send();
    let one = send(first.url()).await.unwrap();
    let one = one.bytes().await.unwrap();
    let effects = first.effects();
    drop(first);

    // The state file replaces the data set.
    let second = Emulator::builder()
        .no_auth()
        .data(many(1))
        .state_file(file)
        .start()
        .await
        .unwrap();
    assert_eq!(second.effects(), effects);
    let again = send(second.url()).await.unwrap();
    assert_eq!(
        again.bytes().await.unwrap(),
        one,
        "the first response, byte for byte"
    );
    assert_eq!(second.effects().len(), 1);
    assert_eq!(second.data().orders.len(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "the file contains secrets");
    }

    // If the file cannot be written, the response is 500 and nothing is changed.
    drop(second);
    let lost = directory.path().join("gone").join("state.json");
    std::fs::create_dir(lost.parent().unwrap()).unwrap();
    let third = Emulator::builder().no_auth().state_file(&lost);
    let third = third.start().await.unwrap();
    std::fs::remove_dir_all(lost.parent().unwrap()).unwrap();
    let response = send(third.url()).await.unwrap();
    assert_eq!(response.status(), 500);
    assert_eq!(crate::json(response).await["code"], 800_003);
    assert_eq!(third.effects(), []);
    assert_eq!(third.data(), DataSet::built_in());
}

/// A data set of some megabytes, so that a write takes long enough to be interrupted.
fn large() -> DataSet {
    let mut data = DataSet::built_in();
    data.partners[0].name = "x".repeat(4 * 1024 * 1024);
    data
}

/// Creates transfers one after the other until the emulator is gone. Returns how many were answered.
/// They are large, so that the state is soon written as a whole.
async fn create_until_the_end(url: String) -> usize {
    let client = client();
    let body = json!({
        "sourcePartnerTenantId": data_set::SOURCE, "sourcePartnerName": "Contoso",
        "targetPartnerTenantId": data_set::TARGET,
        "customerEmailId": "x".repeat(500_000), "transferType": 5,
    });
    let mut answered = 0;
    loop {
        let request = client.post(format!("{url}{}", crate::transfers_path()));
        let Ok(response) = request.json(&body).send().await else {
            return answered;
        };
        assert_eq!(response.status(), StatusCode::CREATED);
        answered += 1;
    }
}

/// Kills the process while it is in the middle of a write of the whole state: as soon as its temporary
/// file has a certain size.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_during_a_write_leaves_the_old_state_or_the_new_one() {
    for percent in [0, 10, 50, 90, 100] {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data.json");
        let state = directory.path().join("state.json");
        std::fs::write(&data, serde_json::to_vec(&large()).unwrap()).unwrap();
        let size = std::fs::metadata(&data).unwrap().len() * percent / 100;
        let mut process = Process::with_files(&data, &state);
        let creating = tokio::spawn(create_until_the_end(process.url.clone()));
        while !state.exists() || !temporary_file_has(directory.path(), size) {
            assert!(!creating.is_finished() && process.child.try_wait().unwrap().is_none());
        }
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        let answered = creating.await.unwrap();
        let kept = Emulator::builder().no_auth().state_file(&state);
        let kept = kept.start().await.unwrap();
        assert_eq!(kept.data().partners, large().partners, "{percent} percent");
        let effects = kept.effects().len();
        assert!(
            effects == answered || effects == answered + 1,
            "{percent} percent: {answered} answered, {effects} kept"
        );
    }
}

/// A change appends to the state file, and how much does not depend on the size of the state.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_change_writes_as_much_as_it_changes() {
    use std::os::unix::fs::MetadataExt as _;

    let mut written = Vec::new();
    for customers in [20, 2000] {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data.json");
        let state = directory.path().join("state.json");
        let data_set = DataSet::with_customers(customers);
        std::fs::write(&data, serde_json::to_vec(&data_set).unwrap()).unwrap();
        let process = Process::with_files(&data, &state);
        let client = client();
        let whole = std::fs::read(&state).unwrap();
        let inode = std::fs::metadata(&state).unwrap().ino();
        let io = format!("/proc/{}/io", process.child.id());
        let written_by_process = || {
            let text = std::fs::read_to_string(&io).unwrap();
            let line = text.lines().find_map(|line| line.strip_prefix("wchar: "));
            line.unwrap().parse::<u64>().unwrap()
        };
        let before = written_by_process();
        for at in 0..5 {
            let path = format!(
                "/v1/customers/{}/transfers/{}/accept",
                data_set::customer(at),
                data_set::transfer(at)
            );
            let request = client.post(format!("{}{path}", process.url));
            let request = request.header("Content-Length", "0");
            assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
        }
        let sent = written_by_process() - before;
        let after = std::fs::read(&state).unwrap();
        assert!(after.starts_with(&whole), "only the end is new");
        assert_eq!(after[whole.len()..].split(|byte| *byte == b'\n').count(), 6);
        assert_eq!(std::fs::metadata(&state).unwrap().ino(), inode);
        written.push((after.len() - whole.len(), sent));
        process.signal("TERM");
        let (code, log) = process.end();
        assert_eq!(code, Some(0), "{log}");
        // At the end it is one document again, as at the start.
        let document: Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
        assert_eq!(document["effects"].as_array().unwrap().len(), 5);
        assert_eq!(document["version"], 2);
    }
    assert_eq!(written[0].0, written[1].0, "bytes in the file");
    // The headers of the responses have no fixed length.
    assert!(written[0].1.abs_diff(written[1].1) < 500, "{written:?}");
}

/// A datagram socket keeps the writes apart.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_line_of_the_log_is_one_write() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixDatagram;

    let (log, stderr) = UnixDatagram::pair().unwrap();
    let mut command = command(&["--listen", "127.0.0.1:0", "--no-auth"]);
    let process = Process::spawn(command.stderr(OwnedFd::from(stderr)));
    let client = client();
    for at in 0..3 {
        let id = Uuid::from_u128(at);
        let request = accept(&client, &process.url, data_set::ACCEPTED_IN_PART, id);
        let status = request.send().await.unwrap().status().as_u16();
        let mut line = [0; 1024];
        let length = log.recv(&mut line).unwrap();
        let line = str::from_utf8(&line[..length]).unwrap();
        assert!(line.ends_with(&format!("{id}: {status}\n")), "{line}");
        assert_eq!(line.lines().count(), 1);
    }
    process.signal("KILL");
}

fn temporary_file_has(directory: &Path, size: u64) -> bool {
    let mut entries = std::fs::read_dir(directory).unwrap().flatten();
    entries.any(|entry| {
        entry
            .file_name()
            .to_string_lossy()
            .starts_with(".emulator-state-")
            && entry.metadata().is_ok_and(|data| data.len() >= size)
    })
}

#[tokio::test]
async fn an_unusable_state_file_is_refused_with_its_name_and_the_path_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let state = |version: u32| {
        json!({
            "version": version, "data": DataSet::built_in(), "effects": [], "answered": [],
            "refreshTokens": [],
        })
        .to_string()
    };
    let start = || Emulator::builder().state_file(&file).start();
    for (content, message) in [
        (state(3), "at version: is 3; this program supports 1 to 2"),
        ("{}".to_owned(), "missing field `version`"),
        ("{".to_owned(), "EOF"),
    ] {
        std::fs::write(&file, content).unwrap();
        let error = start().await.unwrap_err().to_string();
        assert!(
            error.contains("state.json") && error.contains(message),
            "{error}"
        );
    }
    for version in [1, 2] {
        std::fs::write(&file, state(version)).unwrap();
        start().await.unwrap();
    }
}

#[test]
fn text_of_others_cannot_control_the_terminal() {
    use std::io::Write as _;

    let process = Process::start(&[]);
    let address = process.url.strip_prefix("http://").unwrap();
    let mut connection = std::net::TcpStream::connect(address).unwrap();
    let path = "/v1/\u{202e}\u{200b}\u{9b}2J";
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut reply = Vec::new();
    connection.read_to_end(&mut reply).unwrap();
    process.signal("INT");
    let (_, log) = process.end();
    assert!(
        log.contains(r"GET /v1/\u{202e}\u{200b}\u{9b}2J MS-RequestId"),
        "{log:?}"
    );

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.json");
    std::fs::write(&data, r#"{"\u202emember\u001b[2J": 1}"#).unwrap();
    let (code, errors) = failed(&["--data", data.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(errors.contains(r"\u{202e}member"), "{errors:?}");
    assert!(!errors.contains(['\u{202e}', '\u{1b}']), "{errors:?}");
}

#[test]
fn arguments_in_errors_cannot_control_the_terminal() {
    for argument in [
        "--\u{202e}x\u{1b}[2J",
        "--listen=\u{202e}\u{9b}",
        "\u{200b}\nerror: forged",
    ] {
        let (code, errors) = failed(&[argument]);
        assert_eq!(code, Some(2), "{errors:?}");
        let hostile = ['\u{202e}', '\u{1b}', '\u{9b}', '\u{200b}'];
        assert!(!errors.contains(hostile), "{errors:?}");
        assert!(!errors.contains("\nerror: forged"), "{errors:?}");
        assert!(errors.contains(r"\u{2"), "{errors:?}");
    }
}

#[test]
fn help_without_a_usable_width_is_readable() {
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let help = |columns: &str| {
            let mut command = command(arguments);
            let output = command.env("COLUMNS", columns).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert!(help("100").lines().any(|line| line.len() > 60));
        for unknown in ["0", "1", "19", "-1", "wide"] {
            assert_eq!(help(unknown), help("100"), "{unknown}");
        }
        assert_eq!(help("500"), help("100"));
        assert!(
            help("60").lines().all(|line| line.len() <= 60),
            "{}",
            help("60")
        );
    }
}

/// As many as a process gets on some systems.
#[cfg(unix)]
#[tokio::test]
async fn it_answers_with_256_descriptors_whatever_waits() {
    use std::io::Write as _;

    let program = env!("CARGO_BIN_EXE_partner-center-emulator");
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -n 256 && exec \"$0\" \"$@\"", program])
        .args(["--quiet", "--no-auth", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Process::spawn(&mut limited);
    let client = client();
    let fault = json!({"operation": "accept_transfer", "fault": {"kind": "stall"}, "count": 1000});
    let faults = format!("{}/_emulator/faults", process.url);
    let injected = client.post(faults).json(&fault).send().await.unwrap();
    assert!(injected.status().is_success());

    let address = process.url.strip_prefix("http://").unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n",
        crate::accept_path(data_set::ACCEPTED_WHOLE)
    );
    let mut waiting = Vec::new();
    for _ in 0..400 {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        // One that was ended for a later one may be closed already.
        let _ = stream.write_all(request.as_bytes());
        waiting.push(stream);
    }
    for transfer in [data_set::ACCEPTED_IN_PART, data_set::TO_WITHDRAW] {
        let path = format!("{}{}", process.url, crate::path(transfer));
        let read = client.get(path).send().await.unwrap();
        assert_eq!(read.status(), StatusCode::OK);
    }
    drop(waiting);
    process.child.kill().unwrap();
    process.child.wait().unwrap();
}
