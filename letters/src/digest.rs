//! The letter of a day: one for all news that somebody wants so.

use contraflow_domain::identity::Identity;
use contraflow_domain::letters::digest::DigestLine;
use contraflow_domain::letters::{DIGEST, Reader, TemplateKey, digest as day};
use contraflow_domain::preferences::Pace;
use contraflow_domain::request::Request;
use contraflow_domain::request::message::Message;
use contraflow_domain::request::message::letter::{Letter, Recipient};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use contraflow_guest::digests::{self, News};
use contraflow_guest::now;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;

use crate::context::{Context, Day, Line, To};
use crate::office::Office;
use crate::recipients::{self, Somebody};
use crate::render::{Style, render};
use crate::templates;

/// Adds a piece of news to somebody's letter of a day.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(
    unit: &mut Unit,
    (person, somebody): (&Identity, &Somebody),
    (request, message): (&Request, &Message),
    subject: &str,
    office: &Office,
) -> Result<(), Problem> {
    let line = DigestLine { request: request.id.clone(), kind: Some(message.kind), subject: subject.to_owned() };
    let due = next(somebody, office);
    digests::keep(unit, (person, &somebody.recipient), (&message.id, &line), &message.channel, due).await
}

/// Returns when somebody's next letter of a day is written.
fn next(somebody: &Somebody, office: &Office) -> Timestamp {
    let letters = &somebody.preferences.letters;
    day::next(now(), letters.hour, zone(somebody, office), &office.policy.calendar())
}

fn zone(somebody: &Somebody, office: &Office) -> Zone {
    somebody.preferences.time_zone.or(somebody.zone).unwrap_or_else(|| office.zone())
}

/// A letter of a day that is to be sent.
pub struct Written {
    /// The name of the letter, the same for every try.
    pub id: String,
    /// Whom it goes to.
    pub recipient: Recipient,
    /// Its words.
    pub letter: Letter,
    /// The news that it tells.
    pub news: News,
    /// When the next is written, if news are left.
    pub next: Timestamp,
}

/// Writes somebody's letter of a day. Where there is none, or nobody to get it any more, it is taken away and `None`
/// returned.
///
/// # Errors
/// When the store does not answer.
pub async fn write(name: &str, office: &Office) -> Result<Option<Written>, Problem> {
    let Some((digest, mut news)) = digests::read(name).await? else { return Ok(None) };
    let mut unit = Unit::default();
    let somebody = recipients::person(&mut unit, &Identity::read(&digest.person), office).await?;
    let somebody = somebody.filter(|somebody| somebody.preferences.letters.pace != Pace::Never);
    let Some(somebody) = somebody.filter(|_| !news.lines.is_empty()) else {
        digests::done(name, &news, now()).await?;
        return Ok(None);
    };
    let language = somebody.recipient.language.clone();
    let of = TemplateKey { reader: Reader::Colleague, news: DIGEST.into(), language: language.clone() };
    let style = Style { language: &language, zone: zone(&somebody, office) };
    let (_, said) = templates::nearest(&mut unit, &of).await?;
    let rendered = loop {
        let context = context(&somebody.recipient, &news, office).value();
        let written =
            render(&said, &context, style).or_else(|_| render(&templates::nearest_shipped(&of), &context, style));
        match written {
            Ok(rendered) => break rendered,
            // What does not go into this letter goes into the next.
            Err(_) if news.halve() => {}
            Err(error) => return Err(Problem::internal(format!("the letter of the day: {error}"))),
        }
    };
    let letter = Letter { subject: rendered.subject, text: rendered.text, edited_by: None };
    let id = news.letter();
    let next = next(&somebody, office);
    Ok(Some(Written { id, recipient: somebody.recipient, letter, news, next }))
}

fn context(to: &Recipient, news: &News, office: &Office) -> Context {
    let console = &office.console;
    let line = |line: &DigestLine| Line {
        subject: line.subject.clone(),
        link: format!("{console}/requests/{}", line.request),
    };
    Context {
        recipient: To { name: to.name.clone(), audience: to.audience.name().into() },
        digest: Day {
            count: news.lines.len(),
            lines: news.lines.iter().map(line).collect(),
            more: news.more,
            queue: format!("{console}/queue"),
            settings: format!("{console}/settings"),
        },
        ..Context::default()
    }
}
