//! Serves the forms of the policy's pages: each makes one call to the api.

use contraflow_domain::dry_run::DryRunView;
use contraflow_domain::limits::DAY_MS;
use contraflow_domain::policy::StandingView;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use serde_json::{Value, json};

use super::addresses::{self, address_of};
use super::{titled, try_events, version};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::{current, say};
use crate::moment::instant;
use crate::parts::time;
use crate::reply;

/// Serves `POST /policy/versions/{number}/{what}`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(asked: &Asked<'_>, name: &str, what: &str) -> Result<Option<Answer>, Problem> {
    let number = addresses::named(name)?;
    if what == "try-events" {
        return try_events::post(asked, name).await.map(Some);
    }
    let path = format!("/v1/policy/versions/{}/{what}", segment(name));
    let done = match what {
        "activate" => match activation(&asked.form, current().zone) {
            Ok(body) => activate(asked, &path, &body).await,
            Err(problem) => Err(problem),
        },
        "withdraw" => {
            let body = json!({"note": asked.form.get("note")});
            let done = api_client::post(asked.session, &path, &body).await;
            done.map(|()| ("/policy/versions".to_owned(), say!("policy-said-withdrawn", number = number.unwrap_or(0))))
        }
        "dry-runs" => {
            let days: u64 = asked.form.get("days").parse().unwrap_or(90);
            let from = Timestamp::from_unix_ms(asked.frame.now.unix_ms().saturating_sub(days.min(3_660) * DAY_MS));
            let run = api_client::ask::<DryRunView>(asked.session, &path, &json!({"from": from})).await;
            run.map(|run| (format!("/policy/dry-runs/{}", segment(&run.id)), say!("policy-said-run")))
        }
        _ => return Ok(None),
    };
    match done {
        Ok((address, said)) => Ok(Some(reply::see_other_saying(asked.session, &address, said))),
        Err(problem) => {
            let status = reply::status_of(&problem);
            let frame = asked.frame.failed(problem);
            version::show(status, &frame, asked.session, name, &asked.form).await.map(Some)
        }
    }
}

/// Returns what putting in force asks of the api.
fn activation(form: &Form, zone: Zone) -> Result<Value, Problem> {
    let from = match form.some("from").map(|from| instant(from, zone)) {
        Some(None) => {
            let detail = say!("policy-from-wrong");
            return Err(Problem::invalid(vec![FieldError { pointer: "/from".into(), detail }]));
        }
        from => from.flatten(),
    };
    Ok(json!({"note": form.get("note"), "from": from, "hash": form.some("hash")}))
}

async fn activate(asked: &Asked<'_>, path: &str, body: &Value) -> Result<(String, String), Problem> {
    let standing: StandingView = api_client::ask(asked.session, path, body).await?;
    let said = match standing.next.filter(|_| body.get("from").is_some_and(Value::is_string)) {
        Some(next) => {
            let what = titled(next.number, &next.policy);
            say!("policy-said-planned", what = what, when = time::absolute(next.from))
        }
        None => {
            let what = titled(standing.in_force.number, &standing.in_force.policy);
            say!("policy-said-activated", what = what)
        }
    };
    Ok(("/policy".to_owned(), said))
}

/// Serves `POST /policy/cancel`.
///
/// # Errors
/// The problem that the api answered.
pub async fn cancel(asked: &Asked<'_>) -> Result<Answer, Problem> {
    api_client::post(asked.session, "/v1/policy/cancel", &json!({"note": asked.form.get("note")})).await?;
    Ok(reply::see_other_saying(asked.session, "/policy", say!("policy-said-cancelled")))
}

/// Serves `POST /policy/dry-runs/{id}/end`.
///
/// # Errors
/// The problem that the api answered.
pub async fn end_run(asked: &Asked<'_>, id: &str) -> Result<Answer, Problem> {
    let id = segment(id);
    api_client::post(asked.session, &format!("/v1/policy/dry-runs/{id}/end"), &json!({})).await?;
    Ok(reply::see_other_saying(asked.session, &format!("/policy/dry-runs/{id}"), say!("policy-said-ended")))
}

/// Returns the address that a form of the policy leads back to when somebody reloads it.
pub fn back(name: &str) -> String {
    addresses::named(name).map_or_else(|_| "/policy".to_owned(), address_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_put_in_force_as_it_was_read_and_a_wrong_time_is_refused() {
        let form = Form::from([("note", "now"), ("hash", "ab"), ("from", "")]);
        assert_eq!(activation(&form, Zone::UTC).expect("a body"), json!({"note": "now", "from": null, "hash": "ab"}));
        assert_eq!(activation(&Form::from([("from", "soon")]), Zone::UTC).expect_err("refused").status, 422);
    }
}
