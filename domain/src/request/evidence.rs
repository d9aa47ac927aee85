//! Evidence: documents that support a request, by reference, with what proves which document was meant.

use contraflow_ask::{Evidence as EvidenceAsked, is_web_address};
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::time::Timestamp;

/// A document that supports a request.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What it is, as the policy names it: `photo`, `receipt`, `chat`, …
    pub kind: String,
    /// Where it lies: an absolute http or https address; left out where it is stored here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The file's name, without a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its media type, such as `image/jpeg`, as whoever added it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// How many bytes it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The SHA-256 of its bytes, in hex, which proves which document was meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Whether its bytes are stored here: `GET /v1/requests/{id}/files/{sha256}` gives them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stored: bool,
    /// Who added it; left out for what was added before that was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Evidence {
    /// Returns a document of which only the address is known, not yet added by anybody.
    #[must_use]
    pub fn link(kind: &str, url: &str) -> Self {
        Self { kind: kind.into(), url: Some(url.into()), ..Self::default() }
    }

    /// Returns the same document, added by somebody at that time.
    #[must_use]
    pub fn added(self, by: &str, at: Timestamp) -> Self {
        Self { by: Some(by.into()), at: Some(at), ..self }
    }
}

impl From<EvidenceAsked> for Evidence {
    fn from(asked: EvidenceAsked) -> Self {
        let EvidenceAsked { kind, url, name, media_type, size, sha256 } = asked;
        Self { kind, url: Some(url), name, media_type, size, sha256, ..Self::default() }
    }
}

/// Tells whether a text is a name of a file that people can read safely: no path, no control characters, and nothing
/// that turns the direction of reading, by which `gpj.exe` could look like `exe.jpg`.
#[must_use]
pub fn is_file_name(name: &str) -> bool {
    let is_unsafe = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let length = name.chars().count();
    (1..=limits::EVIDENCE_NAME_CHARS).contains(&length)
        && name.trim() == name
        && !matches!(name, "." | "..")
        && !name.chars().any(is_unsafe)
}

/// Tells whether a text is a media type without parameters.
fn is_media_type(text: &str) -> bool {
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    text.len() <= limits::EVIDENCE_TYPE_CHARS
        && text.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// Tells whether a text is a SHA-256 in hex, in lower case.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == limits::EVIDENCE_HASH_CHARS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Finds what is wrong with the kind of a document of evidence.
#[must_use]
pub fn kind_fault(kind: &str) -> Option<String> {
    let length = kind.chars().count();
    let fits = (1..=limits::EVIDENCE_KIND_CHARS).contains(&length) && !kind.chars().any(char::is_control);
    (!fits).then(|| format!("must be 1 to {} characters, such as photo", limits::EVIDENCE_KIND_CHARS))
}

/// Finds what is wrong with a document of evidence: of each member, what would be right. People open its address, so
/// only http and https are allowed, and no user name, which could only look like a host.
#[must_use]
pub fn mistakes(item: &EvidenceAsked) -> Vec<(&'static str, String)> {
    let mut found: Vec<_> = kind_fault(&item.kind).map(|detail| ("kind", detail)).into_iter().collect();
    if !is_web_address(&item.url) {
        let most = limits::EVIDENCE_URL_BYTES;
        let what = "must be an absolute http or https address";
        found.push(("url", format!("{what} of at most {most} bytes, without a user name")));
    }
    if item.name.as_deref().is_some_and(|name| !is_file_name(name)) {
        found.push(("name", name_fault()));
    }
    if item.media_type.as_deref().is_some_and(|text| !is_media_type(text)) {
        found.push(("media_type", "must be a media type without parameters, such as image/jpeg".into()));
    }
    if item.size.is_some_and(|size| !(1..=limits::EVIDENCE_BYTES).contains(&size)) {
        found.push(("size", format!("must be the number of its bytes, from 1 to {}", limits::EVIDENCE_BYTES)));
    }
    if item.sha256.as_deref().is_some_and(|hash| !is_sha256(hash)) {
        found.push(("sha256", "must be the SHA-256 of its bytes: 64 hexadecimal digits in lower case".into()));
    }
    found
}

/// Says what a file's name must be.
#[must_use]
pub fn name_fault() -> String {
    let most = limits::EVIDENCE_NAME_CHARS;
    format!("must be a file's name of 1 to {most} characters, without a path or hidden characters")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn whole() -> EvidenceAsked {
        EvidenceAsked {
            kind: "photo".into(),
            url: "https://files.example/1".into(),
            name: Some("broken.jpg".into()),
            media_type: Some("image/jpeg".into()),
            size: Some(48_213),
            sha256: Some("a".repeat(64)),
        }
    }

    #[test]
    fn evidence_with_all_that_proves_it_is_taken_and_each_bound_of_it_holds() {
        let at_bounds = EvidenceAsked {
            kind: "k".repeat(64),
            name: Some("n".repeat(255)),
            media_type: Some(format!("a/{}", "b".repeat(125))),
            size: Some(1 << 40),
            ..whole()
        };
        assert_eq!([mistakes(&whole()), mistakes(&at_bounds)], [[], []]);
        for (member, wrong) in [
            ("kind", EvidenceAsked { kind: "k".repeat(65), ..whole() }),
            ("url", EvidenceAsked { url: "ftp://files.example/1".into(), ..whole() }),
            ("name", EvidenceAsked { name: Some("n".repeat(256)), ..whole() }),
            ("media_type", EvidenceAsked { media_type: Some(format!("a/{}", "b".repeat(126))), ..whole() }),
            ("media_type", EvidenceAsked { media_type: Some("image".into()), ..whole() }),
            ("media_type", EvidenceAsked { media_type: Some("text/html; charset=x".into()), ..whole() }),
            ("size", EvidenceAsked { size: Some(0), ..whole() }),
            ("size", EvidenceAsked { size: Some((1 << 40) + 1), ..whole() }),
            ("sha256", EvidenceAsked { sha256: Some("a".repeat(63)), ..whole() }),
            ("sha256", EvidenceAsked { sha256: Some("A".repeat(64)), ..whole() }),
        ] {
            let found: Vec<_> = mistakes(&wrong).into_iter().map(|(member, _)| member).collect();
            assert_eq!(found, [member]);
        }
    }

    #[test]
    fn a_file_name_has_no_path_and_nothing_hidden() {
        for name in ["rechnung 1.pdf", "größe.jpg", "a", "写真.png"] {
            assert!(is_file_name(name), "{name}");
        }
        for name in ["", " a", "..", "../a", "a/b", "a\\b", "a\r\nb", "a\0", "exe\u{202e}gpj.jpg", "\u{2066}a"] {
            assert!(!is_file_name(name), "{name:?}");
        }
    }

    #[test]
    fn evidence_that_was_stored_as_a_kind_and_an_address_still_reads_and_is_written_as_it_was() {
        let stored = r#"{"kind":"photo","url":"https://files.example/1"}"#;
        let read: Evidence = serde_json::from_str(stored).unwrap();
        assert_eq!(read, Evidence::link("photo", "https://files.example/1"));
        assert_eq!(serde_json::to_string(&read).unwrap(), stored, "so the hash of its request stays");
    }
}
