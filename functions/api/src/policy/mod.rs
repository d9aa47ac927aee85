//! Serves the policy: its versions, what they differ in, and which of them is in force.

mod activate;
mod propose;
mod simulate;
mod try_events;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::policy::{
    FileView, InForceView, Policy, PolicyDiff, PolicyVersion, Standing, StandingView, VersionView,
};
use contraflow_domain::request::ruled::PolicyText;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::policy_versions::SUBJECT;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode};
use contraflow_guest::view::Page;
use contraflow_guest::{keys, now, policy, store};
use http::StatusCode;
use serde::Serialize;

use crate::{directory, person};

/// Names the address to which a text of the policy is sent.
pub const PROPOSALS: &str = "/v1/policy/versions";

/// Serves everything below `/v1/policy`.
pub async fn serve(incoming: &Incoming, rest: &[&str]) -> Result<Answer, Problem> {
    let asks = async |method| person(incoming, method).await;
    match *rest {
        [] => standing(&asks("GET").await?).await,
        ["cancel"] => activate::cancel(incoming, &asks("POST").await?).await,
        ["events"] => {
            asks("GET").await?.may(Effect::ReadPolicy)?;
            directory::entries(incoming, SUBJECT).await
        }
        ["versions"] => match incoming.method.as_str() {
            "GET" => list(incoming, &asks("GET").await?).await,
            "POST" => propose::propose(incoming, &asks("POST").await?).await,
            _ => Err(Problem::method("GET, POST")),
        },
        ["versions", number] => one(number, &asks("GET").await?).await,
        ["versions", number, "diff"] => diff(incoming, number, &asks("GET").await?).await,
        ["versions", number, "activate"] => activate::activate(incoming, number, &asks("POST").await?).await,
        ["versions", number, "simulate"] => simulate::simulate(incoming, number, &asks("POST").await?).await,
        ["versions", number, "try-events"] => try_events::try_events(incoming, number, &asks("POST").await?).await,
        ["versions", number, "dry-runs"] => simulate::start(incoming, number, &asks("POST").await?).await,
        ["dry-runs"] => simulate::list(&asks("GET").await?).await,
        ["dry-runs", id] => simulate::one(id, &asks("GET").await?).await,
        ["dry-runs", id, "end"] => simulate::end(id, &asks("POST").await?).await,
        ["dry-runs", id, "differences"] => simulate::differences(incoming, id, &asks("GET").await?).await,
        ["versions", number, "withdraw"] => propose::withdraw(incoming, number, &asks("POST").await?).await,
        _ => Err(Problem::not_found("such address")),
    }
}

/// Returns which text an address names.
fn named(text: &str) -> Result<PolicyText, Problem> {
    PolicyText::read(text).ok_or_else(|| Problem::not_found("version of the policy of that number"))
}

/// Returns the text of a version, or of the file.
async fn text_of(text: PolicyText) -> Result<String, Problem> {
    match text {
        PolicyText::File => policy::file_text().await,
        PolicyText::Version(number) => {
            let found = policy::text_of(number).await?;
            found.ok_or_else(|| Problem::not_found("version of the policy of that number"))
        }
    }
}

/// Reads what is in force, only to look at it.
async fn look() -> Result<Standing, Problem> {
    Ok(Unit::default().look_at::<Standing>(keys::POLICY).await?.unwrap_or_default())
}

/// Serves `GET /v1/policy`: returns which policy decides now, which will, and what is in the file.
async fn standing(person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadPolicy)?;
    Ok(json(StatusCode::OK, &shown().await?))
}

/// Returns which policy decides now, which will, and what is in the file.
async fn shown() -> Result<StandingView, Problem> {
    let (standing, at) = (look().await?, now());
    let activation = standing.in_force(at).cloned();
    let number = activation.as_ref().and_then(|known| known.number);
    let file = file(number.is_none()).await;
    let in_force = match (policy::in_force().await, &activation) {
        (Ok(read), _) => {
            let (policy, hash) = (read.version.clone(), read.hash.clone());
            InForceView { number, policy, hash, activation, fault: None }
        }
        (Err(problem), Some(known)) if number.is_some() => {
            let (policy, hash) = (known.policy.clone(), known.hash.clone());
            InForceView { number, policy, hash, activation, fault: Some(problem.detail) }
        }
        (Err(problem), _) => {
            let hash = file.hash.clone().unwrap_or_default();
            InForceView { number, policy: String::new(), hash, activation, fault: Some(problem.detail) }
        }
    };
    let meaning = match (number, &in_force.fault) {
        (_, Some(_)) => "Nothing is decided until the policy can be used: mend it, or put a version in force.".into(),
        (Some(number), None) => {
            format!("Version {number} decides. Changing the file has no effect until the file is put in force again.")
        }
        (None, None) => "The file decides: whoever changes it changes the policy at once.".to_owned(),
    };
    Ok(StandingView { in_force, next: standing.scheduled(at).cloned(), file, meaning })
}

async fn file(in_force: bool) -> FileView {
    let text = match policy::file_text().await {
        Ok(text) => text,
        Err(problem) => return FileView { in_force, policy: None, hash: None, fault: Some(problem.detail) },
    };
    let hash = Some(Policy::hash_of(&text));
    match Policy::parse(&text) {
        Ok(policy) => FileView { in_force, policy: Some(policy.version), hash, fault: None },
        Err(error) => FileView { in_force, policy: None, hash, fault: Some(propose::first_of(&error)) },
    }
}

/// Serves `GET /v1/policy/versions?cursor=…&limit=…`: returns a page of all versions, the newest first.
async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadPolicy)?;
    let after = incoming.cursor(keys::is_segment)?.unwrap_or_default();
    let prefix = keys::POLICY_VERSIONS;
    let page = store::scan(format!("{prefix}{after}"), store::end_of(prefix), incoming.page_limit()?).await?;
    let (standing, at) = (look().await?, now());
    let shown = |entry: &store::Entry| {
        decode::<PolicyVersion>(&entry.key, &entry.value).map(|version| VersionView::new(version, &standing, at))
    };
    let items = page.entries.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Holds a text of the policy with what is known of it.
#[derive(Serialize)]
struct Read {
    /// What is known of the version; null for the file.
    version: Option<VersionView>,
    /// SHA-256 of the text, in hex.
    hash: String,
    /// The text.
    text: String,
}

/// Serves `GET /v1/policy/versions/{number}`: returns a version with its text. `file` names the file.
async fn one(number: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadPolicy)?;
    let named = named(number)?;
    let text = text_of(named).await?;
    let version = match named {
        PolicyText::File => None,
        PolicyText::Version(number) => Some(view(number).await?),
    };
    Ok(json(StatusCode::OK, &Read { version, hash: Policy::hash_of(&text), text }))
}

/// Returns a version as it is shown.
async fn view(number: u32) -> Result<VersionView, Problem> {
    let version = contraflow_guest::policy_versions::find(&mut Unit::default(), number).await?;
    Ok(VersionView::new(version, &look().await?, now()))
}

/// Holds what two texts of the policy differ in.
#[derive(Serialize)]
struct Compared {
    /// The earlier text: a number, or `file`.
    before: String,
    /// The later text.
    after: String,
    #[serde(flatten)]
    diff: PolicyDiff,
}

/// Serves `GET /v1/policy/versions/{number}/diff?with=…`: returns what the version says otherwise than another, or than
/// what is in force.
async fn diff(incoming: &Incoming, number: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadPolicy)?;
    let after = named(number)?;
    let before = match incoming.parameter("with").filter(|with| !with.is_empty()) {
        None => PolicyText::from(look().await?.in_force(now()).and_then(|known| known.number)),
        Some(with) => PolicyText::read(&with).ok_or_else(|| {
            Problem::parameter(
                "with",
                "`with` must be the number of a version, or `file`; leave it out for what is in force.",
            )
        })?,
    };
    let later = text_of(after).await?;
    let diff = PolicyDiff::of(&text_of(before).await?, &later);
    Ok(json(StatusCode::OK, &Compared { before: before.to_string(), after: after.to_string(), diff }))
}
