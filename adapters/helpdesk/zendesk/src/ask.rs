//! The body of a trigger's webhook to a draft.

use std::collections::BTreeSet;

use contraflow_adapter_support::signature::name_of;
use contraflow_ask::{
    Draft, DraftLine, JsonError, MoneyText, Object, Source, TEXTS, TextField, limits as bounds, number, parse,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::bindings::source::{FieldError, Inbound, Meaning, Unread};
use crate::limits;

const PARTS: [&str; 2] = ["ticket", "credit"];
const TICKET: [&str; 4] = ["id", "url", "requester_email", "agent_email"];
/// The fields besides those that are one text in every source.
const OWN_FIELDS: [&str; 4] = ["amount", "currency", "lines", "sequence"];

/// Lists the fields of a ticket that asks for credits; charges are asked for where finance works, so no direction is
/// known here.
fn credit_fields() -> Vec<&'static str> {
    TEXTS.iter().map(|field| field.name).filter(|name| *name != "direction").chain(OWN_FIELDS).collect()
}

/// Returns the messages of one authentic delivery: one, or none for the empty test delivery. `account` is the Zendesk
/// account's origin, for the ticket's page where the body names none. An ask that can't be read is a message too: its
/// agent reads on the ticket what is wrong with it.
pub fn messages(body: &[u8], account: Option<&str>) -> Vec<Inbound> {
    if body.trim_ascii().is_empty() {
        return Vec::new();
    }
    let parsed = match parse(body) {
        Ok(parsed) => parsed,
        Err(problem) => return vec![unreadable(body, None, vec![problem])],
    };
    let whole = parsed.root().object(&PARTS);
    let inbound = whole.as_ref().and_then(|whole| read(whole, account));
    let ticket = whole.and_then(|whole| ticket_number(&whole.optional("ticket")?.object(&TICKET)?));
    match (inbound, parsed.into_errors()) {
        (Some(inbound), problems) if problems.is_empty() => vec![inbound],
        (_, problems) => vec![unreadable(body, ticket, problems)],
    }
}

/// Makes the message that an ask can't be read. The same body of the same ticket is one message.
fn unreadable(body: &[u8], ticket: Option<String>, problems: Vec<JsonError>) -> Inbound {
    let about = ticket.clone().unwrap_or_default();
    let unread = Unread {
        kind: "ask".into(),
        about: about.clone(),
        errors: problems.into_iter().map(field_error).collect(),
        ticket,
    };
    let id = format!("ticket:{about}:{}", name_of(body));
    Inbound { id, occurred_at: None, meaning: Meaning::Unreadable(unread) }
}

fn read(whole: &Object<'_>, account: Option<&str>) -> Option<Inbound> {
    let ticket = whole.required("ticket").and_then(|node| node.object(&TICKET));
    let credit = whole.required("credit").and_then(|node| node.object(&credit_fields()));
    let (ticket, credit) = (ticket?, credit?);
    let number = ticket_number(&ticket);
    let agent = agent(&ticket);
    let url = link(&ticket);
    let _ = word(&ticket, "requester_email", limits::EMAIL_CHARS);
    let mut draft = draft(&credit);
    let sequence = word(&credit, "sequence", bounds::NAME_CHARS);
    let number = number?;
    let id = message_id(&number, &draft, sequence.as_deref());
    read_numbers(&credit, &mut draft);
    draft.link = url.or_else(|| Some(format!("{}/agent/tickets/{number}", account?.trim_end_matches('/'))));
    draft.requester = Some(format!("zendesk:{}", agent?));
    draft.reference = Some(number);
    Some(Inbound { id, occurred_at: None, meaning: Meaning::Ask(draft) })
}

/// Makes a message's id, the same for every delivery of the same ask: Zendesk may invoke a webhook more than once, and
/// two triggers may fire for one ticket. What an agent changes, or numbers anew by `sequence`, is another ask.
fn message_id(ticket: &str, ask: &Draft, sequence: Option<&str>) -> String {
    let amount = ask.amount.as_ref().map(|money| (&money.value, &money.currency));
    let lines: Vec<_> = ask.lines.iter().map(|line| (&line.line, &line.quantity)).collect();
    let canonical =
        json!([ask.kind, ask.invoice, ask.customer, ask.reason, ask.note, amount, lines, ask.destination, sequence]);
    let hash = format!("{:x}", Sha256::digest(canonical.to_string()));
    // Half of the hash: 128 bits tell all asks of one ticket apart.
    format!("ticket:{ticket}:{}", hash.get(..32).unwrap_or(&hash))
}

/// Reads the numbers as the agent wrote them.
fn read_numbers(credit: &Object<'_>, draft: &mut Draft) {
    let refused = |field: &str, why: String| {
        credit.refuse(field, why);
        String::new()
    };
    if let Some(MoneyText { value, currency }) = &mut draft.amount {
        *value = number::amount(value, currency).unwrap_or_else(|why| refused("amount", why));
    }
    for quantity in draft.lines.iter_mut().filter_map(|line| line.quantity.as_mut()) {
        *quantity = number::quantity(quantity).unwrap_or_else(|why| refused("lines", why));
    }
}

fn draft(credit: &Object<'_>) -> Draft {
    let mut draft = Draft::read(&Credit(credit));
    if draft.kind.is_empty() {
        draft.kind = "refund".into();
    }
    draft
}

/// The part of the body that says what is asked for.
struct Credit<'a>(&'a Object<'a>);

impl Source for Credit<'_> {
    fn text(&self, field: TextField) -> Option<String> {
        if field.is_free { filled(self.0, field.name, field.most) } else { word(self.0, field.name, field.most) }
    }

    fn how_much(&self) -> (Vec<DraftLine>, Option<MoneyText>) {
        let credit = self.0;
        let lines = lines(credit);
        let value = word(credit, "amount", bounds::DECIMAL_CHARS);
        let currency = word(credit, "currency", bounds::CURRENCY_CHARS);
        if value.is_some() && credit_has(credit, "lines") {
            credit.refuse("amount", "give either `lines` or `amount` for the document, not both");
        }
        if value.is_some() && currency.is_none() {
            credit.refuse("currency", "is missing: an amount needs one");
        }
        // A currency alone asks for nothing: a drop-down field may have one preselected.
        (lines, value.zip(currency).map(|(value, currency)| MoneyText { value, currency }))
    }
}

fn credit_has(credit: &Object<'_>, name: &str) -> bool {
    filled(credit, name, limits::LINES_CHARS).is_some()
}

/// Reads the lines: "1:2, 3:0.5" is line 1 by a quantity of 2, and line 3 by half a one.
fn lines(credit: &Object<'_>) -> Vec<DraftLine> {
    let Some(text) = filled(credit, "lines", limits::LINES_CHARS) else {
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let pair = part.rsplit_once(':').map(|(line, quantity)| (line.trim(), quantity.trim()));
        let fits = |text: &str, most| (1..=most).contains(&text.chars().count()) && !text.contains(char::is_control);
        match pair {
            Some((line, quantity)) if fits(line, bounds::ID_CHARS) && fits(quantity, bounds::DECIMAL_CHARS) => {
                if !seen.insert(line) {
                    credit.refuse("lines", format!("line {line} stands twice: name each line once"));
                }
                lines.push(DraftLine { line: line.into(), quantity: Some(quantity.into()), amount: None });
            }
            _ => credit.refuse("lines", "must be line:quantity pairs separated by commas, such as \"1:2, 3:0.5\""),
        }
    }
    if lines.len() > bounds::LINES {
        credit.refuse("lines", format!("at most {} lines are allowed, and these are {}", bounds::LINES, lines.len()));
    }
    lines
}

/// The ticket's number. Digits alone: it becomes part of an address when the answer is written.
fn ticket_number(ticket: &Object<'_>) -> Option<String> {
    let number = ticket.required("id").and_then(|node| node.text(limits::TICKET_DIGITS))?.trim();
    if !is_ticket_number(number) {
        ticket.refuse("id", "must be the ticket's number: \"{{ticket.id}}\"");
        return None;
    }
    Some(number.to_owned())
}

/// Tells whether a text is a ticket's number and nothing else.
pub fn is_ticket_number(text: &str) -> bool {
    (1..=limits::TICKET_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns who asks. Without an address nobody could be kept from approving their own request, so it must be there.
fn agent(ticket: &Object<'_>) -> Option<String> {
    ticket.required("agent_email")?;
    let agent = word(ticket, "agent_email", limits::EMAIL_CHARS).unwrap_or_default().to_lowercase();
    let is_address = agent.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if !is_address || agent.contains(char::is_whitespace) {
        ticket.refuse("agent_email", "must be the e-mail address of the agent who asks: \"{{current_user.email}}\"");
        return None;
    }
    Some(agent)
}

fn link(ticket: &Object<'_>) -> Option<String> {
    let text = word(ticket, "url", limits::URL_CHARS)?;
    // `{{ticket.url}}` comes without a scheme.
    let url = if text.contains("://") { text } else { format!("https://{text}") };
    let fits = url.parse::<http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
    });
    if !fits || url.contains(['"', '<', '>', '\\']) {
        ticket.refuse("url", "must be the ticket's web address: \"{{ticket.link}}\"");
        return None;
    }
    Some(url)
}

/// Returns a text without the white space around it; `None` where it is absent or blank, for a ticket's empty field
/// arrives as "".
fn filled(object: &Object<'_>, name: &str, most: usize) -> Option<String> {
    let text = object.optional(name)?.text(most)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn word(object: &Object<'_>, name: &str, most: usize) -> Option<String> {
    let word = filled(object, name, most)?;
    if word.contains(char::is_control) {
        object.refuse(name, "must be a single line");
        return None;
    }
    Some(word)
}

fn field_error(problem: JsonError) -> FieldError {
    FieldError { pointer: problem.pointer, detail: problem.detail }
}

#[cfg(test)]
mod tests;
