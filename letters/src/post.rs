//! Posting: a piece of news becomes letters, and what the policy wants read first is held for a person.

use contraflow_domain::policy::{Facts, Surroundings};
use contraflow_domain::preferences::Pace;
use contraflow_domain::request::Request;
use contraflow_domain::request::message::Message;
use contraflow_domain::request::message::letter::{self, Addressed, Recipient};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{now, step};

use crate::digest;
use crate::office::Office;
use crate::recipients::{Directory, told};

/// Tells whether a message is a piece of news that is still to become letters.
fn is_news(message: &Message, channel: &str) -> bool {
    message.is_queued() && message.channel == channel && message.to.is_none()
}

/// Puts letters in the place of all news that wait on a channel which reaches people.
///
/// # Errors
/// When the store does not answer, or the policy can't be read.
pub async fn address(id: &str, channel: &str, office: &Office) -> Result<(), Problem> {
    transact(async |unit| {
        let mut request = unit.request(id).await?;
        let news: Vec<Message> = request.outbox.iter().filter(|message| is_news(message, channel)).cloned().collect();
        if news.is_empty() {
            return Ok(());
        }
        let mut directory = Directory::default();
        for message in &news {
            let letters = letters(unit, &mut directory, (&request, message), office).await?;
            letter::address(&mut request, &message.id, letters, now());
        }
        unit.save(&mut request, now())
    })
    .await
}

/// Finds whom a piece of news goes to, each address once, and writes what is held.
async fn letters(
    unit: &mut Unit,
    directory: &mut Directory,
    (request, message): (&Request, &Message),
    office: &Office,
) -> Result<Vec<Addressed>, Problem> {
    let facts = Facts::of(request, &Surroundings::default(), &office.policy);
    let mut found: Vec<(Recipient, bool)> = Vec::new();
    for telling in office.policy.telling(message.kind, &message.channel, &facts) {
        for somebody in told(unit, directory, (request, message), telling.to, office).await? {
            let letters = &somebody.preferences.letters;
            if !letters.want(message.kind) {
                continue;
            }
            if let (Pace::Daily, Some(person)) = (letters.pace, &somebody.person) {
                let line = office.compose(unit, request, message, Some(&somebody.recipient)).await?;
                digest::keep(unit, (person, &somebody), (request, message), &line.subject, office).await?;
                continue;
            }
            let known =
                found.iter_mut().find(|(known, _)| known.address.eq_ignore_ascii_case(&somebody.recipient.address));
            match known {
                Some((_, hold)) => *hold |= telling.hold,
                None => found.push((somebody.recipient, telling.hold)),
            }
        }
    }
    let mut letters = Vec::new();
    for (recipient, hold) in found {
        let held = if hold { Some(office.compose(unit, request, message, Some(&recipient)).await?) } else { None };
        letters.push(Addressed { recipient, held });
    }
    Ok(letters)
}

/// Holds the comments for a ticket that the policy wants a person to read first.
///
/// # Errors
/// When the store does not answer, or the policy can't be read.
pub async fn hold(task: step::Task<'_>, office: &Office) -> Result<(), Problem> {
    let waits = |message: &&Message| {
        message.is_due(task.vendor, now()) && message.released_by.is_none() && message.attempt.tries == 0
    };
    transact(async |unit| {
        let mut request = unit.request(task.request).await?;
        let facts = Facts::of(&request, &Surroundings::default(), &office.policy);
        let is_held = |message: &&Message| office.policy.holds_on_ticket(message.kind, task.vendor, &facts);
        let held: Vec<Message> = request.outbox.iter().filter(waits).filter(is_held).cloned().collect();
        if held.is_empty() {
            return Ok(());
        }
        for message in &held {
            let words = office.compose(unit, &request, message, None).await?;
            letter::hold(&mut request, &message.id, words, now());
        }
        unit.save(&mut request, now())
    })
    .await
}
