//! Gives out bytes that came from outside, so that nothing on the way opens them by itself; and checks that what came
//! in is what its sender sent (RFC 9530).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::http_io::{Answer, text};

/// Names the header with the digest of a body.
pub const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// Returns bytes as a file to be saved: never shown, never run, under a name of which every character is harmless.
#[must_use]
pub fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Answer {
    let digest = digest_of(&bytes);
    let mut answer: Response<_> = text(StatusCode::OK, media_type, Bytes::from(bytes));
    let headers = answer.headers_mut();
    let disposition = HeaderValue::from_str(&disposition(name));
    headers.insert(CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if let Ok(digest) = HeaderValue::from_str(&digest) {
        headers.insert(CONTENT_DIGEST, digest);
    }
    answer
}

/// Returns a `Content-Disposition` (RFC 6266): the name in plain characters for old readers, and as it is for others.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let whole: String = name.bytes().map(escaped).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Returns a byte as RFC 8187 takes it.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn digest_of(bytes: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)))
}

/// Checks a body against its header `Content-Digest`, as far as it names SHA-256; other algorithms say nothing here.
///
/// # Errors
/// What is wrong: the header can't be read, or the body is another one.
pub fn check_digest(headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
    for value in headers.get_all(CONTENT_DIGEST) {
        let value = value.to_str().map_err(|_| "`Content-Digest` is no text".to_owned())?;
        for member in value.split(',').map(str::trim) {
            let unread = || format!("`Content-Digest` is written like sha-256=:BASE64:, and not `{member}`");
            let (name, digest) = member.split_once('=').ok_or_else(unread)?;
            if !name.eq_ignore_ascii_case("sha-256") {
                continue;
            }
            let inner = digest.strip_prefix(':').and_then(|digest| digest.strip_suffix(':')).ok_or_else(unread)?;
            let sent = STANDARD.decode(inner).map_err(|_| unread())?;
            if !Sha256::digest(body).iter().eq(&sent) {
                return Err(
                    "the body that came in is not the one that its `Content-Digest` is of: send it again".into()
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_only_ever_saved_and_its_name_breaks_out_of_nothing() {
        let name = "Größe \"x\"; filename=evil.html\r\nX: y.pdf";
        let answer = download(name, "application/pdf", b"%PDF-".to_vec());
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        let disposition = header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"Gr__e"), "{disposition}");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
        assert!(disposition.contains("filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22%3B%20filename%3Devil.html%0D%0AX"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!((header("content-type"), header("cache-control")), ("application/pdf".into(), "no-store".into()));
    }

    #[test]
    fn a_body_that_is_not_what_was_sent_is_told() {
        let check = |digest: &'static str, body: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_DIGEST, HeaderValue::from_static(digest));
            check_digest(&headers, body.as_bytes())
        };
        let hello = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";
        assert_eq!(check(hello, "hello"), Ok(()));
        assert_eq!(check_digest(&HeaderMap::new(), b"hello"), Ok(()), "nobody has to send one");
        assert_eq!(check("sha-512=:AAAA:", "hello"), Ok(()), "another algorithm says nothing");
        assert!(check(hello, "hellO").is_err_and(|why| why.contains("send it again")));
        for wrong in ["sha-256=LPJN", "sha-256=:!:", "hello", "sha-512=:AA:, sha-256=::", ""] {
            assert!(check(wrong, "hello").is_err(), "{wrong}");
        }
    }
}
