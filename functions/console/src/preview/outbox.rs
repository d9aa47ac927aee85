//! The pages of messages and of letters.

use contraflow_domain::catalogue::{EventKind, MessageKind, TaskCode};
use contraflow_domain::chronicle::Entry;
use contraflow_domain::letters::{Preview, Reader, TemplateKey, TemplateText, TemplateView};
use contraflow_domain::money::Money;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::letter::Audience;
use contraflow_domain::request::message::view::{MessageView, OutboxCounts, OutboxRequest, OutboxRow, OutboxState};
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use serde_json::{Value, json};

use super::{HOSTILE, Named, fixtures, frame, session, work};
use crate::form::Form;
use crate::locale::named::Named as _;
use crate::pages::letters::one::{Known, Sheet};
use crate::pages::outbox::Filter;
use crate::pages::{letters, outbox, request};
use crate::parts::fields::Faults;
use crate::parts::layout::{Frame, Place};
use crate::parts::notice::{Notice, Undone};

const REQUEST: &str = "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee";
const ARABIC: &str = "\u{0645}\u{0631}\u{062d}\u{0628}\u{0627}\u{060c}\n\n\u{062a}\u{0645} \u{0631}\u{062f} \u{0627}\u{0644}\u{0645}\u{0628}\u{0644}\u{063a} 71.40 EUR \u{0625}\u{0644}\u{0649} \u{0628}\u{0637}\u{0627}\u{0642}\u{062a}\u{0643}.";
const TEXT: &str = "Hello Nordlicht GmbH,\n\nyour refund of EUR 71.40 is done. The credit memo has the number CM-2026-00017.\n\n- EUR 51.40 to the card ending in 4242: sent on 21 November 2026. Your bank needs until 4 December 2026 at the latest to show it.\n- EUR 20.00 as store credit.\n\nIf it is not there by then, please answer this message.";
const TEMPLATE: &str = "Hello {{ recipient.name }},\n\nyour {{ request.kind_title | lower }}{% if request.amount %} of {{ request.amount | money }}{% endif %} is done.\n\n{% for way in money %}- {{ way.amount | money }} {{ way.to }}\n{% endfor %}";

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn message(id: &str, status: MessageStatus) -> MessageView {
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

fn hostile(id: &str, status: MessageStatus) -> MessageView {
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

fn arabic(id: &str) -> MessageView {
    let subject = Some("\u{0631}\u{062f} \u{0627}\u{0644}\u{0645}\u{0628}\u{0644}\u{063a}".into());
    let name = Some("\u{0634}\u{0631}\u{0643}\u{0629} \u{0627}\u{0644}\u{0646}\u{0648}\u{0631}".into());
    MessageView { language: Some("ar".into()), subject, name, text: Some(ARABIC.into()), ..held(id) }
}

fn long(id: &str) -> MessageView {
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

fn on_ticket(id: &str) -> MessageView {
    let (audience, to, name, language, subject) = (None, None, None, None, Some(String::new()));
    MessageView { channel: "zendesk".into(), audience, to, name, language, subject, ..held(id) }
}

fn row(customer: Option<&str>, amount: Option<Money>, messages: Vec<MessageView>) -> OutboxRow {
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

fn list(rows: Vec<OutboxRow>, next: Option<&str>) -> Page<OutboxRow> {
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

/// Returns every page with a name of its own.
pub fn pages() -> Vec<Named> {
    [messages(), of_requests(), templates_of()].into_iter().flatten().collect()
}

fn messages() -> Vec<Named> {
    let fina = session("fina", &["finance", "admin"]);
    let audrey = session("audrey", &["auditor"]);
    let counts = OutboxCounts { held: 3, failing: 1000, undeliverable: 1, more: true };
    let at = || Frame { outbox: Some(counts), ..frame(&fina, Place::Outbox) };
    let of = |state| Filter { state, cursor: String::new() };
    let (held_there, failing_there, lost) =
        (of(OutboxState::Held), of(OutboxState::Failing), of(OutboxState::Undeliverable));
    let none = Form::default();
    let nordlicht = |messages| row(Some("Nordlicht GmbH"), Some(fixtures::money("71.40")), messages);
    let waits =
        list(vec![nordlicht(vec![held("m1"), on_ticket("m2")]), row(None, None, vec![arabic("m3")])], Some("n"));
    let unwritten = MessageView { subject: None, text: None, ..held("m4") };
    let odd =
        list(vec![row(Some(HOSTILE), None, vec![hostile("m5", MessageStatus::Held), long("m6"), unwritten])], None);
    let failed = list(
        vec![nordlicht(vec![
            failing("m1"),
            MessageView { audience: None, to: None, name: None, channel: "webhook".into(), ..failing("m2") },
        ])],
        None,
    );
    let gone = list(vec![nordlicht(vec![undeliverable("m1"), hostile("m2", MessageStatus::Undeliverable)])], None);
    let empty = || list(Vec::new(), None);
    let wrong =
        Form::from([("message", "m1"), ("act", "words"), ("subject", "Mine"), ("text", ""), ("note", "Shorter.")]);
    let refused = at().failed(Problem::field("/text", "must not be empty: drop the message if it is not to be sent"));
    let undone = Undone {
        said: crate::locale::say!("outbox-late-by", name = "bob", status = MessageStatus::Delivered.said()),
        theirs: String::new(),
        mine: vec![HOSTILE.into(), "Shorter.".into()],
    };
    let late = Frame { notice: Some(Notice::Undone(undone)), ..at() };
    vec![
        ("outbox", outbox::render(&at(), &fina, &held_there, &waits, &none)),
        ("outbox-odd", outbox::render(&at(), &fina, &held_there, &odd, &none)),
        ("outbox-wrong", outbox::render(&refused, &fina, &held_there, &waits, &wrong)),
        ("outbox-late", outbox::render(&late, &fina, &held_there, &empty(), &wrong)),
        ("outbox-failing", outbox::render(&at(), &fina, &failing_there, &failed, &none)),
        ("outbox-lost", outbox::render(&at(), &fina, &lost, &gone, &none)),
        ("outbox-read", outbox::render(&frame(&audrey, Place::Outbox), &audrey, &held_there, &waits, &none)),
        ("outbox-none", outbox::render(&at(), &fina, &held_there, &empty(), &none)),
        ("outbox-none-failing", outbox::render(&at(), &fina, &failing_there, &empty(), &none)),
        ("outbox-none-lost", outbox::render(&at(), &fina, &lost, &empty(), &none)),
    ]
}

fn of_requests() -> Vec<Named> {
    let fina = session("fina", &["finance"]);
    let at = frame(&fina, Place::Requests);
    let none = Form::default();
    let mut with_task = fixtures::attention();
    with_task.tasks.truncate(1);
    with_task.tasks[0].code = TaskCode::MessageHeld;
    with_task.tasks[0].subject = "m3".into();
    let dropped = MessageView { kind: MessageKind::RequestRejected, ..message("m5", MessageStatus::Dropped) };
    let unheard = MessageView { audience: None, to: None, name: None, ..message("m6", MessageStatus::Unheard) };
    let all = vec![
        delivered("m1"),
        hostile("m2", MessageStatus::Delivered),
        held("m3"),
        undeliverable("m4"),
        dropped,
        unheard,
    ];
    let mut shown = request::Shown { messages: Some(all), ..work::shown(with_task) };
    shown.events.items.extend(events());
    let unread = request::Shown { messages: None, ..work::shown(fixtures::completed()) };
    vec![
        ("request-messages", request::render(&at, &fina, &shown, &none)),
        ("request-messages-unread", request::render(&at, &fina, &unread, &none)),
    ]
}

fn templates_of() -> Vec<Named> {
    let ada = session("ada", &["admin"]);
    let fina = session("fina", &["finance"]);
    let at = || frame(&ada, Place::Letters);
    let (none, right) = (Form::default(), Faults::default());
    let all = letters::Filter::default();
    let german = letters::Filter { reader: Some(Reader::Customer), language: "de".into() };
    let mut no_language = Faults::default();
    no_language.add("language", crate::locale::say!("letters-no-language"));
    let shipped = known(None);
    let own = known(Some(HOSTILE));
    let unwritten = Known { template: None, ..known(None) };
    let typed = shipped.form().with("request", REQUEST);
    let preview = Preview { subject: "Your refund of EUR 71.40".into(), text: TEXT.into() };
    let odd = Preview { subject: HOSTILE.into(), text: format!("{HOSTILE}\n{ARABIC}") };
    let mut wrong = Faults::default();
    wrong.add_told(
        vec![contraflow_domain::request::draft::FieldError {
            pointer: "/text".into(),
            detail: "line 4: it names what a letter does not know".into(),
        }],
        |pointer| pointer.trim_start_matches('/').to_owned(),
    );
    let marked = Undone { said: crate::locale::say!("letters-marked"), ..Undone::default() };
    let refused = Frame { notice: Some(Notice::Undone(marked)), ..at() };
    let sheet = |known, typed, faults, preview| Sheet { known, typed, faults, preview, cursor: "" };
    let own_form = own.form();
    vec![
        ("letters", letters::render(&at(), &templates(), &all, (&none, &right))),
        ("letters-some", letters::render(&frame(&fina, Place::Letters), &templates(), &german, (&none, &right))),
        ("letters-none", letters::render(&at(), &[], &german, (&Form::from([("language", HOSTILE)]), &no_language))),
        ("letter", letters::one::render(&at(), &ada, &sheet(&shipped, &typed, &right, Some(&preview)))),
        ("letter-own", letters::one::render(&at(), &ada, &sheet(&own, &own_form, &right, Some(&odd)))),
        ("letter-unwritten", letters::one::render(&at(), &ada, &sheet(&unwritten, &typed, &right, None))),
        ("letter-wrong", letters::one::render(&refused, &ada, &sheet(&shipped, &typed, &wrong, None))),
        (
            "letter-read",
            letters::one::render(&frame(&fina, Place::Letters), &fina, &sheet(&shipped, &none, &right, None)),
        ),
    ]
}
