//! Walks through the whole store, works every balance out a second time, and reports what does not agree.

mod examine;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::doctor::Difference;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::store::Entry;
use contraflow_guest::{keys, limits, store};
use http::StatusCode;
use serde::Serialize;

/// Names the kind of entries below a prefix of the store.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    Request,
    Invoice,
    Payment,
    StoreCredit,
    Refund,
    Loss,
    Follow,
    Schedule,
    Unread,
    DryRun,
    Import,
    Index,
}

/// Lists the store's ranges in the order in which they are walked. What came in from outside (`inbound/`, `unmatched/`)
/// has nothing to agree with.
const SHELVES: [(&str, Shelf); 20] = [
    ("request/", Shelf::Request),
    ("invoice/", Shelf::Invoice),
    ("payment/", Shelf::Payment),
    ("credit/", Shelf::StoreCredit),
    ("refund/", Shelf::Refund),
    ("loss/", Shelf::Loss),
    ("follow/", Shelf::Follow),
    ("schedule/", Shelf::Schedule),
    ("unread/", Shelf::Unread),
    ("dry-run/", Shelf::DryRun),
    ("import/", Shelf::Import),
    ("all/", Shelf::Index),
    ("customer/", Shelf::Index),
    ("due/", Shelf::Index),
    ("import-row/", Shelf::Index),
    ("question/", Shelf::Index),
    ("queue/", Shelf::Index),
    ("requester/", Shelf::Index),
    ("status/", Shelf::Index),
    ("task/", Shelf::Index),
];

/// Counts what was examined.
#[derive(Debug, Default, Serialize)]
struct Examined {
    requests: u64,
    events: u64,
    accounts: u64,
    indexes: u64,
}

/// Serves `GET /v1/doctor?cursor=…`: returns a page of the walk. Its result is right at any moment, also while requests
/// move, because whatever is compared is read in one snapshot.
pub async fn walk(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Examine)?;
    let place_of = |key: &str| {
        let place = SHELVES.iter().position(|(prefix, _)| key.starts_with(prefix))?;
        key.bytes().all(|byte| byte.is_ascii_graphic()).then(|| (place, key.to_owned()))
    };
    let (place, start) = incoming.cursor(place_of)?.unwrap_or_else(|| (0, SHELVES[0].0.to_owned()));
    let Some((prefix, shelf)) = SHELVES.get(place).copied() else { return Err(Problem::not_found("such a shelf")) };
    let page = store::scan(start, store::end_of(prefix), limits::DOCTOR_PAGE).await?;
    let mut examined = Examined::default();
    let mut differences = Vec::new();
    for entry in &page.entries {
        differences.extend(one(shelf, entry, &mut examined).await?);
    }
    let next = page.next.or_else(|| SHELVES.get(place + 1).map(|(prefix, _)| (*prefix).to_owned()));
    Ok(json(StatusCode::OK, &serde_json::json!({"examined": examined, "differences": differences, "next": next})))
}

async fn one(shelf: Shelf, entry: &Entry, examined: &mut Examined) -> Result<Vec<Difference>, Problem> {
    match shelf {
        Shelf::Request => {
            examined.requests += 1;
            let (found, events) = examine::request(&entry.key).await?;
            examined.events += events;
            Ok(found)
        }
        Shelf::Index => {
            examined.indexes += 1;
            examine::index(&entry.key, keys::id_of(&entry.key)).await
        }
        Shelf::Invoice => {
            examined.accounts += 1;
            examine::invoice(&entry.key).await
        }
        Shelf::Payment => {
            examined.accounts += 1;
            examine::payment(&entry.key).await
        }
        Shelf::StoreCredit => {
            examined.accounts += 1;
            examine::store_credit(&entry.key).await
        }
        Shelf::Loss => {
            examined.accounts += 1;
            examine::loss(&entry.key).await
        }
        Shelf::Follow => {
            examined.indexes += 1;
            examine::follow(&entry.key).await
        }
        Shelf::Schedule => {
            examined.indexes += 1;
            examine::schedule(&entry.key).await
        }
        Shelf::DryRun => {
            examined.indexes += 1;
            examine::dry_run(&entry.key).await
        }
        Shelf::Import => {
            examined.indexes += 1;
            examine::import(&entry.key).await
        }
        Shelf::Unread => {
            examined.indexes += 1;
            examine::unread(&entry.key).await
        }
        Shelf::Refund => {
            examined.indexes += 1;
            examine::refund(&entry.key).await
        }
    }
}
