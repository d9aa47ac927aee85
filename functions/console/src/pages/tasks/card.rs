//! Draws the card of one task: what happened, what is to be done, and the buttons that do it.

use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::{Owner, TaskCode};
use contraflow_domain::limits as bounds;
use contraflow_domain::request::ask::Destination;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::wait::WaitStep;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use super::Filter;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::layout::{Frame, csrf};
use crate::parts::message::address;
use crate::parts::task::{About, Way, is_of_a_dispute, others, payee};
use crate::parts::{foreign, money, time};
use crate::session::Session;

/// Holds what a card is drawn from.
pub struct Shown<'a> {
    /// What every page needs.
    pub frame: &'a Frame<'a>,
    /// Who looks at it.
    pub session: &'a Session,
    /// The request.
    pub row: &'a RequestRow,
    /// The task.
    pub about: &'a About<'a>,
    /// The card's place on the page, which makes the ids of its fields its own.
    pub place: usize,
    /// What the page was asked for; forms lead back to it.
    pub filter: &'a Filter,
    /// The page that forms lead back to in place of that; empty where they lead to that.
    pub back: &'a str,
    /// What a refused form held.
    pub typed: &'a Form,
}

impl Shown<'_> {
    fn code(&self) -> TaskCode {
        self.about.task.code
    }

    /// Returns what was typed into a field of this card.
    fn kept(&self, field: &str) -> &str {
        let task = self.about.task;
        let is_mine = self.typed.get("request") == self.row.id
            && self.typed.get("code") == task.code.name()
            && self.typed.get("subject") == task.subject;
        if is_mine { self.typed.get(field) } else { "" }
    }

    fn id(&self, field: &str) -> String {
        format!("{field}-{}", self.place)
    }

    fn may(&self, effect: Effect) -> bool {
        self.session.person.may_on(effect, self.row).is_ok()
    }
}

/// Returns by when somebody must have seen to the task; `None` where no rule of the policy says so.
pub fn due_at(row: &RequestRow, about: &About<'_>) -> Option<Timestamp> {
    let is_of = |subject: &str| {
        let (code, of) = subject.split_once(':').unwrap_or((subject, ""));
        code == about.task.code.name() && of == about.task.subject
    };
    let mut waits = row.waits.iter().filter(|wait| wait.step == WaitStep::Task && is_of(&wait.subject));
    waits.find_map(|wait| wait.due_at)
}

/// Draws the card.
pub fn card(shown: &Shown<'_>) -> Markup {
    html! {
        li.card.task {
            div.task-said {
                p.task-what { strong { (shown.about.happened()) } }
                p { (shown.about.remedy()) }
                (facts(shown))
            }
            div.task-do { (buttons(shown)) }
        }
    }
}

fn facts(shown: &Shown<'_>) -> Markup {
    let Shown { frame, row, about, .. } = *shown;
    let owner = match shown.code().owner() {
        Owner::Finance => say!("tasks-owner-finance"),
        Owner::Admin => say!("tasks-owner-admin"),
    };
    let is_tried = row.next_try_at.filter(|at| *at > frame.now && matches!(Way::of(shown.code()), Way::Retry(_)));
    html! {
        dl.task-facts {
            div { dt { (say!("tasks-request")) } dd { a href=(format!("/requests/{}", segment(&row.id))) { (row.kind.said()) @if let Some(invoice) = &row.invoice { " " bdi { (invoice) } } } " · " (foreign::name(payee(row))) } }
            @if let Some(amount) = about.at_stake() { div { dt { (say!("tasks-at-stake")) } dd { (money::money(amount)) } } }
            div { dt { (say!("tasks-owner")) } dd { (owner) } }
            div { dt { (say!("tasks-since")) } dd { (time::relative(about.task.since, frame.now)) } }
            @if let Some(due) = due_at(row, about) { div { dt { (say!("tasks-due")) } dd { (time::deadline(due, frame.now)) } } }
            @if let Some(taken) = &row.taken { div { dt { (say!("tasks-taken")) } dd { (foreign::name(&taken.by)) } } }
            @if let Some(at) = is_tried { div { dt { (say!("tasks-next-try")) } dd { (time::relative(at, frame.now)) } } }
        }
    }
}

fn buttons(shown: &Shown<'_>) -> Markup {
    let may_retry = shown.session.person.may(Effect::Retry).is_ok();
    match Way::of(shown.code()) {
        _ if is_of_a_dispute(shown.code()) => html! {
            a.button.primary href=(format!("/disputes/{}", segment(&shown.row.id))) { (say!("tasks-answer")) }
        },
        Way::PayOut if shown.may(Effect::ConfirmPayout) => confirm(shown, &say!("tasks-paid-out"), None),
        Way::PayOut => html! { p.hint { (say!("tasks-somebody-else")) } },
        Way::Read => message(shown, &say!("outbox-read"), true),
        Way::Nothing => html! { p.hint { (say!("tasks-by-itself")) } },
        Way::Close if shown.code() == TaskCode::MessageUndeliverable => {
            html! { (message(shown, &say!("outbox-look"), false)) (close(shown)) }
        }
        Way::Close => close(shown),
        _ if !may_retry => html! { p.hint { (say!("tasks-not-yours")) } },
        Way::Retry(words) => form(shown, "retry", html! { button.primary { (say!(words)) } }),
        Way::Reroute => reroute(shown),
        Way::Find if shown.may(Effect::ConfirmPayout) => {
            confirm(shown, &say!("tasks-found"), Some(&say!("tasks-not-found")))
        }
        Way::Find => form(shown, "again", html! { button { (say!("tasks-not-found")) } }),
    }
}

/// Draws the link to the message that a task is about.
fn message(shown: &Shown<'_>, words: &str, is_primary: bool) -> Markup {
    html! { a.button.primary[is_primary] href=(address(&shown.row.id, &shown.about.task.subject)) { (words) } }
}

/// Draws a form of this card; `what` says what it does.
pub fn form(shown: &Shown<'_>, what: &str, fields: Markup) -> Markup {
    let Filter { group, mine, cursor } = shown.filter;
    html! {
        form method="post" action=(format!("/tasks/{}", segment(&shown.row.id))) {
            (csrf(shown.session))
            input type="hidden" name="what" value=(what);
            input type="hidden" name="request" value=(shown.row.id);
            input type="hidden" name="code" value=(shown.code().name());
            input type="hidden" name="subject" value=(shown.about.task.subject);
            @if let Some(group) = group { input type="hidden" name="group" value=(group.name()); }
            @if *mine { input type="hidden" name="mine" value="yes"; }
            @if !cursor.is_empty() { input type="hidden" name="cursor" value=(cursor); }
            @if !shown.back.is_empty() { input type="hidden" name="back" value=(shown.back); }
            (fields)
        }
    }
}

fn reroute(shown: &Shown<'_>) -> Markup {
    let elsewhere = shown.may(Effect::Redirect);
    let buttons = html! {
        div.buttons {
            button.primary name="destination" value=(Destination::Auto.name()) { (say!("tasks-again")) }
            @if elsewhere {
                button name="destination" value=(Destination::StoreCredit.name()) { (say!("tasks-as-credit")) }
                button name="destination" value=(Destination::Manual.name()) { (say!("tasks-by-hand")) }
            }
        }
        p.hint { @if elsewhere { (say!("tasks-elsewhere-asks")) } @else { (say!("tasks-elsewhere-not-you")) } }
    };
    form(shown, "reroute", buttons)
}

/// Draws the form that names a payment's reference; with a second button where there may be no such payment.
fn confirm(shown: &Shown<'_>, words: &str, otherwise: Option<&str>) -> Markup {
    let id = shown.id("reference");
    let fields = html! {
        label for=(id) { (say!("tasks-reference")) }
        input id=(id) name="reference" maxlength=(bounds::REFERENCE_LENGTH) required autocomplete="off" value=(shown.kept("reference"));
        div.buttons { button.primary { (words) } }
    };
    html! {
        (form(shown, "confirm", fields))
        @if let Some(otherwise) = otherwise { (form(shown, "again", html! { button { (otherwise) } })) }
    }
}

/// Draws the form by which a person says that a task is seen to, or why it is not theirs.
pub fn close(shown: &Shown<'_>) -> Markup {
    if let Err(why) = shown.session.person.may_on(Effect::CloseTask, shown.row) {
        return others(&why);
    }
    let (note, reference) = (shown.id("note"), shown.id("reference"));
    let fields = html! {
        label for=(note) { (say!("tasks-note")) }
        textarea id=(note) name="note" rows="2" maxlength=(bounds::NOTE_CHARS) required dir="auto" { (shown.kept("note")) }
        label for=(reference) { (woven!("tasks-reference-optional", quiet = html! { span.quiet { (say!("tasks-optional")) } })) }
        input id=(reference) name="reference" maxlength=(bounds::REFERENCE_LENGTH) autocomplete="off" value=(shown.kept("reference"));
        div.buttons { button.primary { (say!("tasks-done")) } }
    };
    html! {
        details open[!shown.kept("what").is_empty()] {
            summary.button { (say!("tasks-close")) }
            (form(shown, "close", fields))
        }
    }
}
