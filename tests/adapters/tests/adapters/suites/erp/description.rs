//! What an ERP's tests say of it.

use serde_json::Value as Json;

use crate::harness::line::Line;
use crate::harness::running::{Conditions, Running};

/// An ERP adapter and what stands for its ERP.
pub trait Erp: Sized + Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// Components of `spin.toml` that stand beside it, by which invoices are put into it or documents counted.
    const BESIDE: &'static [&'static str];
    /// Whether an order under a key that it knows makes no second document. Where every order makes one, whoever orders
    /// again must have looked before.
    const KNOWS_KEYS: bool;
    /// Whether it has invoices.
    const HAS_INVOICES: bool;
    /// Whether it takes entries of what money did after a document was made.
    const BOOKS_MONEY: bool;
    /// Whether it judges what a document says: sums, currencies, how much of the invoice is left.
    const JUDGES: bool;
    /// The variables without which it sends nothing; none where it reaches nothing.
    const CREDENTIALS: &'static [&'static str];

    /// Starts what stands for the ERP.
    fn start() -> Self;

    /// How the adapter reaches it.
    fn conditions(&self) -> Conditions;

    /// Puts an invoice into it: 100.00 EUR net and 19.00 tax in line `1`, of customer `CUST-7`, paid by the payment
    /// `PAY-<number>`. What `invoices.find` says of it; null where it has no invoices.
    async fn issue(&self, running: &Running, number: &str) -> Json;

    /// How many documents it has.
    async fn documents(&self, running: &Running) -> usize;

    /// How many entries it has: of invoices, documents, settlements and losses.
    async fn entries(&self, running: &Running) -> usize;

    /// The line to it; none where the ERP is in the adapter.
    fn line(&self) -> Option<&Line>;

    /// The next document, voiding or entry is made, and the answer is lost.
    fn lose_answer(&self);

    /// The next look-up of a document or an invoice gets no answer.
    fn lose_look_up(&self);
}
