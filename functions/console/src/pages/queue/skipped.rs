//! Remembers in the browser which requests somebody has skipped, so that "next" does not lead there again at once.

use contraflow_guest::http_io::Incoming;
use http::HeaderValue;

use crate::limits;
use crate::session::{self, Session};

const NAME: &str = "contraflow_skipped";
const PURPOSE: &str = "skipped";

/// Returns the requests that were skipped, the oldest first.
pub fn of(incoming: &Incoming, session: &Session) -> Vec<String> {
    let kept = session::kept(incoming, NAME).and_then(|sealed| session.unseal(PURPOSE, &sealed));
    kept.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Returns the list with one more request; the oldest is forgotten where there are too many.
pub fn with(mut skipped: Vec<String>, id: &str) -> Vec<String> {
    let is_id = id.len() <= 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if is_id && !id.is_empty() {
        skipped.retain(|known| known != id);
        skipped.push(id.to_owned());
    }
    let over = skipped.len().saturating_sub(limits::SKIPPED);
    skipped.drain(..over);
    skipped
}

/// Returns the cookie that keeps the list.
pub fn cookie(skipped: &[String], session: &Session) -> Option<HeaderValue> {
    let seconds = if skipped.is_empty() { 0 } else { limits::SKIPPED_SECONDS };
    session.cookie(NAME, &session.seal(PURPOSE, &skipped.join(" ")), seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_that_were_skipped_are_remembered_and_nothing_that_is_no_request() {
        let mut skipped = Vec::new();
        for number in 0..limits::SKIPPED + 5 {
            skipped = with(skipped, &format!("019ac8f0-11aa-7c3e-9d00-{number:012x}"));
        }
        assert_eq!(skipped.len(), limits::SKIPPED);
        assert!(skipped.iter().all(|id| !id.ends_with("000000000004")));
        assert_eq!(with(skipped.clone(), "<script>"), skipped);
        assert_eq!(with(skipped.clone(), ""), skipped);
        let bob = crate::preview::session("bob", &[]);
        assert!(cookie(&skipped, &bob).expect("a cookie").len() < 4_000);
    }
}
