//! The words of each language for what has a name in the record, and its ways to write dates and amounts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// Holds the words of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Kinds of requests.
    pub kinds: BTreeMap<String, String>,
    /// Kinds of requests, as the customer's own: “your refund”.
    pub yours: BTreeMap<String, String>,
    /// Where requests stand.
    pub statuses: BTreeMap<String, String>,
    /// Kinds of news.
    pub news: BTreeMap<String, String>,
    /// Where money goes.
    pub ways: Ways,
    /// How words, dates and amounts are put together.
    pub joining: Joining,
}

/// Says where money goes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// To a card.
    pub card: String,
    /// To a card whose last digits are known, which stand in the place of `{}`.
    pub card_ending: String,
    /// Back the way it was paid.
    pub payment: String,
    /// Into store credit.
    pub store_credit: String,
    /// Off the open invoice.
    pub invoice_offset: String,
    /// By hand.
    pub manual: String,
    /// The bank took it already.
    pub out_of_band: String,
}

/// Says how words, dates and amounts are put together.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// Stands before an amount.
    pub of: String,
    /// Stands before a customer.
    pub r#for: String,
    /// The months, January first.
    pub months: Vec<String>,
    /// A date, of `{day}`, `{month}` and `{year}`.
    pub date: String,
    /// An amount, of `{value}` and `{currency}`.
    pub money: String,
    /// The mark between whole units and the rest.
    pub decimal: String,
    /// The mark between thousands.
    pub thousands: String,
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| read(include_str!("../templates/words.en.toml")));
static GERMAN: LazyLock<Words> = LazyLock::new(|| read(include_str!("../templates/words.de.toml")));

/// Reads words that are compiled in; a test reads all of them.
fn read(text: &str) -> Words {
    toml::from_str(text).unwrap_or_default()
}

/// Returns the words of a language; those of English where there are none of it.
#[must_use]
pub fn of(language: &str) -> &'static Words {
    match contraflow_domain::language::plain_language(language) {
        "de" => &GERMAN,
        _ => &ENGLISH,
    }
}

/// Returns the language's word for a name; what the record calls it, where it has none.
#[must_use]
pub fn word(words: &BTreeMap<String, String>, name: &str, title: &str) -> String {
    words.get(name).map_or_else(|| title.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use contraflow_domain::catalogue::MessageKind;
    use contraflow_domain::lifecycle::request::RequestStatus;
    use contraflow_domain::request::ask::Kind;

    use super::*;

    #[test]
    fn every_name_has_its_word_in_german_and_no_word_is_for_nothing() {
        let german: Words = toml::from_str(include_str!("../templates/words.de.toml")).unwrap();
        let names = |words: &BTreeMap<String, String>| words.keys().cloned().collect::<Vec<_>>();
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        let kinds = sorted(Kind::ALL.iter().map(|kind| kind.name().to_owned()).collect());
        assert_eq!((names(&german.kinds), names(&german.yours)), (kinds.clone(), kinds));
        let statuses = sorted(RequestStatus::ALL.iter().map(|status| status.name().to_owned()).collect());
        assert_eq!(names(&german.statuses), statuses);
        let news = sorted(MessageKind::ALL.iter().map(|kind| kind.name().to_owned()).collect());
        assert_eq!(names(&german.news), news);
    }

    #[test]
    fn every_language_can_write_dates_and_amounts() {
        for text in [include_str!("../templates/words.de.toml"), include_str!("../templates/words.en.toml")] {
            let words: Words = toml::from_str(text).unwrap();
            assert_eq!(words.joining.months.len(), 12);
            assert!(words.ways.card_ending.contains("{}"));
        }
    }
}
