//! The time that people have: by when they must act, who is reminded, and to whom it goes when they are late. All of it
//! follows from what the request waits for ([`crate::request::wait`]) and the rules of the policy.

mod act;

use crate::backup;
use crate::catalogue::TaskCode;
use crate::limits;
use crate::policy::{Awaited, Facts, Policy, SlaRule, Surroundings};
use crate::request::Request;
use crate::request::slot::Slot;
use crate::request::wait::{Wait, WaitStep};
use crate::time::Timestamp;

/// Sets which steps of the request have a time, when the policy routes it.
pub fn begin(request: &mut Request, policy: &Policy) {
    request.timed_steps = policy.sla_steps();
    if request.awaits_backup() {
        request.timed_steps.push(WaitStep::Backup);
    }
}

/// Tells the owners of exceptions, works out by when people must do what they are newly waited for, and carries out the
/// reminders and the escalations that are due. What is due is noticed first, and carried out once it is found again
/// some minutes later, so that a clock that jumps for a moment does nothing. A second time at the same instant changes
/// nothing.
pub fn keep(request: &mut Request, policy: &Policy, at: Timestamp) {
    request.watched_again_at = None;
    request.tell_owners(at);
    request.drop_waits();
    let untimed = request.untimed();
    if !untimed.is_empty() {
        let facts = Facts::of(request, &Surroundings::default(), policy);
        for (step, subject) in untimed {
            let wait = time(request, (step, subject), (&facts, policy), at);
            request.waits.push(wait);
        }
    }
    act::carry_out(request, policy, at);
}

/// Puts off what [`keep`] does, because the policy can't be read: that holds up nothing else of the request.
pub fn put_off(request: &mut Request, at: Timestamp) {
    request.watched_again_at = Some(at.plus_ms(limits::SLA_AGAIN_MS));
}

/// Begins a decision's time anew, because somebody else is to decide.
pub fn decide_anew(request: &mut Request) {
    request.waits.retain(|wait| wait.step != WaitStep::Decide);
}

/// Works out by when something must be done, from now on.
fn time(
    request: &Request,
    (step, subject): (WaitStep, String),
    (facts, policy): (&Facts, &Policy),
    at: Timestamp,
) -> Wait {
    if step == WaitStep::Backup {
        return backup::wait(request, policy, at);
    }
    let open = request.approvals.open(&request.content_hash);
    let mut levels: Vec<&str> = open.into_iter().map(|slot| Slot::read(slot).level()).collect();
    if levels.is_empty() {
        levels.push(&policy.levels.exceptions);
    }
    let task = subject.split(':').next().filter(|_| step == WaitStep::Task).and_then(TaskCode::named);
    let rules = policy.sla_rules(Awaited { step, levels: &levels, task }, facts);
    let calendar = policy.calendar();
    let timed = rules.into_iter().map(|rule| (calendar.after(at, rule.within), rule));
    let mut wait = Wait::since(step, subject, at);
    let Some((due_at, rule)) = timed.min_by_key(|(due_at, _)| *due_at) else { return wait };
    wait.due_at = Some(due_at);
    wait.rule.clone_from(&rule.name);
    wait.reminders = reminders(rule, due_at, policy);
    wait.reminders.retain(|then| *then > at);
    wait.escalates_to = rule.escalates_to();
    let later = rule.escalate_after.map_or(due_at, |span| calendar.after(due_at, span));
    wait.escalates_at = wait.escalates_to.is_some().then_some(later);
    wait
}

/// Returns when people are reminded, in order.
fn reminders(rule: &SlaRule, due_at: Timestamp, policy: &Policy) -> Vec<Timestamp> {
    let calendar = policy.calendar();
    let before = rule.remind_before.iter().map(|span| calendar.before(due_at, *span));
    let after = rule.remind_after.iter().map(|span| calendar.after(due_at, *span));
    let mut times: Vec<_> = before.chain(after).collect();
    times.sort_unstable();
    times.dedup();
    times
}
