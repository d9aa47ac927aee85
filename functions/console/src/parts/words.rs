//! Words for what has no title of its own in the domain: reasons, methods, roles, ids.

use contraflow_domain::request::view::{LegDestination, LegView};

/// Returns where a leg pays to: the tender's own name when the money goes back to one.
pub fn leg(leg: &LegView) -> String {
    match (leg.to, leg.gateway.as_deref()) {
        (LegDestination::OriginalTender, Some(gateway)) => format!("{} by {gateway}", humane(&leg.method)),
        (LegDestination::OriginalTender, None) => humane(&leg.method),
        (to, _) => to.title().into(),
    }
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

/// Writes a role: `approver:manager` as `manager (approver)`, and other roles as they are.
pub fn role(name: &str) -> String {
    match name.split_once(':') {
        Some((role, level)) => format!("{level} ({role})"),
        None => name.to_owned(),
    }
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
    }
}
