//! Serves `POST /sign-in/back-channel-logout`: the provider says that it has ended sessions (OpenID Connect
//! Back-Channel Logout 1.0). It is the only route here that others than our own components reach.

use contraflow_domain::access::{Logout, Purpose};
use contraflow_guest::http_io::{Answer, Incoming, empty};
use contraflow_guest::problem::Problem;
use http::StatusCode;

use crate::config::Provider;
use crate::{provider, session};

/// Ends the sessions that a logout token names.
///
/// # Errors
/// 400 when there is no token that the provider has made for this; 503 when it can't be checked or stored now.
pub async fn back_channel(incoming: &Incoming) -> Result<Answer, Problem> {
    incoming.only("POST")?;
    let refused =
        |why: &str| Problem::new(StatusCode::BAD_REQUEST, "invalid-logout-token", format!("Nothing was ended: {why}."));
    let Some(provider) = Provider::configured().await? else {
        return Err(Problem::not_found("provider of sign-ins"));
    };
    let token = form_urlencoded::parse(&incoming.body).find(|(name, _)| name == "logout_token");
    let (_, token) = token.ok_or_else(|| refused("the form has no `logout_token`"))?;
    let said = provider::check(&provider, &token, &provider.client_id, Purpose::Logout).await;
    let said = said.map_err(|problem| match problem.status {
        401 => refused(&problem.detail),
        _ => problem,
    })?;
    let logout = Logout { subject: said.subject(), provider_session: said.session(), at: said.issued_at() };
    session::end(&provider.issuer, logout).await?;
    Ok(empty(StatusCode::OK))
}
