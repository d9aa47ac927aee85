//! Writes down what happens to people and machine clients: chains of entries that are sealed with the events of
//! requests.

use contraflow_audit::{Hash, Head};
use contraflow_domain::chronicle::{Chain, Happening};

use crate::problem::Problem;
use crate::unit::Unit;
use crate::{keys, now};

/// Appends what happened to somebody or something, in the commit of the unit.
///
/// # Errors
/// When the store does not answer.
pub async fn note(unit: &mut Unit, subject: &str, happened: Happening<'_>) -> Result<(), Problem> {
    let place = keys::chronicle(subject);
    let mut chain = unit.read::<Chain>(&place).await?.unwrap_or_default();
    let entry = chain.append(subject, happened, now());
    let hash = Hash::read(&entry.hash)
        .ok_or_else(|| Problem::internal(format!("An entry of {subject} has no hash. Nothing was changed.")))?;
    let head = Head { request: subject.to_owned(), sequence: entry.sequence, hash };
    unit.write(&place, &chain)?;
    unit.write(&keys::event(subject, entry.sequence), &entry)?;
    unit.write(&keys::unsealed(subject, entry.sequence), &head)
}
