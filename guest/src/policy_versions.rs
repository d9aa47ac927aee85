//! Keeps the versions of the policy: proposals with their texts, and which of them is in force. All that happens to
//! them stands in the record, under one subject.

use contraflow_domain::chronicle::Happening;
use contraflow_domain::policy::{Activation, PolicyVersion, Standing};
use contraflow_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::problem::Problem;
use crate::unit::{Unit, transact};
use crate::{chronicle, keys, now};

/// Names the policy in the record.
pub const SUBJECT: &str = "policy";

/// Counts the versions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The number of the newest.
    pub last: u32,
    /// How many are stored.
    pub stored: u32,
}

/// Reads a version, without its text.
///
/// # Errors
/// 404 where there is none of that number.
pub async fn find(unit: &mut Unit, number: u32) -> Result<PolicyVersion, Problem> {
    let found = unit.read(&keys::policy_version(number)).await?;
    found.ok_or_else(|| Problem::not_found("version of the policy of that number"))
}

/// Reads what is in force, after writing down what has come into force meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn settled(unit: &mut Unit, at: Timestamp) -> Result<Standing, Problem> {
    let mut standing = unit.read::<Standing>(keys::POLICY).await?.unwrap_or_default();
    let Some(begun) = standing.settle(at).cloned() else { return Ok(standing) };
    unit.write(keys::POLICY, &standing)?;
    begin(unit, &begun).await?;
    let data = json!({"activation": begun});
    let why = "Its time has come.";
    chronicle::note(unit, SUBJECT, Happening { actor: "contraflow", what: "policy_took_effect", why, data }).await?;
    // What was written is read back, so that it may be written again.
    Ok(unit.read(keys::POLICY).await?.unwrap_or_default())
}

/// Writes down since when a version is in force, where it never was before.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(unit: &mut Unit, begun: &Activation) -> Result<(), Problem> {
    let Some(number) = begun.number else { return Ok(()) };
    let mut version = find(unit, number).await?;
    if version.in_force_at.is_none() {
        version.in_force_at = Some(begun.from);
        unit.write(&keys::policy_version(number), &version)?;
    }
    Ok(())
}

/// Writes down what has come into force since somebody last looked. What is in force does not depend on it.
///
/// # Errors
/// When the store does not answer.
pub async fn settle() -> Result<(), Problem> {
    let standing = Unit::default().look_at::<Standing>(keys::POLICY).await?.unwrap_or_default();
    if standing.next.is_none_or(|next| next.from > now()) {
        return Ok(());
    }
    transact(async |unit| settled(unit, now()).await.map(drop)).await
}
