//! The request's JSON to a draft.

use std::collections::BTreeSet;

use contraflow_adapter_fields::{Node, Object, Problem, parse};

use crate::bindings::{Draft, DraftLine, Evidence, FieldError, Header, MoneyText};
use crate::limits;

const FIELDS: [&str; 10] =
    ["kind", "direction", "invoice", "customer", "reason", "note", "lines", "amount", "destination", "evidence"];

/// The caller's `Idempotency-Key`; empty where there is none, or more than one.
pub fn message_id(headers: &[Header]) -> String {
    let mut keys = headers.iter().filter(|header| header.name == "idempotency-key");
    match (keys.next(), keys.next()) {
        (Some(only), None) => only.value.clone(),
        _ => String::new(),
    }
}

/// Reads the body, or tells everything that is wrong with its form.
pub fn draft(body: &[u8]) -> Result<Draft, Vec<FieldError>> {
    let parsed = parse(body).map_err(|problem| vec![field_error(problem)])?;
    let draft = parsed.root().object(&FIELDS).map(|request| read_request(&request));
    match (draft, parsed.into_problems()) {
        (Some(draft), problems) if problems.is_empty() => Ok(draft),
        (_, problems) => Err(problems.into_iter().map(field_error).collect()),
    }
}

// What is missing is left empty here: it was told as a problem, and a draft with problems is never given out.
fn read_request(request: &Object<'_>) -> Draft {
    let lines = request.optional("lines").map(|lines| read_lines(&lines)).unwrap_or_default();
    let amount = request.optional("amount");
    if let (Some(amount), Some(_)) = (&amount, request.optional("lines")) {
        amount.refuse("give either `lines` or `amount` for the document, not both");
    }
    Draft {
        kind: request.required("kind").and_then(|kind| word(&kind, limits::NAME_CHARS)).unwrap_or_default(),
        direction: request.optional("direction").and_then(|way| word(&way, limits::NAME_CHARS)),
        invoice: request.optional("invoice").and_then(|invoice| word(&invoice, limits::ID_CHARS)),
        customer: request.optional("customer").and_then(|customer| word(&customer, limits::ID_CHARS)),
        reason: text(request, "reason", limits::REASON_CHARS),
        note: text(request, "note", limits::NOTE_CHARS),
        lines,
        amount: amount.and_then(|amount| read_money(&amount)),
        destination: request.optional("destination").and_then(|to| word(&to, limits::NAME_CHARS)),
        evidence: request.optional("evidence").map(|list| read_evidence(&list)).unwrap_or_default(),
        requester: None,
        reference: None,
        link: None,
    }
}

fn read_lines(list: &Node<'_>) -> Vec<DraftLine> {
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for node in list.items(limits::LINES).unwrap_or_default() {
        let Some(fields) = node.object(&["line", "quantity", "amount"]) else {
            continue;
        };
        let line = fields.required("line").and_then(|line| word(&line, limits::ID_CHARS));
        if let Some(line) = &line
            && !seen.insert(line.clone())
        {
            fields.refuse("line", format!("line {line} stands twice: name each line once"));
        }
        let quantity = fields.optional("quantity");
        let amount = fields.optional("amount");
        if quantity.is_some() == amount.is_some() {
            fields.refuse_whole("give exactly one of `quantity` and `amount`");
        }
        lines.push(DraftLine {
            line: line.unwrap_or_default(),
            quantity: quantity.and_then(|quantity| word(&quantity, limits::DECIMAL_CHARS)),
            amount: amount.and_then(|amount| read_money(&amount)),
        });
    }
    lines
}

fn read_money(node: &Node<'_>) -> Option<MoneyText> {
    let fields = node.object(&["value", "currency"])?;
    let value = fields.required("value").and_then(|value| word(&value, limits::DECIMAL_CHARS));
    let currency = fields.required("currency").and_then(|currency| word(&currency, limits::CURRENCY_CHARS));
    Some(MoneyText { value: value?, currency: currency? })
}

fn read_evidence(list: &Node<'_>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    // How many there may be is the domain's to say; the body's bound is bound enough here.
    for node in list.items(usize::MAX).unwrap_or_default() {
        let Some(fields) = node.object(&["kind", "url"]) else {
            continue;
        };
        let kind = fields.required("kind").and_then(|kind| word(&kind, limits::NAME_CHARS));
        let url = fields.required("url").and_then(|url| web_address(&url));
        evidence.push(Evidence { kind: kind.unwrap_or_default(), url: url.unwrap_or_default() });
    }
    evidence
}

/// An absolute http or https address. People follow it from the console: no other scheme, and no user name that only looks
/// like a host.
fn web_address(node: &Node<'_>) -> Option<String> {
    let url = word(node, limits::URL_CHARS)?;
    let fits = url.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
    });
    if !fits || url.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']) {
        node.refuse("must be an absolute http or https address without a user name, percent-encoded where needed");
        return None;
    }
    Some(url)
}

fn word(node: &Node<'_>, most: usize) -> Option<String> {
    node.word(most).map(str::to_owned)
}

fn text(request: &Object<'_>, name: &str, most: usize) -> String {
    request.optional(name).and_then(|node| node.text(most)).unwrap_or_default().to_owned()
}

fn field_error(problem: Problem) -> FieldError {
    FieldError { pointer: problem.pointer, detail: problem.detail }
}

#[cfg(test)]
mod tests;
