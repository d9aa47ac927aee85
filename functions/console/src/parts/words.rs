//! Words for what has no title of its own in the domain: reasons, methods, roles, ids.

use contraflow_domain::authority::Role;
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::view::{LegDestination, LegView};

use crate::locale::named::Named as _;
use crate::locale::say;

/// Returns where a leg pays to: the tender's own name when the money goes back to one.
pub fn leg(leg: &LegView) -> String {
    match (leg.to, leg.gateway.as_deref()) {
        (LegDestination::OriginalTender, Some(gateway)) => {
            say!("words-tender", method = method(&leg.method), gateway = humane(gateway))
        }
        (LegDestination::OriginalTender, None) => method(&leg.method),
        (to, _) => to.said(),
    }
}

/// Writes how a payment was made.
pub fn method(name: &str) -> String {
    match name {
        "card" => say!("words-method-card"),
        "bank_transfer" => say!("words-method-bank-transfer"),
        "store_credit" => say!("words-method-store-credit"),
        "invoice_balance" => say!("words-method-invoice-balance"),
        "manual" => say!("words-method-manual"),
        "chargeback" => say!("words-method-chargeback"),
        "cash" => say!("words-method-cash"),
        other => humane(other),
    }
}

/// Writes a kind of document, such as `photo`: those that are always offered have words of their own.
pub fn document(kind: &str) -> String {
    match kind {
        "photo" => say!("words-document-photo"),
        "receipt" => say!("words-document-receipt"),
        "chat" => say!("words-document-chat"),
        "document" => say!("words-document-other"),
        "file" => say!("words-document-file"),
        "link" => say!("words-document-link"),
        other => humane(other),
    }
}

/// Writes from where a request came.
pub fn channel(name: &str) -> String {
    match name {
        "api" => say!("words-channel-api"),
        "csv" => say!("words-channel-csv"),
        "schedule" => say!("words-channel-schedule"),
        other => humane(other),
    }
}

/// Writes one of those who must decide.
pub fn slot(stored: &str) -> String {
    match Slot::read(stored) {
        Slot::Level(level) => level.to_owned(),
        Slot::Person { name, fallback } => say!("words-slot-person", name = name, level = fallback),
    }
}

/// Writes how large a file is.
pub fn size(bytes: u64) -> String {
    if bytes < 1024 { say!("words-bytes", count = bytes) } else { say!("words-kilobytes", count = bytes / 1024) }
}

/// Writes a name that is not a case of an enumeration, such as a reason or a payment's method: `bank_transfer` as `Bank
/// transfer`.
pub fn humane(name: &str) -> String {
    sentence(&name.replace(['_', '.'], " "))
}

/// Returns the text with a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// Writes a role: `approver:manager` as `manager (approver)`.
pub fn role(name: &str) -> String {
    match name.split_once(':') {
        Some((_, level)) => say!("words-role-approver", level = level),
        None => match Role::named(name) {
            Some(Role::Requester) => say!("words-role-requester"),
            Some(Role::Finance) => say!("words-role-finance"),
            Some(Role::Auditor) => say!("words-role-auditor"),
            Some(Role::Admin) => say!("words-role-admin"),
            _ => name.to_owned(),
        },
    }
}

/// Returns a sentence of an answer without the signs that programs quote with.
pub fn spoken(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let quoted = parts.map(|(index, part)| if index % 2 == 1 { format!("“{part}”") } else { part.to_owned() });
    sentence(&quoted.collect::<String>())
}

/// Returns the last characters of an id: enough to tell ids apart, because a UUID of version 7 differs at its end.
pub fn short_id(id: &str) -> &str {
    id.len().checked_sub(8).and_then(|start| id.get(start..)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(humane("pending_approval"), "Pending approval");
        assert_eq!(humane(""), "");
        assert_eq!(role("approver:team-lead"), "team-lead (approver)");
        assert_eq!(short_id("0199-aaaa-bbbb12345678"), "12345678");
        assert_eq!(short_id("ü"), "ü");
        assert_eq!(spoken("the `kind` is wrong"), "The “kind” is wrong");
        assert_eq!((size(48_213), slot("person:mia:lead")), ("47 KB".into(), "mia, else lead".into()));
    }
}
