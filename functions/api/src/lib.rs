//! What people and scripts ask of contraflow: requests, decisions, the queue, balances. Every route needs a bearer token.

mod audit;
mod balance;
mod change;
mod decide;
mod evidence;
mod list;
mod queue;

use contraflow_domain::approval::Person;
use contraflow_domain::request::Request;
use contraflow_guest::http_io::{Answer, Incoming, answered, json, text, unescape};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{auth, limits, view};
use http::{Method, StatusCode};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

/// The API's reference.
const OPENAPI: &str = include_str!("../openapi.json");

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(answered(route(request).await))
}

async fn route(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    let segments: Vec<String> = incoming.segments().into_iter().map(unescape).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    if segments == ["openapi.json"] {
        return Ok(text(StatusCode::OK, "application/json", OPENAPI));
    }
    let person = auth::person(&incoming.headers).await?;
    let get = incoming.method == Method::GET;
    let post = incoming.method == Method::POST;
    match (&segments[..], get, post) {
        (["v1", "me"], true, _) => {
            Ok(json(StatusCode::OK, &serde_json::json!({"name": person.name, "roles": person.roles})))
        }
        (["v1", "requests"], true, _) => list::requests(&incoming, &person).await,
        (["v1", "requests", id], true, _) => one(id, &person).await,
        (["v1", "requests", id, "events"], true, _) => list::events(&incoming, id, &person).await,
        (["v1", "requests", id, "dispute-evidence"], true, _) => evidence::of(id, &person).await,
        (["v1", "requests", id, "decisions"], _, true) => decide::one(&incoming, id, &person).await,
        (["v1", "decisions"], _, true) => decide::batch(&incoming, &person).await,
        (["v1", "requests", id, "withdraw"], _, true) => change::withdraw(&incoming, id, &person).await,
        (["v1", "requests", id, "reply"], _, true) => change::reply(&incoming, id, &person).await,
        (["v1", "requests", id, "retry"], _, true) => change::retry(&incoming, id, &person).await,
        (["v1", "requests", id, "reverse"], _, true) => change::reverse(&incoming, id, &person).await,
        (["v1", "requests", id, "legs", leg, "confirm"], _, true) => change::confirm(&incoming, id, leg, &person).await,
        (["v1", "queue"], true, _) => queue::waiting(&incoming, &person).await,
        (["v1", "customers", customer, "balance"], true, _) => balance::of(customer, &person).await,
        (["v1", "audit"], true, _) => audit::export(&incoming, &person).await,
        (
            ["v1", "requests", ..]
            | ["v1", "me" | "queue" | "audit"]
            | ["v1", "customers", _, "balance"]
            | ["v1", "decisions"],
            _,
            _,
        ) if !get && !post => Err(Problem::method("GET or POST")),
        _ => Err(Problem::not_found(&format!("address {} {}", incoming.method, incoming.path))),
    }
}

/// Roles that read every request.
const READERS: [&str; 4] = ["approver", "finance", "auditor", "admin"];

/// Whoever asked may read their own request; deciders, finance and auditors read all.
fn may_read(request: &Request, person: &Person) -> Result<(), Problem> {
    if request.requester == person.name || auth::has_role(person, &READERS) {
        return Ok(());
    }
    Err(Problem::forbidden("This is someone else's request; approvers, finance and auditors may read it."))
}

async fn one(id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = Unit::default().request(id).await?;
    may_read(&request, person)?;
    Ok(json(StatusCode::OK, &view::request(&request)))
}
