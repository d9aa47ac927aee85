//! Shows what someone may do about a request. Buttons that would not work are left out as a courtesy; the api decides
//! whether they work.

pub mod said;
mod seldom;
pub mod spending;
pub mod tasks;

use contraflow_domain::approval::Verdict;
use contraflow_domain::authority::Effect;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::content::Redirect;
use contraflow_domain::request::spending::SpendingLeft;
use contraflow_domain::request::view::RequestView;
use maud::{Markup, html};

use super::decidable::why_not;
use super::next::{Around, Place};
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf};
use crate::parts::{foreign, time, words};
use crate::session::Session;

/// Draws the panel beside the request; `typed` is what a refused form held.
pub fn panel(
    frame: &Frame<'_>,
    session: &Session,
    request: &RequestView,
    (around, left): (&Around, Option<&SpendingLeft>),
    typed: &Form,
) -> Markup {
    html! {
        @if request.awaits_decision() {
            (taken(frame, session, request))
            (decision(session, request, (around, left), typed))
        }
        @if can_answer(session, request) { (answer(session, request, typed)) }
        (seldom::actions(session, request, typed))
    }
}

/// Says who is looking at the request, and lets the person say that they are.
fn taken(frame: &Frame<'_>, session: &Session, request: &RequestView) -> Markup {
    let held = request.taken.as_ref().filter(|taken| taken.until > frame.now);
    let is_mine = held.is_some_and(|taken| taken.by == session.person.name);
    let may = why_not(session, request).is_none();
    let button = |what: &str, over: bool, words: String| {
        html! {
            form method="post" action=(action(request, what)) {
                (csrf(session))
                @if over { input type="hidden" name="over" value="yes"; }
                button.plain-button { (words) }
            }
        }
    };
    html! {
        @if held.is_some() || may {
            div.taken {
                @match held {
                    Some(_) if is_mine => { span { (say!("decide-taken-mine")) } (button("release", false, say!("decide-release"))) },
                    Some(taken) => {
                        span { strong { (woven!("decide-taken", name = foreign::name(&taken.by), when = time::relative(taken.at, frame.now))) } }
                        @if may { (button("take", true, say!("decide-take-over"))) }
                    },
                    None => { span.quiet { (say!("decide-taken-nobody")) } (button("take", false, say!("decide-take"))) },
                }
            }
        }
    }
}

fn decision(
    session: &Session,
    request: &RequestView,
    (around, left): (&Around, Option<&SpendingLeft>),
    typed: &Form,
) -> Markup {
    let open: Vec<_> = request.approvals.open.iter().map(|slot| words::slot(slot)).collect();
    let lent: Vec<_> = session.person.lent.iter().map(|lent| lent.from.as_str()).collect();
    let only_reject = request.status == RequestStatus::InfoRequested;
    html! {
        section.card.panel.deciding aria-labelledby="decide" {
            h2 #decide { (say!("decide-title")) }
            @if let Some(why) = why_not(session, request) {
                p.hint { (why) }
            } @else {
                @if let Some(redirect) = &request.redirect { (elsewhere(redirect)) }
                @if !open.is_empty() { p.quiet { (woven!("decide-level", levels = html! { strong { (open.join(&format!(" {} ", say!("decide-or")))) } })) } }
                @if !lent.is_empty() { p.hint { (woven!("decide-for", names = foreign::name(&lent.join(", ")))) } }
                @if only_reject { p.hint { (say!("decide-unanswered")) } }
                form method="post" action=(action(request, "decide")) {
                    (csrf(session))
                    input type="hidden" name="content_hash" value=(request.content_hash);
                    @if !around.query.is_empty() {
                        input type="hidden" name="queue" value=(around.query);
                        input type="hidden" name="after" value=(Place::of(request).written());
                    }
                    (note_field(&Note { id: "decision-note", label: say!("decide-note"), hint: say!("decide-note-hint"), form: "decide", is_required: true }, typed))
                    @if !only_reject { (spending::spending(left)) }
                    div.buttons {
                        @if !only_reject { (verdict(Verdict::Approve, "primary", "a")) }
                        (verdict(Verdict::Reject, "danger", "r"))
                        @if !only_reject {
                            @if request.redirect.is_none() { (verdict(Verdict::RequestInfo, "", "i")) }
                            (verdict(Verdict::Escalate, "", "e"))
                        }
                    }
                }
            }
        }
    }
}

/// Says what is decided on where money is to go elsewhere than was approved.
fn elsewhere(redirect: &Redirect) -> Markup {
    let destination = html! { strong { (redirect.destination.said()) } };
    html! {
        p { (woven!("decide-elsewhere", name = foreign::name(&redirect.by), parts = html! { (redirect.legs.join(", ")) }, destination = destination)) }
    }
}

/// Draws the button of a verdict. A browser asks for the note where one has to be said.
fn verdict(verdict: Verdict, class: &str, key: &str) -> Markup {
    let speaks = verdict.has_to_say().is_some();
    html! {
        button class=[Some(class).filter(|class| !class.is_empty())] name="decision" value=(verdict.name()) data-key=(key)
            data-note=[speaks.then_some("decision-note")] formnovalidate[!speaks] { (verdict.said()) }
    }
}

fn can_answer(session: &Session, request: &RequestView) -> bool {
    let waits = request.status == RequestStatus::InfoRequested || session.person.is_asker(request);
    request.status.awaits_people() && waits && session.person.may_on(Effect::Reply, request).is_ok()
}

fn answer(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let is_asked = request.status == RequestStatus::InfoRequested;
    let question = request.approvals.decisions.iter().rev().find(|made| made.decision == Verdict::RequestInfo);
    html! {
        section.card.panel aria-labelledby="answer" {
            h2 #answer { @if is_asked { (say!("decide-answer")) } @else { (say!("decide-add")) } }
            @if let Some(question) = question.filter(|_| is_asked) {
                p.quiet { (woven!("decide-asks", name = foreign::name(&question.by))) } (foreign::quote(&question.note))
            }
            form method="post" action=(action(request, "reply")) {
                (csrf(session))
                (note_field(&Note { id: "reply-note", label: say!("decide-reply"), hint: say!("decide-reply-hint"), form: "reply", is_required: false }, typed))
                label for="evidence" { (say!("decide-evidence")) }
                input #evidence type="url" name="evidence" maxlength="2048" placeholder="https://…" value=(kept(typed, "reply", "evidence"));
                div.buttons { button.primary[is_asked] { (say!("decide-send")) } }
            }
        }
    }
}

/// Returns the address of a form of a request.
pub fn action(request: &RequestView, what: &str) -> String {
    format!("/requests/{}/{what}", segment(&request.id))
}

/// Returns what was typed into the form that was refused; the other forms stay empty.
pub fn kept<'a>(typed: &'a Form, form: &str, field: &str) -> &'a str {
    if typed.get("form") == form { typed.get(field) } else { "" }
}

/// Says what a field for a note is for.
struct Note<'a> {
    id: &'a str,
    label: String,
    hint: String,
    form: &'a str,
    is_required: bool,
}

fn note_field(note: &Note<'_>, typed: &Form) -> Markup {
    html! {
        input type="hidden" name="form" value=(note.form);
        label for=(note.id) { (note.label) }
        textarea id=(note.id) name="note" rows="3" dir="auto" maxlength=(bounds::NOTE_CHARS) placeholder=(note.hint) required[note.is_required] { (kept(typed, note.form, "note")) }
    }
}
