//! Draws what is seldom done about a request, folded so that it is not pressed by accident: handing it to somebody
//! else, a link to decide, taking it back, reversing it, asking for it again.

use contraflow_domain::authority::{AuthorityError, Effect};
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::parts::{Involving as _, Part};
use contraflow_domain::request::view::RequestView;
use maud::{Markup, html};

use super::{Note, action, kept, note_field};
use crate::form::{Form, with_query};
use crate::locale::say;
use crate::pages::decidable::why_not;
use crate::parts::layout::csrf;
use crate::parts::refused;
use crate::parts::words;
use crate::session::Session;

/// Draws all of it.
pub fn actions(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let decides = request.awaits_decision() && why_not(session, request).is_none();
    html! {
        (corrected(session, request))
        @if decides && session.person.may_on(Effect::Reassign, request).is_ok() { (reassigning(session, request, typed)) }
        @if decides { (linking(session, request)) }
        (confirming(session, request))
        (taking_back(session, request, typed))
    }
}

/// Leads from a refused request to the form that puts it right, and to the one that did.
fn corrected(session: &Session, request: &RequestView) -> Markup {
    let again = with_query("/new", &[("corrects", &request.id)]);
    let refused = request.status.is_refused() && session.person.is_asker(request);
    html! {
        @if let Some(other) = &request.corrected_by {
            p.card.panel { a href=(format!("/requests/{}", crate::form::segment(other))) { (say!("decide-corrected-by")) } }
        } @else if refused && session.person.may(Effect::Ask).is_ok() {
            section.card.panel {
                h2 { (say!("decide-correct")) }
                p.hint { (say!("decide-correct-hint")) }
                p.buttons { a.button.primary href=(again) { (say!("decide-correct-go")) } }
            }
        }
    }
}

fn reassigning(session: &Session, request: &RequestView, typed: &Form) -> Markup {
    let open = &request.approvals.open;
    html! {
        details.card.panel open[typed.get("form") == "reassign"] {
            summary { (say!("decide-reassign")) }
            p.hint { (say!("decide-reassign-hint")) }
            form method="post" action=(action(request, "reassign")) {
                (csrf(session))
                label for="reassign-to" { (say!("decide-reassign-to")) }
                input id="reassign-to" name="to" required maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" value=(kept(typed, "reassign", "to"));
                @if open.len() > 1 {
                    label for="reassign-of" { (say!("decide-reassign-of")) }
                    select id="reassign-of" name="of" { @for slot in open { option value=(slot) { (words::slot(slot)) } } }
                }
                (note_field(&Note { id: "reassign-note", label: say!("decide-why"), hint: String::new(), form: "reassign", is_required: true }, typed))
                div.buttons { button { (say!("decide-reassign-go")) } }
            }
        }
    }
}

fn linking(session: &Session, request: &RequestView) -> Markup {
    html! {
        details.card.panel {
            summary { (say!("decide-link")) }
            p.hint { (say!("decide-link-hint")) }
            form method="post" action=(action(request, "links")) {
                (csrf(session))
                div.buttons { button { (say!("decide-link-go")) } }
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
                summary { (say!("decide-schedule")) }
                p.hint { (say!("decide-schedule-hint")) }
                form method="post" action=(action(request, "confirm-schedule")) {
                    (csrf(session))
                    input type="hidden" name="schedule" value=(schedule);
                    div.buttons { button { (say!("decide-schedule")) } }
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
        @if open && may_withdraw { (folded(session, request, typed, &Folded { name: "withdraw", label: say!("decide-withdraw"), hint: say!("decide-withdraw-hint") })) }
        @if request.credit_memo.as_ref().is_some_and(|memo| memo.status == DocumentStatus::Issued) {
            @match &reversal {
                Ok(()) => (folded(session, request, typed, &Folded { name: "reverse", label: say!("decide-reverse"), hint: say!("decide-reverse-hint") })),
                Err(why @ AuthorityError::Apart { .. }) => section.card.panel { h2 { (say!("decide-reverse-other")) } p.hint { (refused::why(why)) } },
                Err(AuthorityError::Role { .. } | AuthorityError::Scope { .. }) => {},
            }
        }
    }
}

/// Says what a folded form is for.
struct Folded<'a> {
    name: &'a str,
    label: String,
    hint: String,
}

fn folded(session: &Session, request: &RequestView, typed: &Form, folded: &Folded<'_>) -> Markup {
    let Folded { name, label, hint } = folded;
    let name = *name;
    let id = format!("{name}-note");
    html! {
        details.card.panel open[typed.get("form") == name] {
            summary { (label) }
            p.hint { (hint) }
            form method="post" action=(action(request, name)) {
                (csrf(session))
                (note_field(&Note { id: &id, label: say!("decide-why"), hint: String::new(), form: name, is_required: false }, typed))
                @if name == "reverse" {
                    label.check { input type="checkbox" name="allow_partial" value="yes"; " " (say!("decide-reverse-part")) }
                }
                div.buttons { button.danger { (label) } }
            }
        }
    }
}
