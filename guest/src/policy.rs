//! Reads the policy that is in force.

use std::sync::Mutex;

use contraflow_domain::policy::Policy;

use crate::file;
use crate::problem::Problem;

/// Holds the text that was parsed last and the policy it gave, so that the same text is not parsed twice.
static PARSED: Mutex<Option<(String, Policy)>> = Mutex::new(None);

/// Reads the policy from the file that the variable `policy_file` names.
///
/// # Errors
/// When there is no such file or it can't be used, since nothing is decided without a policy.
pub async fn in_force() -> Result<Policy, Problem> {
    let file = crate::variable("policy_file").await;
    let text = file::text(&file).map_err(|error| {
        Problem::unavailable(format!("The policy file {file} can't be read ({error}). Check the variable policy_file."))
    })?;
    let mut parsed = PARSED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, policy)) = parsed.as_ref().filter(|(known, _)| *known == text) {
        return Ok(policy.clone());
    }
    let policy = Policy::parse(&text).map_err(|error| Problem::unavailable(format!("{file}: {error}")))?;
    *parsed = Some((text, policy.clone()));
    Ok(policy)
}
