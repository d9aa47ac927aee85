//! What a small file is: the types that are stored as what they are, and what is never taken. What somebody says of a
//! file is compared with its first bytes, so that nothing is given out as what it is not.

use crate::lifecycle::named;

named! {
    /// The type of a stored file, as it is given out.
    MediaType {
        /// A PDF document.
        Pdf = "application/pdf",
        /// A picture.
        Png = "image/png",
        /// A photo.
        Jpeg = "image/jpeg",
        /// A picture that may move.
        Gif = "image/gif",
        /// A picture.
        Webp = "image/webp",
        /// A table as text.
        Csv = "text/csv",
        /// Text.
        Text = "text/plain",
        /// An e-mail, as it was sent.
        Mail = "message/rfc822",
        /// Anything else: bytes that nothing opens by itself.
        Bytes = "application/octet-stream",
    }
}

/// Why a file is not taken for what it is said to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// A browser or a computer could run it.
    #[error("{0} can be run by whoever opens it, and is never taken: send a PDF, a picture or plain text")]
    Active(&'static str),
    /// Its bytes are something else.
    #[error("it is sent as {said}, and its first bytes are not: {found}")]
    Other {
        /// As what it was sent.
        said: &'static str,
        /// What its bytes look like.
        found: String,
    },
}

/// The types that a browser or a computer could run, whatever the bytes are.
const ACTIVE_TYPES: [&str; 12] = [
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/xml",
    "application/xml",
    "text/javascript",
    "application/javascript",
    "application/ecmascript",
    "application/wasm",
    "application/x-msdownload",
    "application/x-sh",
    "application/java-archive",
];

/// The first bytes of what is known by them.
const KNOWN: [(&[u8], MediaType); 5] = [
    (b"%PDF-", MediaType::Pdf),
    (b"\x89PNG\r\n\x1a\n", MediaType::Png),
    (b"\xff\xd8\xff", MediaType::Jpeg),
    (b"GIF87a", MediaType::Gif),
    (b"GIF89a", MediaType::Gif),
];

/// The first bytes of what a computer runs.
const PROGRAMS: [(&[u8], &str); 11] = [
    (b"MZ", "a program for Windows"),
    (b"\x7fELF", "a program for Linux"),
    (b"\xfe\xed\xfa\xce", "a program for macOS"),
    (b"\xfe\xed\xfa\xcf", "a program for macOS"),
    (b"\xce\xfa\xed\xfe", "a program for macOS"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\0asm", "a program"),
    (b"#!", "a script"),
    (b"\x4c\0\0\0\x01\x14\x02\0", "a shortcut of Windows"),
    (b"@echo", "a script"),
];

/// Finds the type of bytes that say it themselves.
fn known(bytes: &[u8]) -> Option<MediaType> {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let found = KNOWN.iter().find(|(first, _)| bytes.starts_with(first)).map(|(_, kind)| *kind);
    found.or_else(|| is_webp.then_some(MediaType::Webp))
}

/// Finds what could be run in the bytes; none where nothing could.
fn active(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = PROGRAMS.iter().find(|(first, _)| starts_as(bytes, first)) {
        return Some(what);
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    plain.starts_with(b"<").then_some("a page or a drawing with markup, such as HTML or SVG,")
}

fn starts_as(bytes: &[u8], first: &[u8]) -> bool {
    bytes.get(..first.len()).is_some_and(|start| start.eq_ignore_ascii_case(first))
}

/// Tells whether bytes are text that people read: UTF-8 without control characters but those of lines and columns.
fn is_text(bytes: &[u8]) -> bool {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_odd))
}

/// Tells whether bytes begin like an e-mail: with the name of a header and a colon.
fn is_mail(bytes: &[u8]) -> bool {
    let name = bytes.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.len() < bytes.len() && name.iter().all(|b| b.is_ascii_graphic());
    is_name && !bytes.contains(&0)
}

/// Returns as what a file is stored that was sent as `said`, a value of the header `Content-Type`; empty for nothing.
///
/// # Errors
/// When it could be run, or is sent as one of the known types and is not of that type.
pub fn check(said: &str, bytes: &[u8]) -> Result<MediaType, MediaError> {
    let said = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(active) = ACTIVE_TYPES.iter().find(|active| **active == said) {
        return Err(MediaError::Active(active));
    }
    if let Some(what) = active(bytes) {
        return Err(MediaError::Active(what));
    }
    let found = known(bytes);
    let said = match MediaType::named(&said) {
        // Whoever says nothing leaves it to the bytes.
        None | Some(MediaType::Bytes) => return Ok(found.unwrap_or(MediaType::Bytes)),
        Some(said) => said,
    };
    let fits = match said {
        MediaType::Csv | MediaType::Text => found.is_none() && is_text(bytes),
        MediaType::Mail => found.is_none() && is_mail(bytes),
        of_bytes => found == Some(of_bytes),
    };
    if fits {
        return Ok(said);
    }
    let found =
        found.map_or_else(|| "it is of no type that is known here".into(), |found| format!("it is {}", found.name()));
    Err(MediaError::Other { said: said.name(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    #[test]
    fn a_file_is_stored_as_what_its_bytes_are() {
        for (said, bytes, stored) in [
            ("application/pdf", b"%PDF-1.7\n".as_slice(), MediaType::Pdf),
            ("image/png", PNG, MediaType::Png),
            ("IMAGE/JPEG; q=1", b"\xff\xd8\xff\xe0", MediaType::Jpeg),
            ("image/webp", b"RIFF\0\0\0\0WEBPVP8 ", MediaType::Webp),
            ("text/csv", "a;b\n1;größe\n".as_bytes(), MediaType::Csv),
            ("text/plain; charset=utf-8", b"it broke\n", MediaType::Text),
            ("message/rfc822", b"From: a@b.example\r\nSubject: hi\r\n\r\nx", MediaType::Mail),
            ("application/zip", b"PK\x03\x04", MediaType::Bytes),
            ("", PNG, MediaType::Png),
            ("application/octet-stream", b"\x01\x02", MediaType::Bytes),
            ("nonsense", b"\x01\x02", MediaType::Bytes),
        ] {
            assert_eq!(check(said, bytes), Ok(stored), "{said}");
        }
    }

    #[test]
    fn what_could_be_run_is_never_taken_as_whatever_it_is_sent() {
        for bytes in [
            b"<!DOCTYPE html><script>".as_slice(),
            b"\xef\xbb\xbf \r\n<svg onload=x>",
            b"<?xml version='1.0'?><svg/>",
            b"MZ\x90\0",
            b"\x7fELF\x02",
            b"#!/bin/sh\n",
            b"\0asm\x01\0\0\0",
            b"@ECHO off",
        ] {
            for said in ["", "text/plain", "image/png", "application/pdf", "application/octet-stream", "text/csv"] {
                assert!(matches!(check(said, bytes), Err(MediaError::Active(_))), "{said} {bytes:?}");
            }
        }
        for said in ["text/html", "image/svg+xml", "Text/HTML; charset=utf-8", "application/javascript"] {
            assert!(matches!(check(said, b"hello"), Err(MediaError::Active(_))), "{said}");
        }
    }

    #[test]
    fn a_file_that_is_not_what_it_is_said_to_be_is_refused_with_what_it_is() {
        for (said, bytes) in [
            ("application/pdf", PNG),
            ("image/png", b"%PDF-1.7".as_slice()),
            ("image/jpeg", b"hello"),
            ("text/plain", PNG),
            ("text/plain", b"%PDF-1.7"),
            ("text/csv", b"a\0b"),
            ("text/csv", b"gr\xf6\xdfe"),
            ("message/rfc822", b"no header"),
            ("message/rfc822", b""),
        ] {
            let refused = check(said, bytes);
            assert!(matches!(refused, Err(MediaError::Other { .. })), "{said} {refused:?}");
        }
        assert!(check("image/png", b"%PDF-1.7").is_err_and(|error| error.to_string().contains("application/pdf")));
    }
}
