//! Calls to Example.

use bytes::Bytes;
use contraflow_adapter_support::config;
use contraflow_adapter_support::outbound::{Answer, ExchangeError, exchange};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::bindings::contract::{Fault, Retry};

/// Where and as whom to call.
pub struct Client {
    base_url: String,
    api_key: String,
}

impl Client {
    /// Reads where and as whom to call from the component's variables. Nothing is sent without them.
    pub async fn configured() -> Result<Self, Fault> {
        let base_url = config::required("example_api_url").await.map_err(Fault::Unauthorized)?;
        let api_key = config::required("example_api_key").await.map_err(Fault::Unauthorized)?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), api_key })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Answer, Fault> {
        self.send(Request::get(self.url(path)), Vec::new()).await
    }

    /// Writes JSON under an idempotency key.
    pub async fn post(&self, path: &str, key: &str, body: Vec<u8>) -> Result<Answer, Fault> {
        self.send(Request::post(self.url(path)).header("idempotency-key", key), body).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    async fn send(&self, request: http::request::Builder, body: Vec<u8>) -> Result<Answer, Fault> {
        let request = request
            .header(AUTHORIZATION, format!("Bearer {}", self.api_key))
            .header(CONTENT_TYPE, "application/json")
            .body(Bytes::from(body))
            // The words name neither the key nor the URL.
            .map_err(|error| {
                Fault::Unauthorized(format!("`example_api_url` or `example_api_key` is wrong: {error}"))
            })?;
        exchange(request).await.map_err(|failure| match failure {
            ExchangeError::NotSent(detail) => Fault::NotSent(Retry { detail, after_ms: None }),
            ExchangeError::OutcomeUnknown(detail) => Fault::OutcomeUnknown(detail),
        })
    }
}
