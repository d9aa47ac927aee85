//! Shows what a template becomes, and sends it once to whoever looks at it.

use bytes::Bytes;
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::letters::{DIGEST, Preview, TemplateKey, TemplateText, TestLetter, Tested};
use contraflow_guest::http_io::{self, Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{new_id, variable};
use contraflow_letters::{Office, Rendered, Style, check, of_request, reader_of, templates};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    reader: String,
    news: String,
    language: String,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    request: Option<String>,
}

/// Serves `POST /v1/letters/preview`: returns what a template becomes, with a request or with an example.
pub async fn preview(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepLetterTemplates).or_else(|_| person.may(Effect::SeeOutbox))?;
    let (_, Rendered { subject, text }) = rendered(incoming, person).await?;
    Ok(json(StatusCode::OK, &Preview { subject, text }))
}

/// Serves `POST /v1/letters/test`: sends what a template becomes to the caller's own address.
pub async fn test(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepLetterTemplates)?;
    let (of, Rendered { subject, text }) = rendered(incoming, person).await?;
    let office = Office::open().await?;
    let to = reader_of(&mut Unit::default(), &person.identity(), &office).await?.map(|to| to.address);
    let to = to.ok_or_else(|| {
        let detail = "Your record has no e-mail address to send it to: let an admin add one.";
        Problem::conflict("no-address", detail)
    })?;
    let channel = courier().await?;
    let component = format!("notification-{channel}");
    let id = format!("test-{}", new_id());
    let letter = TestLetter { id, channel: channel.clone(), to, language: of.language, subject, text };
    let body = serde_json::to_vec(&letter).map_err(|error| Problem::internal(error.to_string()))?;
    let path = format!("/letters/{component}");
    let answer = http_io::call(&component, Method::POST, &path, &HeaderMap::new(), Bytes::from(body)).await;
    let answer = answer.map_err(Problem::unavailable)?;
    let tested: Tested = serde_json::from_slice(answer.body())
        .map_err(|_| Problem::unavailable(format!("{component} answered {}.", answer.status())))?;
    Ok(json(StatusCode::OK, &tested))
}

/// Returns the courier that letters go over: the first that is wired and has what it needs.
async fn courier() -> Result<String, Problem> {
    for channel in variable("channels").await.split_whitespace() {
        // Only a courier that writes to people has such a variable, and it is empty while nothing is set for it.
        if !variable(&format!("channel_{}", channel.replace('-', "_"))).await.is_empty() {
            return Ok(channel.to_owned());
        }
    }
    let detail = "No courier that writes to people is set up: wire one, such as postmark, and set its sender.";
    Err(Problem::conflict("no-courier", detail))
}

/// Renders what is asked for: words that are not given are those in force.
async fn rendered(incoming: &Incoming, person: &Person) -> Result<(TemplateKey, Rendered), Problem> {
    let asked: Asked = incoming.json()?;
    let of = super::named(&asked.reader, &asked.news, &asked.language)?;
    let (_, known) = templates::nearest(&mut Unit::default(), &of).await?;
    let subject = asked.subject.unwrap_or(known.subject);
    let said = TemplateText { subject, text: asked.text.unwrap_or(known.text) };
    let faults = said.faults(of.reader);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let office = Office::open().await?;
    let style = Style { language: &of.language, zone: office.zone() };
    let rendered = match asked.request.filter(|_| of.news != DIGEST) {
        Some(id) => of_request(&crate::readable(&id, person).await?, &of, &said, &office),
        None => check(&said, style),
    };
    Ok((of.clone(), rendered.map_err(|error| Problem::invalid(error.0))?))
}
