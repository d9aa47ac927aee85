//! Carries an import on: the rows of one part become requests in one commit, and are driven while the next part is
//! stored. What a driver does not finish, the clock does. Rows become requests only as fast as requests get on, so that
//! nothing else waits behind a large file.

use std::collections::VecDeque;

use contraflow_domain::bulk::{Import, ImportState, Part, RowState};
use contraflow_domain::chain::{self, Next};
use contraflow_domain::identity::Identity;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::keep::{Row, failed};
use super::{hand_over, key, part_key, save};
use crate::drive::drive;
use crate::ended::Ended;
use crate::problem::Problem;
use crate::receive::{Kept, REUSED};
use crate::unit::{Unit, transact};
use crate::{keys, limits, now};

/// Makes the rows of the next part requests. Returns the new requests with what comes next for each, or `None` where
/// the import has no further part.
///
/// # Errors
/// When the store does not answer; nothing of the part was stored then.
pub async fn store_next(id: &str) -> Result<Option<Vec<(String, Next)>>, Problem> {
    transact(async |unit| {
        let Some(mut import) = unit.read::<Import>(&key(id)).await? else { return Ok(None) };
        if import.state != ImportState::Running {
            return Ok(None);
        }
        if has_left(unit, &import.by).await? {
            let why = format!("{} has left: nobody asks in their name.", import.by);
            import.cancel("contraflow", &why, now());
            save(unit, &mut import)?;
            return Ok(None);
        }
        let place = part_key(id, import.next);
        let mut part: Part = unit.read(&place).await?.unwrap_or_default();
        let new = keep(unit, &mut import, &mut part).await?;
        import.part_done(now());
        unit.write(&place, &part)?;
        save(unit, &mut import)?;
        Ok(Some(new))
    })
    .await
}

/// Tells whether whoever sent a file has left since: the authority to ask is looked at where it is used.
async fn has_left(unit: &mut Unit, name: &str) -> Result<bool, Problem> {
    // Read, so that a part does not become requests while its sender leaves.
    let ended: Option<Ended> = unit.read(&keys::ended_person(&Identity::read(name))).await?;
    Ok(ended.is_some_and(|ended| ended.left))
}

/// Makes the rows of a part requests in the commit, and writes down what became of each.
async fn keep(unit: &mut Unit, import: &mut Import, part: &mut Part) -> Result<Vec<(String, Next)>, Problem> {
    let rows = part.rows.iter().map(|row| Row::of(row, Some(&import.id))).collect::<Result<Vec<_>, _>>()?;
    let wanted: Vec<_> = rows.iter().flatten().flat_map(Row::keys).cloned().collect();
    unit.prefetch(&wanted).await?;
    let mut new = Vec::new();
    for (stored, row) in part.rows.iter_mut().zip(rows) {
        let Some(row) = row else {
            import.count(stored, None);
            continue;
        };
        let state = match row.keep(unit, &import.by).await {
            Ok(Kept::New(request)) => {
                new.push((request.id.clone(), chain::next(&request, now())));
                RowState::Accepted { id: request.id }
            }
            Ok(Kept::Known(id)) => RowState::AlreadyThere { id },
            // A key that was used for something else fails only its own row. Any other problem is not the row's.
            Err(problem) if problem.kind.ends_with(REUSED) => failed(problem),
            Err(problem) => return Err(problem),
        };
        let RowState::Waiting { ask, .. } = std::mem::replace(&mut stored.state, state) else { continue };
        import.count(stored, Some(&ask));
    }
    Ok(new)
}

/// Carries an import on by so many parts, for about so long at most, and drives `first` and all that becomes new. What
/// is left then, the clock takes up as soon as it comes by. Returns whether something is.
///
/// # Errors
/// When the store does not answer; what was done stays done.
pub async fn carry_on(id: &str, first: Vec<(String, Next)>, parts: usize, time_ms: u64) -> Result<bool, Problem> {
    let begun = now();
    let mut queue = VecDeque::from(first);
    let (mut stored, mut goes_on, mut failure) = (0, true, None);
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < limits::IMPORT_WIDTH {
            if let Some((request, next)) = queue.pop_front() {
                under_way.push(follow(request, next));
                continue;
            }
            if !goes_on || stored >= parts || now().ms_since(begun) > time_ms {
                break;
            }
            match store_next(id).await {
                Ok(Some(new)) => queue.extend(new),
                Ok(None) => goes_on = false,
                Err(problem) => (goes_on, failure) = (false, Some(problem)),
            }
            stored += 1;
        }
        if under_way.next().await.is_none() {
            break;
        }
    }
    match failure {
        Some(problem) => Err(problem),
        None => {
            if goes_on {
                hand_over(id).await?;
            }
            Ok(goes_on)
        }
    }
}

/// Drives one request. What fails is put off on the request itself.
async fn follow(id: String, next: Next) {
    if let Err(problem) = drive(&id, next).await {
        eprintln!("request {id}: {}", problem.detail);
    }
}

/// Carries an import on after the response has been sent.
pub fn carry_on_later(id: String, first: Vec<(String, Next)>) {
    wasip3::spawn(async move {
        if let Err(problem) = carry_on(&id, first, usize::MAX, limits::IMPORT_LATER_MS).await {
            eprintln!("import {id}: {}", problem.detail);
        }
    });
}
