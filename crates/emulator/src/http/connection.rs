//! HTTP/1.1 connections, with or without TLS, and ways for a handler to end its own connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use axum::response::Response;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::connection_limit::ConnectionLimit;
use super::path_case;
#[cfg(feature = "tls")]
use super::tls;

/// Ends the connection of a request without a response.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionControl {
    reset: Arc<Notify>,
    stall: Arc<Notify>,
    limit: ConnectionLimit,
}

impl ConnectionControl {
    fn new(limit: ConnectionLimit) -> Self {
        Self {
            reset: Arc::default(),
            stall: Arc::default(),
            limit,
        }
    }

    /// Resets the connection. Never returns, as there is nothing to respond to.
    pub(crate) async fn reset(&self) -> Response {
        self.reset.notify_one();
        std::future::pending().await
    }

    /// Sends nothing more, and keeps the connection open until the client closes its side or other
    /// connections need room. Never returns.
    pub(crate) async fn stall(&self) -> Response {
        self.stall.notify_one();
        std::future::pending().await
    }

    /// Waits for a delay, unless other connections need room. Then it resets the connection, and
    /// never returns.
    pub(crate) async fn delay(&self, delay: impl Future<Output = ()>) {
        tokio::select! {
            () = delay => {}
            () = self.limit.room_is_needed() => {
                self.reset().await;
            }
        }
    }
}

/// What serves the connections.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) read_timeout: Duration,
    pub(crate) limit: ConnectionLimit,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<tokio_rustls::TlsAcceptor>,
}

/// A connection over TCP.
trait Socket: AsyncRead + AsyncWrite + Unpin + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Socket for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Accepts connections for as long as it is polled.
pub(crate) async fn accept(listener: TcpListener, server: Server) {
    loop {
        let accepted = listener.accept().await;
        let permit = server.limit.acquire().await;
        match accepted {
            Ok((stream, _)) => {
                let server = server.clone();
                tokio::spawn(async move {
                    // The client sees errors of its connection itself.
                    let _ = serve(stream, server).await;
                    drop(permit);
                });
            }
            // Too many open files, or a client that disconnected at once: the next accept may work.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, server: Server) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(feature = "tls")]
    if let Some(tls) = &server.tls {
        let stream = tls::accept(tls, stream, server.read_timeout).await?;
        return serve_http(stream, server).await;
    }
    serve_http(stream, server).await
}

async fn serve_http(stream: impl Socket, server: Server) -> io::Result<()> {
    let control = ConnectionControl::new(server.limit);
    let service = TowerToHyperService::new(server.router.layer(Extension(control.clone())));
    // Before the router chooses a route by the path.
    let service = service_fn(move |mut request: Request<Incoming>| {
        path_case::normalize(&mut request);
        service.call(request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(server.read_timeout)
        // A client may close its sending side and still get a response.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = &mut connection => ended.map_err(io::Error::other),
        () = control.reset.notified() => {
            let stream = connection.into_parts().io.into_inner();
            // Without lingering, closing the socket is a reset.
            stream.tcp().set_zero_linger()
        }
        () = control.stall.notified() => {
            let mut stream = connection.into_parts().io.into_inner();
            tokio::select! {
                () = read_to_end(&mut stream) => Ok(()),
                () = control.limit.room_is_needed() => stream.tcp().set_zero_linger(),
            }
        }
    }
}

/// Reads until the client closes its side, and ignores what it sends.
async fn read_to_end(stream: &mut impl Socket) {
    let mut ignored = vec![0; 4096];
    while !matches!(stream.read(&mut ignored).await, Ok(0) | Err(_)) {}
}
