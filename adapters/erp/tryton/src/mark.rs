//! What contraflow writes on a document or an entry at Tryton, by which it knows it again.
//!
//! Tryton knows no idempotency keys. So the key stands in the call that makes the record: on a document in its
//! reference, where people find it, and in the note of its first line beside what was ordered; on an entry in its
//! description.

use contraflow_adapter_support::key::is_key;
use contraflow_adapter_support::signature::name_of;

use crate::bindings::contract::{Direction, DisputeLoss, DocumentOrder, Posting, Settlement};

/// The first word of every mark.
const WORD: &str = "contraflow";

/// What stands on a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The document's key.
    pub key: String,
    /// The request that it carries out.
    pub request: String,
    /// Credit or debit.
    pub is_credit: bool,
    /// Whether it was ordered to be posted.
    pub is_to_be_posted: bool,
    /// Tryton's id of the corrected invoice.
    pub invoice: Option<i64>,
    /// The hash of all that was ordered.
    pub order: String,
}

impl Mark {
    /// Returns the mark of what is ordered.
    pub fn of(order: &DocumentOrder, invoice: Option<i64>) -> Self {
        Self {
            key: order.key.value.clone(),
            request: order.request.value.clone(),
            is_credit: order.direction != Direction::Debit,
            is_to_be_posted: order.posting == Posting::Post,
            invoice,
            order: order_hash(order),
        }
    }

    /// Returns it as it is written.
    pub fn text(&self) -> String {
        let Self { key, request, order, .. } = self;
        let direction = if self.is_credit { "credit" } else { "debit" };
        let posting = if self.is_to_be_posted { "post" } else { "draft" };
        let invoice = self.invoice.map_or_else(|| "-".to_owned(), |invoice| invoice.to_string());
        format!("{WORD} {key} request={request} {direction} {posting} invoice={invoice} order={order}")
    }

    /// Reads a mark; `None` for any other note.
    pub fn read(note: &str) -> Option<Self> {
        let mut words = note.lines().next()?.split(' ');
        if words.next()? != WORD {
            return None;
        }
        let mut value = |name: &str| words.next().and_then(|word| word.strip_prefix(name));
        let (key, request) = (value("")?.to_owned(), value("request=")?.to_owned());
        let (direction, posting) = (value("")?, value("")?);
        let (invoice, order) = (value("invoice=")?, value("order=")?.to_owned());
        Some(Self {
            key,
            request,
            is_credit: direction == "credit",
            is_to_be_posted: posting == "post",
            invoice: invoice.parse().ok(),
            order,
        })
    }
}

/// Returns the hash of an order: another order under the same key has another.
pub fn order_hash(order: &DocumentOrder) -> String {
    // Every field of the order takes part, each in its quoted form.
    name_of(format!("{order:?}").as_bytes())
}

/// Returns how an entry for a movement of money is described, up to its hash: the hash is told apart, so that another
/// entry under the key is noticed.
pub fn settlement(settlement: &Settlement) -> (String, String) {
    // The day is that on which it was first told.
    let Settlement { key, document, kind, amount, settles_minor, payment, holder, recipient, .. } = settlement;
    let told = (document, kind, amount.minor, &amount.currency, settles_minor, payment, holder, recipient);
    (prefix(&key.value), name_of(format!("{told:?}").as_bytes()))
}

/// Returns the same for a loss, or for its return.
pub fn loss(loss: &DisputeLoss, is_return: bool) -> (String, String) {
    let DisputeLoss { key, dispute, gateway, payment, amount, .. } = loss;
    let told = (dispute, gateway, payment, amount.minor, &amount.currency, is_return);
    (prefix(&key.value), name_of(format!("{told:?}").as_bytes()))
}

/// Returns how the description of every entry under a key begins.
pub fn prefix(key: &str) -> String {
    format!("{WORD} {key} ")
}

/// Returns the line that is added to a document's note, by which its voiding is known again.
pub fn voiding(key: &str) -> String {
    format!("{WORD} void {key}")
}

/// Tells whether texts that a mark is made of can stand in one.
pub fn can_mark(key: &str, request: &str) -> bool {
    is_key(key) && is_key(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark {
            key: "memo-1".into(),
            request: "0199c7b0-0000-7000-8000-000000000001".into(),
            is_credit: true,
            is_to_be_posted: false,
            invoice: Some(12),
            order: "0a1b".into(),
        };
        assert_eq!(Mark::read(&mark.text()), Some(mark.clone()));
        assert_eq!(Mark::read(&format!("{}\nseen by Bob", mark.text())), Some(mark), "people may add to a note");
        for other in ["", "contraflow", "contraflow memo-1", "please credit memo-1", "CONTRAFLOW memo-1 request=x"] {
            assert_eq!(Mark::read(other), None, "{other}");
        }
    }
}
