//! The pages of the work on requests, with what must hold of them.

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::approval::Verdict;
use contraflow_domain::approval::batch::BatchEntry;
use contraflow_domain::authority::Effect;
use contraflow_domain::preferences::{OwnedView, Preferences, View, ViewPlace};
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::totals::{Counted, ListTotals, QueueCounts};
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::UnreadView;
use http::StatusCode;
use maud::Markup;

use super::{HOSTILE, Named, desk, fixtures, frame, list, mail, now, session};
use crate::flash::Flash;
use crate::form::Form;
use crate::pages::next::Around;
use crate::pages::queue::Choice;
use crate::pages::queue::wanted::Wanted;
use crate::pages::sign_in::Way;
use crate::pages::{batches, error, queue, request, requests, settings, sign_in};
use crate::parts::filters::Filters;
use crate::parts::layout::{Frame, Place};
use crate::parts::notice::{Late, Notice};
use crate::parts::pager::Trail;
use crate::session::Session;

fn unread() -> UnreadView {
    let error = FieldError { pointer: "/data/object/amount".into(), detail: HOSTILE.into() };
    UnreadMessage::of("0a1b".into(), HOSTILE, (HOSTILE, HOSTILE), vec![error], HOSTILE, now()).into()
}

/// Returns a request with all that is shown beside it.
pub fn shown(request: RequestView) -> request::Shown {
    let twins = serde_json::from_value(serde_json::json!({
        "looked_at": 3, "is_whole": true,
        "items": [{
            "request": "019ac8ef-7777-7c3e-9d00-5b1f00c0ffee", "status": "completed", "created_at": "2026-11-18T10:00:00.000Z",
            "hours_apart": 82, "exact": true, "alike": 92,
            "aspects": [
                {"aspect": "invoice", "alike": 100, "this": "INV-1001", "other": "INV-1001"},
                {"aspect": "amount", "alike": 40, "this": "71.40 EUR", "other": HOSTILE},
            ],
        }],
    }));
    request::Shown {
        request,
        events: fixtures::events(),
        twins: twins.ok(),
        history: Some(list(fixtures::many(9), Some("more"))),
        invoice: Some(InvoiceCredits {
            credited: fixtures::money("267.28"),
            pending: fixtures::money("171.40"),
            left: fixtures::money("941.62"),
            ..desk::invoice()
        }),
        messages: Some(vec![mail::delivered("m1")]),
        spending: Some(desk::spending(HOSTILE)),
        around: Around { query: "view=decisions".into(), number: Some(3), before: None, behind: Some("019a".into()) },
    }
}

fn kept() -> Vec<OwnedView> {
    let view = View {
        name: HOSTILE.into(),
        place: ViewPlace::Queue,
        query: "view=decisions&kind=refund".into(),
        shared_with: Some("finance".into()),
    };
    vec![OwnedView { owner: "mia".into(), view }]
}

fn waiting(session: &Session, items: Vec<RequestView>, next: Option<&str>, query: &str) -> queue::Shown {
    let totals = ListTotals { count: 71, sums: vec![fixtures::money("3410.00")], is_complete: true };
    queue::Shown {
        wanted: Wanted::read(query, session),
        list: list(items, next),
        totals: Some(totals),
        unread: Vec::new(),
        views: kept(),
    }
}

fn listed(items: Vec<RequestView>, next: Option<&str>, query: &str) -> requests::Shown {
    let form = Form::parse(query.as_bytes());
    requests::Shown {
        filters: Filters::of(&form, &["q", "status", "customer", "min"]),
        oldest_first: form.get("sort") == "oldest",
        trail: Trail::of(&form),
        list: list(items, next),
        totals: Some(ListTotals { count: 1000, sums: vec![fixtures::money("3410.00")], is_complete: false }),
        views: kept(),
    }
}

/// Returns a batch of three, of which so many are decided and the second could not be.
fn batch(session: &Session, decided: u32) -> Markup {
    let mut results = (0..3).map(|index| (index < decided).then_some(if index == 1 { 409 } else { 200 }));
    let entries: Vec<_> = fixtures::many(3)
        .into_iter()
        .map(|request| {
            let result = results.next().flatten();
            let detail = if result == Some(409) { HOSTILE } else { "" };
            let result = result.map(|status| serde_json::json!({"status": status, "detail": detail, "at": now()}));
            let mut entry =
                serde_json::json!({"request": request.id, "content_hash": "77aa", "amount": request.amount});
            if let (Some(result), Some(entry)) = (result, entry.as_object_mut()) {
                entry.insert("result".into(), result);
            }
            entry
        })
        .collect();
    let shown: batches::Shown = serde_json::from_value(serde_json::json!({
        "id": "0a1b", "by": "bob", "decision": "approve", "note": HOSTILE, "count": 3, "sums": [fixtures::money("123.00")],
        "snapshot": "77", "decided": decided.saturating_sub(1), "refused": u32::from(decided > 1), "created_at": now(),
        "expires_at": now(), "is_done": decided == 3, "items": entries, "next": null,
    }))
    .expect("a batch");
    let requests = fixtures::many(3).into_iter();
    let item = |(index, (entry, request)): (usize, (&BatchEntry, RequestView))| batches::Item {
        entry: entry.clone(),
        request: (index != 2).then(|| request.into()),
    };
    let items: Vec<_> = shown.items.iter().zip(requests).enumerate().map(item).collect();
    batches::render(&frame(session, Place::Queue), session, &shown, &items, ("", decided > 0))
}

/// Returns every page with a name of its own.
pub fn pages() -> Vec<Named> {
    let bob = session("bob", &["approver:manager", "finance"]);
    let alice = session("alice", &["requester"]);
    let nobody = Frame::new(None, now(), Place::Elsewhere);
    let count = |count, is_complete| Counted { count, is_complete };
    let nothing = count(0, true);
    let counts = QueueCounts {
        decisions: count(71, true),
        tasks: count(1000, false),
        questions: nothing,
        alerts: nothing,
        overdue: nothing,
    };
    let at = |place| Frame { counts: Some(counts), ..frame(&bob, place) };
    let problem = Problem::conflict(
        "content-changed",
        "the request has changed since you looked at it: read it again and decide on content hash 77aa",
    );
    let refused = at(Place::Requests).failed(problem);
    let decided = Frame {
        notice: Some(Notice::Done(Flash::from("Approved: refund 71.40 EUR, Nordlicht GmbH. 70 left.".to_owned()))),
        ..at(Place::Requests)
    };
    let typed = Form::from([("form", "decide"), ("note", "I looked at the photos, both are broken.")]);
    let none = Form::default();
    let preferences = Preferences { views: vec![kept()[0].view.clone()], ..Preferences::default() };
    let faster = Late {
        by: Some("ann".into()),
        verdict: Verdict::Approve,
        at: now(),
        theirs: HOSTILE.into(),
        mine: "No photo.".into(),
    };
    let late = Frame { notice: Some(Notice::Late(faster)), ..at(Place::Requests) };
    let all = Choice { all: true, note: "All of these are from the storm.".into(), ..Choice::default() };
    vec![
        (
            "queue",
            queue::render(&at(Place::Queue), &bob, &waiting(&bob, fixtures::many(12), None, ""), &Choice::default()),
        ),
        (
            "queue-picked",
            queue::render(
                &at(Place::Queue),
                &bob,
                &waiting(&bob, fixtures::many(12), Some("n"), "kind=refund&max=12%2C50"),
                &all,
            ),
        ),
        (
            "queue-empty",
            queue::render(&at(Place::Queue), &bob, &waiting(&bob, Vec::new(), None, "view=tasks"), &Choice::default()),
        ),
        (
            "queue-unread",
            queue::render(
                &at(Place::Queue),
                &bob,
                &queue::Shown { unread: vec![unread()], ..waiting(&bob, Vec::new(), None, "view=tasks") },
                &Choice::default(),
            ),
        ),
        (
            "queue-further",
            queue::render(
                &at(Place::Queue),
                &bob,
                &waiting(&bob, Vec::new(), Some("n"), "cursor=c"),
                &Choice::default(),
            ),
        ),
        (
            "queue-own",
            queue::render(
                &frame(&alice, Place::Queue),
                &alice,
                &waiting(&alice, fixtures::many(5), None, ""),
                &Choice::default(),
            ),
        ),
        (
            "queue-hostile",
            queue::render(
                &at(Place::Queue),
                &bob,
                &waiting(&bob, vec![fixtures::hostile(HOSTILE), fixtures::long()], None, ""),
                &Choice::default(),
            ),
        ),
        ("batch-new", batch(&bob, 0)),
        ("batch-runs", batch(&bob, 2)),
        ("batch-done", batch(&bob, 3)),
        ("requests", requests::render(&at(Place::Requests), &listed(fixtures::many(50), Some("next"), ""))),
        (
            "requests-further",
            requests::render(
                &at(Place::Requests),
                &listed(Vec::new(), Some("next"), "cursor=c&q=INV-1&status=completed,rejected&min=5&sort=oldest"),
            ),
        ),
        ("requests-none", requests::render(&at(Place::Requests), &listed(Vec::new(), None, "customer=CUST-7"))),
        ("settings", settings::render(&at(Place::Settings), &bob, &preferences, &none)),
        (
            "settings-keep",
            settings::render(
                &at(Place::Settings),
                &bob,
                &preferences,
                &Form::from([("place", "queue"), ("query", "view=tasks")]),
            ),
        ),
        ("request-late", request::render(&late, &bob, &shown(fixtures::completed()), &typed)),
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
        let waiting = waiting(&who, fixtures::many(6), None, "");
        queue::render(&frame(&who, Place::Queue), &who, &waiting, &Choice::default()).into_string()
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
