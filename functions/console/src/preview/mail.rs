//! Holds made-up messages and templates of letters.

use contraflow_domain::catalogue::{EventKind, MessageKind};
use contraflow_domain::chronicle::Entry;
use contraflow_domain::letters::{TemplateKey, TemplateText, TemplateView};
use contraflow_domain::money::Money;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::letter::Audience;
use contraflow_domain::request::message::view::{MessageView, OutboxRequest, OutboxRow};
use contraflow_domain::time::Timestamp;
use contraflow_guest::view::Page;
use serde_json::{Value, json};

use super::HOSTILE;
use crate::pages::letters::one::Known;

/// Names the request that all messages are about.
pub const REQUEST: &str = "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee";
/// Holds a text that is read from right to left.
pub const ARABIC: &str = "\u{0645}\u{0631}\u{062d}\u{0628}\u{0627}\u{060c}\n\n\u{062a}\u{0645} \u{0631}\u{062f} \u{0627}\u{0644}\u{0645}\u{0628}\u{0644}\u{063a} 71.40 EUR \u{0625}\u{0644}\u{0649} \u{0628}\u{0637}\u{0627}\u{0642}\u{062a}\u{0643}.";
/// Holds what a customer reads.
pub const TEXT: &str = "Hello Nordlicht GmbH,\n\nyour refund of EUR 71.40 is done. The credit memo has the number CM-2026-00017.\n\n- EUR 51.40 to the card ending in 4242: sent on 21 November 2026. Your bank needs until 4 December 2026 at the latest to show it.\n- EUR 20.00 as store credit.\n\nIf it is not there by then, please answer this message.";
/// Holds a template.
const TEMPLATE: &str = "Hello {{ recipient.name }},\n\nyour {{ request.kind_title | lower }}{% if request.amount %} of {{ request.amount | money }}{% endif %} is done.\n\n{% for way in money %}- {{ way.amount | money }} {{ way.to }}\n{% endfor %}";

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Returns a message of a request that is done.
pub fn message(id: &str, status: MessageStatus) -> MessageView {
    MessageView {
        id: id.into(),
        request: REQUEST.into(),
        channel: "postmark".into(),
        kind: MessageKind::RequestCompleted,
        title: "Done".into(),
        at: at("2026-11-21T20:30:00.000Z"),
        status,
        audience: Some(Audience::Customer),
        to: Some("ap@nordlicht.example".into()),
        name: Some("Nordlicht GmbH".into()),
        language: Some("en".into()),
        subject: None,
        text: None,
        edited_by: None,
        released_by: None,
        tries: 0,
        failure: None,
        next_try_at: None,
    }
}

/// Returns a message that waits for a person.
pub fn held(id: &str) -> MessageView {
    let subject = Some("Your refund of EUR 71.40 for invoice INV-1001".into());
    MessageView { subject, text: Some(TEXT.into()), ..message(id, MessageStatus::Held) }
}

/// Returns a message that is tried again.
pub fn failing(id: &str) -> MessageView {
    MessageView {
        tries: 3,
        failure: Some("connection refused".into()),
        next_try_at: Some(at("2026-11-21T23:04:00.000Z")),
        ..message(id, MessageStatus::Queued)
    }
}

/// Returns a message that could not be delivered.
pub fn undeliverable(id: &str) -> MessageView {
    let failure = Some("406 InactiveRecipient: the address hard-bounced".into());
    MessageView { status: MessageStatus::Undeliverable, tries: 1, failure, ..held(id) }
}

/// Returns a message that was delivered.
pub fn delivered(id: &str) -> MessageView {
    MessageView { released_by: Some("fina".into()), ..message(id, MessageStatus::Delivered) }
}

/// Returns what the record says of that message: it was held, changed, let go, and delivered.
pub fn events() -> Vec<Event> {
    let event = |sequence: u64, actor: &str, what, why: &str, data: Value| Event {
        request: REQUEST.into(),
        sequence,
        at: at("2026-11-21T21:00:00.000Z"),
        actor: actor.into(),
        what,
        why: why.into(),
        data,
        legs: Vec::new(),
        previous: String::new(),
        hash: String::new(),
    };
    let sent = json!({"message": "m1", "subject": "Your refund of EUR 71.40", "text": TEXT});
    vec![
        event(5, "notification", EventKind::MessageHeld, "", json!({"message": "m1"})),
        event(
            6,
            "fina",
            EventKind::MessageReleased,
            "The amount was missing.",
            json!({"message": "m1", "was": "held", "edited": true}),
        ),
        event(7, "notification", EventKind::MessageDelivered, "", sent),
        event(8, "fina", EventKind::MessageDropped, "We called them.", json!({"message": "m5"})),
    ]
}

/// Returns a message whose every text is an attack.
pub fn hostile(id: &str, status: MessageStatus) -> MessageView {
    let all = || Some(HOSTILE.to_owned());
    MessageView {
        channel: HOSTILE.into(),
        to: all(),
        name: all(),
        subject: all(),
        text: all(),
        edited_by: all(),
        released_by: all(),
        failure: all(),
        language: all(),
        ..message(id, status)
    }
}

/// Returns a message that is read from right to left.
pub fn arabic(id: &str) -> MessageView {
    let subject = Some("\u{0631}\u{062f} \u{0627}\u{0644}\u{0645}\u{0628}\u{0644}\u{063a}".into());
    let name = Some("\u{0634}\u{0631}\u{0643}\u{0629} \u{0627}\u{0644}\u{0646}\u{0648}\u{0631}".into());
    MessageView { language: Some("ar".into()), subject, name, text: Some(ARABIC.into()), ..held(id) }
}

/// Returns a message with long words and a long text.
pub fn long(id: &str) -> MessageView {
    let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
    let text = format!("{word}\n\n{}", "Ein langer Satz, der nicht endet. ".repeat(120));
    MessageView {
        language: Some("de".into()),
        subject: Some(word.clone()),
        to: Some(format!("{word}@example.com")),
        name: Some(word),
        text: Some(text),
        ..held(id)
    }
}

/// Returns a message that goes on a ticket.
pub fn on_ticket(id: &str) -> MessageView {
    let (audience, to, name, language, subject) = (None, None, None, None, Some(String::new()));
    MessageView { channel: "zendesk".into(), audience, to, name, language, subject, ..held(id) }
}

/// Returns a request with messages.
pub fn row(customer: Option<&str>, amount: Option<Money>, messages: Vec<MessageView>) -> OutboxRow {
    let request = OutboxRequest {
        id: REQUEST.into(),
        kind: Kind::Refund,
        invoice: Some("INV-1001".into()),
        customer: customer.map(|_| "CUST-7".into()),
        customer_name: customer.map(str::to_owned),
        amount,
    };
    OutboxRow { request, messages }
}

/// Returns a page of the outbox.
pub fn list(rows: Vec<OutboxRow>, next: Option<&str>) -> Page<OutboxRow> {
    Page { items: rows, next: next.map(str::to_owned) }
}

/// Returns templates of every reader.
pub fn templates() -> Vec<TemplateView> {
    let shipped = |reader: &str, news: &str, language: &str, subject: &str| {
        let key = TemplateKey::read(reader, news, language).expect("a template");
        TemplateView::shipped(key, TemplateText { subject: subject.into(), text: TEMPLATE.into() })
    };
    let own = |template: TemplateView, by: &str| TemplateView {
        is_own: true,
        at: Some(at("2026-11-19T08:00:00.000Z")),
        by: Some(by.into()),
        ..template
    };
    vec![
        shipped("colleague", "request.pending_approval", "en", "To decide: {{ request.title }}"),
        shipped("colleague", "request.pending_approval", "de", "Zu entscheiden: {{ request.title }}"),
        shipped("colleague", "digest", "en", "{{ digest.count }} pieces of news"),
        shipped("colleague", "other", "en", "{{ news.title }}: {{ request.title }}"),
        shipped("customer", "request.completed", "en", "Your {{ request.kind_title | lower }}"),
        own(shipped("customer", "request.completed", "de", "Ihre {{ request.kind_title }} ist unterwegs"), "ada"),
        own(shipped("customer", "request.rejected", "de-AT", HOSTILE), HOSTILE),
        shipped("customer", "other", "en", "{{ news.title }}"),
        shipped("ticket", "other", "en", ""),
    ]
}

/// Returns a template with what is known of it; with a text of its own where one is given.
pub fn known(text: Option<&str>) -> Known {
    let key = TemplateKey::read("customer", "request.completed", "en").expect("a template");
    let start = TemplateText {
        subject: text.unwrap_or("Your {{ request.kind_title | lower }} of {{ request.amount | money }}").into(),
        text: text.unwrap_or(TEMPLATE).into(),
    };
    let template = TemplateView {
        is_own: text.is_some(),
        by: text.map(str::to_owned),
        at: text.map(|_| at("2026-11-19T08:00:00.000Z")),
        ..TemplateView::shipped(key.clone(), start.clone())
    };
    let entry = |sequence: u64, what: &str| Entry {
        request: "letter-template:customer:request.completed:en".into(),
        sequence,
        at: at("2026-11-19T08:00:00.000Z"),
        actor: text.unwrap_or("ada").into(),
        what: what.into(),
        why: String::new(),
        data: json!({"subject": "Done", "text": HOSTILE}),
        previous: String::new(),
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    let items = vec![entry(2, "letter_template_removed"), entry(1, "letter_template_written")];
    Known { key, template: Some(template), start, events: Page { items, next: None } }
}
