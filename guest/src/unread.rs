//! Keeps messages that could not be read, tells whoever asked on their ticket, and lets a person close the others.

use contraflow_domain::chain::Step;
use contraflow_domain::limits;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::time::Timestamp;
use contraflow_domain::unread::UnreadMessage;

use crate::drive::call_once;
use crate::due::{self, Due, Moved};
use crate::keys;
use crate::problem::Problem;
use crate::unit::{Unit, transact};

/// Returns the name under which a message is kept: one for each message of a source.
#[must_use]
pub fn name(source: &str, message: &str) -> String {
    let hash = contraflow_audit::canonical_hash(&(source, message)).unwrap_or_default();
    hash.chars().take(32).collect()
}

/// Keeps a message in the commit.
///
/// # Errors
/// 503 when so many of its source are kept already that its sender must keep it.
pub async fn keep(unit: &mut Unit, unread: &UnreadMessage) -> Result<(), Problem> {
    if unit.read::<UnreadMessage>(&keys::unread(&unread.id)).await?.is_some() {
        return Ok(());
    }
    let counted = keys::unread_count(&unread.source);
    let count: u32 = unit.read(&counted).await?.unwrap_or_default();
    if count >= limits::UNREAD_MESSAGES {
        return Err(Problem::unavailable(format!(
            "{count} messages of {} that could not be read wait for a person. Close them, and it is taken on its next try.",
            unread.source
        )));
    }
    unit.write(&counted, &(count + 1))?;
    store(unit, unread, None)
}

fn store(unit: &mut Unit, unread: &UnreadMessage, before: Option<Timestamp>) -> Result<(), Problem> {
    Due::Unread(unread.id.clone()).store(unit, unread, Moved { before, then: unread.due })
}

/// Reads a message by its id.
///
/// # Errors
/// 404 when there is none.
pub async fn find(unit: &mut Unit, id: &str) -> Result<UnreadMessage, Problem> {
    unit.read(&keys::unread(id)).await?.ok_or_else(|| Problem::not_found("unread message of that id"))
}

/// Removes a message that has been seen to.
///
/// # Errors
/// When the store does not answer.
pub async fn close(unit: &mut Unit, unread: &UnreadMessage) -> Result<(), Problem> {
    let counted = keys::unread_count(&unread.source);
    let count: u32 = unit.read(&counted).await?.unwrap_or_default();
    unit.write(&counted, &count.saturating_sub(1))?;
    Due::Unread(unread.id.clone()).forget(unit, unread.due);
    Ok(())
}

/// Tells whoever asked on their ticket, if that is due. Another caller leaves it alone meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn resume(id: &str) -> Result<(), Problem> {
    let taken = transact(async |unit| {
        let at = crate::now();
        let mut unread = find(unit, id).await?;
        let before = unread.due;
        if before.is_none_or(|due| due > at) {
            return Ok(None);
        }
        unread.due = Some(at.plus_ms(limits::DRIVER_LEASE_MS));
        store(unit, &unread, before)?;
        Ok(Some(unread))
    })
    .await?;
    let Some(unread) = taken else { return Ok(()) };
    let step = Step::Notification { channel: unread.source };
    match call_once(&Due::Unread(id.into()).to_string(), &step).await {
        Ok(()) => Ok(()),
        Err(why) => record_outcome(id, &Err(CallError::not_sent(why))).await,
    }
}

/// Lets whoever asked be told soon, where that waits for its next try: a clock that was wrong may have put it off.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(id: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut unread) = unit.read::<UnreadMessage>(&keys::unread(id)).await? else { return Ok(()) };
        let before = unread.due;
        unread.due = before.map(due::soon);
        if unread.due == before { Ok(()) } else { store(unit, &unread, before) }
    })
    .await
}

/// Records what became of telling them: a message whose ticket shows it needs nobody any more.
///
/// # Errors
/// When the store does not answer.
pub async fn record_outcome(id: &str, outcome: &Result<(), CallError>) -> Result<(), Problem> {
    transact(async |unit| {
        let mut unread = find(unit, id).await?;
        let before = unread.due;
        if unread.record_outcome(outcome, crate::now()) {
            return close(unit, &unread).await;
        }
        store(unit, &unread, before)
    })
    .await
}

/// Tells whoever asked after the response has been sent. A crash costs only time, because the clock takes it up.
pub fn resume_later(id: String) {
    wasip3::spawn(async move {
        if let Err(problem) = resume(&id).await {
            eprintln!("unread message {id}: {}", problem.detail);
        }
    });
}
