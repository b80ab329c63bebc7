//! Proxies, root certificates and plain http: what the environment and the options say about
//! connections.

use std::net::TcpListener;
use std::path::PathBuf;

use assert_cmd::Command;
use partner_center_tests::{ScriptedServer, TestAuthority};
use tokio::runtime::Runtime;

use crate::command_lines::{CUSTOMER, IN_PART};
use crate::proxy::{Protocol, Proxy};
use crate::run::{CANARY, Run, command, finish};
use crate::server::Server;

const API: &str = "https://api.example";
const READ: [&str; 7] = [
    "--retries",
    "0",
    "get",
    "--customer",
    CUSTOMER,
    "--transfer",
    IN_PART,
];

/// The command that reads a transfer, with the canary as token and without any proxy.
fn get(options: &[&str]) -> Command {
    let mut command = command();
    command
        .args(options)
        .args(READ)
        .env("PCTRANSFERS_TOKEN", CANARY);
    command
}

/// The credentials of an app instead of a token.
fn as_app(command: &mut Command) -> &mut Command {
    command
        .env_remove("PCTRANSFERS_TOKEN")
        .env("PCTRANSFERS_TENANT_ID", "contoso.example")
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env("PCTRANSFERS_CLIENT_SECRET", CANARY)
}

/// The result of a command that must not have sent anything because its usage is wrong.
fn refused(command: &mut Command) -> String {
    let run = finish(command);
    assert_eq!((run.code, &*run.stdout), (2, ""), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    run.stderr
}

/// An address of this machine on which nothing listens.
fn unused() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// A server with TLS for `api.example`, its authority, and a directory for files.
struct TlsSetup {
    authority: TestAuthority,
    server: ScriptedServer,
    directory: tempfile::TempDir,
    _runtime: Runtime,
}

impl TlsSetup {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let authority = TestAuthority::new();
        let response = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let server = runtime.block_on(authority.server("api.example", response));
        Self {
            authority,
            server,
            directory: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// The service answered.
fn answered(run: &Run) {
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("404 Not Found"), "{}", run.stderr);
}

#[test]
fn a_version_at_the_end_of_the_endpoint_is_removed() {
    let server = Server::start();
    server.reply("GET", 404, "");
    for suffix in ["/v1", "/v1/", "/V1", "//"] {
        let url = server.url() + suffix;
        answered(&finish(&mut get(&["--endpoint", &url])));
        answered(&finish(get(&[]).env("PCTRANSFERS_ENDPOINT", &url)));
    }
    for request in server.requests() {
        let start = format!("/v1/customers/{CUSTOMER}/");
        assert!(request.target().starts_with(&start), "{}", request.target());
    }
}

#[test]
fn an_endpoint_with_more_than_a_base_url_is_refused_with_the_right_value() {
    for (endpoint, expected) in [
        (
            "https://api.example/v1/customers",
            "expected https://api.example\n",
        ),
        (
            "https://api.example/v1/?a=b",
            "expected https://api.example\n",
        ),
        (
            "https://me:hunter2@api.example/v1",
            "expected https://api.example\n",
        ),
        ("api.example/v1", "expected https://api.example/v1\n"),
        ("api.example:8443", "expected https://api.example:8443\n"),
        (
            "http://api.example",
            "--insecure-http allows http to api.example\n",
        ),
        ("https://api.example /v1", "contains a blank"),
    ] {
        let stderr = refused(&mut get(&["--endpoint", endpoint]));
        assert!(stderr.starts_with("error: --endpoint: "), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
    }
    for (authority, expected) in [
        (
            "https://login.microsoftonline.com/contoso.example",
            "expected https://login.microsoftonline.com\n",
        ),
        (
            "https://login.microsoftonline.com/common/oauth2/token",
            "expected https://login.microsoftonline.com\n",
        ),
        ("http://login.example", "--insecure-http"),
    ] {
        let stderr = refused(get(&[]).env("PCTRANSFERS_AUTHORITY", authority));
        assert!(
            stderr.starts_with("error: PCTRANSFERS_AUTHORITY: "),
            "{stderr}"
        );
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn an_invalid_proxy_is_refused_with_its_variable() {
    for (variable, value, reason) in [
        ("HTTPS_PROXY", "proxy", "neither a scheme nor a port"),
        ("https_proxy", "htp://proxy.example:3128", "scheme `htp`"),
        (
            "HTTPS_PROXY",
            "http://me:hunter2@hunter2@proxy:3128",
            "write @ as %40",
        ),
        (
            "HTTPS_PROXY",
            "http://me:hunter2@proxy:port",
            "invalid port",
        ),
        ("HTTPS_PROXY", "http://proxy.example:99999", "invalid port"),
        ("ALL_PROXY", "socks://127.0.0.1:1080", "write socks5h"),
        (
            "all_proxy",
            "'http://proxy.example:3128'",
            "quotation marks",
        ),
    ] {
        for command in [&mut get(&[]), as_app(&mut get(&[]))] {
            let stderr = refused(command.env(variable, value));
            assert!(
                stderr.starts_with(&format!("error: {variable}: ")),
                "{stderr}"
            );
            assert!(stderr.contains(reason), "{stderr}");
            assert!(
                stderr.contains("such as http://proxy.example:3128"),
                "{stderr}"
            );
        }
        // The emulator is on this machine.
        let mut emulator = command();
        let run = finish(emulator.arg("--emulator").args(READ).env(variable, value));
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}

#[test]
fn an_error_names_the_proxy_and_its_variable() {
    let proxy = unused();
    for (variable, scheme) in [
        ("HTTPS_PROXY", "http"),
        ("https_proxy", "https"),
        ("ALL_PROXY", "socks5h"),
        ("all_proxy", "socks4a"),
    ] {
        let value = format!("{scheme}://me:hunter2@{proxy}");
        let route =
            format!("https://api.example:443 through the proxy {scheme}://{proxy} of {variable} (");
        let run = finish(get(&["--endpoint", API]).env(variable, &value));
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(
            run.stderr.contains(&format!("no connection to {route}")),
            "{}",
            run.stderr
        );
        let cause = if scheme.starts_with("socks") {
            "cannot connect to the proxy"
        } else {
            "refused"
        };
        assert!(run.stderr.to_lowercase().contains(cause), "{}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);

        let mut command = get(&["-vv"]);
        let run = finish(
            as_app(&mut command)
                .env("PCTRANSFERS_AUTHORITY", API)
                .env(variable, &value),
        );
        assert_eq!(run.code, 1, "{}", run.stderr);
        let expected = format!("no connection to the login service at {route}");
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    }
}

#[test]
fn a_name_that_a_socks_proxy_could_resolve_is_explained() {
    // No name server is asked about a name whose label is too long.
    let endpoint = format!("https://{}.example", "a".repeat(64));
    let proxy = format!("socks5://{}", unused());
    let run = finish(get(&["--endpoint", &endpoint]).env("ALL_PROXY", proxy));
    assert_eq!(run.code, 1, "{}", run.stderr);
    for expected in [
        "cannot resolve the host name",
        "write socks5h:// instead of socks5:// in ALL_PROXY",
    ] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn a_proxy_that_refuses_is_named_as_the_cause() {
    for (status, expected) in [
        (
            "407 Proxy Authentication Required",
            "the proxy requires a user name and a password",
        ),
        (
            "403 Forbidden",
            "the proxy refused the connection: check HTTPS_PROXY",
        ),
    ] {
        let proxy = Proxy::start(Protocol::Refusing(status), "");
        let address = proxy.address();
        let run = finish(get(&["--endpoint", API]).env("HTTPS_PROXY", &address));
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert!(run.stderr.contains(&address), "{}", run.stderr);
        assert_eq!(proxy.asked(), ["api.example:443"]);
    }
}

#[test]
fn requests_go_through_http_and_socks_proxies() {
    let setup = TlsSetup::new();
    let file = setup.file("ca.pem", setup.authority.pem());
    for (protocol, variable, prefix, asked) in [
        (Protocol::Http, "HTTPS_PROXY", "http://", "api.example:443"),
        (Protocol::Http, "all_proxy", "", "api.example:443"),
        (
            Protocol::Http,
            "https_proxy",
            "http://me:p%40ss@",
            "api.example:443 Basic bWU6cEBzcw==",
        ),
        (
            Protocol::Socks5,
            "ALL_PROXY",
            "socks5h://",
            "api.example:443",
        ),
    ] {
        let proxy = Proxy::start(protocol, setup.server.url());
        let value = prefix.to_owned() + &proxy.address();
        let mut command = get(&["--endpoint", API]);
        command
            .env("PCTRANSFERS_CA_FILE", &file)
            .env(variable, value);
        answered(&finish(&mut command));
        assert_eq!(proxy.asked(), [asked]);
    }
    for request in setup.server.requests() {
        let sent = request.head.contains(&format!("Bearer {CANARY}"));
        assert!(sent, "the token is in the tunnel");
    }
}

#[test]
fn no_proxy_and_this_machine_are_reached_directly() {
    let proxy = Proxy::start(Protocol::Refusing("403 Forbidden"), "");
    let value = format!("http://{}", proxy.address());
    let variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].map(|name| (name, &value));
    let server = Server::start();
    server.reply("GET", 404, "");
    let url = server.url();
    for url in [&url, &url.replace("127.0.0.1", "localhost")] {
        answered(&finish(get(&["--endpoint", url]).envs(variables)));
    }
    let unused = unused();
    let endpoint = format!("https://{}", unused.replace("127.0.0.1", "0.0.0.0"));
    for hosts in ["0.0.0.0", "*", "other, 0.0.0.0/8"] {
        let mut command = get(&["--endpoint", &endpoint]);
        let run = finish(command.envs(variables).env("no_proxy", hosts));
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(!run.stderr.contains("proxy"), "{}", run.stderr);
    }
    assert_eq!(proxy.asked(), [""; 0]);
}

#[test]
fn the_ca_file_is_trusted_in_each_form() {
    let setup = TlsSetup::new();
    let proxy = Proxy::start(Protocol::Http, setup.server.url());
    let (pem, other) = (setup.authority.pem(), TestAuthority::new().pem());
    let run = |file: &PathBuf| {
        let mut command = get(&["--endpoint", API]);
        command.env("HTTPS_PROXY", proxy.address());
        finish(command.env("PCTRANSFERS_CA_FILE", file))
    };
    for file in [
        setup.file("ca.pem", &pem),
        setup.file("ca.cer", setup.authority.der()),
        setup.file("mark.pem", format!("\u{feff}{pem}")),
        setup.file("utf-16.pem", utf_16(&pem)),
        // A line end around the path.
        PathBuf::from(format!(
            "{}\r\n",
            setup.file("line-end.pem", &pem).display()
        )),
        setup.file("bundle.pem", format!("# others\n{other}\n# ours\n{pem}")),
    ] {
        answered(&run(&file));
    }
    let untrusted = run(&setup.file("other.pem", other));
    assert_eq!(untrusted.code, 1);
    let expected = "the file in PCTRANSFERS_CA_FILE does not contain its issuer";
    assert!(untrusted.stderr.contains(expected), "{}", untrusted.stderr);
    let to_set = "add its root certificate with PCTRANSFERS_CA_FILE";
    assert!(!untrusted.stderr.contains(to_set), "{}", untrusted.stderr);
    // An empty variable is not set.
    let unset = run(&PathBuf::new());
    assert_eq!(unset.code, 1);
    assert!(unset.stderr.contains(to_set), "{}", unset.stderr);
}

/// The text as `>` in Windows PowerShell writes it.
fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_path_of_a_ca_file_is_checked_like_the_others() {
    let setup = TlsSetup::new();
    let pem = setup.authority.pem();
    let file = setup.file("ca.pem", &pem).display().to_string();
    for (value, reason) in [
        (format!("\"{file}\""), "quotes"),
        (format!("'{file}'"), "quotes"),
        (file.replace("ca.pem", "ca\u{1b}.pem"), "control character"),
        (pem, "set PCTRANSFERS_CA_FILE to the path"),
    ] {
        let stderr = refused(get(&[]).env("PCTRANSFERS_CA_FILE", &value));
        assert!(
            stderr.starts_with("error: PCTRANSFERS_CA_FILE "),
            "{stderr}"
        );
        assert!(stderr.contains(reason), "{stderr}");
        assert!(
            !stderr.contains("BEGIN") && !stderr.contains('\u{1b}'),
            "{stderr}"
        );
    }
    // Far more than all roots of a platform.
    let large = setup.file("large.pem", vec![b' '; 17 * 1024 * 1024]);
    let stderr = refused(get(&[]).env("PCTRANSFERS_CA_FILE", large));
    assert!(stderr.contains("larger than 16 MiB"), "{stderr}");
}

#[test]
fn a_ca_file_that_cannot_be_used_is_refused_with_its_name() {
    let setup = TlsSetup::new();
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (path, reason) in [
        (setup.directory.path().join("missing.pem"), "cannot read"),
        (setup.directory.path().to_owned(), "cannot read"),
        (setup.file("empty.pem", ""), "no certificate found"),
        (setup.file("key.pem", key), "it contains PRIVATE KEY"),
        (
            setup.file("bad.der", [0x30, 0x82, 0, 0]),
            "not a certificate in PEM or DER form",
        ),
    ] {
        let stderr = refused(get(&[]).env("PCTRANSFERS_CA_FILE", &path));
        assert!(
            stderr.starts_with("error: PCTRANSFERS_CA_FILE: "),
            "{stderr}"
        );
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(stderr.contains(name) && stderr.contains(reason), "{stderr}");
    }
}

/// On Linux the platform's certificates are files, which a container may not have.
#[cfg(target_os = "linux")]
#[test]
fn missing_certificates_of_the_platform_are_explained() {
    let setup = TlsSetup::new();
    let bare = |command: &mut Command| {
        finish(
            command
                .env("SSL_CERT_FILE", "/nowhere")
                .env("SSL_CERT_DIR", "/nowhere"),
        )
    };
    let run = bare(&mut get(&["--endpoint", API]));
    assert_eq!(run.code, 2, "{}", run.stderr);
    for expected in [
        "No CA certificates",
        "set SSL_CERT_FILE",
        "PCTRANSFERS_CA_FILE",
    ] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    // Neither plain http nor a client with root certificates of its own needs them.
    let run = bare(command().arg("--emulator").args(READ));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let proxy = Proxy::start(Protocol::Http, setup.server.url());
    let mut command = get(&["--endpoint", API]);
    command
        .env(
            "PCTRANSFERS_CA_FILE",
            setup.file("ca.pem", setup.authority.pem()),
        )
        .env("HTTPS_PROXY", proxy.address());
    answered(&bare(&mut command));
}

#[test]
fn a_warning_names_the_variable_of_the_command() {
    let setup = TlsSetup::new();
    let proxy = Proxy::start(Protocol::Http, setup.server.url());
    let withdraw = ["--retries", "0", "withdraw", "--yes"];
    let transfer = ["--customer", CUSTOMER, "--transfer", IN_PART];
    let mut command = command();
    command
        .args(["--endpoint", API])
        .args(withdraw)
        .args(transfer)
        .env("PCTRANSFERS_TOKEN", CANARY)
        .env("HTTPS_PROXY", proxy.address());
    let run = finish(&mut command);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.starts_with("warning: could not read"),
        "{}",
        run.stderr
    );
    assert_eq!(
        run.stderr.matches("PCTRANSFERS_CA_FILE").count(),
        2,
        "{}",
        run.stderr
    );
    assert!(
        !run.stderr.contains("add_root_certificate"),
        "{}",
        run.stderr
    );
}

/// The address 0.0.0.0 is not a loopback address, but connects to this machine.
#[cfg(unix)]
#[test]
fn plain_http_goes_to_the_hosts_of_the_option_only() {
    let server = Server::start();
    server.reply("GET", 404, "");
    let token = r#"{"token_type": "Bearer", "expires_in": 3600, "access_token": "t"}"#;
    server.reply("POST", 200, token);
    let url = server.url().replace("127.0.0.1", "0.0.0.0");
    let host = url.strip_prefix("http://").unwrap();
    let endpoint = ["--endpoint", &url];
    for options in [
        &[][..],
        &["--insecure-http", "0.0.0.0:1"],
        &["--insecure-http", "other"],
    ] {
        let stderr = refused(&mut get(&[&endpoint, options].concat()));
        assert!(
            stderr.contains("--insecure-http allows http to 0.0.0.0"),
            "{stderr}"
        );
        let stderr = refused(get(options).env("PCTRANSFERS_AUTHORITY", &url));
        assert!(
            stderr.starts_with("error: PCTRANSFERS_AUTHORITY: "),
            "{stderr}"
        );
    }
    let stderr = refused(&mut get(&["--insecure-http", &url]));
    let expected = format!("error: --insecure-http: {url:?} is not a host: expected {host}\n");
    assert_eq!(stderr, expected);
    assert_eq!(server.requests().len(), 0);

    // Not through a proxy, which would read the token.
    let proxy = Proxy::start(Protocol::Refusing("403 Forbidden"), "");
    for host in [host, "0.0.0.0"] {
        let options = ["--insecure-http", "other", "--insecure-http", host];
        let mut command = get(&[&endpoint[..], &options].concat());
        as_app(&mut command).env("PCTRANSFERS_AUTHORITY", &url);
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
            command.env(variable, proxy.address());
        }
        answered(&finish(&mut command));
    }
    assert_eq!(server.methods(), ["POST", "GET", "POST", "GET"]);
    assert_eq!(proxy.asked(), [""; 0]);
}
