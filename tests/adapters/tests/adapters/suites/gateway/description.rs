//! What a gateway's tests say of it.

use serde_json::{Value as Json, json};

use crate::harness::line::Line;
use crate::harness::running::{Conditions, Running};

/// A gateway adapter and what stands for its gateway.
pub trait Gateway: Sized + Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// What it promises of the payments that [`Gateway::payment`] makes.
    const TERMS: Terms;
    /// Where a refund stands when its order was taken: `Succeeded` only where the gateway's own answer says that the
    /// money is out.
    const TAKEN: &'static str;
    /// Whether it says `already-accepted` to an order given again. A gateway that repeats its first answer word for
    /// word leaves the adapter nothing to tell it by; then it is `accepted` with the same reference.
    const TELLS_REPEATS: bool;
    /// Whether its API looks refunds up. Where it does not, webhooks alone say how a refund ends.
    const LOOKS_UP: bool;
    /// How many refunds of a payment it lists on one page; none where a look-up reads no list.
    const PAGE: Option<usize>;
    /// Whether its API tells where a dispute stands.
    const TELLS_DISPUTES: bool;
    /// Whether it refuses at once what is more than was captured.
    const KNOWS_CAPTURED: bool;
    /// The variables without which it sends nothing.
    const CREDENTIALS: &'static [&'static str];

    /// Starts what stands for the gateway.
    fn start() -> Self;

    /// How the adapter reaches it.
    fn conditions(&self) -> Conditions;

    /// The line to it; none where the gateway is in the adapter.
    fn line(&self) -> Option<&Line>;

    /// A payment of which 119.00 EUR were captured.
    fn payment(&self) -> String;

    /// Another, whose next order meets this.
    fn troubled(&self, trouble: Trouble) -> String;

    /// Another, whose next look-up gets no answer, where that is not the line's to do.
    fn unseen(&self) -> Option<String>;

    /// Lets the gateway say that a dispute stands there when it is asked next; [`None`]: that it has no such dispute.
    /// Returns the payment and the dispute. It is not called where the gateway does not tell of disputes.
    fn disputed(&self, stands: Option<Stands>) -> (String, String);

    /// The refunds that the gateway has of a payment, the first one first.
    fn refunds(&self, running: &Running, payment: &str) -> Vec<Refund>;

    /// The answer to an order that was taken, in the gateway's own words, as recorded; empty where the gateway is in
    /// the adapter.
    fn made(key: &str, payment: &str, minor: i64, currency: &str) -> String;

    /// Answers that look like those to an order of 12.50 EUR under this key for this payment, and are none: another
    /// currency's decimals, a negative amount, …
    fn amiss(key: &str, payment: &str) -> Vec<String>;
}

/// What a gateway promises.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// For how long it knows a key; none: for ever.
    pub key_lifetime_ms: Option<u64>,
    /// Whether a look-up that finds nothing proves that nothing was made.
    pub absence_is_proof: bool,
}

impl Terms {
    /// As the contract says it.
    pub fn json(self) -> Json {
        json!({"key_lifetime_ms": self.key_lifetime_ms, "absence_is_proof": self.absence_is_proof})
    }
}

/// A refund as the gateway has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The gateway's name for it.
    pub reference: String,
    /// How much, in the currency's minor unit.
    pub minor: i64,
    /// Of which currency.
    pub currency: String,
}

/// Where a dispute stands, as far as money depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Open,
    UnderReview,
    Won,
    Lost,
}

/// What an order meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens.
    NoConnection,
    /// It is sent and never arrives.
    OrderLost,
    /// The refund is made and the answer is lost.
    AnswerLost,
    /// The gateway refuses the credentials.
    CredentialsRefused,
    /// The gateway asks to come back later.
    RateLimited,
    /// The gateway fails, and does not say whether before or after it did anything.
    Broken,
    /// The gateway refuses this refund.
    Declined,
}
