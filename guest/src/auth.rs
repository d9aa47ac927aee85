//! Tells who is calling. Every write and every read of a request needs a bearer token: a JWT that `auth_public_key`
//! checks, or one that the component `auth` vouches for. Steps need none: only the application itself reaches them.

use bytes::Bytes;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::{Effect, Role};
use contraflow_domain::identity::Identity;
use contraflow_domain::time::Timestamp;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::problem::Problem;
use crate::token::{self, Claims, PublicKeys};
use crate::{ended, http_io};

async fn keys() -> Result<PublicKeys, Problem> {
    PublicKeys::read(&crate::variable("auth_public_key").await).map_err(|error| {
        Problem::unavailable(format!(
            "Nobody can be recognised: the variable auth_public_key is not set right; {error}. `contraflow public-key` prints it."
        ))
    })
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
}

/// Returns the bearer token of a call.
///
/// # Errors
/// 401 when there is none.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let token = headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    token.ok_or_else(|| {
        unauthenticated("Send `Authorization: Bearer <token>`; `contraflow token --user NAME --role ROLE` makes one.")
    })
}

/// Names the component that checks the tokens that contraflow did not sign. It is reached by chaining alone.
const AUTH: &str = "auth";
/// Names where it does so.
const INTROSPECT: &str = "/introspect";

/// Returns what a token says that another issuer signed, as the component `auth` has checked it: with the provider's
/// keys, and against what is known of its person.
async fn vouched(token: &str) -> Result<Claims, Problem> {
    let unanswered = |why: String| Problem::unavailable(format!("The token can't be checked now: {why}. Try again."));
    let body = serde_json::json!({"token": token}).to_string();
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let answer = http_io::call(AUTH, Method::POST, INTROSPECT, &headers, Bytes::from(body)).await;
    let answer = answer.map_err(unanswered)?;
    match answer.status() {
        StatusCode::OK => serde_json::from_slice(answer.body()).map_err(|error| unanswered(error.to_string())),
        StatusCode::UNAUTHORIZED | StatusCode::SERVICE_UNAVAILABLE => {
            Err(serde_json::from_slice(answer.body()).unwrap_or_else(|error| unanswered(error.to_string())))
        }
        status => Err(unanswered(format!("{AUTH} answers {status}"))),
    }
}

/// Checks a token and returns what it says. Whether somebody has ended it since is not asked.
///
/// # Errors
/// 401 when it is not accepted, or has expired, or its `sub` names nobody; 503 when it can't be checked now.
pub async fn claims(token: &str) -> Result<Claims, Problem> {
    if token::is_checked_elsewhere(token) {
        return vouched(token).await;
    }
    let claims = token::verify(token, &keys().await?, crate::now())
        .map_err(|error| unauthenticated(&format!("The bearer token is not accepted: {error}. Get a new one.")))?;
    // A name that two people could share, or that is not a person's, would let one act in the other's name.
    if !claims.roles.contains(Role::Machine.name()) {
        Identity::sign_in(&claims.sub).map_err(|error| {
            unauthenticated(&format!("The bearer token is not accepted: its `sub` names nobody, since it {error}."))
        })?;
    }
    Ok(claims)
}

/// Returns whoever a token was made for. For functions without the store, which hand the token on to one that asks
/// whether it was ended.
///
/// # Errors
/// 401 when there is no token, or it is not ours, or it has expired; 403 for a machine.
pub async fn named(headers: &HeaderMap) -> Result<Person, Problem> {
    Ok(session(headers).await?.0)
}

/// Returns whoever a token was made for, as [`named`] does, and from when on the provider that signed them in at the
/// console is asked anew; `None` where no provider did.
///
/// # Errors
/// As those of [`named`].
pub async fn session(headers: &HeaderMap) -> Result<(Person, Option<Timestamp>), Problem> {
    let claims = claims(bearer(headers)?).await?;
    let renew_from = claims.renew_from.map(|from| Timestamp::from_unix_ms(from.saturating_mul(1000)));
    Ok((a_person(as_person(claims))?, renew_from))
}

fn as_person(claims: Claims) -> Person {
    let issued_at = claims.issued_at();
    Person { issued_at, scopes: claims.scopes, ..Person::new(&claims.sub, claims.roles) }
}

fn a_person(caller: Person) -> Result<Person, Problem> {
    if caller.may(Effect::Drive).is_ok() {
        return Err(Problem::forbidden("This is for people; a machine's token will not do."));
    }
    Ok(caller)
}

/// Returns the person or machine that the bearer token names.
///
/// # Errors
/// 401 when there is no token, or it is not ours, has expired, or was ended; 503 when the store can't say.
pub async fn caller(headers: &HeaderMap) -> Result<Person, Problem> {
    let token = bearer(headers)?;
    let claims = claims(token).await?;
    if ended::is_ended(token, &claims).await? {
        return Err(unauthenticated(
            "The bearer token was ended: somebody signed out with it, or an admin ended it. Get a new one.",
        ));
    }
    Ok(as_person(claims))
}

/// Returns the person whom the bearer token names, and refuses machines.
///
/// # Errors
/// 401 without a token, 403 for a machine.
pub async fn person(headers: &HeaderMap) -> Result<Person, Problem> {
    a_person(caller(headers).await?)
}

/// Refuses every caller but a machine: the clock.
///
/// # Errors
/// 401 without a token, 403 for a person.
pub async fn machine(headers: &HeaderMap) -> Result<(), Problem> {
    Ok(caller(headers).await?.may(Effect::Drive)?)
}
