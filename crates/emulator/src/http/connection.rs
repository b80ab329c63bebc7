//! HTTP/1.1 connections, with or without TLS.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use super::app_state::AppState;
use super::connection_control::ConnectionControl;
use super::connection_limit::ConnectionLimit;
#[cfg(feature = "tls")]
use super::tls;
use super::{operations, path_case};

/// What serves the connections.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) app: Arc<AppState>,
    /// Serves everything but the operations.
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
    let (app, router) = (server.app, TowerToHyperService::new(server.router));
    let own_control = control.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (app, control) = (Arc::clone(&app), own_control.clone());
        let is_operation = operations::is_below(request.uri().path());
        let router = (!is_operation).then(|| router.clone());
        async move {
            let Some(router) = router else {
                return Ok(operations::respond(&app, &control, request).await);
            };
            // Before the router chooses a route by the path.
            path_case::normalize(&mut request);
            router.call(request).await
        }
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
