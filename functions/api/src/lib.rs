//! Serves what people and scripts ask of contraflow: requests, decisions, the queue, balances. Every route needs a
//! bearer token.

mod archive;
mod audit;
mod balance;
mod batch;
mod change;
mod clients;
mod credit_changes;
mod decide;
mod delegate;
mod directory;
mod doctor;
mod duplicates;
mod each;
mod events;
mod evidence;
mod exceptions;
mod files;
mod find;
mod holds;
mod imports;
mod invoice;
mod leaving;
mod letters;
mod links;
mod list;
mod me;
mod outbox;
mod patterns;
mod people;
mod policy;
mod queue;
mod reasons;
mod reassign;
mod rows;
mod schedules;
mod sessions;
mod shown;
mod sorted;
mod spend;
mod spending;
mod statement;
mod table;
mod take;
mod tasks;
mod totals;
mod unread;
mod walk;
mod wanted;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits::{FILE_BYTES, NOTE_CHARS};
use contraflow_domain::request::Request;
use contraflow_domain::request::correction::asked_again;
use contraflow_guest::http_io::{Answer, Incoming, answered, json, text, unescape};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{auth, keys, limits, now, store};
use http::StatusCode;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

/// Holds the API's reference.
const OPENAPI: &str = include_str!("../openapi.json");

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    if imports::result::is_asked(&request) {
        let result = imports::result::serve(request).await;
        return Ok(result.unwrap_or_else(|problem| imports::result::whole(problem.answer())));
    }
    Ok(imports::result::whole(answered(route(request).await)))
}

async fn route(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let most = match request.uri().path() {
        policy::PROPOSALS => limits::POLICY_BODY_BYTES,
        path if files::is_address(path) => FILE_BYTES,
        _ => limits::BODY_BYTES,
    };
    let incoming = Incoming::read(request, most).await?;
    let segments: Vec<String> = incoming.segments().into_iter().map(unescape).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let asks = async |method| person(&incoming, method).await;
    match segments[..] {
        ["openapi.json"] => {
            incoming.only("GET")?;
            Ok(text(StatusCode::OK, "application/json", OPENAPI))
        }
        ["v1", "me"] => me::me(&asks("GET").await?).await,
        ["v1", "me", "preferences"] => me::put_preferences(&incoming, &asks("PUT").await?).await,
        ["v1", "me", "views"] => me::views(&incoming, &asks("GET").await?).await,
        ["v1", "me", "invoices", number] => about_invoice(number, &asks("GET").await?).await,
        ["v1", "sign-out"] => sessions::sign_out(&incoming, &asks("POST").await?).await,
        ["v1", "tokens", "end"] => sessions::end_one(&incoming, &asks("POST").await?).await,
        ["v1", "people"] => directory::list(&incoming, &asks("GET").await?).await,
        ["v1", "people", name] => match incoming.method.as_str() {
            "GET" => directory::one(name, &asks("GET").await?).await,
            "PUT" => directory::put(&incoming, name, &asks("PUT").await?).await,
            _ => Err(Problem::method("GET, PUT")),
        },
        ["v1", "people", name, "accounts"] => directory::link(&incoming, name, &asks("POST").await?).await,
        ["v1", "people", name, "accounts", "unlink"] => directory::unlink(&incoming, name, &asks("POST").await?).await,
        ["v1", "people", name, "leave"] => leaving::leave(&incoming, name, &asks("POST").await?).await,
        ["v1", "people", name, "return"] => leaving::come_back(name, &asks("POST").await?).await,
        ["v1", "people", name, "events"] => directory::events(&incoming, name, &asks("GET").await?).await,
        ["v1", "clients"] => match incoming.method.as_str() {
            "GET" => clients::list(&incoming, &asks("GET").await?).await,
            "POST" => clients::make(&incoming, &asks("POST").await?).await,
            _ => Err(Problem::method("GET, POST")),
        },
        ["v1", "clients", id, "take-over"] => clients::take_over(&incoming, id, &asks("POST").await?).await,
        ["v1", "clients", id, "revoke"] => clients::revoke(id, &asks("POST").await?).await,
        ["v1", "clients", id, "events"] => clients::events(&incoming, id, &asks("GET").await?).await,
        ["v1", "people", name, "sign-out"] => sessions::end_all(name, &asks("POST").await?).await,
        ["v1", "requests"] => list::requests(&incoming, &asks("GET").await?).await,
        ["v1", "requests.csv"] => table::of_requests(&incoming, &asks("GET").await?).await,
        ["v1", "requests", "totals"] => totals::of_requests(&incoming, &asks("GET").await?).await,
        ["v1", "requests", id] => one(id, &asks("GET").await?).await,
        ["v1", "delegations"] => match incoming.method.as_str() {
            "GET" => delegate::list(&asks("GET").await?).await,
            "POST" => delegate::lend(&incoming, &asks("POST").await?).await,
            _ => Err(Problem::method("GET, POST")),
        },
        ["v1", "delegations", "all"] => delegate::all(&incoming, &asks("GET").await?).await,
        ["v1", "delegations", to, "end"] => delegate::end(&incoming, to, &asks("POST").await?).await,
        ["v1", "requests", id, "events"] => list::events(&incoming, id, &asks("GET").await?).await,
        ["v1", "requests", id, "ask"] => asked(id, &asks("GET").await?).await,
        ["v1", "requests", id, "decisions"] => decide::one(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "reassign"] => reassign::one(&incoming, id, &asks("POST").await?).await,
        ["v1", "decisions", "batches"] => batch::make(&incoming, &asks("POST").await?).await,
        ["v1", "decisions", "batches", id] => batch::one(&incoming, id, &asks("GET").await?).await,
        ["v1", "decisions", "batches", id, "decide"] => batch::decide(&incoming, id, &asks("POST").await?).await,
        ["v1", "decisions"] => decide::batch(&incoming, &asks("POST").await?).await,
        ["v1", "requests", id, "links"] => links::make(&incoming, id, &asks("POST").await?).await,
        ["v1", "link"] => {
            incoming.only("GET")?;
            links::look(&incoming).await
        }
        ["v1", "link", "decision"] => {
            incoming.only("POST")?;
            links::decide(&incoming).await
        }
        ["v1", "requests", id, "take"] => take::take(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "release"] => take::release(id, &asks("POST").await?).await,
        ["v1", "requests", id, "withdraw"] => change::withdraw(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "reply"] => change::reply(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "tasks", "close"] => tasks::close(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "messages"] => outbox::of_request(&incoming, id, &asks("GET").await?).await,
        ["v1", "requests", id, "messages", message, "send"] => {
            outbox::send(&incoming, id, message, &asks("POST").await?).await
        }
        ["v1", "requests", id, "messages", message, "drop"] => {
            outbox::drop_it(&incoming, id, message, &asks("POST").await?).await
        }
        ["v1", "outbox"] => outbox::list(&incoming, &asks("GET").await?).await,
        ["v1", "outbox", "counts"] => outbox::counts(&incoming, &asks("GET").await?).await,
        ["v1", "letters", ref rest @ ..] => letters::serve(&incoming, rest).await,
        ["v1", "requests", id, "retry"] => change::retry(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "reverse"] => change::reverse(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "legs", leg, "confirm"] => {
            change::confirm(&incoming, id, leg, &asks("POST").await?).await
        }
        ["v1", "requests", id, "duplicates"] => duplicates::of(id, &asks("GET").await?).await,
        ["v1", "requests", id, "spending"] => spending::of(id, &asks("GET").await?).await,
        ["v1", "requests", id, "dispute-evidence"] => evidence::of(id, &asks("GET").await?).await,
        ["v1", "requests", id, "files"] => files::add(&incoming, id, &asks("POST").await?).await,
        ["v1", "requests", id, "files", sha256] => files::get(id, sha256, &asks("GET").await?).await,
        ["v1", "patterns"] => patterns::found(&asks("GET").await?).await,
        ["v1", "unread-messages"] => unread::list(&incoming, &asks("GET").await?).await,
        ["v1", "unread-messages", id, "close"] => unread::close(id, &asks("POST").await?).await,
        ["v1", "reasons"] => {
            asks("GET").await?;
            reasons::list().await
        }
        ["v1", "invoices", number] => invoice::state(&incoming, number, &asks("GET").await?).await,
        ["v1", "invoices"] => find::invoices(&incoming, &asks("GET").await?).await,
        ["v1", "customers"] => find::customers(&incoming, &asks("GET").await?).await,
        ["v1", "policy", ref rest @ ..] => policy::serve(&incoming, rest).await,
        ["v1", "queue"] => queue::waiting(&incoming, &asks("GET").await?).await,
        ["v1", "queue", "counts"] => queue::counted(&incoming, &asks("GET").await?).await,
        ["v1", "queue", "totals"] => queue::totals(&incoming, &asks("GET").await?).await,
        ["v1", "queue", "exceptions"] => exceptions::counted(&asks("GET").await?).await,
        ["v1", "customers", customer, "balance"] => balance::of(&incoming, customer, &asks("GET").await?).await,
        ["v1", "customers", customer, "store-credit", "statement"] => {
            statement::of(&incoming, customer, &asks("GET").await?).await
        }
        ["v1", "store-credit", "changes"] => credit_changes::waiting(&incoming, &asks("GET").await?).await,
        ["v1", "customers", customer, "store-credit", "changes", ref rest @ ..] => {
            credit_changes::serve(&incoming, customer, rest).await
        }
        ["v1", "customers", customer, "store-credit", "spendings"] => {
            spend::spend(&incoming, customer, &asks("POST").await?).await
        }
        ["v1", "customers", customer, "store-credit", "spendings", spending, "undo"] => {
            spend::undo(customer, spending, &asks("POST").await?).await
        }
        ["v1", "customers", customer, "store-credit", "holds"] => {
            holds::keep(&incoming, customer, &asks("POST").await?).await
        }
        ["v1", "customers", customer, "store-credit", "holds", hold, "capture"] => {
            holds::capture(&incoming, customer, hold, &asks("POST").await?).await
        }
        ["v1", "customers", customer, "store-credit", "holds", hold, "release"] => {
            holds::release(customer, hold, &asks("POST").await?).await
        }
        ["v1", "imports"] => imports::list(&incoming, &asks("GET").await?).await,
        ["v1", "imports", "sample.csv"] => {
            asks("GET").await?;
            Ok(imports::sample_file())
        }
        ["v1", "imports", "templates"] => {
            asks("GET").await?;
            imports::templates::list().await
        }
        ["v1", "imports", "templates", name] => match incoming.method.as_str() {
            "GET" => {
                asks("GET").await?;
                imports::templates::one(name).await
            }
            "PUT" => imports::templates::put(&incoming, name, &asks("PUT").await?).await,
            _ => Err(Problem::method("GET, PUT")),
        },
        ["v1", "imports", "templates", name, "remove"] => imports::templates::remove(name, &asks("POST").await?).await,
        ["v1", "imports", "templates", name, "events"] => {
            asks("GET").await?;
            imports::templates::events(&incoming, name).await
        }
        ["v1", "imports", id] => imports::one(id, &asks("GET").await?).await,
        // The result itself is written while it is read.
        ["v1", "imports", _, "result"] => Err(Problem::method("GET")),
        ["v1", "imports", id, "cancel"] => imports::cancel(id, &asks("POST").await?).await,
        ["v1", "events"] => events::take(&incoming).await,
        ["v1", "schedules"] => schedules::all(&incoming).await,
        ["v1", "schedules", id] => schedules::at(&incoming, id).await,
        ["v1", "schedules", id, "confirm"] => schedules::confirm(&incoming, id, &asks("POST").await?).await,
        ["v1", "schedules", id, "end"] => schedules::end(&incoming, id, &asks("POST").await?).await,
        ["v1", "schedules", id, "take-over"] => schedules::take_over(id, &asks("POST").await?).await,
        ["v1", "schedules", id, "missed", "close"] => {
            schedules::close_missed(&incoming, id, &asks("POST").await?).await
        }
        ["v1", "schedules", id, "events"] => schedules::events(&incoming, id, &asks("GET").await?).await,
        ["v1", "audit"] => audit::export(&incoming, &asks("GET").await?).await,
        ["v1", "audit", "seal"] => audit::seal(&incoming).await,
        ["v1", "audit", "checkpoints"] => audit::checkpoint(&incoming).await,
        ["v1", "archive"] => archive::show(&incoming, &asks("GET").await?).await,
        ["v1", "archive", "remove"] => archive::remove(&incoming, &asks("POST").await?).await,
        ["v1", "doctor"] => doctor::walk(&incoming, &asks("GET").await?).await,
        ["webhooks", "events"] => events::webhook::take(&incoming).await,
        // The sources that are wired have routes of their own, so a name that leads here belongs to no source.
        ["webhooks", ..] => Err(Problem::not_found("source of that name")),
        _ => Err(Problem::not_found("such address")),
    }
}

/// Returns the person who calls, and refuses all methods but the one that the address takes.
async fn person(incoming: &Incoming, method: &'static str) -> Result<Person, Problem> {
    incoming.only(method)?;
    let person = auth::person(&incoming.headers).await?;
    people::see(&person).await?;
    Ok(person)
}

/// Refuses a note that is too long.
fn bounded(note: &str) -> Result<(), Problem> {
    if note.chars().count() <= NOTE_CHARS {
        return Ok(());
    }
    Err(Problem::field("/note", format!("at most {NOTE_CHARS} characters")))
}

/// Serves `GET /v1/me/invoices/{number}`: tells whether the caller may read the invoice. The books, who know no
/// requests, ask it for them.
async fn about_invoice(number: &str, person: &Person) -> Result<Answer, Problem> {
    let key = keys::touched_invoice(&person.identity(), number);
    let touches = store::get(vec![key]).await?.into_iter().flatten().next().is_some();
    person.may_about(Effect::ReadInvoices, touches)?;
    Ok(json(StatusCode::OK, &serde_json::json!({"invoice": number})))
}

/// Reads a request for somebody who may read it.
async fn readable(id: &str, person: &Person) -> Result<Request, Problem> {
    let request = Unit::default().request(id).await?;
    let person = delegate::with_lent(&mut Unit::default(), person, now()).await?;
    person.may_read(&request, &*contraflow_guest::policy::in_force().await?)?;
    Ok(request)
}

/// Serves `GET /v1/requests/{id}/ask`: what was asked, in the form in which it can be asked again.
async fn asked(id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = readable(id, person).await?;
    Ok(json(StatusCode::OK, &asked_again(&request.ask)))
}

async fn one(id: &str, person: &Person) -> Result<Answer, Problem> {
    let request = readable(id, person).await?;
    Ok(json(StatusCode::OK, &shown::shown(request, person)))
}
