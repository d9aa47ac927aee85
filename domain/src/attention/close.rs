//! Closing a task: a person says that it is done. That is for tasks about what only people can see, such as what a bank
//! was sent; the others end by themselves when what they are about has changed.

use serde_json::json;

use crate::catalogue::{EventKind, TaskCode};
use crate::request::Request;
use crate::time::Timestamp;

/// Why a task can't be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// There is no such task, or not any more.
    #[error("the task “{}” does not stand: somebody may have closed it already", .0.title())]
    Gone(TaskCode),
    /// The task ends by itself.
    #[error("the task “{}” ends by itself: it stands {}", .0.title(), .0.stands())]
    EndsByItself(TaskCode),
}

/// What a person says of a task that is done.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// The code of the task.
    pub code: TaskCode,
    /// What it is about, as the task says.
    pub subject: &'a str,
    /// What was done.
    pub note: &'a str,
    /// The name of it elsewhere, such as that of a letter to the bank; may be empty.
    pub reference: &'a str,
}

/// Closes a task, and records who said that it is done, and what they did.
///
/// # Errors
/// When there is no such task, or when it ends by itself; the request is as it was.
pub fn close(request: &mut Request, closing: Closing<'_>, by: &str, at: Timestamp) -> Result<(), CloseError> {
    let Closing { code, subject, note, reference } = closing;
    if !request.has_task(code, subject) {
        return Err(CloseError::Gone(code));
    }
    if !code.is_closed_by_a_person() {
        return Err(CloseError::EndsByItself(code));
    }
    request.tasks.retain(|task| task.code != code || task.subject != subject);
    let mut facts = json!({"task": code, "subject": subject});
    if let Some(facts) = facts.as_object_mut().filter(|_| !reference.is_empty()) {
        facts.insert("reference".into(), reference.into());
    }
    request.note(at, by, EventKind::TaskClosed, note, facts);
    Ok(())
}
