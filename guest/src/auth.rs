//! Tells who is calling. Every write and every read of a request needs a bearer token: a JWT signed with
//! `auth_local_key`.

use std::collections::BTreeSet;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::{Effect, Role};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::limits;
use crate::problem::Problem;
use crate::token::{self, Claims};

async fn key() -> Result<String, Problem> {
    let key = crate::variable("auth_local_key").await;
    if key.len() < limits::TOKEN_KEY_BYTES {
        return Err(Problem::unavailable(format!(
            "Nobody can be recognised: the variable auth_local_key must have at least {} characters.",
            limits::TOKEN_KEY_BYTES
        )));
    }
    Ok(key)
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
}

/// Returns the person or machine that the bearer token names.
///
/// # Errors
/// 401 when there is no token, or it is not ours, or it has expired.
pub async fn caller(headers: &HeaderMap) -> Result<Person, Problem> {
    let token = headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let token = token.ok_or_else(|| {
        unauthenticated("Send `Authorization: Bearer <token>`; `contraflow token --user NAME --role ROLE` makes one.")
    })?;
    let claims = token::verify(token, key().await?.as_bytes(), crate::now())
        .map_err(|error| unauthenticated(&format!("The bearer token is not accepted: {error}. Get a new one.")))?;
    Ok(Person::new(claims.sub, claims.roles))
}

/// Returns the person whom the bearer token names, and refuses machines.
///
/// # Errors
/// 401 without a token, 403 for a machine.
pub async fn person(headers: &HeaderMap) -> Result<Person, Problem> {
    let caller = caller(headers).await?;
    if caller.may(Effect::Drive).is_ok() {
        return Err(Problem::forbidden("This is for people; a machine's token will not do."));
    }
    Ok(caller)
}

/// Refuses every caller but a machine: the clock, or another component.
///
/// # Errors
/// 401 without a token, 403 for a person.
pub async fn machine(headers: &HeaderMap) -> Result<(), Problem> {
    Ok(caller(headers).await?.may(Effect::Drive)?)
}

/// Returns the headers that a call to another component carries.
///
/// # Errors
/// When there is no key to sign with.
pub async fn machine_headers() -> Result<HeaderMap, Problem> {
    let now = crate::now();
    let machine = Role::Machine.name();
    let claims = Claims::for_a_while(machine, BTreeSet::from([machine.into()]), now, limits::MACHINE_TOKEN_SECONDS);
    let token = token::sign(&claims, key().await?.as_bytes()).map_err(|error| Problem::internal(error.to_string()))?;
    let value =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(HeaderMap::from_iter([(http::header::AUTHORIZATION, value)]))
}
