//! Puts versions of the policy, or the file, in force: now, or from a later time on.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::policy::{Activated, Activation, ActivationError, Policy};
use contraflow_domain::request::ruled::PolicyText;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::policy_versions::{self, SUBJECT};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{chronicle, keys, now};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{named, propose, shown, text_of};
use crate::bounded;
use crate::change::body;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// From when on; now where it is left out.
    #[serde(default)]
    from: Option<Timestamp>,
    #[serde(default)]
    note: String,
    /// The hash of the file as whoever puts it in force has read it.
    #[serde(default)]
    hash: Option<String>,
}

/// Serves `POST /v1/policy/versions/{number}/activate`: puts a version in force that somebody else proposed, or the
/// file. A second time changes nothing.
pub async fn activate(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ActivatePolicy)?;
    let named = named(number)?;
    let asked: Asked = body(incoming)?;
    bounded(&asked.note)?;
    let text = text_of(named).await?;
    // What an earlier version of contraflow took may be a mistake by now.
    let policy = Policy::parse(&text).map_err(|error| propose::mistaken(&error))?;
    if named == PolicyText::File {
        read_by(&asked, &policy)?;
    }
    transact(async |unit| put(unit, named, &policy, &asked, person).await).await?;
    Ok(json(StatusCode::OK, &shown().await?))
}

/// Checks that the file is the one that was read: nobody proposed it, and it may change at any time.
fn read_by(asked: &Asked, policy: &Policy) -> Result<(), Problem> {
    match &asked.hash {
        None => Err(Problem::field("/hash", "say which file you have read: its `hash` of GET /v1/policy")),
        Some(hash) if *hash != policy.hash => {
            let detail =
                format!("The file has changed since you read it: its hash is {} now. Read it again.", policy.hash);
            Err(Problem::conflict("policy-file-changed", detail))
        }
        Some(_) => Ok(()),
    }
}

async fn put(
    unit: &mut Unit,
    named: PolicyText,
    policy: &Policy,
    asked: &Asked,
    person: &Person,
) -> Result<(), Problem> {
    let at = now();
    let mut standing = policy_versions::settled(unit, at).await?;
    let version = match named {
        PolicyText::File => None,
        PolicyText::Version(number) => Some(policy_versions::find(unit, number).await?),
    };
    let wanted = Activation {
        number: named.number(),
        policy: policy.version.clone(),
        hash: policy.hash.clone(),
        from: asked.from.unwrap_or(at),
        by: person.name.clone(),
        at,
        note: asked.note.clone(),
    };
    let instead_of = standing.in_force(at).and_then(|known| known.number);
    let what = match standing.activate(wanted.clone(), version.as_ref()).map_err(refused)? {
        Activated::Already => return Ok(()),
        Activated::Now => "policy_activated",
        Activated::Again => "policy_rolled_back",
        Activated::Later => "policy_scheduled",
    };
    unit.write(keys::POLICY, &standing)?;
    if what != "policy_scheduled" {
        policy_versions::begin(unit, &wanted).await?;
    }
    let data = json!({"activation": wanted, "instead_of": PolicyText::from(instead_of).to_string()});
    let happened = Happening { actor: &person.name, what, why: &asked.note, data };
    chronicle::note(unit, SUBJECT, happened).await
}

fn refused(error: ActivationError) -> Problem {
    match error {
        ActivationError::OwnProposal(_) => Problem::forbidden(format!("{error}.")),
        ActivationError::Scheduled(..) => Problem::conflict("policy-already-scheduled", format!("{error}.")),
        ActivationError::Time => Problem::field("/from", error.to_string()),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancelling {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/policy/cancel`: what was to be in force later will not be.
pub async fn cancel(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ActivatePolicy)?;
    let asked: Cancelling = body(incoming)?;
    bounded(&asked.note)?;
    transact(async |unit| {
        let mut standing = policy_versions::settled(unit, now()).await?;
        let Some(cancelled) = standing.next.take() else {
            return Err(Problem::conflict("nothing-scheduled", "No version is to be in force later."));
        };
        unit.write(keys::POLICY, &standing)?;
        let data = json!({"activation": cancelled});
        let happened = Happening { actor: &person.name, what: "policy_cancelled", why: &asked.note, data };
        chronicle::note(unit, SUBJECT, happened).await
    })
    .await?;
    Ok(json(StatusCode::OK, &shown().await?))
}
