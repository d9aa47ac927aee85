//! The templates that are shipped.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use contraflow_domain::language::plain_language;
use contraflow_domain::letters::{OTHER, Reader, TemplateKey, TemplateText};

/// Lists the languages that are shipped.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// Lists the files: for whom, in which language, and the templates by their news.
const FILES: [(Reader, &str, &str); 5] = [
    (Reader::Customer, "en", include_str!("../templates/customer.en.toml")),
    (Reader::Customer, "de", include_str!("../templates/customer.de.toml")),
    (Reader::Colleague, "en", include_str!("../templates/colleague.en.toml")),
    (Reader::Colleague, "de", include_str!("../templates/colleague.de.toml")),
    (Reader::Ticket, "en", include_str!("../templates/ticket.en.toml")),
];

static ALL: LazyLock<BTreeMap<TemplateKey, TemplateText>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for (reader, language, text) in FILES {
        let read: BTreeMap<String, TemplateText> = toml::from_str(text).unwrap_or_default();
        for (news, said) in read {
            all.insert(TemplateKey { reader, news, language: language.to_owned() }, trimmed(said));
        }
    }
    all
});

/// Takes away the white space that the file has around a text.
fn trimmed(said: TemplateText) -> TemplateText {
    TemplateText { subject: said.subject, text: said.text.trim().to_owned() }
}

/// Returns all of them.
#[must_use]
pub fn all() -> &'static BTreeMap<TemplateKey, TemplateText> {
    &ALL
}

/// Returns the keys under which a template for this may stand, the nearest first: of the news in the language, in the
/// language without its region, and in English; then the same of all other news.
#[must_use]
pub fn candidates(key: &TemplateKey) -> Vec<TemplateKey> {
    let mut found: Vec<TemplateKey> = Vec::new();
    for news in [key.news.as_str(), OTHER] {
        for language in [key.language.as_str(), plain_language(&key.language), "en"] {
            let candidate = TemplateKey { reader: key.reader, news: news.into(), language: language.into() };
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    // A letter in the reader's language about any news comes before one in English about these.
    found.sort_by_key(|candidate| {
        let is_theirs = plain_language(&candidate.language) == plain_language(&key.language);
        (!is_theirs, candidate.news == OTHER && key.news != OTHER)
    });
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_reader_has_a_template_for_all_news_and_each_can_be_named() {
        for reader in Reader::ALL {
            let english = TemplateKey { reader: *reader, news: OTHER.into(), language: "en".into() };
            assert!(all().contains_key(&english), "{reader:?}");
        }
        for (reader, language, text) in FILES {
            let read: BTreeMap<String, TemplateText> = toml::from_str(text).unwrap();
            for (news, said) in read {
                let key = TemplateKey::read(reader.name(), &news, language);
                assert!(key.is_some(), "{news}");
                assert_eq!(trimmed(said).faults(reader), [], "{news}");
            }
        }
    }

    #[test]
    fn each_letter_is_shipped_in_every_language() {
        let of = |reader: Reader, language: &str| {
            let news = all().keys().filter(|key| key.reader == reader && key.language == language);
            news.map(|key| key.news.clone()).collect::<Vec<_>>()
        };
        for reader in [Reader::Customer, Reader::Colleague] {
            assert_eq!(of(reader, "en"), of(reader, "de"));
        }
    }

    #[test]
    fn the_readers_language_comes_before_the_news() {
        let key = TemplateKey::read("colleague", "request.expired", "de-AT").unwrap();
        let names: Vec<_> = candidates(&key).into_iter().map(|key| format!("{} {}", key.news, key.language)).collect();
        let expected = ["request.expired de-AT", "request.expired de", "other de-AT", "other de", "request.expired en"];
        assert_eq!(names, [expected.as_slice(), &["other en"]].concat());
    }
}
