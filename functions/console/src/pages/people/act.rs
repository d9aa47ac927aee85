//! Serves the forms of a person's page.

use std::collections::BTreeSet;

use contraflow_domain::access::{PersonFields, PersonView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use serde_json::{Value, json};

use super::one;
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::reply;

/// Returns the items of a field that has one on each line, or several with commas between them.
fn items(text: &str) -> BTreeSet<String> {
    text.split(['\n', ',']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Returns what a form says of a person.
fn fields(form: &Form) -> PersonFields {
    PersonFields {
        full_name: form.some("full_name").map(str::to_owned),
        addresses: items(form.get("addresses")),
        roles: items(form.get("roles")),
        locale: form.some("locale").map(str::to_owned),
        time_zone: form.some("time_zone").map(str::to_owned),
    }
}

/// Serves `POST /people/{name}` and what lies below it.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(asked: &Asked<'_>, name: &str, what: &[&str]) -> Result<Option<Answer>, Problem> {
    let Asked { session, ref form, .. } = *asked;
    let path = format!("/v1/people/{}", segment(name));
    let done = match what {
        [] => {
            api_client::put::<PersonView>(session, &path, &json!(fields(form))).await.map(|_| say!("people-said-saved"))
        }
        ["unlink"] => {
            let body = json!({"issuer": form.get("issuer"), "subject": form.get("subject")});
            let done = api_client::post(session, &format!("{path}/accounts/unlink"), &body).await;
            done.map(|()| say!("people-said-unlinked"))
        }
        ["sign-out"] => {
            let done = api_client::post(session, &format!("{path}/sign-out"), &json!({})).await;
            done.map(|()| say!("people-said-signed-out"))
        }
        ["return"] => {
            let done = api_client::post(session, &format!("{path}/return"), &json!({})).await;
            done.map(|()| say!("people-said-returned"))
        }
        ["leave"] => {
            let note = json!({"note": form.get("note")});
            api_client::ask(session, &format!("{path}/leave"), &note).await.map(|left| said_left(&left))
        }
        _ => return Ok(None),
    };
    match done {
        Ok(said) => Ok(Some(reply::see_other_saying(session, &format!("/people/{}", segment(name)), said))),
        Err(problem) => {
            let known = one::load(session, name, "").await?;
            let status = reply::status_of(&problem);
            let frame = asked.frame.failed(problem);
            Ok(Some(reply::page(status, one::render(&frame, session, name, &known, "", form))))
        }
    }
}

/// Says what was ended when somebody left, and how much waits for somebody else now.
fn said_left(left: &Value) -> String {
    let count = |name: &str| left.get(name).and_then(Value::as_array).map_or(0, Vec::len);
    say!("people-said-left", loans = count("loans_ended"), waiting = count("waiting"), schedules = count("schedules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_on_lines_of_their_own_or_with_commas_between_them() {
        let form = Form::from([("roles", "finance\r\n approver:manager,requester\n\n"), ("full_name", " ")]);
        let fields = fields(&form);
        let roles: Vec<_> = fields.roles.iter().map(String::as_str).collect();
        assert_eq!(roles, ["approver:manager", "finance", "requester"]);
        assert_eq!((fields.full_name, fields.locale), (None, None));
    }

    #[test]
    fn leaving_says_what_waits_for_somebody_else() {
        let said = said_left(&json!({"left": {}, "loans_ended": ["mia"], "waiting": [], "schedules": ["s1", "s2"]}));
        assert!(said.contains('1') && said.contains('2'), "{said}");
    }
}
