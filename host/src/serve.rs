//! Serves the connections of one listener, as many as the edge lets in.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use wasmtime_wasi_http::WasiBody;

use crate::dispatch::Dispatcher;
use crate::edge::{Exhausted, Guarded, Share};
use crate::limits::{CONNECTION_BUFFER_BYTES, TURNED_AWAY_TIME};
use crate::receive::receive;
use crate::refusal::Refusal;

/// Serves connections until `shutdown` resolves, and then answers the requests that are under way.
pub(crate) async fn serve(host: &Arc<Dispatcher>, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    // Every connection holds a receiver. The value tells connections to finish, and when no receiver is left, all have.
    let closing = watch::Sender::new(false);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.as_mut() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => open(host, stream, peer, closing.subscribe()),
            Err(error) => {
                // Mostly the file descriptors have run out: other connections may end meanwhile.
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let limit = host.services.options.limits.request_time;
    closing.send_replace(true);
    if tokio::time::timeout(limit, closing.closed()).await.is_err() {
        tracing::warn!("some connections were still open");
    }
}

/// Serves a connection, or tells it why not, or drops it when there are too many to tell even that.
fn open(host: &Arc<Dispatcher>, stream: TcpStream, peer: SocketAddr, closing: watch::Receiver<bool>) {
    // Without this a small response waits 40 ms for the client's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("TCP_NODELAY: {error}");
    }
    let (edge, limits) = (&host.edge, &host.services.options.limits);
    let refusal = match edge.connections.take(edge.counted_as(peer.ip()), 1) {
        Ok(share) => {
            let host = host.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let host = host.clone();
                async move { Ok::<_, Infallible>(receive(&host, request, peer).await) }
            });
            let connection = Connection { share, closing, header_time: limits.header_time, keep_alive: true };
            tokio::spawn(connection.run(Guarded::new(stream, limits.write_time), service));
            return;
        }
        Err(Exhausted::Each) => Refusal::TooManyConnections,
        Err(Exhausted::Total) => Refusal::ConnectionsBusy,
    };
    tracing::debug!(%peer, "turned away: {refusal:?}");
    let Ok(share) = edge.turned_away.take(None, 1) else { return };
    let service = service_fn(move |_: Request<Incoming>| async move { Ok::<_, Infallible>(refusal.response()) });
    let connection = Connection { share, closing, header_time: TURNED_AWAY_TIME, keep_alive: false };
    tokio::spawn(connection.run(Guarded::new(stream, TURNED_AWAY_TIME), service));
}

/// Holds what a connection needs besides its stream.
struct Connection {
    share: Share,
    closing: watch::Receiver<bool>,
    header_time: Duration,
    keep_alive: bool,
}

impl Connection {
    async fn run<S>(mut self, stream: Guarded<TcpStream>, service: S)
    where
        S: HttpService<Incoming, ResBody = WasiBody, Error = Infallible>,
    {
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_time)
            .keep_alive(self.keep_alive)
            .max_buf_size(CONNECTION_BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let told = async { _ = self.closing.wait_for(|closing| *closing).await };
        let ended = tokio::select! {
            ended = &mut connection => Some(ended),
            () = told => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        if let Err(error) = ended {
            tracing::debug!("connection: {error}");
            // A connection that waits for its next request ends in silence; one that has begun to ask is answered.
            let parts = connection.into_parts();
            if error.is_timeout() && !parts.read_buf.is_empty() {
                let answer = Refusal::HeadersLate.on_the_wire();
                _ = parts.io.into_inner().write_all(&answer).await;
            }
        }
        drop(self.share);
    }
}
