//! The addresses that the emulator listens on, and its URL.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// How often a free port is selected until it is free on each address.
const ATTEMPTS: u32 = 10;

/// Binds each address. With port 0, all of them get the same free port.
pub(super) fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut attempt = 1;
    loop {
        match bind_once(addresses) {
            Err(error)
                if error.kind() == io::ErrorKind::AddrInUse
                    && addresses.iter().all(|address| address.port() == 0)
                    && attempt < ATTEMPTS =>
            {
                attempt += 1;
            }
            result => return result,
        }
    }
}

fn bind_once(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut unavailable = None;
    for address in addresses {
        let mut address = *address;
        if let (0, Some(first)) = (address.port(), listeners.first()) {
            address.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(address) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                listeners.push(listener);
            }
            Err(error) => {
                let text = format!("cannot listen on {address}: {error}");
                let error = io::Error::new(error.kind(), text);
                // Such as the IPv6 address of `localhost` on a machine without IPv6.
                match error.kind() {
                    io::ErrorKind::AddrNotAvailable | io::ErrorKind::Unsupported => {
                        unavailable.get_or_insert(error);
                    }
                    _ => return Err(error),
                }
            }
        }
    }
    match unavailable {
        Some(error) if listeners.is_empty() => Err(error),
        _ => Ok(listeners),
    }
}

/// The URL by which this machine reaches the emulator: with the name that was given for its address,
/// and with a loopback address for all addresses.
pub(super) fn url(scheme: &str, name: Option<&str>, address: SocketAddr) -> String {
    let port = address.port();
    match (name, address.ip()) {
        (Some(name), _) => format!("{scheme}://{name}:{port}"),
        (None, ip) if ip.is_unspecified() => {
            let loopback = match ip {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            };
            format!("{scheme}://{}", SocketAddr::new(loopback, port))
        }
        (None, _) => format!("{scheme}://{address}"),
    }
}
