//! The world outside, in memory: a helpdesk and a subscriber that write down what they are told, and a gateway that is
//! only reached so.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use contraflow_host::{BoxFuture, Outbound, OutboundError};
use contraflow_peers::adyen::{Adyen, URL};
use contraflow_peers::{oidc, tryton};
use http::{Request, Response};
use serde_json::{Value, json};

/// What went out, in order.
#[derive(Clone, Default)]
pub struct Outside {
    sent: Arc<Mutex<Vec<Sent>>>,
    adyen: Arc<Mutex<Adyen>>,
    /// Where a provider of sign-ins really runs.
    provider: Option<String>,
    /// Whether a courier of letters is switched on.
    post: bool,
    /// Where Tryton really runs, and the method of the next call to it whose answer is lost.
    tryton: Option<String>,
    lost: Arc<Mutex<Option<String>>>,
    /// What a virus scanner answers, where there is one.
    scanner: Arc<Mutex<Option<String>>>,
}

/// One request that went out.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: String,
    pub url: String,
    pub headers: http::HeaderMap,
    pub body: Bytes,
}

impl Sent {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Where letters are sent.
const POST: &str = "http://postmark.example";
/// What the application is told of it.
const POST_VARIABLES: [(&str, &str); 4] = [
    ("postmark_api_url", POST),
    ("postmark_server_token", "b7a2f0d4-6f1e-4c1b-9d55-000000000001"),
    ("postmark_from", "Refunds <refunds@firm.example>"),
    ("public_url", "https://refunds.example"),
];

/// What Postmark says of a mailbox: a status, its code and its words.
fn post(to: &str) -> (u16, u16, &'static str) {
    match to {
        bounced if bounced.starts_with("bounced") => (422, 406, "Inactive recipient"),
        busy if busy.starts_with("slow") => (503, 100, "Maintenance"),
        _ => (200, 0, "OK"),
    }
}

/// Sends a request over the network.
fn over_the_network(request: Request<Bytes>) -> Result<Response<Bytes>, OutboundError> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts, body.to_vec());
    let mut answer = agent.run(request).map_err(|_| OutboundError::Refused)?;
    let body = Bytes::from(answer.body_mut().read_to_vec().map_err(|_| OutboundError::Refused)?);
    let mut response = Response::builder().status(answer.status());
    response.headers_mut().unwrap().extend(answer.headers().clone());
    response.headers_mut().unwrap().remove("transfer-encoding");
    Ok(response.body(body).unwrap())
}

impl Outside {
    /// One in which a provider of sign-ins really runs, at that address.
    pub fn with_provider(url: &str) -> Self {
        Self { provider: Some(url.to_owned()), ..Self::default() }
    }

    /// One in which letters go out. Mailboxes that begin with `bounced` are refused, `slow` answers that it is busy.
    pub fn with_post() -> Self {
        Self { post: true, ..Self::default() }
    }

    /// One in which Tryton really runs, at that address.
    pub fn with_tryton(url: &str) -> Self {
        Self { tryton: Some(url.to_owned()), ..Self::default() }
    }

    /// The next call of this method to Tryton takes effect, and its answer is lost.
    pub fn lose(&self, method: &str) {
        *self.lost.lock().unwrap() = Some(format!("\"method\":\"{method}\""));
    }

    /// Tells whether this call's answer is lost.
    fn is_lost(&self, request: &Request<Bytes>) -> bool {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        self.lost.lock().unwrap().take_if(|method| body.contains(method.as_str())).is_some()
    }

    /// What the application is told of it.
    pub fn variables(&self) -> Vec<(String, String)> {
        let mut given: Vec<(&str, &str)> = Vec::new();
        if let Some(provider) = &self.provider {
            given.extend([
                ("oidc_issuer", provider.as_str()),
                ("oidc_origin", provider.as_str()),
                ("oidc_audience", oidc::AUDIENCE),
                ("oidc_roles", oidc::ROLES),
                ("oidc_client_id", oidc::CONSOLE.0),
                ("oidc_client_secret", oidc::CONSOLE.1),
            ]);
        }
        if let Some(tryton) = &self.tryton {
            given.push(("tryton_url", tryton));
            given.extend(tryton::VARIABLES);
        }
        if self.post {
            given.extend(POST_VARIABLES);
        }
        if self.scanner.lock().unwrap().is_some() {
            given.extend([
                ("file_scan_url", "http://scanner.example"),
                ("file_scan_secret", crate::world::WEBHOOK_SECRET),
            ]);
        }
        given.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The letters that were taken, in order.
    pub fn letters(&self) -> Vec<Value> {
        let sent = self.sent();
        let taken = sent.iter().filter(|sent| sent.url.starts_with(POST)).map(Sent::json);
        taken.filter(|letter| post(letter["To"].as_str().unwrap()).0 == 200).collect()
    }

    /// One with a virus scanner that answers that.
    pub fn with_scanner(answer: &str) -> Self {
        let outside = Self::default();
        outside.scanner_says(answer);
        outside
    }

    pub fn scanner_says(&self, answer: &str) {
        *self.scanner.lock().unwrap() = Some(answer.to_owned());
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// What Adyen is to do, or has done.
    pub fn adyen<T>(&self, look: impl FnOnce(&mut Adyen) -> T) -> T {
        look(&mut self.adyen.lock().unwrap())
    }

    /// Comments written on tickets.
    pub fn comments(&self) -> Vec<Value> {
        let tickets = |sent: &Sent| sent.method == "PUT" && sent.url.contains("/api/v2/tickets/");
        self.sent().iter().filter(|sent| tickets(sent)).map(Sent::json).collect()
    }

    /// Events that the subscriber received.
    pub fn events(&self, kind: &str) -> Vec<Sent> {
        self.sent()
            .into_iter()
            .filter(|sent| sent.url.starts_with("http://subscriber.example") && sent.json()["type"] == kind)
            .collect()
    }
}

impl Outbound for Outside {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<Bytes>, OutboundError>> {
        let url = request.uri().to_string();
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_string(),
            url: url.clone(),
            headers: request.headers().clone(),
            body: request.body().clone(),
        });
        if [&self.provider, &self.tryton].into_iter().flatten().any(|there| url.starts_with(there.as_str())) {
            let is_lost = self.is_lost(&request);
            return Box::pin(async move {
                let answer = tokio::task::spawn_blocking(|| over_the_network(request)).await.unwrap();
                if is_lost { Err(OutboundError::Terminated) } else { answer }
            });
        }
        if url.starts_with(URL) {
            let answer = self.adyen(|adyen| adyen.answer(&request));
            return Box::pin(async move { answer });
        }
        if url.starts_with(POST) {
            let letter: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let (status, code, words) = post(letter["To"].as_str().unwrap_or_default());
            let body = Bytes::from(json!({"ErrorCode": code, "Message": words}).to_string());
            return Box::pin(async move { Ok(Response::builder().status(status).body(body).unwrap()) });
        }
        if url.starts_with("http://scanner.example/") {
            let answer = self.scanner.lock().unwrap().clone().unwrap_or_default();
            return Box::pin(async move { Ok(Response::new(Bytes::from(answer))) });
        }
        let answer = if url.contains("/comments") {
            json!({"comments": [], "meta": {"has_more": false}, "next_page": null})
        } else {
            json!({"ticket": {"id": 7, "status": "open", "updated_at": "2026-01-01T00:00:00Z"}})
        };
        let body = Bytes::from(answer.to_string());
        Box::pin(async move { Ok(Response::builder().header("content-type", "application/json").body(body).unwrap()) })
    }
}
