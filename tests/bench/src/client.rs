//! One connection to the host, over TCP.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{limits, world};

/// A connection that is kept.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    token: String,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, token: world::token()? })
    }

    async fn send(&mut self, request: http::request::Builder, body: String, wanted: StatusCode) -> Result<Duration> {
        Ok(self.exchange(request, body, wanted).await?.0)
    }

    /// Returns the connection with another's token.
    pub fn of(self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self }
    }

    async fn exchange(
        &mut self,
        request: http::request::Builder,
        body: String,
        wanted: StatusCode,
    ) -> Result<(Duration, Bytes)> {
        self.exchange_up_to(limits::ANSWER_BYTES, request, body, wanted).await
    }

    async fn exchange_up_to(
        &mut self,
        most: usize,
        request: http::request::Builder,
        body: String,
        wanted: StatusCode,
    ) -> Result<(Duration, Bytes)> {
        let request = request.header("host", "localhost").body(Full::new(Bytes::from(body)))?;
        let begun = Instant::now();
        let exchange = async {
            self.sender.ready().await?;
            let (head, body) = self.sender.send_request(request).await?.into_parts();
            let body = Limited::new(body, most).collect().await.map_err(|error| anyhow::anyhow!("{error}"))?;
            anyhow::Ok((head.status, body.to_bytes()))
        };
        let (status, body) = timeout(limits::ANSWER, exchange).await??;
        let taken = begun.elapsed();
        ensure!(status == wanted, "the host answered {status}: {}", String::from_utf8_lossy(&body));
        Ok((taken, body))
    }

    fn mine(&self, request: http::request::Builder) -> http::request::Builder {
        request.header("authorization", format!("Bearer {}", self.token))
    }

    /// Reads JSON; gives the time that it took too.
    pub async fn timed(&mut self, path: &str) -> Result<(Duration, Value)> {
        let request = self.mine(Request::get(path));
        let (time, body) = self.exchange(request, String::new(), StatusCode::OK).await?;
        Ok((time, serde_json::from_slice(&body)?))
    }

    /// Opens a page of the console as a browser does that is signed in; gives the time that it took.
    pub async fn page(&mut self, path: &str) -> Result<Duration> {
        let request = Request::get(path).header("cookie", format!("contraflow_session={}", self.token));
        self.send(request, String::new(), StatusCode::OK).await
    }

    /// Reads JSON.
    pub async fn get(&mut self, path: &str) -> Result<Value> {
        Ok(self.timed(path).await?.1)
    }

    /// Reads a text; gives the time that it took and how many lines it has.
    pub async fn lines(&mut self, path: &str) -> Result<(Duration, usize)> {
        let request = self.mine(Request::get(path));
        let (time, body) = self.exchange_up_to(limits::RESULT_BYTES, request, String::new(), StatusCode::OK).await?;
        Ok((time, body.iter().filter(|byte| **byte == b'\n').count()))
    }

    /// Sends a file with rows; gives the time to the answer and the import.
    pub async fn import(&mut self, file: &str) -> Result<(Duration, Value)> {
        let request = Request::post("/v1/imports")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "text/csv; charset=utf-8");
        let (time, body) = self.exchange(request, file.to_owned(), StatusCode::ACCEPTED).await?;
        Ok((time, serde_json::from_slice(&body)?))
    }

    /// Lets the clock go round; tells whether more is due.
    pub async fn tick(&mut self) -> Result<bool> {
        let request = Request::post("/clock").header("authorization", format!("Bearer {}", world::machine()?));
        let (_, body) = self.exchange(request, String::new(), StatusCode::OK).await?;
        let round: serde_json::Value = serde_json::from_slice(&body)?;
        Ok(round.get("more").is_some_and(|more| more == true))
    }

    /// Asks for what needs nothing but a component.
    pub async fn first_answer(&mut self) -> Result<Duration> {
        self.send(Request::get("/openapi.json"), String::new(), StatusCode::OK).await
    }

    /// Sends the request number `number`; gives the time to its answer.
    pub async fn ask(&mut self, number: usize) -> Result<Duration> {
        let request = Request::post("/v1/requests")
            .header("authorization", format!("Bearer {}", self.token))
            .header("idempotency-key", format!("bench-{number}"))
            .header("content-type", "application/json");
        self.send(request, world::ask(number).to_string(), StatusCode::ACCEPTED).await
    }

    /// Sends the webhook of the ticket number `number`; gives the time to its answer.
    pub async fn webhook(&mut self, number: usize) -> Result<Duration> {
        let ticket = world::ticket(number)?;
        let request = Request::post("/webhooks/zendesk")
            .header("content-type", "application/json")
            .header("x-zendesk-webhook-signature-timestamp", &ticket.stamp)
            .header("x-zendesk-webhook-signature", &ticket.signature);
        self.send(request, ticket.body, StatusCode::OK).await
    }
}
