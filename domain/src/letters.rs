//! Templates of letters: for whom they are, of which news, in which language; and what is written of them.

pub mod digest;

use serde::{Deserialize, Serialize};

use crate::catalogue::MessageKind;
use crate::language::is_language;
use crate::lifecycle::titled;
use crate::limits::{LETTER_SUBJECT_CHARS, LETTER_TEMPLATE_BYTES};
use crate::request::draft::FieldError;
use crate::request::message::letter::Audience;
use crate::time::Timestamp;

titled! {
    /// For whom a template is.
    Reader {
        /// For the customer.
        Customer = "customer": "Customers",
        /// For people of the business.
        Colleague = "colleague": "Colleagues",
        /// For the ticket that the request came from.
        Ticket = "ticket": "Tickets",
    }
}

impl Reader {
    /// Returns for whom the template of a letter to that audience is.
    #[must_use]
    pub const fn of(audience: Audience) -> Self {
        match audience {
            Audience::Customer => Self::Customer,
            Audience::Ticket => Self::Ticket,
            Audience::Requester | Audience::Deciders | Audience::Finance | Audience::Address => Self::Colleague,
        }
    }
}

/// The word in the place of a kind of news, for all that have no template of their own.
pub const OTHER: &str = "other";
/// The word in the place of a kind of news, for the letter of a day.
pub const DIGEST: &str = "digest";

/// Which template it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateKey {
    /// For whom it is.
    pub reader: Reader,
    /// Of which news: the name of a [`MessageKind`], [`OTHER`] or [`DIGEST`].
    pub news: String,
    /// In which language, such as `de`.
    pub language: String,
}

impl TemplateKey {
    /// Reads a template's key from the parts of an address; `None` where there can't be such a template.
    #[must_use]
    pub fn read(reader: &str, news: &str, language: &str) -> Option<Self> {
        let reader = Reader::named(reader)?;
        let is_news = MessageKind::named(news).is_some() || news == OTHER;
        let is_digest = news == DIGEST && reader == Reader::Colleague;
        ((is_news || is_digest) && is_language(language)).then(|| Self {
            reader,
            news: news.to_owned(),
            language: language.to_owned(),
        })
    }

    /// Returns the news in words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match MessageKind::named(&self.news) {
            Some(kind) => kind.title(),
            None if self.news == DIGEST => "The letter of a day",
            None => "All other news",
        }
    }
}

/// What a template says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LetterTemplateFields"))]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// The subject, on one line; empty for a ticket.
    #[cfg_attr(feature = "schema", schemars(length(max = LETTER_SUBJECT_CHARS)))]
    #[serde(default)]
    pub subject: String,
    /// The text, in the language of minijinja.
    pub text: String,
}

impl TemplateText {
    /// Finds what is wrong with its size and its subject, by place.
    #[must_use]
    pub fn faults(&self, reader: Reader) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: String| faults.push(FieldError { pointer: pointer.into(), detail });
        if self.subject.chars().any(char::is_control) {
            fault("/subject", "must be one line".into());
        }
        if self.subject.chars().count() > LETTER_SUBJECT_CHARS {
            fault("/subject", format!("must have at most {LETTER_SUBJECT_CHARS} characters"));
        }
        if reader != Reader::Ticket && self.subject.trim().is_empty() {
            fault("/subject", "must not be empty: it is what people read first".into());
        }
        if self.text.trim().is_empty() {
            fault("/text", "must not be empty".into());
        }
        if self.text.len() > LETTER_TEMPLATE_BYTES {
            fault("/text", format!("must have at most {LETTER_TEMPLATE_BYTES} bytes"));
        }
        faults
    }
}

/// A template of the house, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTemplate {
    /// What it says.
    pub said: TemplateText,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: String,
}

/// A template, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LetterTemplate"))]
pub struct TemplateView {
    /// For whom it is.
    pub reader: Reader,
    /// Of which news: the name of a kind of message, `other` for all that have none of their own, `digest` for the
    /// letter of a day.
    pub news: String,
    /// The news in words.
    pub title: String,
    /// In which language, such as `de`.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Whether it was written here; otherwise it is the one that is shipped.
    pub is_own: bool,
    /// When it was written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Who wrote it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl TemplateView {
    /// Shows a shipped template.
    #[must_use]
    pub fn shipped(key: TemplateKey, said: TemplateText) -> Self {
        let title = key.title().to_owned();
        let TemplateKey { reader, news, language } = key;
        let TemplateText { subject, text } = said;
        Self { reader, news, title, language, subject, text, is_own: false, at: None, by: None }
    }

    /// Shows a template that was written here.
    #[must_use]
    pub fn own(key: TemplateKey, own: OwnTemplate) -> Self {
        Self { is_own: true, at: Some(own.at), by: Some(own.by), ..Self::shipped(key, own.said) }
    }
}

/// A letter as it would be, for looking at it before it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LetterPreview"))]
pub struct Preview {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

titled! {
    /// What became of a test letter.
    TestOutcome {
        /// The courier took it.
        Delivered = "delivered": "It is on its way",
        /// The courier refused it for good.
        Refused = "refused": "The courier refused it",
        /// The courier has no sender.
        NoSender = "no_sender": "The courier has no sender yet",
        /// The courier could not be reached, or does not accept the call.
        Failed = "failed": "It could not be sent",
    }
}

/// What became of a test letter, and where it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "LetterTest"))]
pub struct Tested {
    /// The address that it went to.
    pub to: String,
    /// The courier that was asked.
    pub channel: String,
    /// What became of it.
    pub outcome: TestOutcome,
    /// The courier's own words; empty where it said none.
    pub detail: String,
}

/// A letter that is sent once, to see how it arrives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestLetter {
    /// Its name.
    pub id: String,
    /// The courier that is asked.
    pub channel: String,
    /// The address.
    pub to: String,
    /// The language that it is written in.
    pub language: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_what_can_be_written_has_a_template() {
        for (reader, news, language) in [("customer", "other", "de"), ("colleague", "digest", "en-GB")] {
            assert!(TemplateKey::read(reader, news, language).is_some(), "{reader} {news} {language}");
        }
        for (reader, news, language) in [
            ("boss", "other", "de"),
            ("customer", "nothing", "de"),
            ("customer", "other", "d"),
            ("ticket", "digest", "de"),
        ] {
            assert!(TemplateKey::read(reader, news, language).is_none(), "{reader} {news} {language}");
        }
    }

    #[test]
    fn a_template_says_what_is_wrong_with_its_size() {
        let long = TemplateText { subject: "x".repeat(LETTER_SUBJECT_CHARS + 1), text: " ".into() };
        let places: Vec<_> = long.faults(Reader::Customer).into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(places, ["/subject", "/text"]);
        let most = TemplateText { subject: "News".into(), text: "x".repeat(LETTER_TEMPLATE_BYTES) };
        assert_eq!(most.faults(Reader::Customer), []);
        let broken = TemplateText { subject: "News\nBcc: x".into(), text: "x".into() };
        assert_eq!(broken.faults(Reader::Customer).len(), 1);
        assert_eq!(TemplateText { subject: String::new(), text: "x".into() }.faults(Reader::Ticket), []);
    }
}
