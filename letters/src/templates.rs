//! The templates in force: those of the house, and those that are shipped.

use std::collections::BTreeMap;

use contraflow_domain::letters::{OwnTemplate, Reader, TemplateKey, TemplateText, TemplateView};
use contraflow_domain::limits::LETTER_TEMPLATES;
use contraflow_guest::keys::segment;
use contraflow_guest::problem::Problem;
use contraflow_guest::store;
use contraflow_guest::unit::{Unit, decode};

use crate::shipped;

/// Names the range of the templates of the house.
pub const OWN: &str = "letter-template/";
/// Names the key of how many templates the house has.
pub const COUNT: &str = "letter-template-count";

/// Returns the key of a template of the house.
#[must_use]
pub fn key(of: &TemplateKey) -> String {
    format!("{OWN}{}/{}/{}", of.reader.name(), segment(&of.news), segment(&of.language))
}

/// Finds the template for this that is the nearest: in the reader's language before English, of these news before that
/// of all others, of the house before a shipped one.
///
/// # Errors
/// When the store does not answer.
pub async fn nearest(unit: &mut Unit, of: &TemplateKey) -> Result<(TemplateKey, TemplateText), Problem> {
    let candidates = shipped::candidates(of);
    let places: Vec<String> = candidates.iter().map(key).collect();
    let own = unit.look_at_many::<OwnTemplate>(&places).await?;
    for (candidate, own) in candidates.into_iter().zip(own) {
        let said = own.map(|own| own.said).or_else(|| shipped::all().get(&candidate).cloned());
        if let Some(said) = said {
            return Ok((candidate, said));
        }
    }
    Ok((of.clone(), TemplateText { subject: String::new(), text: "{{ news.text }}".into() }))
}

/// Returns the template for this that is shipped, or the nearest to it.
#[must_use]
pub fn nearest_shipped(of: &TemplateKey) -> TemplateText {
    let found = shipped::candidates(of).into_iter().find_map(|key| shipped::all().get(&key).cloned());
    found.unwrap_or_else(|| TemplateText { subject: String::new(), text: "{{ news.text }}".into() })
}

/// Returns all templates in force, in their order.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn all() -> Result<Vec<TemplateView>, Problem> {
    let mut all: BTreeMap<TemplateKey, TemplateView> = BTreeMap::new();
    for (key, said) in shipped::all() {
        all.insert(key.clone(), TemplateView::shipped(key.clone(), said.clone()));
    }
    let page = store::scan(OWN.into(), store::end_of(OWN), LETTER_TEMPLATES).await?;
    for entry in &page.entries {
        let Some(key) = read_key(&entry.key) else { continue };
        let own: OwnTemplate = decode(&entry.key, &entry.value)?;
        all.insert(key.clone(), TemplateView::own(key, own));
    }
    Ok(all.into_values().collect())
}

fn read_key(place: &str) -> Option<TemplateKey> {
    let parts: Vec<&str> = place.strip_prefix(OWN)?.split('/').collect();
    let [reader, news, language] = parts[..] else { return None };
    Reader::named(reader)?;
    TemplateKey::read(reader, news, language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        for (reader, news, language) in [("customer", "request.completed", "de-AT"), ("ticket", "other", "en")] {
            let of = TemplateKey::read(reader, news, language).unwrap();
            assert_eq!(read_key(&key(&of)), Some(of));
        }
        assert_eq!(TemplateKey::read("customer", "digest", "en"), None, "customers get no letter of a day");
        assert_eq!(TemplateKey::read("customer", "../request", "en"), None);
        assert_eq!(TemplateKey::read("customer", "other", "en/.."), None);
    }
}
