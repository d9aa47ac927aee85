//! Writes letters to people: news of a request, the letter of a day, and a test of a template.

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/courier", "wit"],
        world: "contraflow:letter-component/letter",
        with: {
            "contraflow:types/values@0.1.0": contraflow_guest::contract::values,
            "contraflow:types/faults@0.1.0": contraflow_guest::contract::faults,
        },
        generate_all,
    });
}

use bindings::contraflow::courier::letters::{self, Outcome};
use contraflow_domain::chain::{self, Next};
use contraflow_domain::letters::{TestLetter, TestOutcome, Tested};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::letter::{Letter, Recipient};
use contraflow_domain::request::message::{Delivery, Message};
use contraflow_domain::time::Timestamp;
use contraflow_guest::due::Due;
use contraflow_guest::fault::Call;
use contraflow_guest::http_io::{Answer, Incoming, answered, json};
use contraflow_guest::outbox::{self, Sent};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{digests, limits, now, step};
use contraflow_letters::digest::Written;
use contraflow_letters::{Office, digest, post};
use http::StatusCode;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    if request.uri().path().starts_with("/letters/") {
        return Ok(answered(test(request).await));
    }
    Ok(step::serve_any(request, async |task| match Due::read(task.request) {
        Due::Digest(name) => of_the_day(&name).await,
        _ => of_request(task).await,
    })
    .await)
}

/// Puts letters in the place of the news of a request, and sends those that are due.
async fn of_request(task: step::Task<'_>) -> Result<Next, Problem> {
    let office = Office::open().await?;
    post::address(task.request, task.vendor, &office).await?;
    let sent =
        outbox::deliver(task.request, task.vendor, async |request, message| write(request, message, &office).await);
    Ok(chain::next(&sent.await?, now()))
}

async fn write(request: &Request, message: &Message, office: &Office) -> Sent {
    // News that came in meanwhile become letters in the next step.
    let Some(to) = &message.to else { return (None, Err(CallError::not_sent("it is not addressed yet"))) };
    let words = match office.compose(&mut Unit::default(), request, message, Some(to)).await {
        Ok(words) => words,
        Err(problem) => return (None, Err(CallError::not_sent(problem.detail))),
    };
    let names = Names { id: &message.id, about: &request.id, at: message.at };
    let outcome = send(names, to, &words).await;
    (Some(words), outcome)
}

/// How a letter is named, and what it is about.
#[derive(Clone, Copy)]
struct Names<'a> {
    id: &'a str,
    about: &'a str,
    at: Timestamp,
}

async fn send(names: Names<'_>, to: &Recipient, words: &Letter) -> Result<Delivery, CallError> {
    let sent = letters::send(letters::Letter {
        id: names.id.to_owned(),
        about: names.about.to_owned(),
        occurred_at: names.at.into(),
        to: to.address.clone(),
        subject: words.subject.clone(),
        text: words.text.clone(),
        language: to.language.clone(),
    });
    match sent.await {
        Ok(Outcome::Delivered) => Ok(Delivery::Delivered),
        Ok(Outcome::NoSender) => Ok(Delivery::Unheard),
        Ok(Outcome::Refused(why)) => Err(CallError::Declined(why)),
        Err(fault) => Err(Call::Message.error(fault)),
    }
}

/// Sends the letter of a day.
async fn of_the_day(name: &str) -> Result<Next, Problem> {
    let office = Office::open().await?;
    let Some(written) = digest::write(name, &office).await? else { return Ok(Next::Rest) };
    let names = Names { id: &written.id, about: &written.id, at: now() };
    match send(names, &written.recipient, &written.letter).await {
        Ok(_) => digests::done(name, &written.news, written.next).await?,
        Err(error) => {
            let Written { recipient, letter, news, .. } = &written;
            let tried = digests::Written { to: recipient, letter, news };
            digests::record_failure(name, Some(tried), &error).await?;
        }
    }
    Ok(Next::Rest)
}

/// Serves `POST /letters/<name>`: sends a letter once that is handed to it, and says what became of it.
async fn test(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    incoming.only("POST")?;
    let TestLetter { id, channel, to, language, subject, text } = incoming.json()?;
    let sent = letters::send(letters::Letter {
        about: id.clone(),
        id,
        occurred_at: now().into(),
        to: to.clone(),
        subject,
        text,
        language,
    });
    let (outcome, detail) = match sent.await {
        Ok(Outcome::Delivered) => (TestOutcome::Delivered, String::new()),
        Ok(Outcome::NoSender) => (TestOutcome::NoSender, String::new()),
        Ok(Outcome::Refused(why)) => (TestOutcome::Refused, why),
        Err(fault) => (TestOutcome::Failed, Call::Message.error(fault).detail().to_owned()),
    };
    Ok(json(StatusCode::OK, &Tested { to, channel, outcome, detail }))
}
