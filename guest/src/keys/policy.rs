//! The keys of the policy: its versions, and which of them is in force.

use contraflow_domain::approval::spending::SumKey;
use contraflow_domain::words;

use super::{TALLY, segment};

/// Names the key of which text of the policy is in force.
pub const POLICY: &str = "policy-standing";

/// Names the key of how many versions of the policy there are.
pub const POLICY_COUNT: &str = "policy-count";

/// Names the range of the versions of the policy, the newest first.
pub const POLICY_VERSIONS: &str = "policy-version/";

/// Returns the key of a version of the policy, without its text.
#[must_use]
pub fn policy_version(number: u32) -> String {
    format!("{POLICY_VERSIONS}{:08x}", u32::MAX - number)
}

/// Returns the key of the text of a version of the policy.
#[must_use]
pub fn policy_text(number: u32) -> String {
    format!("policy-text/{number}")
}

/// Returns the key that leads from the hash of a text of the policy to the number of its version.
#[must_use]
pub fn policy_hash(hash: &str) -> String {
    format!("policy-hash/{}", segment(hash))
}

/// Returns the key that leads from the name that a policy gives itself to the number of its version.
#[must_use]
pub fn policy_name(name: &str) -> String {
    format!("policy-name/{}", segment(&words::canonical(name)))
}

/// Returns the key of a sum of what people approved of late.
#[must_use]
pub fn approved(sum: &SumKey) -> String {
    format!("{TALLY}approved-{}/{}/{}", sum.per.name(), segment(&sum.who), segment(&sum.level))
}

/// Names the key of the ids of all dry runs, the oldest first.
pub const DRY_RUN_LIST: &str = "dry-runs";

/// Returns the key of a dry run.
#[must_use]
pub fn dry_run(id: &str) -> String {
    format!("dry-run/{}", segment(id))
}

/// Returns the key of one part of the differences that a dry run lists.
#[must_use]
pub fn dry_run_part(id: &str, part: u32) -> String {
    format!("dry-run-part/{}/{part:04}", segment(id))
}
