//! Tries a version of the policy: on one request, or on all of a period.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::dry_run::{DryRunView, Simulation, recorded, tried};
use contraflow_domain::identity::Identity;
use contraflow_domain::limits::{DRY_RUN_LISTED, DRY_RUN_PART};
use contraflow_domain::request::Source;
use contraflow_domain::request::draft::{self, Draft};
use contraflow_domain::request::quote::Quoted;
use contraflow_domain::time::Timestamp;
use contraflow_guest::dry_runs::{self, Wanted};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::Checked;
use contraflow_guest::unit::Unit;
use contraflow_guest::view::Page;
use contraflow_guest::{history, now, policy, quotes};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

use super::named;
use crate::change::body;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The id of a request that is stored.
    #[serde(default)]
    request: Option<String>,
    /// An ask, as `POST /v1/requests` takes it.
    #[serde(default)]
    ask: Option<Draft>,
    /// Who asks; whoever tries it, where it is left out.
    #[serde(default)]
    requester: Option<String>,
}

/// Serves `POST /v1/policy/versions/{number}/simulate`: says what the version would decide on one request, or on an
/// ask. Nothing is stored.
pub async fn simulate(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadPolicy)?;
    let text = named(number)?;
    let asked: Asked = incoming.json()?;
    let policy = policy::by(text).await?;
    let simulation = match (asked.request, asked.ask) {
        (Some(id), None) => {
            person.may(Effect::ReadRequests)?;
            let request = Unit::default().request(&id).await?;
            let around = history::before(&request, &policy).await?;
            Simulation::of_request(tried(&request, around, &policy), recorded(&request))
        }
        (None, Some(draft)) => {
            let ask = draft::check(&draft).map_err(|wrong| Problem::invalid(wrong).below("/ask"))?;
            let requester = match &asked.requester {
                None => person.name.clone(),
                Some(name) => Identity::sign_in(name)
                    .map_err(|error| Problem::field("/requester", format!("a name {error}")))?
                    .to_string(),
            };
            let source = Source { channel: "api".into(), reference: None, link: None };
            let request = Checked::of(source, ask)?.request(&requester, now()).await;
            quotes::hand_round(Quoted::new(request, Some(text))).await?.into()
        }
        _ => return Err(Problem::field("", "say either `request`, the id of one that is stored, or `ask`")),
    };
    Ok(json(StatusCode::OK, &simulation))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    #[serde(default)]
    from: Option<Timestamp>,
    #[serde(default)]
    until: Option<Timestamp>,
}

/// Serves `POST /v1/policy/versions/{number}/dry-runs`: begins to try the version on all requests of a period, and
/// answers 202. It goes on by itself.
pub async fn start(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    may(person)?;
    let text = named(number)?;
    let period: Period = body(incoming)?;
    let until = period.until.unwrap_or_else(now);
    if period.from.is_some_and(|from| from > until) {
        return Err(Problem::field("/from", "must not be later than `until`"));
    }
    let run = dry_runs::start(&Wanted { text, from: period.from, until, by: person.name.clone() }).await?;
    dry_runs::carry_on_later(run.id.clone());
    let location = HeaderValue::from_str(&format!("/v1/policy/dry-runs/{}", run.id)).ok();
    let mut answer = json(StatusCode::ACCEPTED, &DryRunView::from(run));
    if let Some(location) = location {
        answer.headers_mut().insert(http::header::LOCATION, location);
    }
    Ok(answer)
}

/// Checks that somebody may see what a policy would decide on requests.
pub(super) fn may(person: &Person) -> Result<(), Problem> {
    person.may(Effect::ReadPolicy)?;
    Ok(person.may(Effect::ReadRequests)?)
}

/// Serves `GET /v1/policy/dry-runs`: returns all that are stored, the newest first.
pub async fn list(person: &Person) -> Result<Answer, Problem> {
    may(person)?;
    let items: Vec<DryRunView> = dry_runs::all().await?.into_iter().map(Into::into).collect();
    Ok(json(StatusCode::OK, &Page { items, next: None }))
}

/// Serves `GET /v1/policy/dry-runs/{id}`: says how far it has come, and what it has found.
pub async fn one(id: &str, person: &Person) -> Result<Answer, Problem> {
    may(person)?;
    Ok(json(StatusCode::OK, &DryRunView::from(dry_runs::find(&mut Unit::default(), id).await?)))
}

/// Serves `POST /v1/policy/dry-runs/{id}/end`: it goes no further. A second time changes nothing.
pub async fn end(id: &str, person: &Person) -> Result<Answer, Problem> {
    may(person)?;
    Ok(json(StatusCode::OK, &DryRunView::from(dry_runs::end(id).await?)))
}

/// Serves `GET /v1/policy/dry-runs/{id}/differences?cursor=…`: returns a page of the requests on which it would be
/// decided otherwise, the newest first.
pub async fn differences(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    may(person)?;
    let run = dry_runs::find(&mut Unit::default(), id).await?;
    let parts = DRY_RUN_LISTED.div_ceil(DRY_RUN_PART);
    let part: u32 = incoming.cursor(|cursor| cursor.parse().ok().filter(|part| *part < parts))?.unwrap_or_default();
    let items = dry_runs::part(id, part).await?;
    let next = ((part + 1) * DRY_RUN_PART < run.listed).then(|| (part + 1).to_string());
    Ok(json(StatusCode::OK, &Page { items, next }))
}
