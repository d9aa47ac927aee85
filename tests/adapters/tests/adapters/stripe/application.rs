//! The whole application of spin.toml, with Stripe as its gateway.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use contraflow_adapter_support::signature::hmac_sha256;
use contraflow_host::local_auth::{CLOCK, LocalUser, public_key, sign_at};
use contraflow_host::{Application, Host, HostOptions, Manifest};
use http::{Method, Request, StatusCode};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::harness::file;

const LOCAL_KEY: &str = "a-key-for-tests-that-is-long-enough-to-sign";
const WEBHOOK_SECRET: &str = "whsec_test_secret";
const REQUESTER: LocalUser<'static> = LocalUser { name: "alice", roles: &["requester", "auditor"] };
const APPROVER: LocalUser<'static> = LocalUser { name: "bob", roles: &["approver:team-lead"] };
const FINANCE: LocalUser<'static> = LocalUser { name: "carol", roles: &["finance", "admin"] };

/// The application, over a state of its own and with a clock that a test moves.
pub struct Chain {
    host: Host,
    ahead_s: Arc<AtomicU64>,
    _state: TempDir,
}

fn application() -> Arc<Application> {
    static APPLICATION: OnceLock<Arc<Application>> = OnceLock::new();
    let compile = || {
        Application::compile(&Manifest::load(file("spin.toml")).unwrap(), Some(&file("target/component-cache")))
            .unwrap()
    };
    APPLICATION.get_or_init(compile).clone()
}

impl Chain {
    /// Starts it, with Stripe at this address.
    pub fn start(stripe_url: &str) -> Self {
        let state = TempDir::new().unwrap();
        let variables = BTreeMap::from([
            ("auth_public_key".to_owned(), public_key(LOCAL_KEY)),
            ("stripe_api_url".to_owned(), stripe_url.to_owned()),
            ("stripe_secret_key".to_owned(), "sk_test_contraflow".to_owned()),
            ("stripe_webhook_secret".to_owned(), WEBHOOK_SECRET.to_owned()),
        ]);
        let ahead_s = Arc::new(AtomicU64::new(0));
        let ahead = ahead_s.clone();
        let options = HostOptions {
            state_dir: state.path().to_owned(),
            variables,
            wall_clock: Some(Arc::new(move || SystemTime::now() + Duration::from_secs(ahead.load(Ordering::Relaxed)))),
            ..HostOptions::default()
        };
        Self { host: Host::start(application(), options).unwrap(), ahead_s, _state: state }
    }

    fn now_s(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + self.ahead_s.load(Ordering::Relaxed)
    }

    /// Calls the API as someone.
    async fn call(&self, user: &LocalUser<'_>, method: Method, path: &str, body: &Json) -> (StatusCode, Json) {
        let token = sign_at(LOCAL_KEY, user, self.now_s(), 1).unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("idempotency-key", "test-1")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = self.host.handle(request).await.unwrap();
        (response.status(), serde_json::from_slice(response.body()).unwrap_or(Json::Null))
    }

    /// An invoice over 119.00 EUR, paid at Stripe by this charge or payment intent.
    pub async fn import_invoice(&self, reference: &str) {
        let invoice = json!({
            "number": "INV-1001", "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
            "payments": [{"id": "PAY-1", "gateway": "stripe", "reference": reference, "method": "card", "captured": "119.00",
                          "paid_at": "2026-10-02T09:00:00Z"}],
        });
        let (status, answer) = self.call(&FINANCE, Method::POST, "/v1/books/invoices", &invoice).await;
        assert!(status.is_success(), "{status} {answer}");
    }

    /// Asks for half of the invoice back and approves it: the request's id.
    pub async fn refund_half(&self) -> String {
        let ask = json!({"kind": "refund", "invoice": "INV-1001", "reason": "customer_request", "note": "two of four came back",
                         "lines": [{"line": "1", "quantity": "2"}], "destination": "original_tender"});
        let (status, asked) = self.call(&REQUESTER, Method::POST, "/v1/requests", &ask).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
        let id = asked["id"].as_str().unwrap().to_owned();
        self.host.idle().await;
        let request = self.request(&id).await;
        let decision = json!({"decision": "approve", "note": "seen", "content_hash": request["content_hash"]});
        let (status, decided) =
            self.call(&APPROVER, Method::POST, &format!("/v1/requests/{id}/decisions"), &decision).await;
        assert!(status.is_success(), "{status} {decided}: {request}");
        self.host.idle().await;
        id
    }

    /// The request.
    pub async fn request(&self, id: &str) -> Json {
        let (status, request) = self.call(&REQUESTER, Method::GET, &format!("/v1/requests/{id}"), &Json::Null).await;
        assert_eq!(status, StatusCode::OK, "{request}");
        request
    }

    /// Its only leg.
    pub async fn leg(&self, id: &str) -> Json {
        let request = self.request(id).await;
        assert_eq!(request["legs"].as_array().map(Vec::len), Some(1), "{request}");
        request["legs"][0].clone()
    }

    /// Everything that happened to it, as text.
    pub async fn events(&self, id: &str) -> String {
        let (status, events) =
            self.call(&REQUESTER, Method::GET, &format!("/v1/requests/{id}/events"), &Json::Null).await;
        assert_eq!(status, StatusCode::OK, "{events}");
        events.to_string()
    }

    /// Lets time pass, and the clock take up what is due then.
    pub async fn pass(&self, time: Duration) {
        self.ahead_s.fetch_add(time.as_secs(), Ordering::Relaxed);
        let (status, answer) = self.call(&CLOCK, Method::POST, "/clock", &Json::Null).await;
        assert_eq!((status, &answer["failed"]), (StatusCode::OK, &json!([])), "{answer}");
        self.host.idle().await;
    }

    /// Delivers an event as Stripe signs it; it must be taken.
    pub async fn deliver(&self, event: &Json) {
        let (body, sent) = (event.to_string(), self.now_s().to_string());
        let digest = hmac_sha256(WEBHOOK_SECRET.as_bytes(), &[sent.as_bytes(), b".", body.as_bytes()]);
        let request = Request::post("/webhooks/stripe")
            .header("stripe-signature", format!("t={sent},v1={}", hex::encode(digest)))
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .unwrap();
        let response = self.host.handle(request).await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        self.host.idle().await;
    }
}
