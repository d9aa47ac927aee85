//! Makes machine clients, and revokes their keys.

use contraflow_domain::access::Client;
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{one, show};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::{current, say};
use crate::moment::instant;
use crate::reply;

#[derive(Deserialize)]
struct Made {
    client: Client,
    key: String,
}

fn body(form: &Form, zone: Zone) -> Value {
    let scopes: Vec<_> = form.all("scope").collect();
    // What is no time is sent as it is, so that the api refuses it.
    let expires = form
        .some("expires")
        .map(|expires| instant(expires, zone).map_or_else(|| expires.to_owned(), |at| at.to_string()));
    json!({"name": form.get("name"), "scopes": scopes, "expires_at": expires})
}

/// Serves `POST /clients`. The key is in the answer itself: it may stand nowhere else.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn make(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Asked { frame, session, ref form, .. } = *asked;
    match api_client::ask::<Made>(session, "/v1/clients", &body(form, current().zone)).await {
        Ok(Made { client, key }) => Ok(reply::page(StatusCode::CREATED, one::made(frame, &client, &key))),
        Err(problem) => {
            let status = reply::status_of(&problem);
            show(status, &frame.failed(problem), session, "", form).await
        }
    }
}

/// Serves `POST /clients/{id}/take-over`. The new key is in the answer itself: it may stand nowhere else.
///
/// # Errors
/// The problem that the api answered.
pub async fn take_over(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let path = format!("/v1/clients/{}/take-over", segment(id));
    let Made { client, key } = api_client::ask(asked.session, &path, &json!({})).await?;
    Ok(reply::page(StatusCode::OK, one::made(asked.frame, &client, &key)))
}

/// Serves `POST /clients/{id}/revoke`.
///
/// # Errors
/// The problem that the api answered.
pub async fn revoke(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let id = segment(id);
    api_client::post(asked.session, &format!("/v1/clients/{id}/revoke"), &json!({})).await?;
    Ok(reply::see_other_saying(asked.session, &format!("/clients/{id}"), say!("clients-said-revoked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_an_end_never_expires_and_one_with_an_end_does_in_the_zone_of_its_maker() {
        let form = Form::parse(b"name=erp&scope=ask&scope=find&expires=");
        assert_eq!(body(&form, Zone::UTC), json!({"name": "erp", "scopes": ["ask", "find"], "expires_at": null}));
        let dated = Form::from([("name", "erp"), ("expires", "2027-01-01T00:00")]);
        let berlin = "Europe/Berlin".parse().expect("a zone");
        assert_eq!(body(&dated, berlin)["expires_at"], json!("2026-12-31T23:00:00.000Z"));
    }
}
