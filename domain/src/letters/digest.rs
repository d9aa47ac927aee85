//! The letter of a day: one for all news that somebody wants so.

use serde::{Deserialize, Serialize};

use crate::catalogue::MessageKind;
use crate::hours::Calendar;
use crate::limits::{BUSINESS_SEARCH_DAYS, DAY_MS, LETTER_BYTES, LETTER_SUBJECT_CHARS};
use crate::request::Request;
use crate::request::attempt::{Attempt, CallError};
use crate::request::message::Message;
use crate::request::message::letter::{Audience, Letter, Recipient, take_in};
use crate::time::{Day, Timestamp};
use crate::zone::Zone;

/// The letter of a day that somebody is to get: when, over which courier, and how often it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Who gets it.
    pub person: String,
    /// How a letter reached them when its first news came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Recipient>,
    /// The courier that delivers it.
    pub channel: String,
    /// When it is written.
    pub due: Timestamp,
    /// The tries to send it.
    pub attempt: Attempt,
}

/// One piece of news that waits for the letter of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestLine {
    /// The request that it is of.
    pub request: String,
    /// What it tells; left out by earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageKind>,
    /// What a letter of its own would be about.
    pub subject: String,
}

impl Digest {
    /// Returns whom it goes to: the person by name, where their address is not known.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        self.to.clone().unwrap_or_else(|| Recipient {
            audience: Audience::Deciders,
            address: self.person.clone(),
            name: self.person.clone(),
            language: "en".into(),
        })
    }
}

/// Says no more than what its news are about, for a letter of a day whose words could not be written.
#[must_use]
pub fn plain(lines: &[DigestLine]) -> Letter {
    let room = LETTER_BYTES / (4 * LETTER_SUBJECT_CHARS + 1);
    let subjects: Vec<_> = lines.iter().take(room).map(|line| line.subject.as_str()).collect();
    Letter { subject: subjects.first().copied().unwrap_or_default().into(), text: subjects.join("\n"), edited_by: None }
}

/// Puts a letter of a day that is given up among the messages of a request that it tells of. Returns `false` where
/// there is no room for it.
pub fn hand_over(
    request: &mut Request,
    (id, digest, kind): (&str, &Digest, Option<MessageKind>),
    (words, error): (&Letter, &CallError),
    at: Timestamp,
) -> bool {
    let message = Message {
        id: id.to_owned(),
        channel: digest.channel.clone(),
        to: Some(digest.recipient()),
        attempt: digest.attempt.clone(),
        ..Message::of_news(request, kind.unwrap_or(MessageKind::RequestReminder), &words.subject, at)
    };
    take_in(request, message, (words, error), at)
}

/// Returns when the next letter of a day is written: at that hour of the reader's own day, on the next day on which the
/// business is open.
#[must_use]
pub fn next(after: Timestamp, hour: u32, zone: Zone, calendar: &Calendar) -> Timestamp {
    let at_hour = |day: Day| zone.first_at(day, hour.min(23) * 60);
    let days = std::iter::successors(Some(zone.day(after)), Day::succ_opt).take(BUSINESS_SEARCH_DAYS);
    let mut times = days.filter(|day| !calendar.open_on(*day).is_empty()).map(at_hour);
    times.find(|then| *then > after).unwrap_or_else(|| after.plus_ms(DAY_MS))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::hours::Week;

    #[test]
    fn the_letter_of_a_day_comes_at_the_readers_hour_on_the_next_open_day() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let calendar = Calendar { zone, week: Week::office(), holidays: ["2026-12-25".parse().unwrap()].into() };
        let next = |at: &str| super::next(at.parse().unwrap(), 8, zone, &calendar).to_string();
        assert_eq!(next("2026-11-30T06:59:00Z"), "2026-11-30T07:00:00.000Z", "it is 07:59 there");
        assert_eq!(next("2026-11-30T07:00:00Z"), "2026-12-01T07:00:00.000Z");
        assert_eq!(next("2026-12-04T12:00:00Z"), "2026-12-07T07:00:00.000Z", "a Friday");
        assert_eq!(next("2026-12-24T12:00:00Z"), "2026-12-28T07:00:00.000Z", "a holiday");
    }
}
