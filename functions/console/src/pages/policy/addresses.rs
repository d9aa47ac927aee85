//! Says how addresses name the texts of the policy.

use contraflow_domain::request::ruled::PolicyText;
use contraflow_guest::problem::Problem;

use crate::form::with_query;

/// Returns which text an address names.
///
/// # Errors
/// When it names none.
pub fn named(name: &str) -> Result<Option<u32>, Problem> {
    PolicyText::read(name).map(PolicyText::number).ok_or_else(|| Problem::not_found("page"))
}

/// Returns how addresses name a text.
pub fn address_of(number: Option<u32>) -> String {
    number.map_or_else(|| "/policy/versions/file".to_owned(), |number| format!("/policy/versions/{number}"))
}

/// Returns the address at which a text is proposed that begins with another.
pub fn to_propose(from: Option<u32>) -> String {
    let from = from.map(|number| number.to_string());
    with_query("/policy/propose", &[("from", from.as_deref().unwrap_or_default())])
}
