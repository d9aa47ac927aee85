//! The policy in force.

use contraflow_domain::policy::Policy;

use crate::problem::Problem;

/// Reads the policy from the file that the variable `policy_file` names.
///
/// # Errors
/// When there is no such file or it can't be used; nothing is decided without a policy.
pub async fn in_force() -> Result<Policy, Problem> {
    let file = crate::variable("policy_file").await;
    let text = std::fs::read_to_string(&file).map_err(|error| {
        Problem::unavailable(format!("The policy file {file} can't be read ({error}). Check the variable policy_file."))
    })?;
    Policy::parse(&text).map_err(|error| Problem::unavailable(format!("{file}: {error}")))
}
