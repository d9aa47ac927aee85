//! Confirms several payouts, one after the other, and leads to the page that says what became of each.

use contraflow_domain::request::view::RequestView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde_json::json;

use super::result::{Fault, address};
use super::show;
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::limits;
use crate::locale::say;
use crate::pages::tasks::act::is_confirmed;
use crate::parts::rows::PICKED;
use crate::reply;
use crate::session::Session;

/// Serves `POST /payouts`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Asked { frame, session, ref form, .. } = *asked;
    if form.get("decision") != "confirm" {
        return show(StatusCode::OK, frame, session, form.get("cursor"), form).await;
    }
    let picked = picked(form);
    let problem = match picked.len() {
        0 => Some(say!("payouts-nothing-selected")),
        count if count > limits::PAYOUTS => Some(say!("payouts-too-many", count = limits::PAYOUTS)),
        _ if picked.iter().any(|(_, _, reference)| reference.is_empty()) => Some(say!("payouts-reference-needed")),
        _ => None,
    };
    if let Some(detail) = problem {
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-selected", detail);
        let status = reply::status_of(&problem);
        return show(status, &frame.failed(problem), session, form.get("cursor"), form).await;
    }
    let mut outcomes = Vec::with_capacity(picked.len());
    for (request, leg, reference) in picked {
        let fault = confirm(session, request, leg, reference).await.err();
        outcomes.push((request, leg, fault));
    }
    Ok(reply::see_other(&address(&outcomes)))
}

/// Returns what is ticked: the request, the leg, and the reference of its own or of all.
fn picked(form: &Form) -> Vec<(&str, &str, &str)> {
    let common = form.get("reference");
    let reference = |name: &str| form.some(&format!("reference {name}")).unwrap_or(common);
    form.all(PICKED).filter_map(|name| name.split_once(' ').map(|(id, leg)| (id, leg, reference(name)))).collect()
}

/// Confirms one of them. One that is confirmed under the same reference already is confirmed.
async fn confirm(session: &Session, request: &str, leg: &str, reference: &str) -> Result<(), Fault> {
    let path = format!("/v1/requests/{}", segment(request));
    let call = format!("{path}/legs/{}/confirm", segment(leg));
    let Err(problem) = api_client::post(session, &call, &json!({"reference": reference})).await else { return Ok(()) };
    let now = api_client::get::<RequestView>(session, &path).await;
    if now.is_ok_and(|request| is_confirmed(&request, leg, reference)) { Ok(()) } else { Err(Fault::of(&problem)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payout_has_its_own_reference_or_that_of_all() {
        let form = Form::parse(b"picked=r1+l2&picked=r2+l1&reference+r2+l1=SEPA+7&reference=batch&picked=broken");
        assert_eq!(picked(&form), [("r1", "l2", "batch"), ("r2", "l1", "SEPA 7")]);
    }
}
