//! The terms by which a request is found: what people know of it by heart, read out on the phone, or have on paper.

use std::collections::BTreeSet;

use super::Request;
use crate::limits;

/// Writes a text as terms are compared: in lower case, without spaces, and no longer than a term.
fn folded(text: &str) -> String {
    let plain = text.to_lowercase();
    plain.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).take(limits::TERM_CHARS).collect()
}

/// Returns a text as the term that stands for all of it.
#[must_use]
pub fn whole(text: &str) -> String {
    folded(text)
}

/// Returns a text as terms: as a whole, and by each of its parts, so that `2609` finds `INV-2609`.
fn terms_in(text: &str) -> impl Iterator<Item = String> {
    let whole = folded(text);
    let parts: Vec<String> = text.split(|letter: char| !letter.is_alphanumeric()).map(folded).collect();
    parts.into_iter().chain([whole]).filter(|term| term.chars().count() >= limits::TERM_LEAST_CHARS)
}

/// Returns the terms of a request: of its invoice, customer, ticket and document, of its payments at the gateway, and
/// of its own id. There are at most [`limits::TERMS`].
#[must_use]
pub fn terms(request: &Request) -> BTreeSet<String> {
    let document = request.document.as_ref().and_then(|document| document.number.as_deref());
    let in_erp = request.document.as_ref().and_then(|document| document.erp_reference.as_deref());
    let texts = [
        request.ask.invoice.as_deref(),
        request.customer.as_deref(),
        request.customer_name.as_deref(),
        request.source.reference.as_deref(),
        document,
        in_erp,
    ];
    let refunds = request.legs.iter().filter_map(|leg| leg.gateway_reference.as_deref());
    // Ids of version 7 differ at their end, and people are shown the end alone.
    let end = request.id.len().checked_sub(limits::SHOWN_OF_ID).and_then(|start| request.id.get(start..));
    let mut found: BTreeSet<String> = [Some(folded(&request.id)), end.map(folded)].into_iter().flatten().collect();
    for text in texts.into_iter().flatten().chain(refunds) {
        for term in terms_in(text) {
            if found.len() < limits::TERMS {
                found.insert(term);
            }
        }
    }
    found
}

/// Reads what somebody looks for: the words, each of which must begin a term. Words that are too short to tell anything
/// apart are left out.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let words = text.split_whitespace().map(folded).filter(|word| word.chars().count() >= limits::TERM_LEAST_CHARS);
    words.take(limits::FIND_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Source;
    use crate::time::Timestamp;

    fn request() -> Request {
        let ask = serde_json::from_value(serde_json::json!({
            "kind": "refund", "invoice": "INV-2609", "customer": null, "amount": null, "lines": [], "reason": "damaged",
            "note": "", "evidence": [], "destination": "auto"
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        let source = Source { channel: "zendesk".into(), reference: Some("#4711".into()), link: None };
        let id = "0199aaaa-bbbb-7ccc-8ddd-eeee12345678".into();
        let mut request = Request::receive(id, source, "alice".into(), ask, Timestamp::from_unix_ms(0));
        request.customer_name = Some("Nordlicht GmbH".into());
        request
    }

    #[test]
    fn a_request_is_found_by_what_people_know_of_it() {
        let terms = terms(&request());
        for word in ["INV-2609", "2609", "26", "nordlicht", "Nord", "4711", "#4711", "12345678", "0199aaaa-bbbb"] {
            let words = words(word);
            assert!(words.iter().all(|word| terms.iter().any(|term| term.starts_with(word))), "{word}: {terms:?}");
            assert!(!words.is_empty(), "{word}");
        }
        assert!(!terms.iter().any(|term| term.starts_with("609")), "a term is found from its beginning");
    }

    #[test]
    fn the_terms_of_a_request_are_bounded_whatever_it_holds() {
        let mut request = request();
        request.customer_name = Some("a-".repeat(40) + &(10..99).map(|part| format!("{part} ")).collect::<String>());
        assert_eq!(terms(&request).len(), limits::TERMS);
        request.customer_name = Some("ü".repeat(2_000));
        assert!(terms(&request).iter().all(|term| term.chars().count() <= limits::TERM_CHARS));
    }

    #[test]
    fn what_tells_nothing_apart_is_not_looked_for() {
        assert!(words(" a  \u{7} ").is_empty());
        assert_eq!(words("Nord  licht"), ["nord", "licht"]);
        assert_eq!(words(&"ab ".repeat(50)).len(), limits::FIND_WORDS);
    }
}
