//! The pages of the work on requests, with what must hold of them.

use contraflow_domain::authority::Effect;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::UnreadView;
use http::StatusCode;

use super::{HOSTILE, Named, fixtures, frame, list, now, session};
use crate::flash::Flash;
use crate::form::Form;
use crate::pages::queue::Choice;
use crate::pages::sign_in::Way;
use crate::pages::{error, queue, request, requests, sign_in, together};
use crate::parts::layout::{Frame, Place};
use crate::parts::navigation::{Count, Counts};
use crate::parts::notice::Notice;

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
pub fn pages() -> Vec<Named> {
    let bob = session("bob", &["approver:manager", "finance"]);
    let alice = session("alice", &["requester"]);
    let nobody = Frame::new(None, now(), Place::Elsewhere);
    let count = |count, is_complete| Some(Count { count, is_complete });
    let counts = Counts { decisions: count(71, true), tasks: count(1000, false), ..Counts::default() };
    let at = |place| Frame { counts, ..frame(&bob, place) };
    let problem = Problem::conflict(
        "content-changed",
        "the request has changed since you looked at it: read it again and decide on content hash 77aa",
    );
    let partly = outcomes(Some(problem.clone()));
    let refused = at(Place::Requests).failed(problem);
    let decided = Frame { notice: Some(Notice::Done(Flash::from("Approved: refund 71.40 EUR, Nordlicht GmbH. 70 left.".to_owned()))), ..at(Place::Requests) };
    let typed = Form::from([("form", "decide"), ("note", "I looked at the photos, both are broken.")]);
    let none = Form::default();
    let filter = requests::Filter { status: "completed".into(), customer: "CUST-7".into(), cursor: String::new() };
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
