//! The pages of messages and of letters.

use contraflow_domain::catalogue::{MessageKind, TaskCode};
use contraflow_domain::letters::{Preview, Reader};
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::view::{MessageView, OutboxCounts, OutboxState};
use contraflow_guest::problem::Problem;

use super::mail::{
    ARABIC, REQUEST, TEXT, arabic, delivered, events, failing, held, hostile, known, list, long, message, on_ticket,
    row, templates, undeliverable,
};
use super::{HOSTILE, Named, fixtures, frame, session, work};
use crate::form::Form;
use crate::locale::named::Named as _;
use crate::pages::letters::one::{Known, Sheet};
use crate::pages::outbox::Filter;
use crate::pages::{letters, outbox, request};
use crate::parts::fields::Faults;
use crate::parts::layout::{Frame, Place};
use crate::parts::notice::{Notice, Undone};

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
        vec![FieldError { pointer: "/text".into(), detail: "line 4: it names what a letter does not know".into() }],
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
