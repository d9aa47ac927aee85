//! Says why a token is not accepted.

use contraflow_guest::problem::Problem;
use http::StatusCode;

/// Returns the problem of a token that is not accepted.
pub fn refused(why: &dyn std::fmt::Display) -> Problem {
    let detail = format!("The bearer token is not accepted: {why}. Get a new one.");
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
}
