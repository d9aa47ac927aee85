//! Serves re-assignment: a decision that is waited for goes to another person by name.

use contraflow_domain::access::PersonRecord;
use contraflow_domain::approval::reassign::{self, ReassignError, Reassignment};
use contraflow_domain::approval::{DecisionError, Person, Seen};
use contraflow_domain::authority::Effect;
use contraflow_domain::chain;
use contraflow_domain::identity::Identity;
use contraflow_domain::time::Timestamp;
use contraflow_guest::drive::drive_later;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, now, policy};
use http::StatusCode;
use serde::Deserialize;

use crate::decide::Refusing;
use crate::shown::shown;
use crate::{bounded, delegate};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    to: String,
    #[serde(default)]
    of: Option<String>,
    note: String,
}

struct Refused(ReassignError);

impl From<Refused> for Problem {
    fn from(Refused(refusal): Refused) -> Self {
        match refusal {
            ReassignError::Authority(error) => error.into(),
            ReassignError::Decision(error @ DecisionError::OwnRequest) => Self::forbidden(error.to_string()),
            ReassignError::Decision(error) => Refusing(error).into(),
            ReassignError::NotWaiting(_) => {
                Self::conflict("not-possible-now", format!("{refusal}. Read the request again."))
            }
            ReassignError::Full(_) => Self::conflict("too-many-reassignments", refusal.to_string()),
            ReassignError::NoNote => Self::field("/note", refusal.to_string()),
            ReassignError::Which(_) => Self::field("/of", refusal.to_string()),
            ReassignError::NoName(_) | ReassignError::Already(_) | ReassignError::CannotHold { .. } => {
                Self::field("/to", refusal.to_string())
            }
        }
    }
}

/// Returns somebody as far as they are known here: with the roles that they had when they were last here and those that
/// an admin gave them, and with what is lent to them.
pub async fn known(unit: &mut Unit, name: &str, at: Timestamp) -> Result<Person, Problem> {
    let who = Identity::read(name);
    let record: Option<PersonRecord> = unit.read(&keys::person(&who)).await?;
    let seen: Option<Seen> = unit.read(&keys::seen(&who)).await?;
    if record.as_ref().is_some_and(|record| record.left.is_some()) {
        return Err(Problem::field("/to", format!("{who} has left, so nothing is handed to them")));
    }
    let mut roles = seen.map(|seen| seen.roles).unwrap_or_default();
    roles.extend(record.map(|record| record.roles).unwrap_or_default());
    delegate::with_lent(unit, &Person::new(name, roles), at).await
}

/// Serves `POST /v1/requests/{id}/reassign`: hands a decision to another person by name.
pub async fn one(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let asked: Asked = incoming.json()?;
    bounded(&asked.note)?;
    let request = transact(async |unit| {
        let at = now();
        let policy = policy::for_commit(unit).await?;
        let person = &delegate::with_lent(unit, person, at).await?;
        person.may(Effect::Reassign)?;
        let mut request = unit.request(id).await?;
        let to = known(unit, &asked.to, at).await?;
        let wish = Reassignment { to: &to, of: asked.of.as_deref(), note: &asked.note };
        reassign::reassign(&mut request, person, wish, &policy, at).map_err(Refused)?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await?;
    drive_later(request.id.clone(), chain::next(&request, now()));
    Ok(json(StatusCode::OK, &shown(request, person)))
}
