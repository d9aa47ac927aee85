//! Sends requests to the world outside.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::gate::BoxFuture;

/// Says why a request to the outside has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Nobody listens: the request was not sent.
    #[error("connection refused")]
    Refused,
    /// The name is unknown: the request was not sent.
    #[error("no such host")]
    UnknownHost,
    /// No connection was made in time: the request was not sent.
    #[error("no connection in time")]
    ConnectTimeout,
    /// The request was sent, and no answer came in time: what happened is unknown.
    #[error("no answer in time")]
    ResponseTimeout,
    /// The connection broke after the request was sent: what happened is unknown.
    #[error("the connection broke")]
    Terminated,
}

/// Answers requests in place of the network, in memory.
pub trait Outbound: Send + Sync {
    /// Answers one request; its URI is absolute, and `Host` is set.
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<Bytes>, OutboundError>>;
}

/// Names the future that keeps a connection going after the head of its response, while the body arrives.
pub type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// Sends a request whose `Host` is set, over the network or to the [`Outbound`] that stands in for it.
pub async fn send(
    stand_in: Option<&dyn Outbound>,
    request: Request<Bytes>,
    options: Option<RequestOptions>,
) -> Result<(Response<WasiBody>, Connection), Error> {
    if let Some(stand_in) = stand_in {
        let response = stand_in.send(request).await.map_err(translate)?;
        return Ok((response.map(full), Box::new(std::future::ready(Ok(())))));
    }
    let (response, connection) = wasmtime_wasi_http::default_send_request(request.map(full), options).await?;
    Ok((response.map(BodyExt::boxed_unsync), Box::new(connection)))
}

/// Makes a body of bytes that are all there.
pub fn full(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn translate(error: OutboundError) -> Error {
    match error {
        OutboundError::Refused => Error::ConnectionRefused,
        OutboundError::UnknownHost => Error::DnsError { rcode: Some("NXDOMAIN".to_owned()), info_code: None },
        OutboundError::ConnectTimeout => Error::ConnectionTimeout,
        OutboundError::ResponseTimeout => Error::ConnectionReadTimeout,
        OutboundError::Terminated => Error::ConnectionTerminated,
    }
}
