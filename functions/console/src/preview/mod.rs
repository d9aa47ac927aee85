//! Writes every page with made-up answers of the api below `target/console-preview`, so that people can look at them,
//! and checks what must hold of all pages.

pub mod fixtures;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use contraflow_domain::account::CustomerBalanceView;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::{Page, UnreadView};
use http::{HeaderMap, StatusCode};
use maud::Markup;

use crate::form::Form;
use crate::pages::queue::Choice;
use crate::pages::sign_in::Way;
use crate::pages::{customer, error, new, queue, request, requests, sign_in, together};
use crate::parts::layout::{Frame, Place};
use crate::parts::notice::{Notice, done};
use crate::session::Session;

/// Holds an attack that stands in every text from outside: none of it may become markup.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

fn session(name: &str, roles: &[&str]) -> Session {
    let person = Person::new(name, roles.iter().map(|role| (*role).to_owned()).collect::<BTreeSet<_>>());
    Session { person, csrf: "csrf-of-the-session".into(), headers: HeaderMap::new() }
}

fn now() -> Timestamp {
    "2026-11-21T23:00:00.000Z".parse().expect("an instant")
}

fn frame<'a>(session: &'a Session, place: Place) -> Frame<'a> {
    Frame { session: Some(session), now: now(), place, notice: None, changing: false }
}

fn list(items: Vec<RequestView>, next: Option<&str>) -> Page<RequestRow> {
    Page { items: items.into_iter().map(RequestRow::from).collect(), next: next.map(str::to_owned) }
}

fn unread() -> UnreadView {
    let error = FieldError { pointer: "/data/object/amount".into(), detail: HOSTILE.into() };
    UnreadMessage::of("0a1b".into(), HOSTILE, (HOSTILE, HOSTILE), vec![error], HOSTILE, now()).into()
}

fn shown(request: RequestView) -> request::Shown {
    request::Shown { request, events: fixtures::events() }
}

/// Returns what became of three requests, the second of which met the problem, if one is given.
fn outcomes(problem: Option<Problem>) -> Vec<together::Outcome> {
    let outcome = |(index, request): (usize, RequestView)| together::Outcome {
        id: request.id.clone(),
        request: (index != 2).then(|| request.into()),
        problem: problem.clone().filter(|_| index == 1),
    };
    fixtures::many(3).into_iter().enumerate().map(outcome).collect()
}

/// Returns every page with a name of its own.
fn pages() -> Vec<(&'static str, Markup)> {
    let bob = session("bob", &["approver:manager", "finance"]);
    let alice = session("alice", &["requester"]);
    let nobody = Frame { session: None, now: now(), place: Place::Elsewhere, notice: None, changing: false };
    let at = |place| frame(&bob, place);
    let problem = Problem::conflict(
        "content-changed",
        "the request has changed since you looked at it: read it again and decide on content hash 77aa",
    );
    let partly = outcomes(Some(problem.clone()));
    let refused = Frame { notice: Some(Notice::Failed(problem.clone())), ..at(Place::Requests) };
    let decided = Frame { notice: done("approve"), ..at(Place::Requests) };
    let typed = Form::from([("form", "decide"), ("note", "I looked at the photos, both are broken.")]);
    let none = Form::default();
    let wrong = Form::from([
        ("kind", "refund"),
        ("invoice", "INV-9"),
        ("amount", "12.5"),
        ("currency", "EUR"),
        ("note", "late"),
    ]);
    let fault =
        FieldError { pointer: "/amount/value".into(), detail: "12.5 has 1 decimal, but EUR has 2: write 12.50".into() };
    let (problem, errors) = new::at_fields(Problem::invalid(vec![fault]));
    let unfit = Frame { notice: Some(Notice::Failed(problem)), ..at(Place::New) };
    let filter = requests::Filter { status: "completed".into(), customer: "CUST-7".into(), cursor: String::new() };
    let balance = fixtures::balance();
    let no_balance = CustomerBalanceView { customer: "CUST-9".into(), balances: Vec::new() };
    let all = Choice { all: true, note: "All of these are from the storm.".into(), ..Choice::default() };
    vec![
        ("queue", queue::render(&at(Place::Queue), &bob, &list(fixtures::many(12), None), "", &Choice::default(), &[])),
        ("queue-picked", queue::render(&at(Place::Queue), &bob, &list(fixtures::many(12), None), "", &all, &[])),
        ("queue-empty", queue::render(&at(Place::Queue), &bob, &list(Vec::new(), None), "", &Choice::default(), &[])),
        (
            "queue-unread",
            queue::render(&at(Place::Queue), &bob, &list(Vec::new(), None), "", &Choice::default(), &[unread()]),
        ),
        ("together", together::render(&at(Place::Queue), "approve", &outcomes(None))),
        ("together-partly", together::render(&at(Place::Queue), "reject", &partly)),
        (
            "requests",
            requests::render(
                &at(Place::Requests),
                &list(fixtures::many(50), Some("next")),
                &requests::Filter::default(),
            ),
        ),
        ("requests-further", requests::render(&at(Place::Requests), &list(Vec::new(), Some("next")), &filter)),
        (
            "queue-further",
            queue::render(&at(Place::Queue), &bob, &list(Vec::new(), Some("next")), "", &Choice::default(), &[]),
        ),
        ("requests-none", requests::render(&at(Place::Requests), &list(Vec::new(), None), &filter)),
        ("request-pending", request::render(&at(Place::Requests), &bob, &shown(fixtures::pending()), &none)),
        ("request-own", request::render(&frame(&alice, Place::Requests), &alice, &shown(fixtures::pending()), &none)),
        ("request-refused", request::render(&refused, &bob, &shown(fixtures::pending()), &typed)),
        ("request-completed", request::render(&decided, &bob, &shown(fixtures::completed()), &none)),
        ("request-attention", request::render(&at(Place::Requests), &bob, &shown(fixtures::attention()), &none)),
        ("request-ineligible", request::render(&at(Place::Requests), &bob, &shown(fixtures::ineligible()), &none)),
        ("request-long", request::render(&at(Place::Requests), &bob, &shown(fixtures::long()), &none)),
        ("request-hostile", request::render(&at(Place::Requests), &bob, &shown(fixtures::hostile(HOSTILE)), &none)),
        ("customer", customer::render(&at(Place::Elsewhere), "CUST-7", &balance, &list(fixtures::many(4), None))),
        ("customer-empty", customer::render(&at(Place::Elsewhere), "CUST-9", &no_balance, &list(Vec::new(), None))),
        ("new", new::render(&at(Place::New), &bob, &none, "key-1", &[])),
        ("new-wrong", new::render(&unfit, &bob, &wrong, "key-2", &errors)),
        ("sign-in", sign_in::render(&nobody, "/queue", None, Way::of(false))),
        ("signed-out", sign_in::render(&nobody, "", None, Way::out(true))),
        ("sign-in-provider", sign_in::render(&nobody, "/queue", None, Way::of(true))),
        (
            "sign-in-wrong",
            sign_in::render(
                &nobody,
                "",
                Some("The bearer token is not accepted (ExpiredSignature). Get a new one."),
                Way::of(true),
            ),
        ),
        ("not-found", error::render(&at(Place::Elsewhere), &Problem::not_found("page"))),
        (
            "forbidden",
            error::render(
                &at(Place::Elsewhere),
                &Problem::forbidden("This is someone else's request; approvers, finance and auditors may read it."),
            ),
        ),
        (
            "unavailable",
            error::render(
                &at(Place::Elsewhere),
                &Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "The api can't be reached just now. Try again in a moment.",
                ),
            ),
        ),
    ]
}

#[test]
fn pages_are_written_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/console-preview");
    fs::create_dir_all(&folder).expect("a folder below target");
    fs::write(folder.join("console.css"), crate::assets::STYLE).expect("written");
    for (name, page) in pages() {
        let html = page.into_string().replace(&crate::assets::style_address(), "console.css");
        fs::write(folder.join(format!("{name}.html")), html).expect("written");
    }
}

#[test]
fn nothing_from_outside_becomes_markup_and_nothing_is_inline() {
    for (name, page) in pages() {
        let html = page.into_string();
        for forbidden in ["<script", "<img", " onerror=a", "style=\"", "javascript:"] {
            let found =
                html.contains(forbidden) && !(forbidden == " onerror=a" && html.contains("&lt;img src=x onerror=a"));
            assert!(!found, "{name} holds {forbidden}");
        }
    }
}

#[test]
fn every_page_has_one_main_heading_a_title_and_labels_for_all_that_is_typed() {
    for (name, page) in pages() {
        let html = page.into_string();
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains("<title>") && html.contains("lang=\"en\"") && html.contains("href=\"#main\""), "{name}");
        for field in
            html.split("<input ").skip(1).chain(html.split("<textarea ").skip(1)).chain(html.split("<select ").skip(1))
        {
            let tag = field.split('>').next().unwrap_or_default();
            if tag.contains("type=\"hidden\"") || tag.contains("type=\"checkbox\"") {
                continue;
            }
            let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("?");
            assert!(html.contains(&format!("for=\"{id}\"")), "{name}: {id} has no label");
            assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{name}: {id} stands twice");
        }
        for form in html.split("<form ").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = form.split("</form>").next().unwrap_or_default();
            assert!(
                form.contains("name=\"csrf\"") || form.contains("action=\"/sign-in\""),
                "{name}: a form without its proof"
            );
        }
    }
}

#[test]
fn what_may_be_decided_has_a_box_to_tick_and_enter_on_it_decides_nothing() {
    let html = |name: &str, roles: &[&str]| {
        let who = session(name, roles);
        let waiting = list(fixtures::many(6), None);
        queue::render(&frame(&who, Place::Queue), &who, &waiting, "", &Choice::default(), &[]).into_string()
    };
    let bobs = html("bob", &["approver:manager"]);
    let form = bobs.split("action=\"/queue/decide\"").nth(1).expect("a form");
    assert_eq!(
        form.matches("type=\"checkbox\"").count(),
        2,
        "pending and escalated; the others wait for something else"
    );
    let first = form.split("<button").nth(1).expect("a button");
    assert!(first.contains("value=\"\""), "a browser presses a form's first button on Enter: {first}");
    let hash = fixtures::pending().content_hash;
    assert!(!hash.is_empty() && form.contains(&format!(" {hash}\"")), "a box is bound to the content that is seen");
    let alices = html("alice", &["requester"]);
    assert!(!alices.contains("type=\"checkbox\"") && !alices.contains("/queue/decide"), "nothing to decide, no form");
}

#[test]
fn a_button_is_shown_to_those_whom_the_table_lets_press_it() {
    for roles in [&["requester"][..], &["approver:manager"], &["finance"], &["auditor"], &["admin"], &["approver"], &[]]
    {
        let who = session("somebody else", roles);
        let shown_on = |request: RequestView| {
            request::render(&frame(&who, Place::Requests), &who, &shown(request), &Form::default()).into_string()
        };
        let all = [fixtures::pending(), fixtures::completed(), fixtures::attention()].map(shown_on).concat();
        for (part, effect) in [
            ("value=\"approve\"", Effect::Decide),
            ("/withdraw\"", Effect::Withdraw),
            ("/retry\"", Effect::Retry),
            ("/confirm/", Effect::ConfirmPayout),
            ("/reverse\"", Effect::Reverse),
            ("href=\"/new\"", Effect::Ask),
        ] {
            assert_eq!(all.contains(part), who.person.may(effect).is_ok(), "{roles:?}: {effect:?}");
        }
    }
}

#[test]
fn the_requester_reads_why_they_cannot_approve_and_gets_no_button() {
    let alice = session("alice", &["approver:finance", "finance"]);
    let html = request::render(&frame(&alice, Place::Requests), &alice, &shown(fixtures::pending()), &Form::default())
        .into_string();
    assert!(html.contains("someone else must decide"));
    assert!(!html.contains("value=\"approve\""));
}

#[test]
fn what_was_typed_is_kept_when_it_was_refused() {
    let (_, page) = pages().into_iter().find(|(name, _)| *name == "request-refused").expect("a page");
    let html = page.into_string();
    assert!(html.contains("I looked at the photos") && html.contains("has changed since you looked at it"));
    assert_eq!(html.matches("I looked at the photos").count(), 1, "only the form that was sent keeps it");
}
