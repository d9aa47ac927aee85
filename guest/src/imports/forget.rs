//! Goes on with an import when the clock comes by: carries it on while it runs, and forgets it once its time is over.

use contraflow_domain::bulk::{Import, ImportState};
use contraflow_domain::identity::Identity;

use super::{carry_on, due_entry, file_key, given_key, key, lists, part_key, upload::File};
use crate::limits;
use crate::problem::Problem;
use crate::unit::{Unit, transact};

/// Takes up an import that is due. `entry` is the index entry that led to it. Returns whether it goes on right away.
///
/// # Errors
/// When the store does not answer.
pub async fn resume(id: &str, entry: &str) -> Result<bool, Problem> {
    let import: Option<Import> = Unit::default().look_at(&key(id)).await?;
    match import {
        Some(import) if import.state == ImportState::Running => {
            carry_on(id, Vec::new(), limits::IMPORT_PARTS_OF_ROUND, limits::IMPORT_ROUND_MS).await
        }
        Some(_) => {
            while !forget(id).await? {}
            Ok(false)
        }
        None => {
            transact(async |unit| {
                unit.remove(entry);
                Ok(false)
            })
            .await
        }
    }
}

/// Removes some parts of an import, and the import with its last. Returns whether all of it is gone.
async fn forget(id: &str) -> Result<bool, Problem> {
    transact(async |unit| {
        let Some(mut import) = unit.read::<Import>(&key(id)).await? else { return Ok(true) };
        if import.state == ImportState::Running {
            return Ok(true);
        }
        let left = import.parts.saturating_sub(limits::IMPORT_PARTS_FORGOTTEN);
        for number in left..import.parts {
            unit.remove(&part_key(id, number));
        }
        (import.parts, import.next) = (left, import.next.min(left));
        if left > 0 {
            unit.write(&key(id), &import)?;
            return Ok(false);
        }
        remove(unit, &import).await?;
        Ok(true)
    })
    .await
}

async fn remove(unit: &mut Unit, import: &Import) -> Result<(), Problem> {
    let by = Identity::read(&import.by);
    let (hash, template) = (import.hash.as_str(), import.template.as_deref());
    let mut leading = vec![file_key(&by, &File { hash, format: import.format, template })];
    leading.extend(import.key.as_deref().map(|given| given_key(&by, given)));
    for entry in leading {
        // The same file may have become another import since.
        if unit.read::<String>(&entry).await?.as_ref() == Some(&import.id) {
            unit.remove(&entry);
        }
    }
    for entry in lists(import) {
        unit.remove(&entry);
    }
    if let Some(due) = due_entry(import) {
        unit.remove(&due);
    }
    unit.remove(&key(&import.id));
    Ok(())
}
