//! Takes in what people and systems send: asks become requests, and gateways' news move legs and disputes. This one
//! crate is wired once for each source; the source's adapter verifies and reads its own format.

mod ask;
mod dispute;
mod fraud;
mod import;
mod import_answer;
mod import_rows;
mod once;
mod payment;
mod quote;
mod refund;
mod transform;
mod unread;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/gateway", "../../wit/intake", "wit"],
        world: "contraflow:intake-component/intake",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:gateway/types@0.1.0": contraflow_guest::contract::gateway,
            "contraflow:intake/source@0.1.0/draft": contraflow_domain::request::draft::Draft,
            "contraflow:intake/source@0.1.0/draft-line": contraflow_domain::request::draft::DraftLine,
            "contraflow:intake/source@0.1.0/money-text": contraflow_domain::request::draft::MoneyText,
            "contraflow:intake/source@0.1.0/evidence": contraflow_domain::request::draft::EvidenceAsked,
        },
        generate_all,
    });
}

use bindings::contraflow::intake::source::{self, Inbound, Meaning, Refusal};
use contraflow_domain::authority::Effect;
use contraflow_domain::identity::Identity;
use contraflow_domain::request::draft::Draft;
use contraflow_guest::http_io::{Answer, Incoming, answered, call, json, text};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::REUSED;
use contraflow_guest::unit::Unit;
use contraflow_guest::{auth, keys, limits, policy};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;
use unread::Unread;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(answered(take(request).await))
}

async fn take(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    if request.uri().path() == import::ADDRESS {
        return import::serve(request).await;
    }
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    match incoming.segments()[..] {
        ["v1", "requests"] => match incoming.method {
            Method::POST => by_api(&incoming).await,
            Method::GET => hand_on(&incoming).await,
            _ => Err(Problem::method("GET, POST")),
        },
        ["v1", "quotes"] => {
            incoming.only("POST")?;
            quote::give(&incoming).await
        }
        ["webhooks", source] => {
            incoming.only("POST")?;
            by_webhook(&incoming, source).await
        }
        _ => Err(Problem::not_found("source at that address")),
    }
}

/// Hands a request on to the API, whose list has the same address.
async fn hand_on(incoming: &Incoming) -> Result<Answer, Problem> {
    let path = format!("{}?{}", incoming.path, incoming.query);
    let answer = call("api", incoming.method.clone(), &path, &incoming.headers, incoming.body.clone()).await;
    let answer = answer.map_err(Problem::unavailable)?;
    let (parts, body) = answer.into_parts();
    let mut answer = text(parts.status, "application/json", body);
    for name in [CONTENT_TYPE, WWW_AUTHENTICATE, RETRY_AFTER] {
        if let Some(value) = parts.headers.get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    Ok(answer)
}

async fn by_api(incoming: &Incoming) -> Result<Answer, Problem> {
    let person = auth::person(&incoming.headers).await?;
    person.may(Effect::Ask)?;
    let key = incoming.idempotency_key()?;
    let asked = read(incoming).await?.into_iter().find_map(|inbound| asked(inbound.meaning));
    let draft = asked.ok_or_else(|| Problem::malformed(Vec::new()))?;
    let corrects = incoming.parameter("corrects").filter(|id| !id.is_empty());
    let asked_by = (person.name.as_str(), corrects.as_deref());
    let stored = ask::store("api", (&person.name, key), asked_by, draft).await?;
    Ok(stored.accepted())
}

fn asked(meaning: Meaning) -> Option<Draft> {
    match meaning {
        Meaning::Ask(draft) => Some(draft),
        _ => None,
    }
}

/// Takes in every message of a delivery, whatever becomes of the others.
///
/// # Errors
/// 5xx when one could not be stored; then the sender tries again, and those that were taken have no second effect.
async fn by_webhook(incoming: &Incoming, channel: &str) -> Result<Answer, Problem> {
    let messages = read(incoming).await?;
    let count = messages.len();
    let mut put_off = None;
    for inbound in messages {
        let (id, kept) = (inbound.id.clone(), about(&inbound.meaning));
        let taken = match one(channel, inbound).await {
            // Trying again would not mend it, and whatever comes behind it would wait.
            Taken::Unread(found) => unread::keep(incoming, channel, &id, &found).await,
            Taken::Failed(problem) if problem.status < StatusCode::INTERNAL_SERVER_ERROR.as_u16() => {
                let (kind, about, ticket) = kept;
                unread::keep(incoming, channel, &id, &Unread::of(kind, &about, ticket, problem)).await
            }
            Taken::Failed(problem) => Err(problem),
            Taken::In => Ok(()),
        };
        put_off = put_off.or(taken.err());
    }
    put_off.map_or_else(|| Ok(json(StatusCode::OK, &serde_json::json!({"received": count}))), Err)
}

/// What became of a message.
enum Taken {
    /// It was taken in.
    In,
    /// It can't be read.
    Unread(Unread),
    /// It was not taken in.
    Failed(Problem),
}

impl From<Result<(), Problem>> for Taken {
    fn from(outcome: Result<(), Problem>) -> Self {
        outcome.map_or_else(Self::Failed, |()| Self::In)
    }
}

/// Returns what a message is, what it is about, and the ticket on which whoever asked is told.
fn about(meaning: &Meaning) -> (&'static str, String, Option<String>) {
    match meaning {
        Meaning::Ask(draft) => ("ask", draft.reference.clone().unwrap_or_default(), draft.reference.clone()),
        Meaning::Refund(news) => ("refund", news.refund.clone(), None),
        Meaning::Refunded(total) => ("refunded", total.payment.clone(), None),
        Meaning::Dispute(news) => ("dispute", news.dispute.clone(), None),
        Meaning::Fraud(warning) => ("fraud", warning.warning.clone(), None),
        Meaning::Other(_) | Meaning::Unreadable(_) => ("", String::new(), None),
    }
}

/// Returns the name of the person whose address it is, as an admin wrote it down; the address itself where nobody did.
async fn of_record(asker: &Identity) -> Result<String, Problem> {
    let known: Option<String> = Unit::default().look_at(&keys::address(asker)).await?;
    Ok(known.unwrap_or_else(|| asker.to_string()))
}

/// Stores what somebody asks over a channel.
async fn ask(channel: &str, id: &str, draft: Draft) -> Result<(), Problem> {
    // The policy may say tomorrow that somebody signs in under another name: what was delivered stays known by what the
    // source calls them.
    let name = draft.requester.as_deref();
    let sender = name.map_or_else(|| channel.to_owned(), |name| format!("{channel}:{name}"));
    let asker = name.map_or_else(|| Identity::nobody(channel), |name| Identity::vouched(channel, name));
    let named = policy::in_force().await?.people.resolve(&asker);
    // What the policy does not say, an admin may have written down of the person.
    let requester = if named.is_sign_in() { named.to_string() } else { of_record(&named).await? };
    ask::store(channel, (&sender, id), (&requester, None), draft).await.map(|_| ())
}

/// Takes in one message. A second one with the same id has no second effect.
async fn one(channel: &str, inbound: Inbound) -> Taken {
    let (id, at) = (&inbound.id, inbound.occurred_at);
    match inbound.meaning {
        Meaning::Ask(draft) => {
            match ask(channel, id, draft).await {
                Ok(()) => Taken::In,
                // The id was used for a message with other content. The first message stands, and the sender need not
                // try again.
                Err(problem) if problem.kind.ends_with(REUSED) => Taken::In,
                Err(problem) => Taken::Failed(problem),
            }
        }
        Meaning::Refund(news) => refund::apply_news(channel, id, &news).await.into(),
        Meaning::Refunded(total) => refund::apply_total(channel, id, at, &total).await.into(),
        Meaning::Dispute(news) => dispute::apply_news(channel, id, at, &news).await.into(),
        Meaning::Fraud(warning) => fraud::apply_news(channel, id, &warning).await.into(),
        Meaning::Other(_) => Taken::In,
        Meaning::Unreadable(found) => Taken::Unread(Unread {
            kind: found.kind,
            about: found.about,
            errors: found.errors.into_iter().map(Into::into).collect(),
            ticket: found.ticket,
        }),
    }
}

async fn read(incoming: &Incoming) -> Result<Vec<Inbound>, Problem> {
    read_delivery(transform::delivery(incoming, contraflow_guest::now())).await
}

async fn read_delivery(delivery: source::Delivery) -> Result<Vec<Inbound>, Problem> {
    source::read(delivery).await.map_err(|refusal| match refusal {
        Refusal::Unauthentic(detail) => Problem::new(StatusCode::UNAUTHORIZED, "bad-signature", detail),
        Refusal::Malformed(errors) => Problem::malformed(errors.into_iter().map(Into::into).collect()),
        Refusal::NotConfigured(detail) => Problem::unavailable(detail),
    })
}
