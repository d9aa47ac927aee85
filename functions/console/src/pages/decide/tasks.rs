//! Draws the tasks of a request as cards, each with the buttons that see to it.

use contraflow_domain::authority::{AuthorityError, Effect};
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits as bounds;
use contraflow_domain::request::Task;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::view::RequestView;
use maud::{Markup, html};

use super::{action, kept};
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf};
use crate::parts::message::anchor;
use crate::parts::task::{About, Way, others};
use crate::parts::{money, refused, rows, time, words};
use crate::session::Session;

/// Draws the tasks; nothing when there are none.
pub fn tasks(frame: &Frame<'_>, session: &Session, request: &RequestView, typed: &Form) -> Markup {
    // Something may be stuck though nobody wrote down a task.
    let stuck = request.tasks.is_empty() && request.status == RequestStatus::NeedsAttention;
    if request.tasks.is_empty() && !stuck {
        return html! {};
    }
    html! {
        section.card.attention aria-labelledby="tasks" {
            h2 #tasks { (say!("decide-tasks")) }
            ul.plain {
                @for task in &request.tasks { li.todo { (card(frame, session, request, (task, typed))) } }
                @if stuck { li.todo { p { (say!("decide-stuck")) } @if session.person.may(Effect::Retry).is_ok() { (again(session, request, None, "decide-again")) } } }
            }
        }
    }
}

fn card(frame: &Frame<'_>, session: &Session, request: &RequestView, (task, typed): (&Task, &Form)) -> Markup {
    let leg = request.legs.iter().find(|leg| leg.id == task.subject);
    let refusal = request.credit_memo.as_ref().and_then(|memo| memo.refusal.as_deref());
    let about = About { task, leg, total: request.amount, payee: rows::about(request), refusal };
    html! {
        p {
            strong { (task.code.said()) }
            @if let Some(leg) = leg { ": " (money::money(leg.amount)) span.quiet { " · " (words::leg(leg)) } }
        }
        p { (about.happened()) " " (about.remedy()) }
        p.quiet { (woven!("decide-since", when = time::relative(task.since, frame.now))) }
        @match Way::of(task.code) {
            Way::Close => {
                @if task.code == TaskCode::MessageUndeliverable { (message(task, "outbox-look")) }
                (closing(session, request, task, typed))
            },
            Way::PayOut => (paying(session, request, task, typed)),
            Way::Reroute => (rerouting(session, request, task)),
            Way::Find => {
                (paying(session, request, task, typed))
                @if session.person.may(Effect::Retry).is_ok() { (again(session, request, Some(&task.subject), "decide-again")) }
            },
            Way::Retry(words) => { @match session.person.may(Effect::Retry) { Ok(()) => (again(session, request, None, words)), Err(why) => (others(&why)) } },
            Way::Read => (message(task, "outbox-read")),
            Way::Nothing => {},
        }
    }
}

/// Draws the link to the message that a task is about, which stands on the same page; `words` is the key of what it
/// says.
fn message(task: &Task, words: &str) -> Markup {
    html! { p.buttons { a.button href=(format!("#{}", anchor(&task.subject))) { (say!(words)) } } }
}

/// Draws the button that has it tried again; `words` is the key of what it says.
fn again(session: &Session, request: &RequestView, leg: Option<&str>, words: &str) -> Markup {
    html! {
        form.inline method="post" action=(action(request, "retry")) {
            (csrf(session))
            input type="hidden" name="form" value="retry";
            @if let Some(leg) = leg { input type="hidden" name="leg" value=(leg); }
            button { (say!(words)) }
        }
    }
}

/// Draws one button for each place where lost money may go.
fn rerouting(session: &Session, request: &RequestView, task: &Task) -> Markup {
    if let Err(why) = session.person.may(Effect::Retry) {
        return others(&why);
    }
    let stays = session.person.may_on(Effect::Redirect, request).err();
    let places = [
        (Destination::Auto, say!("decide-to-same")),
        (Destination::StoreCredit, say!("decide-to-credit")),
        (Destination::Manual, say!("decide-to-hand")),
    ];
    html! {
        form method="post" action=(action(request, "retry")) {
            (csrf(session))
            input type="hidden" name="form" value="retry";
            input type="hidden" name="leg" value=(task.subject);
            div.buttons {
                @for (to, said) in places.iter().filter(|(to, _)| *to == Destination::Auto || stays.is_none()) {
                    button.primary[*to == Destination::Auto] name="destination" value=(to.name()) { (said) }
                }
            }
            p.hint {
                @match &stays { Some(why) => { (say!("decide-stays")) " " (refused::why(why)) }, None => (say!("decide-goes-elsewhere")) }
            }
        }
    }
}

fn paying(session: &Session, request: &RequestView, task: &Task, typed: &Form) -> Markup {
    match session.person.may_on(Effect::ConfirmPayout, request) {
        Ok(()) => {}
        Err(why @ AuthorityError::Apart { .. }) => {
            return html! { p.hint { (say!("decide-pay-other")) " " (refused::why(&why)) } };
        }
        Err(why) => return others(&why),
    }
    let id = format!("reference-{}", task.subject);
    let is_payout = task.code == TaskCode::LegPayOut;
    // The reference of one payment must not stand in the form of another.
    let kept = if typed.get("subject") == task.subject { kept(typed, "confirm", "reference") } else { "" };
    html! {
        form.inline method="post" action=(format!("{}/{}", action(request, "confirm"), segment(&task.subject))) {
            (csrf(session))
            input type="hidden" name="form" value="confirm";
            input type="hidden" name="subject" value=(task.subject);
            label for=(id) { @if is_payout { (say!("decide-reference")) } @else { (say!("decide-gateway-reference")) } }
            input id=(id) name="reference" maxlength=(bounds::REFERENCE_LENGTH) required value=(kept);
            button.primary { @if is_payout { (say!("decide-paid")) } @else { (say!("decide-found")) } }
        }
    }
}

fn closing(session: &Session, request: &RequestView, task: &Task, typed: &Form) -> Markup {
    if let Err(why) = session.person.may_on(Effect::CloseTask, request) {
        return others(&why);
    }
    let note = format!("done-{}-{}", task.code.name().replace('.', "-"), task.subject);
    let reference = format!("{note}-reference");
    let is_this = typed.get("code") == task.code.name() && typed.get("subject") == task.subject;
    let kept = |name: &str| if is_this { kept(typed, "close", name) } else { "" };
    html! {
        @if task.code == TaskCode::DisputeEvidence && session.person.may(Effect::ReadDisputeEvidence).is_ok() {
            p { a href=(action(request, "dispute-evidence")) download { (say!("decide-bank-evidence")) } }
        }
        details.closing open[is_this] {
            summary.button { @if task.code == TaskCode::DisputeEvidence { (say!("decide-evidence-sent")) } @else { (say!("decide-seen-to")) } }
            form method="post" action=(action(request, "tasks/close")) {
                (csrf(session))
                input type="hidden" name="form" value="close";
                input type="hidden" name="code" value=(task.code.name());
                input type="hidden" name="subject" value=(task.subject);
                label for=(note) { (say!("decide-what-done")) }
                textarea id=(note) name="note" rows="2" required dir="auto" maxlength=(bounds::NOTE_CHARS) { (kept("note")) }
                label for=(reference) { (say!("decide-its-reference")) }
                input id=(reference) name="reference" maxlength=(bounds::REFERENCE_LENGTH) value=(kept("reference"));
                div.buttons { button.primary { (say!("decide-close")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{fixtures, frame, session};

    fn drawn(code: TaskCode, roles: &[&str]) -> String {
        let who = session("somebody else", roles);
        let mut request = fixtures::attention();
        request.tasks.truncate(1);
        request.tasks[0].code = code;
        tasks(&frame(&who, Place::Requests), &who, &request, &Form::default()).into_string()
    }

    #[test]
    fn nothing_is_tried_again_where_there_is_nothing_to_try() {
        for code in TaskCode::ALL.iter().copied() {
            let drawn = drawn(code, &["finance"]);
            let closes = matches!(Way::of(code), Way::Close);
            assert_eq!(drawn.contains("/tasks/close\""), closes, "{code:?}");
            let tries = matches!(Way::of(code), Way::Retry(_) | Way::Reroute | Way::Find);
            assert_eq!(drawn.contains("/retry\""), tries, "{code:?}");
        }
    }

    #[test]
    fn the_reference_of_one_payment_is_never_that_of_another() {
        let fina = session("fina", &["finance"]);
        let mut request = fixtures::attention();
        request.tasks.iter_mut().for_each(|task| task.code = TaskCode::LegPayOut);
        let subject = request.tasks[0].subject.clone();
        assert!(request.tasks.iter().any(|task| task.subject != subject));
        let typed = Form::from([("form", "confirm"), ("subject", &*subject), ("reference", "SEPA 7")]);
        let drawn = tasks(&frame(&fina, Place::Requests), &fina, &request, &typed).into_string();
        assert_eq!(drawn.matches("value=\"SEPA 7\"").count(), 1, "{drawn}");
    }

    #[test]
    fn whoever_asked_reads_why_they_close_no_task_of_their_own() {
        let mut request = fixtures::attention();
        request.tasks.truncate(1);
        request.tasks[0].code = TaskCode::RiskAlert;
        let asker = session(&request.requester, &["finance"]);
        let drawn = tasks(&frame(&asker, Place::Requests), &asker, &request, &Form::default()).into_string();
        assert!(drawn.contains("Somebody else sees to this.") && !drawn.contains("/tasks/close"), "{drawn}");
    }

    #[test]
    fn lost_money_has_a_button_for_each_place_and_others_read_who_sees_to_it() {
        let finance = drawn(TaskCode::LegReroute, &["finance"]);
        assert_eq!(finance.matches("name=\"destination\"").count(), 3);
        let approver = drawn(TaskCode::LegReroute, &["approver:lead"]);
        assert!(!approver.contains("<button") && approver.contains("needs the role finance or admin"), "{approver}");
    }
}
