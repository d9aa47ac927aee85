//! Holds the style sheet and the icon, which are compiled in.

use contraflow_guest::http_io::Answer;
use http::HeaderMap;

use crate::reply;

/// Holds the style sheet: what pages are made of, how they are laid out, and their parts.
pub const STYLE: &str = concat!(
    include_str!("assets/base.css"),
    include_str!("assets/layout.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/phone.css")
);
const ICON: &str = include_str!("assets/icon.svg");

/// Holds the version of the style sheet, a hash of its text.
const STYLE_VERSION: u64 = fnv(STYLE.as_bytes());

/// Returns the FNV-1a hash of a file, which only serves to tell two versions of it apart.
const fn fnv(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// Returns the address of the style sheet.
pub fn style_address() -> String {
    format!("/assets/console.css?v={STYLE_VERSION:x}")
}

/// Answers with the style sheet.
pub fn style(headers: &HeaderMap) -> Answer {
    reply::asset(headers, "text/css; charset=utf-8", &format!("{STYLE_VERSION:x}"), STYLE)
}

/// Answers with the icon.
pub fn icon(headers: &HeaderMap) -> Answer {
    reply::asset(headers, "image/svg+xml", &format!("{:x}", const { fnv(ICON.as_bytes()) }), ICON)
}
