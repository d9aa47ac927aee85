//! Reads the policy that is in force: a version of the store, once somebody has put one in force, and the file until
//! then. Which one it is stands under one small key; a text is parsed once in an instance.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contraflow_domain::policy::{Activation, Policy, Standing};
use contraflow_domain::request::ruled::PolicyText;

use crate::file::Stamp;
use crate::problem::Problem;
use crate::unit::Unit;
use crate::{file, keys, limits, now};

/// Holds the texts that were parsed last, each with the policy it gave, so that the same text is not parsed twice.
static PARSED: Mutex<Vec<(String, Arc<Policy>)>> = Mutex::new(Vec::new());

/// Holds the policy of the file that was read last, and the file's name and stamp: a file that has not been written
/// since is not read again.
static OF_FILE: Mutex<Option<(String, Stamp, Arc<Policy>)>> = Mutex::new(None);

/// Reads the policy that is in force.
///
/// # Errors
/// When it can't be read or used, since nothing is decided without a policy.
pub async fn in_force() -> Result<Arc<Policy>, Problem> {
    let standing = Unit::default().look_at::<Standing>(keys::POLICY).await?;
    standing_now(&standing.unwrap_or_default()).await
}

/// Reads the policy that is in force, for a decision that the unit commits: the commit fails if another one is put in
/// force meanwhile.
///
/// # Errors
/// As of [`in_force`].
pub async fn for_commit(unit: &mut Unit) -> Result<Arc<Policy>, Problem> {
    let standing = unit.read::<Standing>(keys::POLICY).await?;
    standing_now(&standing.unwrap_or_default()).await
}

async fn standing_now(standing: &Standing) -> Result<Arc<Policy>, Problem> {
    match standing.in_force(now()) {
        Some(Activation { number: Some(number), hash, .. }) => version(*number, hash).await,
        Some(Activation { number: None, .. }) | None => of_file().await,
    }
}

/// Reads the policy by a text that may not be the one in force.
///
/// # Errors
/// 404 where there is no such version, 503 where it can't be used.
pub async fn by(text: PolicyText) -> Result<Arc<Policy>, Problem> {
    match text {
        PolicyText::File => of_file().await,
        PolicyText::Version(number) => {
            let text =
                text_of(number).await?.ok_or_else(|| Problem::not_found("version of the policy of that number"))?;
            parsed(&text, Some(number)).map_err(|why| unusable(number, &why))
        }
    }
}

/// Reads the policy by a text, or the one in force where none is named.
///
/// # Errors
/// As of [`by`].
pub async fn under(text: Option<PolicyText>) -> Result<Arc<Policy>, Problem> {
    match text {
        Some(text) => by(text).await,
        None => in_force().await,
    }
}

/// Returns the text of a version of the store; `None` where there is no such version.
///
/// # Errors
/// When the store does not answer.
pub async fn text_of(number: u32) -> Result<Option<String>, Problem> {
    Unit::default().look_at(&keys::policy_text(number)).await
}

/// Returns the text of the file that the variable `policy_file` names.
///
/// # Errors
/// When it can't be read.
pub async fn file_text() -> Result<String, Problem> {
    text_of_file(&crate::variable("policy_file").await)
}

async fn of_file() -> Result<Arc<Policy>, Problem> {
    let name = crate::variable("policy_file").await;
    // The stamp is older than the text: what is written in between is read the next time.
    let stamp = file::stamp(&name);
    if let Some((known, then, policy)) = &*held(&OF_FILE)
        && *known == name
        && stamp.as_ref() == Some(then)
    {
        return Ok(policy.clone());
    }
    let policy = parsed(&text_of_file(&name)?, None).map_err(|why| Problem::unavailable(format!("{name}: {why}")))?;
    *held(&OF_FILE) = stamp.map(|stamp| (name, stamp, policy.clone()));
    Ok(policy)
}

fn text_of_file(name: &str) -> Result<String, Problem> {
    file::text(name).map_err(|error| {
        Problem::unavailable(format!("The policy file {name} can't be read ({error}). Check the variable policy_file."))
    })
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a version of the store whose text has that hash.
async fn version(number: u32, hash: &str) -> Result<Arc<Policy>, Problem> {
    if let Some(known) = known(|_, policy| policy.number == Some(number) && policy.hash == hash) {
        return Ok(known);
    }
    let text = text_of(number).await?.ok_or_else(|| unusable(number, &"its text is not in the store"))?;
    let policy = parsed(&text, Some(number)).map_err(|why| unusable(number, &why))?;
    if policy.hash == hash {
        Ok(policy)
    } else {
        Err(unusable(number, &"its text is not the one that was put in force"))
    }
}

fn unusable(number: u32, why: &dyn std::fmt::Display) -> Problem {
    let detail = format!("Version {number} of the policy can't be used, and nothing is decided meanwhile: {why}.");
    Problem::unavailable(format!("{detail} Put another version in force."))
}

fn known(is: impl Fn(&str, &Policy) -> bool) -> Option<Arc<Policy>> {
    held(&PARSED).iter().find(|(text, policy)| is(text, policy)).map(|(_, policy)| policy.clone())
}

/// Parses a text, unless it was parsed before.
fn parsed(text: &str, number: Option<u32>) -> Result<Arc<Policy>, String> {
    if let Some(known) = known(|known, policy| policy.number == number && known == text) {
        return Ok(known);
    }
    let policy = Arc::new(Policy::parse(text).map_err(|error| error.to_string())?.numbered(number));
    let mut parsed = held(&PARSED);
    parsed.insert(0, (text.to_owned(), policy.clone()));
    parsed.truncate(limits::PARSED_POLICIES);
    Ok(policy)
}
