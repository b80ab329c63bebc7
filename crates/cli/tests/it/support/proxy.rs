//! Proxies that lead every connection to one server, whatever host a client asks for.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a proxy does with a connection.
#[derive(Clone, Copy)]
pub(crate) enum Protocol {
    /// `CONNECT` of HTTP.
    Http,
    /// SOCKS 5 without authentication.
    Socks5,
    /// Refuses each `CONNECT` with this status line.
    Refusing(&'static str),
}

pub(crate) struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy that connects its clients to the server.
    pub(crate) fn start(protocol: Protocol, server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let server = server.rsplit('/').next().unwrap().to_owned();
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (log, server) = (Arc::clone(&log), server.clone());
                // A client may close the connection at any time.
                thread::spawn(move || serve(protocol, &client?, &server, &log));
            }
        });
        Self { address, asked }
    }

    /// Host and port of the proxy.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// What the clients have asked for, `HOST:PORT`, and an HTTP client's credentials if it had any.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    protocol: Protocol,
    client: &TcpStream,
    server: &str,
    log: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let asked = match protocol {
        Protocol::Http | Protocol::Refusing(_) => connect(client)?,
        Protocol::Socks5 => socks(client)?,
    };
    log.lock().unwrap().push(asked);
    let mut writer = client.try_clone()?;
    match protocol {
        Protocol::Refusing(status) => {
            return write!(writer, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
        Protocol::Http => writer.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?,
        Protocol::Socks5 => writer.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?,
    }
    let server = TcpStream::connect(server)?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut &server, &mut &*client)?;
    Ok(())
}

/// Reads a `CONNECT` request.
fn connect(client: &TcpStream) -> io::Result<String> {
    // The client sends nothing more before it has the response.
    let mut head = BufReader::new(client).lines();
    let line = head.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut asked = line.split(' ').nth(1).unwrap_or_default().to_owned();
    for line in head {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("proxy-authorization")
        {
            asked = format!("{asked} {value}");
        }
    }
    Ok(asked)
}

/// Reads a greeting and a request of SOCKS 5 with a host name.
fn socks(mut client: &TcpStream) -> io::Result<String> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting)?;
    client.read_exact(&mut vec![0; greeting[1].into()])?;
    client.write_all(&[5, 0])?;
    let mut request = [0; 5];
    client.read_exact(&mut request)?;
    assert_eq!(request[..4], [5, 1, 0, 3], "the proxy resolves the name");
    let mut host = vec![0; request[4].into()];
    client.read_exact(&mut host)?;
    let mut port = [0; 2];
    client.read_exact(&mut port)?;
    let host = String::from_utf8(host).unwrap();
    Ok(format!("{host}:{}", u16::from_be_bytes(port)))
}
