//! Draws texts that others wrote, in the direction of their own script.

use maud::{Markup, html};

use crate::locale::{Language, current};

/// Draws a name or a few words within a sentence.
pub fn name(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// Draws what somebody wrote, with its line breaks.
pub fn quote(text: &str) -> Markup {
    html! { blockquote dir="auto" { (text) } }
}

/// Returns the language of what contraflow itself has written into the record, where the page is in another.
pub fn record_language() -> Option<&'static str> {
    (current().language != Language::English).then_some(Language::English.tag())
}

/// Draws a sentence of the record, or of an answer of the api: it is in English, whatever the page is in.
pub fn record(text: &str) -> Markup {
    html! { span dir="auto" lang=[record_language()] { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Locale, within};

    #[test]
    fn a_sentence_of_the_record_says_its_language_where_the_page_has_another() {
        assert_eq!(record("ok").into_string(), "<span dir=\"auto\">ok</span>");
        let german = within(Locale { language: Language::German, ..Locale::default() }, || record("ok"));
        assert_eq!(german.into_string(), "<span dir=\"auto\" lang=\"en\">ok</span>");
    }
}
