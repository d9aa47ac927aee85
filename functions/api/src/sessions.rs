//! Ends tokens before they expire: by signing out, for a token that has got into wrong hands, or for somebody who has
//! left.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_guest::auth;
use contraflow_guest::ended::{self, Ended};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde::Deserialize;

/// Serves `POST /v1/sign-out`: ends the token that the call is made with.
pub async fn sign_out(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    if person.scopes.is_some() {
        return Err(Problem::forbidden("A machine client's key does not sign out: an admin revokes it."));
    }
    let token = auth::bearer(&incoming.headers)?;
    let claims = auth::claims(token).await?;
    answer(&ended::end_token(token, &claims, &person.name).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneToken {
    token: String,
}

/// Serves `POST /v1/tokens/end`: ends the token in the body, which is the caller's own unless an admin calls.
pub async fn end_one(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let asked: OneToken = incoming.json()?;
    let token = asked.token.trim();
    let claims = match auth::claims(token).await {
        Ok(claims) => claims,
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED.as_u16() => {
            return Err(Problem::field(
                "/token",
                "a token that is accepted here; this one is not, so there is nothing to end",
            ));
        }
        Err(problem) => return Err(problem),
    };
    if !Identity::read(&claims.sub).is(&person.identity()) {
        person.may(Effect::EndSessions)?;
    }
    if claims.scopes.is_some() {
        let detail = "no machine client's key: an admin revokes it by `POST /v1/clients/{id}/revoke`";
        return Err(Problem::field("/token", detail));
    }
    let ended = ended::end_token(token, &claims, &person.name).await?;
    eprintln!("{} ended a token of {}", person.name, claims.sub);
    answer(&ended)
}

/// Serves `POST /v1/people/{name}/sign-out`: ends all tokens of a person that were made until now.
pub async fn end_all(name: &str, person: &Person) -> Result<Answer, Problem> {
    let whose = Identity::sign_in(name).map_err(|_| Problem::not_found("person of that name"))?;
    if !whose.is(&person.identity()) {
        person.may(Effect::EndSessions)?;
    }
    let ended = ended::end_all_of(&whose, &person.name).await?;
    eprintln!("{} ended all tokens of {whose} that were made until {}", person.name, ended.at);
    answer(&ended)
}

fn answer(ended: &Ended) -> Result<Answer, Problem> {
    Ok(json(StatusCode::OK, &serde_json::json!({"ended_at": ended.at, "by": ended.by})))
}
