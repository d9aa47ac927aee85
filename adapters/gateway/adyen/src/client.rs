//! Calls to Adyen's Checkout API.

use bytes::Bytes;
use contraflow_adapter_support::config;
use contraflow_adapter_support::outbound::{Answer, ExchangeError, exchange};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Request};

use crate::bindings::contract::{Fault, Retry};

/// The version of the Checkout API that this adapter was written for.
const API_VERSION: &str = "/v72";

/// Where and as whom to call.
pub struct Client {
    base_url: String,
    api_key: HeaderValue,
    /// Whose payments are refunded.
    pub merchant_account: String,
}

impl Client {
    /// Reads where and as whom to call from the component's variables. Nothing is sent without them.
    pub async fn configured() -> Result<Self, Fault> {
        let base_url = config::required("adyen_api_url").await.map_err(Fault::Unauthorized)?;
        let path = config::optional("adyen_api_path").await.map_err(Fault::Unauthorized)?.unwrap_or_default();
        let api_key = config::required("adyen_api_key").await.map_err(Fault::Unauthorized)?;
        let mut api_key = HeaderValue::try_from(api_key)
            .map_err(|_| Fault::Unauthorized("`adyen_api_key` cannot be sent as a header".into()))?;
        api_key.set_sensitive(true);
        let merchant_account = config::required("adyen_merchant_account").await.map_err(Fault::Unauthorized)?;
        let base_url = format!("{}{}{API_VERSION}", base_url.trim_end_matches('/'), path.trim_end_matches('/'));
        Ok(Self { base_url, api_key, merchant_account })
    }

    /// Writes JSON under an idempotency key.
    pub async fn post(&self, path: &str, key: &str, body: Bytes) -> Result<Answer, Fault> {
        let request = Request::post(format!("{}{path}", self.base_url))
            .header(HeaderName::from_static("x-api-key"), self.api_key.clone())
            .header("idempotency-key", key)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|error| {
                // The words name neither the key nor the URL.
                Fault::Unauthorized(format!("`adyen_api_url` or `adyen_api_path` cannot be sent: {error}"))
            })?;
        exchange(request).await.map_err(|failure| match failure {
            ExchangeError::NotSent(detail) => Fault::NotSent(Retry { detail, after_ms: None }),
            ExchangeError::OutcomeUnknown(detail) => Fault::OutcomeUnknown(detail),
        })
    }
}
