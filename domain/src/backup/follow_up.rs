//! Follows up on what was asked for and has not arrived: reminders first, then a person's task or the end of the
//! request, as the policy says.

use serde_json::json;

use super::{ACTOR, missing_words};
use crate::catalogue::{EventKind, MessageKind, TaskCode};
use crate::lifecycle::TransitionError;
use crate::lifecycle::request::RequestEvent;
use crate::policy::{Policy, WhenGivenUp};
use crate::request::backup::BackupState;
use crate::request::wait::{Wait, WaitStep};
use crate::request::{Request, message};
use crate::time::Timestamp;

/// Returns the time for which what is missing is waited for, as the policy says: when whoever was asked is reminded,
/// and when it is given up. It counts from when it was asked for.
#[must_use]
pub fn wait(request: &Request, policy: &Policy, at: Timestamp) -> Wait {
    // A time that lies ahead was written by a clock that was wrong.
    let asked_at = request.backup.as_ref().and_then(|backup| backup.asked_at);
    let since = asked_at.filter(|asked| !asked.is_wrong(at)).unwrap_or(at);
    let mut wait = Wait::since(WaitStep::Backup, String::new(), since);
    let Some(rule) = &policy.missing_backup else { return wait };
    let calendar = policy.calendar();
    wait.reminders = rule.remind_after.iter().map(|span| calendar.after(since, *span)).collect();
    wait.reminders.sort_unstable();
    wait.reminders.dedup();
    wait.reminders.retain(|then| *then > at);
    wait.escalates_at = Some(calendar.after(since, rule.give_up_after));
    wait
}

/// Carries out what is due: one reminder for all that are, or giving it up.
pub fn follow_up(request: &mut Request, wait: &mut Wait, policy: &Policy, at: Timestamp) {
    if wait.escalates_at.is_some_and(|then| then <= at) {
        (wait.escalates_at, wait.reminders) = (None, Vec::new());
        let then = policy.missing_backup.as_ref().map_or(WhenGivenUp::Task, |rule| rule.then);
        return give_up(request, then, at);
    }
    let before = wait.reminders.len();
    wait.reminders.retain(|then| *then > at);
    if wait.reminders.len() == before {
        return;
    }
    wait.reminded += 1;
    let Some(backup) = &mut request.backup else { return };
    backup.reminded += 1;
    let (missing, reminded) = (backup.missing.clone(), backup.reminded);
    let text = format!("A reminder: before this can be decided we need: {}. Please send it.", missing_words(request));
    let facts = json!({
        "step": wait.step, "subject": wait.subject, "to": [request.requester], "due_at": wait.escalates_at,
        "is_late": false, "rule": "missing_backup", "reminded": reminded, "missing": missing,
    });
    request.note(at, ACTOR, EventKind::RequestReminded, &text, &facts);
    let reminder = message::Reminder { facts, is_for_asker: true };
    message::queue_reminder(request, MessageKind::RequestReminder, &text, reminder, at);
}

/// Waits no longer: a person sees to it, or the request is to end.
fn give_up(request: &mut Request, then: WhenGivenUp, at: Timestamp) {
    let words = missing_words(request);
    let Some(backup) = &mut request.backup else { return };
    (backup.state, backup.closed_at) = (BackupState::GivenUp, Some(at));
    backup.rejects = then == WhenGivenUp::Reject;
    let facts = json!({"missing": backup.missing, "reminded": backup.reminded, "then": then});
    request.note(at, ACTOR, EventKind::BackupGivenUp, &words, facts);
    if then == WhenGivenUp::Task {
        let happened = format!("What was asked for did not arrive: {words}.");
        request.raise(at, TaskCode::BackupMissing, "", &happened);
    }
}

/// Ends a request because what is missing did not arrive, where the policy says so. Its accounts are to be released in
/// the same commit.
///
/// # Errors
/// When it is in no state for it.
pub fn reject(request: &mut Request, policy: &Policy, at: Timestamp) -> Result<(), TransitionError> {
    let why = format!("what was asked for did not arrive: {}", missing_words(request));
    request.on_by(&policy.ruled("missing_backup"), RequestEvent::Reject, at, (ACTOR, &why))?;
    if let Some(backup) = &mut request.backup {
        backup.rejects = false;
    }
    let text = format!("The request was not granted: {why}. Ask again once you have it.");
    message::queue(request, MessageKind::RequestRejected, &text, at);
    Ok(())
}
