//! Archives requests that have ended long ago: shows those that may leave with all that is stored of them, and removes
//! what whoever calls has kept.

mod log;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::policy::RetentionPolicy;
use contraflow_domain::request::Request;
use contraflow_guest::archive::{self, Exported, Outcome};
use contraflow_guest::http_io::{Answer, Incoming, json, text};
use contraflow_guest::problem::Problem;
use contraflow_guest::store::{self, Entry};
use contraflow_guest::unit::Unit;
use contraflow_guest::{keys, limits, now, policy};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

/// Holds a request as it is archived.
#[derive(Serialize)]
struct Line<'a> {
    record: &'static str,
    request: &'a Request,
}

/// Names the form of a line that holds a request.
const FORM: &str = "request/1";

/// Says where a page of the archive begins.
enum Place {
    /// At a key of the index of all requests.
    Requests(String),
    /// At a key of the log of heads.
    Heads(String),
    /// At a key of the checkpoints.
    Checkpoints(String),
}

impl Place {
    /// Reads a cursor; the index's own prefix is not in it.
    fn read(cursor: &str) -> Option<Self> {
        let place = keys::place(cursor)?;
        Some(match place.split_once('/')?.0 {
            "heads" => Self::Heads(place),
            "checkpoint" => Self::Checkpoints(place),
            _ => Self::Requests(format!("{}{place}", keys::all_prefix())),
        })
    }

    /// Returns where what follows the requests begins.
    fn after_requests() -> String {
        keys::heads(0)
    }

    /// Returns where what follows the log begins.
    fn after_heads() -> String {
        keys::checkpoint(0)
    }
}

/// Serves `GET /v1/archive?cursor=…`: returns what may leave: requests, the newest first, each with its events; then
/// what the record has of requests that have left before. The header `Next-Cursor` says where to go on.
pub async fn show(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Archive)?;
    let retention = policy::in_force().await?.retention;
    let place = incoming.cursor(Place::read)?;
    let mut lines = Vec::new();
    let next = match place.unwrap_or_else(|| Place::Requests(keys::all_from(retention.made_before(now())))) {
        Place::Requests(start) => Some(requests(&mut lines, start).await?.unwrap_or_else(Place::after_requests)),
        Place::Heads(start) => Some(heads(&mut lines, start).await?.unwrap_or_else(Place::after_heads)),
        Place::Checkpoints(start) => checkpoints(&mut lines, start, retention).await?,
    };
    let mut answer = text(StatusCode::OK, "application/x-ndjson", lines);
    if let Some(cursor) = next.and_then(|next| HeaderValue::from_str(&next).ok()) {
        answer.headers_mut().insert("next-cursor", cursor);
    }
    Ok(answer)
}

/// Writes the requests of one page that may leave. Returns where the next begins.
async fn requests(lines: &mut Vec<u8>, start: String) -> Result<Option<String>, Problem> {
    let index = keys::all_prefix();
    let page = store::scan(start, store::end_of(&index), limits::ARCHIVE_SCAN).await?;
    let (mut shown, mut next) = (0, page.next);
    for entry in &page.entries {
        if shown >= limits::ARCHIVED_AT_ONCE || lines.len() >= limits::ARCHIVE_BYTES {
            next = Some(entry.key.clone());
            break;
        }
        let mut unit = Unit::default();
        let request = match unit.request(keys::id_of(&entry.key)).await {
            Ok(request) => request,
            Err(problem) if problem.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() => return Err(problem),
            // The doctor tells of what can't be read; it stays, and keeps no other.
            Err(_) => continue,
        };
        if archive::check(&mut unit, &request).await?.is_ok() {
            write(lines, &request).await?;
            shown += 1;
        }
    }
    Ok(next.and_then(|next| next.strip_prefix(&index).map(str::to_owned)))
}

/// Writes the stretches of the log of one page that may leave. Returns where the next begins.
async fn heads(lines: &mut Vec<u8>, start: String) -> Result<Option<String>, Problem> {
    let page = store::scan(start, store::end_of(keys::HEADS), limits::ARCHIVED_AT_ONCE).await?;
    let signed = log::signed(&mut Unit::default()).await?;
    let over = log::over(&page.entries, &signed).await?;
    for (entry, _) in page.entries.iter().zip(over).filter(|(_, over)| *over) {
        line(lines, &entry.value);
    }
    Ok(page.next)
}

/// Writes the checkpoints of one page that may leave. Returns where the next begins.
async fn checkpoints(
    lines: &mut Vec<u8>,
    start: String,
    retention: RetentionPolicy,
) -> Result<Option<String>, Problem> {
    let page = store::scan(start, store::end_of(keys::CHECKPOINTS), limits::AUDIT_PAGE).await?;
    let signed = log::signed(&mut Unit::default()).await?;
    let old = |entry: &&Entry| log::is_old(entry, &signed, retention, now());
    for entry in page.entries.iter().filter(old) {
        line(lines, &entry.value);
    }
    Ok(page.next)
}

fn line(lines: &mut Vec<u8>, value: &[u8]) {
    lines.extend_from_slice(value);
    lines.push(b'\n');
}

/// Writes a request and its events, each as a line.
async fn write(lines: &mut Vec<u8>, request: &Request) -> Result<(), Problem> {
    let archived = serde_json::to_vec(&Line { record: FORM, request });
    line(lines, &archived.map_err(|error| Problem::internal(error.to_string()))?);
    let wanted: Vec<_> = (1..=request.sequence).map(|sequence| keys::event(&request.id, sequence)).collect();
    for some in wanted.chunks(limits::KEYS) {
        for entry in store::get(some.to_vec()).await?.into_iter().flatten() {
            line(lines, &entry.value);
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(default)]
    requests: Vec<Exported>,
    /// The first places of stretches of the log of heads.
    #[serde(default)]
    heads: Vec<u64>,
    /// The numbers of checkpoints.
    #[serde(default)]
    checkpoints: Vec<u64>,
}

/// Says what became of one request.
#[derive(Serialize)]
struct Gone {
    id: String,
    #[serde(flatten)]
    outcome: Outcome,
}

/// Serves `POST /v1/archive/remove`: removes what whoever calls has exported and kept. A request that may not leave, or
/// has changed since, stays.
pub async fn remove(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Archive)?;
    let kept: Kept = incoming.json()?;
    let counts =
        [("/requests", kept.requests.len()), ("/heads", kept.heads.len()), ("/checkpoints", kept.checkpoints.len())];
    if let Some((list, _)) = counts.iter().find(|(_, count)| *count > limits::ARCHIVED_AT_ONCE as usize) {
        let most = limits::ARCHIVED_AT_ONCE;
        return Err(Problem::too_many(list, format!("at most {most} at once. Nothing was removed.")));
    }
    archive::finish().await?;
    let mut items = Vec::with_capacity(kept.requests.len());
    for request in &kept.requests {
        let outcome = archive::remove(request).await?;
        if outcome == Outcome::Removed {
            eprintln!("{} archived request {}", person.name, request.id);
        }
        items.push(Gone { id: request.id.clone(), outcome });
    }
    let retention = policy::in_force().await?.retention;
    let record = log::remove(&kept.heads, &kept.checkpoints, retention).await?;
    Ok(json(StatusCode::OK, &serde_json::json!({"items": items, "record": record})))
}
