//! Shows what someone may do about a request. Buttons that would not work are left out as a courtesy; the api decides
//! whether they work.

use contraflow_domain::approval::Verdict;
use contraflow_domain::authority::{self, AuthorityError, Effect};
use contraflow_domain::catalogue::{FindingCode, Retry, TaskCode};
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::content::Redirect;
use contraflow_domain::request::parts::{Involving as _, Part};
use contraflow_domain::request::slot::Slot;
use contraflow_domain::request::view::{Decidable, RequestView};
use maud::{Markup, html};

use crate::form::{Form, segment};
use crate::parts::layout::csrf;
use crate::session::Session;

/// Draws the panel beside the request; `typed` is what a refused form held.
pub fn panel(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    html! {
        @if request.awaits_decision() { (decision(session, request, typed)) }
        @if can_answer(session, request) { (answer(session, request, typed)) }
        (mending(session, request, typed))
        (confirming(session, request))
        (taking_back(session, request, typed))
    }
}

/// Returns the reason why this person can't decide on the request, as far as their roles and name tell.
pub fn why_not(session: &Session, request: &impl Decidable) -> Option<String> {
    let person = &session.person;
    if person.is_asker(request) {
        return Some(
            "You asked for this request, so someone else must decide on it. That holds whatever your roles are.".into(),
        );
    }
    if request.had(Part::Asked, &person.identity()) {
        return Some(format!(
            "{} asked for this request, which may be you, so someone else must decide on it.",
            request.requester()
        ));
    }
    if let Err(error) = authority::apart(Effect::Decide, request, &person.identity()) {
        return Some(error.to_string());
    }
    if person.may(Effect::Decide).is_err() {
        let level = request.next_level().map_or("an approver", |slot| Slot::read(slot).level());
        return Some(format!("Deciding needs the role approver:{level} or higher. You can follow the request here."));
    }
    if request.holding().any(|made| made.may_be_of(&person.identity())) {
        return Some("You have approved this already; another person must approve it too.".into());
    }
    None
}

fn decision(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let open: Vec<_> = request.approvals.open.iter().map(|slot| Slot::read(slot).title()).collect();
    html! {
        section.card.panel aria-labelledby="decide" {
            h2 #decide { "Your decision" }
            @if let Some(why) = why_not(session, request) {
                p.hint { (why) }
            } @else {
                @if let Some(redirect) = &request.redirect { (elsewhere(redirect)) }
                @if !open.is_empty() { p.quiet { "Decides at the level " strong { (open.join(" or ")) } "." } }
                @if request.status == RequestStatus::InfoRequested { p.hint { "The requester was asked something and has not answered yet. Until then you can only reject." } }
                form method="post" action=(action(request, "decide")) {
                    (csrf(session))
                    input type="hidden" name="content_hash" value=(request.content_hash);
                    (note_field("decision-note", "Note", "Why. The requester reads it when you reject or ask.", typed, "decide"))
                    div.buttons {
                        @if request.status == RequestStatus::InfoRequested {
                            (verdict(Verdict::Reject, "danger"))
                        } @else {
                            (verdict(Verdict::Approve, "primary"))
                            (verdict(Verdict::Reject, "danger"))
                            @if request.redirect.is_none() { (verdict(Verdict::RequestInfo, "")) }
                            (verdict(Verdict::Escalate, ""))
                        }
                    }
                }
            }
        }
    }
}

/// Says what is decided on where money is to go elsewhere than was approved.
fn elsewhere(redirect: &Redirect) -> Markup {
    html! {
        p { strong { (redirect.by) } " wants the money of " (redirect.legs.join(", ")) ", which did not arrive, sent elsewhere: " strong { (redirect.destination.title()) } ". Nothing goes there before it is approved." }
    }
}

fn verdict(verdict: Verdict, class: &str) -> Markup {
    html! { button class=[Some(class).filter(|class| !class.is_empty())] name="decision" value=(verdict.name()) { (verdict.title()) } }
}

fn can_answer(session: &Session, request: &RequestView) -> bool {
    let waits = request.status == RequestStatus::InfoRequested || session.person.is_asker(request);
    request.status.awaits_people() && waits && session.person.may_on(Effect::Reply, request).is_ok()
}

fn answer(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let question = request.approvals.decisions.iter().rev().find(|made| made.decision == Verdict::RequestInfo);
    html! {
        section.card.panel aria-labelledby="answer" {
            h2 #answer { @if request.status == RequestStatus::InfoRequested { "Answer the question" } @else { "Add something" } }
            @if let Some(question) = question.filter(|_| request.status == RequestStatus::InfoRequested) {
                p.quiet { (question.by) " asks:" } blockquote { (question.note) }
            }
            form method="post" action=(action(request, "reply")) {
                (csrf(session))
                (note_field("reply-note", "Answer", "What the decider should know.", typed, "reply"))
                label for="evidence" { "Link to evidence " span.quiet { "(optional)" } }
                input #evidence type="url" name="evidence" maxlength="2048" placeholder="https://…" value=(kept(typed, "reply", "evidence"));
                div.buttons { button.primary[request.status == RequestStatus::InfoRequested] { "Send" } }
            }
        }
    }
}

fn mending(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let needs = request.status == RequestStatus::NeedsAttention || !request.tasks.is_empty();
    // A request that only waits for a payout by hand has nothing that could be retried.
    let retriable = request.status == RequestStatus::NeedsAttention
        || request.tasks.iter().any(|task| task.code.retry() == Retry::Clears);
    let may_confirm = session.person.may_on(Effect::ConfirmPayout, request).is_ok();
    let payouts: Vec<_> = request.tasks.iter().filter(|task| task.code == TaskCode::LegPayOut && may_confirm).collect();
    let refusal = session.person.may(Effect::Retry).err();
    let held_back = session
        .person
        .may_on(Effect::ConfirmPayout, request)
        .err()
        .filter(|error| matches!(error, AuthorityError::Apart { .. }));
    let pays_out = request.tasks.iter().any(|task| task.code == TaskCode::LegPayOut);
    html! {
        @if let Some(why) = held_back.filter(|_| pays_out) { section.card.panel { h2 { "Somebody else confirms the payout" } p.hint { (why) } } }
        @if needs && (refusal.is_none() || may_confirm) {
            @for task in payouts {
                section.card.panel {
                    h2 { "Confirm the payout of leg " (task.subject) }
                    form method="post" action=(format!("{}/{}", action(request, "confirm"), segment(&task.subject))) {
                        (csrf(session))
                        input type="hidden" name="form" value="confirm";
                        label for=(format!("reference-{}", task.subject)) { "Reference of your payment" }
                        input id=(format!("reference-{}", task.subject)) name="reference" maxlength=(bounds::REFERENCE_LENGTH) required value=(kept(typed, "confirm", "reference"));
                        div.buttons { button.primary { "It is paid out" } }
                    }
                }
            }
            @if retriable && refusal.is_none() { (retry(session, request, typed)) }
        } @else if let Some(refusal) = refusal.filter(|_| needs) {
            section.card.panel { h2 { "Someone must look at this" } p.hint { "The tasks on this page say what to do. " (refusal) } }
        }
    }
}

fn retry(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let stays = session.person.may_on(Effect::Redirect, request).err();
    let places = [Destination::Auto, Destination::OriginalTender, Destination::StoreCredit, Destination::Manual];
    html! {
        section.card.panel aria-labelledby="retry" {
            h2 #retry { "Try again" }
            form method="post" action=(action(request, "retry")) {
                (csrf(session))
                input type="hidden" name="form" value="retry";
                label for="destination" { "Where lost money goes" }
                select #destination name="destination" {
                    @for to in places.into_iter().filter(|to| *to == Destination::Auto || stays.is_none()) {
                        option value=(to.name()) selected[kept(typed, "retry", "destination") == to.name()] {
                            @if to == Destination::Auto { "Where it was to go" } @else { (to.title()) }
                        }
                    }
                }
                p.hint {
                    @if let Some(why) = stays { "To send it elsewhere: " (why) }
                    @else { "Another destination than the approved one goes back to those who decide." }
                }
                div.buttons { button { "Retry" } }
            }
        }
    }
}

/// Draws the confirmation of the schedule that made the request, for whoever did not make it.
fn confirming(session: &Session, request: &RequestView) -> Markup {
    let waits = request.findings.iter().any(|finding| finding.code == FindingCode::ScheduleUnconfirmed);
    let may =
        session.person.may(Effect::ConfirmSchedules).is_ok() && !request.had(Part::Asked, &session.person.identity());
    let schedule = request.source.reference.as_deref().and_then(|reference| reference.split('/').next());
    html! {
        @if let Some(schedule) = schedule.filter(|_| waits && may) {
            details.card.panel {
                summary { "Confirm the schedule" }
                p.hint {
                    "A schedule made this request. Once somebody else than its maker has confirmed it, its next requests pass by
                     themselves where the policy lets them. This one still waits for a decision."
                }
                form method="post" action=(action(request, "confirm-schedule")) {
                    (csrf(session))
                    input type="hidden" name="schedule" value=(schedule);
                    div.buttons { button { "Confirm the schedule" } }
                }
            }
        }
    }
}

fn taking_back(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let may_withdraw = session.person.may_on(Effect::Withdraw, request).is_ok();
    let reversal = session.person.may_on(Effect::Reverse, request);
    let open =
        request.status.awaits_people() || matches!(request.status, RequestStatus::Received | RequestStatus::Validated);
    html! {
        @if open && may_withdraw { (folded(session, request, typed, "withdraw", "Withdraw the request", "What is reserved becomes free again. A new request can be made.")) }
        @if request.credit_memo.as_ref().is_some_and(|memo| memo.status == DocumentStatus::Issued) {
            @match &reversal {
                Ok(()) => (folded(session, request, typed, "reverse", "Reverse the credit memo", "The memo is voided, and what can be taken back of its money is.")),
                Err(why @ AuthorityError::Apart { .. }) => section.card.panel { h2 { "Somebody else reverses the credit memo" } p.hint { (why) } },
                Err(AuthorityError::Role { .. } | AuthorityError::Scope { .. }) => {},
            }
        }
    }
}

/// Draws a form that is folded, because it is seldom wanted and must not be pressed by accident.
fn folded(session: &Session, request: &RequestView, typed: &Form, name: &str, label: &str, hint: &str) -> Markup {
    html! {
        details.card.panel open[typed.get("form") == name] {
            summary { (label) }
            p.hint { (hint) }
            form method="post" action=(action(request, name)) {
                (csrf(session))
                (note_field(&format!("{name}-note"), "Note", "Why.", typed, name))
                @if name == "reverse" {
                    label.check { input type="checkbox" name="allow_partial" value="yes"; " Take back only what is left, if part was spent" }
                }
                div.buttons { button.danger { (label) } }
            }
        }
    }
}

fn action(request: &RequestView, what: &str) -> String {
    format!("/requests/{}/{what}", segment(&request.id))
}

/// Returns what was typed into the form that was refused; the other forms stay empty.
fn kept<'a>(typed: &'a Form, form: &str, field: &str) -> &'a str {
    if typed.get("form") == form { typed.get(field) } else { "" }
}

fn note_field(id: &str, label: &str, hint: &str, typed: &Form, form: &str) -> Markup {
    html! {
        input type="hidden" name="form" value=(form);
        label for=(id) { (label) }
        textarea id=(id) name="note" rows="3" maxlength=(bounds::NOTE_CHARS) placeholder=(hint) { (kept(typed, form, "note")) }
    }
}
