//! Addresses that people follow.

use crate::limits::EVIDENCE_URL_BYTES;

/// Tells whether a text is an absolute http or https address. People follow it from the console, so no other scheme is
/// one, nor a user name, which could only look like a host.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    plain
        && url.len() <= EVIDENCE_URL_BYTES
        && url.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
                && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
        })
}
