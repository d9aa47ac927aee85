//! Takes proposals of texts of the policy, and takes them back.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::POLICY_VERSIONS;
use contraflow_domain::policy::{Policy, PolicyError, PolicyVersion, VersionState, VersionView};
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::ruled::PolicyText;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::policy_versions::{self, Counted, SUBJECT};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{chronicle, keys, limits, now, policy};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::named;
use crate::bounded;
use crate::change::body;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    note: String,
}

/// Returns the first mistake of a text, and how many more there are.
pub fn first_of(error: &PolicyError) -> String {
    match error.0.as_slice() {
        [] => error.to_string(),
        [one] => one.to_string(),
        [one, more @ ..] => format!("{one} (and {} more)", more.len()),
    }
}

/// Returns the mistakes of a text as a problem, each with its line and column.
pub fn mistaken(error: &PolicyError) -> Problem {
    let told = |fault: &dyn std::fmt::Display| FieldError { pointer: "/text".into(), detail: fault.to_string() };
    let errors = error.0.iter().take(limits::POLICY_ERRORS).map(|fault| told(fault)).collect();
    let count = error.0.len();
    let detail = format!("The policy can't be used; `errors` says where and why ({count} in all). Nothing was stored.");
    Problem { errors, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "policy-unusable", detail) }
}

/// Serves `POST /v1/policy/versions`: stores a text as a version that somebody else may put in force. A text that is
/// stored already is answered as it is.
pub async fn propose(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ProposePolicy)?;
    let asked: Asked = incoming.json()?;
    bounded(&asked.note)?;
    if asked.note.trim().is_empty() {
        return Err(Problem::field("/note", "says why, for whoever decides on it"));
    }
    let parsed = Policy::parse(&asked.text).map_err(|error| mistaken(&error))?;
    let name = parsed.version.trim();
    if name.is_empty() {
        return Err(Problem::field("/text", "its `version` is the name that decisions record: it must not be empty"));
    }
    // A file that can't be read now is no reason to refuse: what is proposed may be there to take its place.
    if let Ok(file) = policy::by(PolicyText::File).await
        && file.hash != parsed.hash
        && keys::policy_name(&file.version) == keys::policy_name(name)
    {
        return Err(name_taken(name, "the file, which says something else"));
    }
    let (version, is_new) = transact(async |unit| {
        let place = keys::policy_hash(&parsed.hash);
        if let Some(number) = unit.read::<u32>(&place).await? {
            return Ok((policy_versions::find(unit, number).await?, false));
        }
        let named = keys::policy_name(name);
        if let Some(number) = unit.read::<u32>(&named).await? {
            return Err(name_taken(name, &format!("version {number}, which says something else")));
        }
        let counted = unit.read::<Counted>(keys::POLICY_COUNT).await?.unwrap_or_default();
        if counted.stored >= POLICY_VERSIONS {
            let detail = format!(
                "There are {POLICY_VERSIONS} versions, and no more are kept: withdraw proposals that were never in force."
            );
            return Err(Problem::conflict("too-many-versions", detail));
        }
        let version = PolicyVersion {
            number: counted.last + 1,
            policy: parsed.version.clone(),
            hash: parsed.hash.clone(),
            bytes: u32::try_from(asked.text.len()).unwrap_or(u32::MAX),
            note: asked.note.clone(),
            proposed_by: person.name.clone(),
            proposed_at: now(),
            in_force_at: None,
        };
        unit.write(keys::POLICY_COUNT, &Counted { last: version.number, stored: counted.stored + 1 })?;
        unit.write(&place, &version.number)?;
        unit.write(&named, &version.number)?;
        unit.write(&keys::policy_version(version.number), &version)?;
        unit.write(&keys::policy_text(version.number), &asked.text)?;
        let data = json!({"number": version.number, "policy": version.policy, "hash": version.hash});
        let happened = Happening { actor: &person.name, what: "policy_proposed", why: &version.note, data };
        chronicle::note(unit, SUBJECT, happened).await?;
        Ok((version, true))
    })
    .await?;
    let location = HeaderValue::from_str(&format!("{}/{}", super::PROPOSALS, version.number)).ok();
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut answer = json(status, &VersionView::new(version, &super::look().await?, now()));
    if let Some(location) = location {
        answer.headers_mut().insert(http::header::LOCATION, location);
    }
    Ok(answer)
}

fn name_taken(name: &str, whose: &str) -> Problem {
    let detail = format!("`{name}` is the name of {whose}: decisions record the name, so write another `version`.");
    Problem::conflict("policy-name-taken", detail)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/policy/versions/{number}/withdraw`: whoever proposed a version, or an admin, takes it back with its
/// text. One that was in force, or will be, stays.
pub async fn withdraw(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ProposePolicy)?;
    let PolicyText::Version(number) = named(number)? else {
        return Err(Problem::not_found("version of the policy of that number"));
    };
    let asked: Withdrawal = body(incoming)?;
    bounded(&asked.note)?;
    let version = transact(async |unit| {
        let at = now();
        let standing = policy_versions::settled(unit, at).await?;
        let version = policy_versions::find(unit, number).await?;
        if !Identity::read(&version.proposed_by).is(&person.identity()) {
            person.may(Effect::ActivatePolicy)?;
        }
        let view = VersionView::new(version.clone(), &standing, at);
        if view.state != VersionState::Proposed {
            let detail = format!("Version {number} was in force, or will be: what decided stays to be read.");
            return Err(Problem::conflict("policy-version-kept", detail));
        }
        let counted = unit.read::<Counted>(keys::POLICY_COUNT).await?.unwrap_or_default();
        unit.write(keys::POLICY_COUNT, &Counted { stored: counted.stored.saturating_sub(1), ..counted })?;
        let stored = [
            keys::policy_hash(&version.hash),
            keys::policy_name(version.policy.trim()),
            keys::policy_version(number),
            keys::policy_text(number),
        ];
        for key in &stored {
            unit.remove(key);
        }
        let data = json!({"number": number, "policy": version.policy, "hash": version.hash});
        let happened = Happening { actor: &person.name, what: "policy_withdrawn", why: &asked.note, data };
        chronicle::note(unit, SUBJECT, happened).await?;
        Ok(view)
    })
    .await?;
    Ok(json(StatusCode::OK, &version))
}
