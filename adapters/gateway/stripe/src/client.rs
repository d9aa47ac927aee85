//! Calls to Stripe.

use bytes::Bytes;
use contraflow_adapter_support::config;
use contraflow_adapter_support::outbound::{Answer, ExchangeError, exchange};
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::bindings::contract::{Fault, Retry};

/// The version of Stripe's API that this adapter was written for; webhooks have the version of their endpoint.
const API_VERSION: &str = "2025-10-29.clover";

/// Where and as whom to call.
pub struct Client {
    base_url: String,
    secret_key: String,
}

impl Client {
    /// Reads where and as whom to call from the component's variables. Nothing is sent without them.
    pub async fn configured() -> Result<Self, Fault> {
        let base_url = config::required("stripe_api_url").await.map_err(Fault::Unauthorized)?;
        let secret_key = config::required("stripe_secret_key").await.map_err(Fault::Unauthorized)?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), secret_key })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Result<Answer, Fault> {
        self.send(Request::get(self.url(path)), Bytes::new()).await
    }

    /// Writes a form under an idempotency key.
    pub async fn post(&self, path: &str, key: &str, form: String) -> Result<Answer, Fault> {
        let request = Request::post(self.url(path))
            .header("idempotency-key", key)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Bytes::from(form)).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    async fn send(&self, request: http::request::Builder, body: Bytes) -> Result<Answer, Fault> {
        let request = request
            .header(AUTHORIZATION, format!("Bearer {}", self.secret_key))
            .header("stripe-version", API_VERSION)
            .body(body)
            .map_err(|error| {
                // The words name neither the key nor the URL.
                Fault::Unauthorized(format!("`stripe_api_url` or `stripe_secret_key` cannot be sent: {error}"))
            })?;
        exchange(request).await.map_err(|failure| match failure {
            ExchangeError::NotSent(detail) => Fault::NotSent(Retry { detail, after_ms: None }),
            ExchangeError::OutcomeUnknown(detail) => Fault::OutcomeUnknown(detail),
        })
    }
}
