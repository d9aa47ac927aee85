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

/// Is the address at which a text is proposed that begins with the one in force.
pub const PROPOSE: &str = "/policy/propose";

/// Returns the address at which a text is proposed that begins with a version, or with the file.
pub fn to_propose(from: Option<u32>) -> String {
    let from = from.map_or_else(|| "file".to_owned(), |number| number.to_string());
    with_query(PROPOSE, &[("from", &from)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proposal_begins_with_is_named_also_where_it_is_the_file() {
        for number in [None, Some(7)] {
            let address = to_propose(number);
            let (path, from) = address.split_once("?from=").expect("a query");
            assert_eq!((path, named(from).expect("a text")), (PROPOSE, number));
        }
    }
}
