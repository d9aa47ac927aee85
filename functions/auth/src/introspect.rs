//! Serves `POST /introspect`: tells the other components whom a token speaks for.

use contraflow_domain::access::Purpose;
use contraflow_domain::limits::PROVIDER_SKEW_SECONDS;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::token::{CLIENT, Claims, SESSION};
use http::StatusCode;
use serde::Deserialize;

use crate::config::Provider;
use crate::refusal::refused;
use crate::{account, client, config, provider, session};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    token: String,
}

/// Answers what a token says, once it is checked.
///
/// # Errors
/// 401 when the token is not accepted; 503 when it can't be checked now.
pub async fn answer(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let asked: Asked = incoming.json()?;
    let token = asked.token.trim();
    let said = match token {
        session if session.starts_with(SESSION) => session::claims(session, config::times().await?).await?,
        key if key.starts_with(CLIENT) => client::claims(key).await?,
        other => of_provider(other).await?,
    };
    Ok(json(StatusCode::OK, &said))
}

/// Returns what an access token of the provider says.
async fn of_provider(token: &str) -> Result<Claims, Problem> {
    let Some(provider) = Provider::configured().await? else {
        return Err(refused(&"its issuer is not contraflow, and no provider is configured: set oidc_issuer"));
    };
    let said = provider::check(&provider, token, &provider.audience, Purpose::Call).await?;
    let person = account::of(&provider, &said).await?;
    Ok(Claims {
        iss: provider.issuer,
        sub: person.name,
        roles: person.roles,
        scopes: None,
        // Where the provider's clock is ahead, a token that was made before all of its person's were ended counts as
        // such.
        iat: said.issued_at().saturating_sub(PROVIDER_SKEW_SECONDS),
        exp: said.expires_at(),
        renew_from: None,
    })
}
