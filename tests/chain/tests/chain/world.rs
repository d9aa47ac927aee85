//! One application over one state folder, with a clock that stands still until it is moved.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use contraflow_host::local_auth::{LocalUser, public_key, sign_at};
use contraflow_host::{Application, Host, HostOptions, Interceptor, SqliteSync};
use contraflow_peers::adyen;
use contraflow_wiring::Wiring;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::built::{self, MANIFEST, StoreBy, application, application_of, policy, shipped, with_wiring};
use crate::erp::Erp;
use crate::outside::Outside;

pub const KEY: &str = "a-key-of-the-tests-with-forty-characters";
pub const ZENDESK_SECRET: &str = "zendesk-secret";
pub const WEBHOOK_SECRET: &str = "whsec_dGhlIHN1YnNjcmliZXIncyBzZWNyZXQga2V5IQ==";
/// Signs the events of a sender without a key.
pub const EVENTS_SECRET: &str = "whsec_ZXZlbnRzIG9mIHRoZSBzaG9wLCBzaWduZWQgaGVyZQ==";
/// The file in the state folder that everything is in.
pub const DATABASE: &str = "sqlite_default.db";
/// 2026-11-21T12:00:00Z.
pub const START_MS: u64 = 1_795_262_400_000;

pub const ALICE: LocalUser<'static> = LocalUser { name: "alice", roles: &["requester"] };
pub const LEAD: LocalUser<'static> = LocalUser { name: "lea", roles: &["approver:team-lead"] };
pub const MANAGER: LocalUser<'static> = LocalUser { name: "max", roles: &["approver:manager"] };
pub const FINANCE: LocalUser<'static> = LocalUser { name: "fina", roles: &["finance"] };
pub const ADMIN: LocalUser<'static> = LocalUser { name: "ada", roles: &["admin", "auditor"] };
/// Whoever may do everything that a person may.
pub const EVERYONE: LocalUser<'static> = LocalUser {
    name: "eve",
    roles: &["requester", "approver:team-lead", "approver:manager", "finance", "auditor", "admin"],
};
pub const MACHINE: LocalUser<'static> = LocalUser { name: "clock", roles: &["machine"] };

/// Signs the sandbox's webhooks.
pub const SANDBOX_SECRET: &str = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1rZXk=";

/// Where everything is that survives a crash.
pub struct World {
    pub host: Host,
    pub outside: Outside,
    pub state: Arc<tempfile::TempDir>,
    now: Arc<AtomicU64>,
    /// Whether somebody looks at the calls: then none are made that the test does not make.
    intercepted: bool,
    application: Arc<Application>,
}

fn options(
    state: &std::path::Path,
    outside: &Outside,
    now: &Arc<AtomicU64>,
    rng_seed: Option<u64>,
    interceptor: Option<Arc<dyn Interceptor>>,
) -> HostOptions {
    let mut variables = BTreeMap::from(
        [
            ("auth_public_key", public_key(KEY).as_str()),
            ("sandbox_webhook_secret", SANDBOX_SECRET),
            ("zendesk_webhook_secret", ZENDESK_SECRET),
            ("zendesk_api_url", "http://zendesk.example"),
            ("zendesk_email", "bot@example.com"),
            ("zendesk_api_token", "token"),
            ("adyen_api_url", adyen::URL),
            ("adyen_api_key", adyen::API_KEY),
            ("adyen_merchant_account", adyen::ACCOUNT),
            ("adyen_hmac_key", adyen::HMAC_KEY),
            ("webhook_url", "http://subscriber.example"),
            ("webhook_secret", WEBHOOK_SECRET),
            ("events_webhook_secret", EVENTS_SECRET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    variables.extend(outside.variables());
    let clock = now.clone();
    HostOptions {
        state_dir: state.to_owned(),
        variables,
        interceptor,
        rng_seed,
        wall_clock: Some(Arc::new(move || {
            SystemTime::UNIX_EPOCH + Duration::from_millis(clock.load(Ordering::SeqCst))
        })),
        sqlite_sync: SqliteSync::Off,
        outbound: Some(Arc::new(outside.clone())),
        ..HostOptions::default()
    }
}

/// An answer: its status and its JSON.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
    pub json: Value,
}

impl World {
    pub fn new() -> Self {
        Self::with(None)
    }

    pub fn with(interceptor: Option<Arc<dyn Interceptor>>) -> Self {
        Self::fresh(application(), interceptor)
    }

    /// A world whose components draw the same random numbers each time, and whose time is told by this clock.
    pub fn seeded(
        application: Arc<Application>,
        seed: u64,
        clock: Arc<AtomicU64>,
        interceptor: Arc<dyn Interceptor>,
    ) -> Self {
        let state = Arc::new(tempfile::tempdir().unwrap());
        Self::over(application, state, Outside::default(), clock, Some(seed), Some(interceptor))
    }

    /// One in which letters go out, with the policy of the tests, changed.
    pub fn with_letters(change: impl Fn(&str) -> String) -> Self {
        Self::beside(application_of(&shipped(MANIFEST), &change(&policy())), Outside::with_post(), None)
    }

    /// One in which a virus scanner looks at files, and answers that.
    pub fn with_scanner(answer: &str) -> Self {
        Self::beside(application(), Outside::with_scanner(answer), None)
    }

    /// One whose people sign in at a provider that really runs, with the time that it is there.
    pub fn with_provider(url: &str) -> Self {
        let state = Arc::new(tempfile::tempdir().unwrap());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let clock = Arc::new(AtomicU64::new(u64::try_from(now.as_millis()).unwrap()));
        Self::over(application(), state, Outside::with_provider(url), clock, None, None)
    }

    /// One whose ERP and invoices are Tryton's, which really runs there.
    pub fn with_tryton(url: &str) -> Self {
        let wired = with_wiring(|wiring| {
            wiring.erp = "tryton".into();
            wiring.invoices = "tryton".into();
        });
        Self::beside(wired, Outside::with_tryton(url), None)
    }

    fn fresh(application: Arc<Application>, interceptor: Option<Arc<dyn Interceptor>>) -> Self {
        Self::beside(application, Outside::default(), interceptor)
    }

    fn beside(application: Arc<Application>, outside: Outside, interceptor: Option<Arc<dyn Interceptor>>) -> Self {
        let (state, clock) = (Arc::new(tempfile::tempdir().unwrap()), Arc::new(AtomicU64::new(START_MS)));
        Self::over(application, state, outside, clock, None, interceptor)
    }

    fn over(
        application: Arc<Application>,
        state: Arc<tempfile::TempDir>,
        outside: Outside,
        now: Arc<AtomicU64>,
        rng_seed: Option<u64>,
        interceptor: Option<Arc<dyn Interceptor>>,
    ) -> Self {
        let intercepted = interceptor.is_some();
        let options = options(state.path(), &outside, &now, rng_seed, interceptor);
        Self { host: Host::start(application.clone(), options).unwrap(), outside, state, now, intercepted, application }
    }

    /// One whose policy is the one of the tests, changed.
    pub fn with_policy(change: impl Fn(&str) -> String) -> Self {
        Self::fresh(built::with_policy(change), None)
    }

    /// The file of its policy, which is read while it runs.
    pub fn policy_file(&self) -> PathBuf {
        self.application.manifest().path.with_file_name("policy").join("default.toml")
    }

    /// One that is wired otherwise.
    pub fn wired(change: impl Fn(&mut Wiring)) -> Self {
        Self::fresh(with_wiring(change), None)
    }

    /// A new host of the application as it is shipped, over what survives this one.
    pub fn rewired(self) -> Self {
        self.host.abandon();
        Self::over(application(), self.state.clone(), self.outside.clone(), self.now.clone(), None, None)
    }

    /// One whose ERP takes drafts only, which a person posts there.
    pub fn with_drafts() -> Self {
        Self::of(Erp::Drafts)
    }

    /// One whose ERP is of that kind.
    pub fn of(erp: Erp) -> Self {
        Self::fresh(erp.application(), None)
    }

    /// One whose ERP is of that kind, and whose store is served so.
    pub fn of_store(erp: Erp, store: StoreBy) -> Self {
        Self::fresh(store.of(erp.application()), None)
    }

    /// A new host over what survived.
    pub fn restarted(self, interceptor: Option<Arc<dyn Interceptor>>) -> Self {
        self.again(None, interceptor)
    }

    /// A new host over what survives this one, whose end it is.
    pub fn again(&self, seed: Option<u64>, interceptor: Option<Arc<dyn Interceptor>>) -> Self {
        self.host.abandon();
        Self::over(
            self.application.clone(),
            self.state.clone(),
            self.outside.clone(),
            self.now.clone(),
            seed,
            interceptor,
        )
    }

    /// A host of the same application over another state folder, with that clock and random numbers of its own.
    pub fn elsewhere(
        &self,
        state: Arc<tempfile::TempDir>,
        now: Arc<AtomicU64>,
        seed: u64,
        interceptor: Option<Arc<dyn Interceptor>>,
    ) -> Self {
        Self::over(self.application.clone(), state, Outside::default(), now, Some(seed), interceptor)
    }

    pub fn now_ms(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    pub fn advance(&self, duration: Duration) {
        self.now.fetch_add(u64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn turn_back(&self, duration: Duration) {
        self.now.fetch_sub(u64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub fn token(&self, user: &LocalUser<'_>) -> String {
        sign_at(KEY, user, self.now_ms() / 1000, 12).unwrap()
    }

    pub async fn send(&self, request: Request<Bytes>) -> Option<Reply> {
        let (parts, body) = self.host.handle(request).await.ok()?.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Some(Reply { status: parts.status, headers: parts.headers, text, json })
    }

    pub async fn call(&self, method: &str, path: &str, user: &LocalUser<'_>, key: &str, body: &str) -> Option<Reply> {
        self.call_with(&self.token(user), method, path, key, body).await
    }

    /// Calls with a token that somebody has.
    pub async fn call_with(&self, token: &str, method: &str, path: &str, key: &str, body: &str) -> Option<Reply> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", key)
            .header("content-type", "application/json");
        self.send(request.body(Bytes::from(body.to_owned())).unwrap()).await
    }

    pub async fn get(&self, path: &str, user: &LocalUser<'_>) -> Value {
        let reply = self.call("GET", path, user, "-", "").await.expect("the host lives");
        assert_eq!(reply.status, StatusCode::OK, "GET {path}: {}", reply.text);
        reply.json
    }

    pub async fn post(&self, path: &str, user: &LocalUser<'_>, body: &Value) -> Reply {
        self.call("POST", path, user, "-", &body.to_string()).await.expect("the host lives")
    }

    /// Asks for a request under a key of its own; gives its id.
    pub async fn ask(&self, key: &str, body: Value) -> String {
        let reply = self.call("POST", "/v1/requests", &ALICE, key, &body.to_string()).await.expect("the host lives");
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        let id = reply.json["id"].as_str().unwrap().to_owned();
        assert_eq!(reply.headers["location"], format!("/v1/requests/{id}"));
        id
    }

    pub async fn request(&self, id: &str) -> Value {
        self.get(&format!("/v1/requests/{id}"), &ADMIN).await
    }

    /// One round of the clock, or two where the first does nothing because the time has jumped.
    pub async fn tick(&self) -> Option<Reply> {
        let reply = self.round().await?;
        let is_held = reply.json["due"] == 0 && reply.json["more"] == true;
        if is_held { self.round().await } else { Some(reply) }
    }

    /// One round of the clock.
    pub async fn round(&self) -> Option<Reply> {
        self.call("POST", "/clock", &MACHINE, "-", "").await
    }

    /// Lets everything that is under way finish, and the clock do what becomes due within `span`.
    pub async fn rest_for(&self, span: Duration) {
        self.host.idle().await;
        let step = Duration::from_secs(15);
        for _ in 0..span.as_secs().div_ceil(step.as_secs()) {
            self.advance(step);
            if self.tick().await.is_none() {
                return;
            }
            self.host.idle().await;
        }
        self.examined().await;
    }

    /// Lets hours pass, the clock coming by once in each.
    pub async fn rest_for_hours(&self, hours: u64) {
        for _ in 0..hours {
            self.advance(Duration::from_secs(3_600));
            self.tick().await;
            self.host.idle().await;
        }
        self.examined().await;
    }

    /// The same, but the clock comes by only where something is due.
    pub async fn rest_at_most(&self, span: Duration) {
        self.host.idle().await;
        let end = self.now_ms() + u64::try_from(span.as_millis()).unwrap();
        loop {
            let Some(due) = self.next_due_ms() else { return };
            let next = due.max(self.now_ms() + 15_000);
            self.now.store(next.min(end), Ordering::SeqCst);
            if next > end || self.tick().await.is_none() {
                return;
            }
            self.host.idle().await;
        }
    }

    /// When the clock takes up what it takes up next, in milliseconds.
    fn next_due_ms(&self) -> Option<u64> {
        let due = "SELECT CAST(round(1000 * unixepoch(substr(min(key), 5, 24), 'subsec')) AS INTEGER)
                   FROM contraflow_kv WHERE key >= 'due/' AND key < 'due0'";
        self.database().query_row(due, [], |row| row.get(0)).unwrap_or_default()
    }

    /// Whether anything has a time at which the clock takes it up.
    pub fn waits_for_the_clock(&self) -> bool {
        self.next_due_ms().is_some()
    }

    pub async fn rest(&self) {
        self.host.idle().await;
        self.examined().await;
    }

    async fn examined(&self) {
        if !self.intercepted {
            let differences = self.doctor().await;
            assert!(differences.is_empty(), "the doctor finds {differences:#?}");
        }
    }

    /// What the doctor finds in the whole store.
    pub async fn doctor(&self) -> Vec<Value> {
        let mut found = Vec::new();
        let mut page = self.get("/v1/doctor", &ADMIN).await;
        loop {
            found.extend(page["differences"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { return found };
            page = self.get(&format!("/v1/doctor?cursor={}", next.replace('%', "%25")), &ADMIN).await;
        }
    }

    pub async fn approve(&self, id: &str, user: &LocalUser<'_>) -> Reply {
        self.decide(id, user, "approve", "").await
    }

    /// Decides on the request as it is now.
    pub async fn decide(&self, id: &str, user: &LocalUser<'_>, decision: &str, note: &str) -> Reply {
        let hash = self.request(id).await["content_hash"].clone();
        let decision = json!({"decision": decision, "note": note, "content_hash": hash});
        self.post(&format!("/v1/requests/{id}/decisions"), user, &decision).await
    }

    /// Finance wants money sent elsewhere, and somebody else agrees.
    pub async fn redirect(&self, id: &str, wish: &Value, decider: &LocalUser<'_>) {
        let asked = self.post(&format!("/v1/requests/{id}/retry"), &FINANCE, wish).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
        assert_eq!(asked.json["redirect"]["by"], "fina", "{}", asked.text);
        let agreed = self.approve(id, decider).await;
        assert_eq!(agreed.status, StatusCode::OK, "{}", agreed.text);
        assert_eq!(agreed.json["redirect"], Value::Null, "{}", agreed.text);
    }

    /// An invoice of one line with one payment, all paid.
    pub async fn invoice(&self, number: &str, gross: &str, reference: &str) {
        let payment = json!({"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": reference, "method": "card",
                             "captured": gross, "paid_at": "2026-11-02T09:00:00Z"});
        self.invoice_paid_by(number, gross, &[payment]).await;
    }

    /// An invoice of one line with these payments.
    pub async fn invoice_paid_by(&self, number: &str, gross: &str, payments: &[Value]) {
        let invoice = json!({
            "number": number, "issued_on": "2026-11-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00", "tax_rate": "0",
                       "net": gross, "tax": "0.00", "gross": gross}],
            "payments": payments,
        });
        self.import(&invoice).await;
    }

    /// The invoice of the API's own example: four sensors, 119.00 with tax.
    pub async fn sensors(&self, number: &str, reference: &str) {
        let invoice = json!({
            "number": number, "issued_on": "2026-10-01", "currency": "EUR",
            "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
            "prices_include_tax": false, "tax_rounding": "line",
            "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00",
                       "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
            "payments": [{"id": "PAY-1", "gateway": "sandbox", "reference": reference, "method": "card",
                          "captured": "119.00", "paid_at": "2026-10-02T09:00:00Z"}],
        });
        self.import(&invoice).await;
    }

    pub async fn import(&self, invoice: &Value) {
        let reply = self.post("/v1/books/invoices", &FINANCE, invoice).await;
        assert!(reply.status.is_success(), "{}", reply.text);
    }

    /// The sandbox gateway's refunds that were not declined: payment, key, minor units, status.
    pub fn refunds(&self) -> Vec<(String, String, i64, String)> {
        self.rows("SELECT payment, key, amount_minor, status FROM sandbox_refund ORDER BY seq")
    }

    /// The sandbox gateway's name for its first refund.
    pub fn first_refund(&self) -> String {
        self.rows("SELECT id, key, amount_minor, status FROM sandbox_refund ORDER BY seq")[0].0.clone()
    }

    /// The database beneath, for what the application does not show.
    pub fn database(&self) -> rusqlite::Connection {
        let database = rusqlite::Connection::open(self.state.path().join(DATABASE)).unwrap();
        database.busy_timeout(Duration::from_secs(10)).unwrap();
        database
    }

    pub fn rows(&self, sql: &str) -> Vec<(String, String, i64, String)> {
        let database = self.database();
        let Ok(mut statement) = database.prepare(sql) else { return Vec::new() };
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Everything that a list has, page by page.
    pub async fn all(&self, path: &str, user: &LocalUser<'_>) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit=200{cursor}"), user).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { return items };
            cursor = format!("&cursor={}", next.replace('%', "%25"));
        }
    }

    /// All requests, each in full.
    pub async fn all_requests(&self) -> Vec<Value> {
        let mut requests = Vec::new();
        for row in self.all("/v1/requests", &ADMIN).await {
            requests.push(self.request(row["id"].as_str().unwrap()).await);
        }
        requests
    }

    /// Makes what is stored of a request unreadable; gives what it was.
    pub fn spoil(&self, id: &str) -> Vec<u8> {
        let read = "SELECT value FROM contraflow_kv WHERE key = ?1";
        let good = self.database().query_row(read, [format!("request/{id}")], |row| row.get(0)).unwrap();
        self.put_back(id, b"{");
        good
    }

    /// Stores a request as it was before it was spoilt.
    pub fn put_back(&self, id: &str, good: &[u8]) {
        let written = "UPDATE contraflow_kv SET value = ?2 WHERE key = ?1";
        assert_eq!(self.database().execute(written, (format!("request/{id}"), good)).unwrap(), 1);
    }

    /// The documents in the books.
    pub async fn memos(&self) -> Vec<Value> {
        self.all("/v1/books/credit-memos", &FINANCE).await
    }

    /// The journal's entries; each of them balances.
    pub async fn journal(&self) -> Vec<Value> {
        let entries = self.all("/v1/books/journal", &FINANCE).await;
        for entry in &entries {
            let weight = |leg: &Value| cents(leg.get("worth").unwrap_or(&leg["amount"]));
            let sum: i64 = entry["legs"].as_array().unwrap().iter().map(weight).sum();
            assert_eq!(sum, 0, "{entry}");
        }
        entries
    }
}

/// A money object in minor units of a two-decimal currency.
pub fn cents(money: &Value) -> i64 {
    money["value"].as_str().unwrap().replace('.', "").parse().unwrap()
}
