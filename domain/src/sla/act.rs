//! Carries out reminders and escalations that are due.

use serde_json::{Value, json};

use crate::backup;
use crate::catalogue::{EventKind, MessageKind, Owner, TaskCode};
use crate::limits::REMIND_SURE_MS;
use crate::policy::Policy;
use crate::request::parts::Involving as _;
use crate::request::slot::Slot;
use crate::request::wait::{Wait, WaitStep};
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Names who reminds and escalates, for the record.
const ACTOR: &str = "contraflow";

/// Carries out what is due, once that was found twice.
pub(super) fn carry_out(request: &mut Request, policy: &Policy, at: Timestamp) {
    let mut waits = std::mem::take(&mut request.waits);
    for wait in &mut waits {
        if is_surely_due(wait, at) {
            if wait.step == WaitStep::Backup {
                backup::follow_up(request, wait, policy, at);
                continue;
            }
            remind(request, wait, at);
            escalate(request, wait, policy, at);
        }
    }
    request.waits = waits;
}

/// Tells whether something of it is due now, and was found due some minutes ago. The first time is written down.
fn is_surely_due(wait: &mut Wait, at: Timestamp) -> bool {
    let escalation = wait.escalates_at.filter(|_| wait.escalated_to.is_none());
    if !wait.reminders.iter().copied().chain(escalation).any(|then| then <= at) {
        wait.noticed_at = None;
        return false;
    }
    let noticed = *wait.noticed_at.insert(wait.noticed_at.map_or(at, |noticed| noticed.min(at)));
    let is_sure = at.ms_since(noticed) >= REMIND_SURE_MS;
    if is_sure {
        wait.noticed_at = None;
    }
    is_sure
}

/// Sends one reminder for all whose time has come: those that were missed are not made up for one by one.
fn remind(request: &mut Request, wait: &mut Wait, at: Timestamp) {
    let before = wait.reminders.len();
    wait.reminders.retain(|then| *then > at);
    if wait.reminders.len() == before {
        return;
    }
    wait.reminded += 1;
    let is_late = wait.due_at.is_some_and(|due| due <= at);
    let by = wait.due_at.map(|due| due.to_string()).unwrap_or_default();
    let text = match (wait.step, is_late) {
        (WaitStep::Answer, false) => format!("A reminder: we wait for your answer until {by}."),
        (WaitStep::Answer, true) => format!("A reminder: we have waited for your answer since {by}."),
        (WaitStep::Decide, false) => format!("A decision on this request is due by {by}."),
        (WaitStep::Decide, true) => format!("A decision on this request was due by {by}."),
        (WaitStep::Task, false) => format!("What this request needs a person for is to be done by {by}."),
        // What is missing is followed up in words of its own.
        (WaitStep::Backup, _) => "A reminder: something is missing.".into(),
        (WaitStep::Task, true) => format!("What this request needs a person for was to be done by {by}."),
    };
    let facts = facts(request, wait, is_late);
    request.note(at, ACTOR, EventKind::RequestReminded, &text, &facts);
    tell(request, (MessageKind::RequestReminder, wait.step), &text, facts, at);
}

/// Lets somebody else act besides, where the time to do so has come.
fn escalate(request: &mut Request, wait: &mut Wait, policy: &Policy, at: Timestamp) {
    if wait.escalates_at.is_none_or(|then| then > at) || wait.escalated_to.is_some() {
        return;
    }
    wait.escalates_at = None;
    let Some(to) = wait.escalates_to.clone().and_then(|slot| may_hold(slot, request, wait, policy)) else { return };
    wait.escalated_to = Some(to);
    let by = wait.due_at.map(|due| due.to_string()).unwrap_or_default();
    let text = format!("It was due by {by}, so it goes to {} besides.", title(wait.escalated_to.as_deref()));
    let facts = facts(request, wait, true);
    request.note(at, ACTOR, EventKind::RequestOverdue, &text, &facts);
    tell(request, (MessageKind::RequestOverdue, wait.step), &text, facts, at);
}

fn title(slot: Option<&str>) -> String {
    slot.map(|slot| Slot::read(slot).title()).unwrap_or_default()
}

/// Returns to whom it goes, where they may have it. In the place of a person who asked for the request, or may have,
/// stands their level. Nobody decides with less authority than is waited for, but a person whom the policy names.
fn may_hold(slot: String, request: &Request, wait: &Wait, policy: &Policy) -> Option<String> {
    let read = Slot::read(&slot);
    let slot = match read.person() {
        Some(person) if request.may_have_asked(&person, &policy.people) => read.level().to_owned(),
        Some(_) => return Some(slot),
        None => slot,
    };
    if wait.step != WaitStep::Decide {
        return Some(slot);
    }
    let open = request.approvals.open(&request.content_hash);
    let lowest = open.into_iter().map(|open| policy.rank(Slot::read(open).level())).min().flatten();
    (policy.rank(&slot) >= lowest).then_some(slot)
}

/// Returns who is waited for, as their names are stored: levels and people who decide, who asked, the roles that see to
/// a task; and to whom it went besides.
fn awaited(request: &Request, wait: &Wait) -> Vec<String> {
    let mut who: Vec<String> = match wait.step {
        WaitStep::Answer | WaitStep::Backup => vec![request.requester.clone()],
        WaitStep::Decide => request.approvals.open(&request.content_hash).into_iter().map(str::to_owned).collect(),
        WaitStep::Task => {
            vec![wait.task().map_or(Owner::Finance, TaskCode::owner).name().to_owned()]
        }
    };
    who.extend(wait.escalated_to.clone());
    who.dedup();
    who
}

/// Returns the facts of a reminder or an escalation, for programs.
fn facts(request: &Request, wait: &Wait, is_late: bool) -> Value {
    json!({
        "step": wait.step, "subject": wait.subject, "to": awaited(request, wait), "due_at": wait.due_at,
        "is_late": is_late, "rule": wait.rule, "reminded": wait.reminded, "escalated_to": wait.escalated_to,
    })
}

/// Queues a message about it. What only people of the business do concerns nobody at the source.
fn tell(request: &mut Request, (kind, step): (MessageKind, WaitStep), text: &str, facts: Value, at: Timestamp) {
    let is_for_asker = step == WaitStep::Answer && kind == MessageKind::RequestReminder;
    message::queue_reminder(request, kind, text, message::Reminder { facts, is_for_asker }, at);
}
