//! What the host and the load generator agree on.

use std::path::PathBuf;

use base64::Engine as _;
use contraflow_host::local_auth::{CLOCK, LocalUser, sign};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};

/// The key of local tokens.
pub const KEY: &str = "a-key-of-the-bench-with-forty-characters";
/// The secret of the helpdesk's webhook.
pub const ZENDESK_SECRET: &str = "zendesk-secret";
/// Where the host keeps its database.
pub const DATABASE: &str = "sqlite_default.db";

/// Returns the root of the checkout.
pub fn root() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    own.canonicalize().unwrap_or(own)
}

/// Makes the shipped manifest with a policy that lets pass what is asked for customers whom no ERP knows, as the bench
/// does; returns its folder.
pub fn shipped() -> anyhow::Result<PathBuf> {
    let root = root();
    let folder = root.join("target/bench-manifest");
    std::fs::create_dir_all(folder.join("policy"))?;
    let manifest = std::fs::read_to_string(root.join("spin.toml"))?;
    let manifest = manifest.replace("\"target/", &format!("\"{}/target/", root.display()));
    std::fs::write(folder.join("spin.toml"), manifest)?;
    let policy = std::fs::read_to_string(root.join("policy/default.toml"))?;
    // One customer who gets everything would be a risk that a person looks at.
    let changes =
        [("unknown = \"person\"", "unknown = \"pass\""), ("person = 60", "person = 0"), ("alert = 80", "alert = 0")];
    let policy = changes.iter().fold(policy, |policy, (from, to)| policy.replace(from, to));
    std::fs::write(folder.join("policy/default.toml"), policy)?;
    Ok(folder)
}

/// Returns the body of the request number `number`: a small goodwill credit, which the shipped policy lets pass by
/// itself. Every customer asks once, so that no two requests write the same account, and for a cent, so that the sums
/// of what passes by itself stay within the policy's bounds.
pub fn ask(number: usize) -> Value {
    json!({
        "kind": "goodwill_credit", "customer": format!("CUST-{number}"), "reason": "late delivery",
        "amount": {"value": "0.01", "currency": "EUR"},
    })
}

/// Returns a file of so many rows, each for the customer that its number leads to. No two ask for the same.
pub fn file(rows: usize, customer: fn(usize) -> String) -> String {
    let row = |number| format!("goodwill_credit;{};0,01;EUR;late delivery {number}\n", customer(number));
    let rows: String = (0..rows).map(row).collect();
    format!("kind;customer;amount;currency;reason\n{rows}")
}

/// Returns a requester's token.
pub fn token() -> anyhow::Result<String> {
    sign(KEY, &LocalUser { name: "alice", roles: &["requester"] }, 12)
}

/// Returns the token of somebody who decides.
pub fn decider() -> anyhow::Result<String> {
    sign(KEY, &LocalUser { name: "max", roles: &["approver:manager"] }, 12)
}

/// Returns the token of somebody who may see every page.
pub fn everyone() -> anyhow::Result<String> {
    let roles = &["requester", "approver:team-lead", "approver:manager", "finance", "auditor", "admin"];
    sign(KEY, &LocalUser { name: "eve", roles }, 12)
}

/// Returns the clock's token.
pub fn machine() -> anyhow::Result<String> {
    sign(KEY, &CLOCK, 12)
}

/// A ticket's webhook as Zendesk sends it: the body, its time and its signature.
pub struct Ticket {
    /// The JSON.
    pub body: String,
    /// When it was signed.
    pub stamp: String,
    /// The signature over time and body.
    pub signature: String,
}

/// Returns the webhook of the ticket number `number`.
pub fn ticket(number: usize) -> anyhow::Result<Ticket> {
    let body = json!({
        "ticket": {"id": format!("{}", 10_000 + number), "agent_email": "agent@example.com"},
        "credit": {"kind": "goodwill_credit", "customer": format!("TICKET-{number}"), "reason": "late delivery",
                   "amount": "0.01", "currency": "EUR"},
    })
    .to_string();
    let stamp = contraflow_domain::time::Timestamp::from_unix_ms(now_ms()).to_string();
    let mac = Hmac::<sha2::Sha256>::new_from_slice(ZENDESK_SECRET.as_bytes())?.chain_update(format!("{stamp}{body}"));
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    Ok(Ticket { body, stamp, signature })
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
