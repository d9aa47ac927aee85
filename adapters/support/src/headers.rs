//! Looking headers up, in a delivery or in an answer.

use std::time::{Duration, SystemTime};

use crate::limits::MAX_RETRY_AFTER;

/// Returns the first value of the header with this name, in any case; trimmed.
pub fn find<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, name: &str) -> Option<&'a str> {
    headers.into_iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Returns what a `Retry-After` asks for, in milliseconds from `now`: seconds or an HTTP date (RFC 9110, 10.2.3). None
/// when it is neither.
pub fn retry_after_ms(value: &str, now: SystemTime) -> Option<u64> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or(Duration::ZERO),
    };
    u64::try_from(wait.min(MAX_RETRY_AFTER).as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_any_case() {
        let headers = [("Content-Type", "text/plain"), ("x-signature", " abc ")];
        assert_eq!(find(headers, "X-Signature"), Some("abc"));
        assert_eq!(find(headers, "x-other"), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_more_than_a_day() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after_ms("3", now), Some(3_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:47 GMT", now), Some(10_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(0));
        assert_eq!(retry_after_ms("99999999999", now), Some(24 * 60 * 60 * 1000));
        assert_eq!(retry_after_ms("soon", now), None);
    }
}
