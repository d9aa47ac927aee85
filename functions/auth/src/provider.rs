//! Checks tokens of the provider.

use contraflow_domain::access::{Expected, ProviderClaims, Purpose};
use contraflow_guest::now;
use contraflow_guest::problem::Problem;

use crate::config::Provider;
use crate::jws::{JwsError, Unchecked};
use crate::{keys, refusal};

/// Tells whether a token that calls itself so may be used for a purpose: an access token (RFC 9068), an ID token or a
/// logout token. Most providers say no more than `JWT`, or nothing.
fn is_kind_for(kind: Option<&str>, purpose: Purpose<'_>) -> bool {
    match kind {
        None | Some("jwt") => true,
        Some("at+jwt") => purpose == Purpose::Call,
        Some("logout+jwt") => purpose == Purpose::Logout,
        Some(_) => false,
    }
}

/// Checks a token for a purpose, and returns what it says.
///
/// # Errors
/// 401 when it is not accepted; 503 when the provider's keys are not known now.
pub async fn check(
    provider: &Provider,
    token: &str,
    audience: &str,
    purpose: Purpose<'_>,
) -> Result<ProviderClaims, Problem> {
    let refused = |error: &dyn std::fmt::Display| refusal::refused(error);
    let unchecked = Unchecked::read(token, &provider.algorithms).map_err(|error| refused(&error))?;
    if audience.is_empty() || !is_kind_for(unchecked.kind().as_deref(), purpose) {
        return Err(refused(&JwsError::Kind));
    }
    let published = keys::of(&provider.issuer, |keys| unchecked.fits_one_of(keys)).await?;
    let payload = unchecked.check(&published).map_err(|error| refused(&error))?;
    let claims: ProviderClaims = serde_json::from_slice(&payload).map_err(|_| refused(&JwsError::Malformed))?;
    let expected = Expected { issuer: &provider.issuer, audience, purpose };
    claims.check(&expected, now().unix_ms() / 1000).map_err(|error| refused(&error))?;
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_says_what_it_is_for_is_taken_for_nothing_else() {
        let nonce = Purpose::SignIn { nonce: "n" };
        for (kind, call, sign_in, logout) in [
            (None, true, true, true),
            (Some("jwt"), true, true, true),
            (Some("at+jwt"), true, false, false),
            (Some("logout+jwt"), false, false, true),
            (Some("dpop+jwt"), false, false, false),
        ] {
            let taken = [Purpose::Call, nonce, Purpose::Logout].map(|purpose| is_kind_for(kind, purpose));
            assert_eq!(taken, [call, sign_in, logout], "{kind:?}");
        }
    }
}
