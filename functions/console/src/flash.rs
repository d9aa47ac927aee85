//! Carries a sentence over to the page that follows a form: what was done. It travels in a cookie that only this
//! session can make and read, and is forgotten once it was shown, so that no address repeats it.

use contraflow_guest::http_io::Incoming;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::session::{self, Session};

/// Names the cookie.
const NAME: &str = "contraflow_flash";
/// Names what the cookie is sealed for.
const PURPOSE: &str = "flash";

/// Holds a sentence that says what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The sentence, in the language of whoever reads it.
    pub text: String,
    /// The page that the sentence is about, with the words that lead there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<(String, String)>,
}

impl From<String> for Flash {
    fn from(text: String) -> Self {
        Self { text: text.chars().take(limits::FLASH_CHARS).collect(), link: None }
    }
}

impl Flash {
    /// Returns the sentence with a link to a page of this console.
    #[must_use]
    pub fn leading_to(self, address: &str, words: String) -> Self {
        Self { link: Some((address.to_owned(), words)), ..self }
    }

    /// Returns what the browser brought along; `None` where it is nothing that this session was told.
    pub fn of(incoming: &Incoming, session: &Session) -> Option<Self> {
        let sealed = session::kept(incoming, NAME)?;
        serde_json::from_str(&session.unseal(PURPOSE, &sealed)?).ok()
    }

    /// Returns the cookie that carries it.
    pub fn cookie(&self, session: &Session) -> Option<HeaderValue> {
        let sealed = session.seal(PURPOSE, &serde_json::to_string(self).ok()?);
        session.cookie(NAME, &sealed, limits::FLASH_SECONDS)
    }
}

/// Returns the cookie by which the browser forgets it.
pub fn forget(session: &Session) -> Option<HeaderValue> {
    session.cookie(NAME, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::session as session_of;
    use http::HeaderMap;
    use http::header::COOKIE;

    fn brought(cookie: &str) -> Incoming {
        let pair = cookie.split(';').next().unwrap_or_default();
        Incoming {
            method: http::Method::GET,
            path: "/queue".into(),
            query: String::new(),
            headers: HeaderMap::from_iter([(COOKIE, pair.parse().expect("a header"))]),
            body: Default::default(),
        }
    }

    #[test]
    fn only_what_this_session_was_told_is_shown_and_every_letter_of_it() {
        let (bob, max) = (session_of("bob", &["finance"]), session_of("max", &["finance"]));
        let said = Flash::from("Erledigt: „Nordlicht“ <b>".to_owned()).leading_to("/requests/1", "Ansehen".into());
        let cookie = said.cookie(&bob).expect("a cookie");
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.contains("HttpOnly; SameSite=Strict") && cookie.contains("Max-Age=60"), "{cookie}");
        assert_eq!(Flash::of(&brought(cookie), &bob), Some(said));
        assert_eq!(Flash::of(&brought(cookie), &max), None, "another's");
        assert_eq!(Flash::of(&brought("contraflow_flash=eyJ0ZXh0IjoieCJ9.AAAA"), &bob), None, "made up");
        assert_eq!(Flash::of(&brought("contraflow_flash=x"), &bob), None);
    }

    #[test]
    fn a_sentence_that_is_too_long_for_a_cookie_is_cut() {
        let said = Flash::from("ü".repeat(limits::FLASH_CHARS + 1));
        assert_eq!(said.text.chars().count(), limits::FLASH_CHARS);
        let longest = said.cookie(&session_of("bob", &[])).expect("a cookie");
        assert!(longest.len() < 4_000, "{}", longest.len());
    }
}
