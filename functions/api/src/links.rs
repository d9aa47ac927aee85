//! Serves links to decide: whoever may decide makes one for themselves, and decides by it once, without signing in.

use contraflow_domain::approval::link::{DecisionLink, LinkError};
use contraflow_domain::approval::{self, Person};
use contraflow_domain::authority::{self, Effect};
use contraflow_domain::catalogue::EventKind;
use contraflow_domain::chain;
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::DECISION_LINK_USUAL_HOURS;
use contraflow_domain::request::Request;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::drive::drive_later;
use contraflow_guest::due::Due;
use contraflow_guest::ended::Ended;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::token::DECISION;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{auth, keys, now, policy, secret};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::decide::{Decision, decide_in};
use crate::shown::shown;
use crate::{bounded, delegate, reassign};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    hours: Option<u64>,
}

/// A link that was just made.
#[derive(Debug, Serialize)]
struct Made {
    /// The token, which is shown this once and stored nowhere.
    token: String,
    /// Where the console has the page that it opens.
    path: String,
    expires_at: Timestamp,
}

/// What a link opens.
#[derive(Debug, Serialize)]
struct Opened {
    person: String,
    expires_at: Timestamp,
    request: RequestView,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ruled {
    decision: approval::Verdict,
    #[serde(default)]
    note: String,
}

/// Returns the index entry that leads the clock to a link, by the name under which it is stored.
fn due(link: &DecisionLink, name: &str) -> String {
    keys::due(link.expires_at, &Due::DecisionLink(name.to_owned()).to_string())
}

/// Serves `POST /v1/requests/{id}/links`: makes a link by which the caller decides on the request as it is now. It
/// takes the place of one that they made before.
pub async fn make(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    let asked: Asked = if incoming.body.is_empty() { Asked::default() } else { incoming.json()? };
    let hours = asked.hours.unwrap_or(DECISION_LINK_USUAL_HOURS);
    let token = format!("{DECISION}{}", secret::random());
    let link = transact(async |unit| {
        let at = now();
        let policy = policy::for_commit(unit).await?;
        let person = &delegate::with_lent(unit, person, at).await?;
        person.may(Effect::Decide)?;
        let mut request = unit.request(id).await?;
        authority::apart(Effect::Decide, &request, &person.identity())?;
        if !approval::may_decide(&request, person, &policy) {
            let detail = "You can't decide on this request as it stands, so a link could not either. Read it again.";
            return Err(Problem::conflict("not-possible-now", detail));
        }
        let link = DecisionLink::new(id, &person.name, &request.content_hash, hours, at)
            .map_err(|error| Problem::field("/hours", error.to_string()))?;
        let (name, of) = (secret::hash(&token), keys::decision_link_of(id, &person.identity()));
        if let Some(before) = unit.read::<String>(&of).await? {
            let place = keys::decision_link(&before);
            if let Some(old) = unit.read::<DecisionLink>(&place).await? {
                unit.remove(&due(&old, &before));
            }
            unit.remove(&place);
        }
        unit.write(&of, &name)?;
        unit.write(&keys::decision_link(&name), &link)?;
        unit.write(&due(&link, &name), &())?;
        let facts = serde_json::json!({"expires_at": link.expires_at});
        request.note(at, &person.name, EventKind::RequestLinkMade, "", facts);
        unit.save(&mut request, at)?;
        Ok(link)
    })
    .await?;
    let path = format!("/decide/{token}");
    Ok(json(StatusCode::CREATED, &Made { token, path, expires_at: link.expires_at }))
}

struct Closed(LinkError);

impl From<Closed> for Problem {
    fn from(Closed(why): Closed) -> Self {
        let detail = format!("{why}. Sign in to look at the request.");
        Self::new(StatusCode::GONE, "link-over", detail)
    }
}

/// Finds the link that the bearer token opens, and who decides by it, with the roles that are known of them now.
async fn open(unit: &mut Unit, incoming: &Incoming) -> Result<(String, DecisionLink, Person), Problem> {
    let unknown = || {
        let detail = "This link is not known here: it was replaced by a newer one, or has expired. Sign in instead.";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    };
    let token = auth::bearer(&incoming.headers)?;
    if !token.starts_with(DECISION) {
        return Err(unknown());
    }
    let at = now();
    let key = keys::decision_link(&secret::hash(token));
    let link: DecisionLink = unit.read(&key).await?.ok_or_else(unknown)?;
    link.check(at).map_err(Closed)?;
    // Whoever has left, or whose sessions were all ended since, decides by no link either.
    let ended: Option<Ended> = unit.read(&keys::ended_person(&Identity::read(&link.person))).await?;
    if ended.is_some_and(|ended| ended.left || link.made_at <= ended.at) {
        return Err(unknown());
    }
    let person = reassign::known(unit, &link.person, at).await?;
    Ok((key, link, person))
}

/// Serves `GET /v1/link`: shows what the link opens, and decides nothing.
pub async fn look(incoming: &Incoming) -> Result<Answer, Problem> {
    let unit = &mut Unit::default();
    let (_, link, person) = open(unit, incoming).await?;
    let request = unit.request(&link.request).await?;
    person.may_read(&request, &*policy::in_force().await?)?;
    let opened = Opened { person: link.person, expires_at: link.expires_at, request: shown(request, &person) };
    Ok(json(StatusCode::OK, &opened))
}

/// Serves `POST /v1/link/decision`: decides by the link, once, on the content that it was made for.
pub async fn decide(incoming: &Incoming) -> Result<Answer, Problem> {
    let ruled: Ruled = incoming.json()?;
    bounded(&ruled.note)?;
    let (request, person): (Request, Person) = transact(async |unit| {
        let at = now();
        let (key, link, person) = open(unit, incoming).await?;
        let (content_hash, by_link_of) = (Some(link.content_hash.clone()), Some(link.made_at));
        let decision = Decision { decision: ruled.decision, note: ruled.note.clone(), content_hash, by_link_of };
        let request = decide_in(unit, &link.request, &decision, &person).await?;
        unit.write(&key, &DecisionLink { used_at: Some(at), ..link })?;
        Ok((request, person))
    })
    .await?;
    drive_later(request.id.clone(), chain::next(&request, now()));
    Ok(json(StatusCode::OK, &shown(request, &person)))
}
