//! The style sheet and the icon, compiled in.

use contraflow_guest::http_io::Answer;
use http::HeaderMap;

use crate::reply;

/// The style sheet: what pages are made of, how they are laid out, and their parts.
pub const STYLE: &str = concat!(
    include_str!("assets/base.css"),
    include_str!("assets/layout.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/phone.css")
);
const ICON: &str = include_str!("assets/icon.svg");

/// The version of the style sheet.
const STYLE_VERSION: u64 = fnv(STYLE.as_bytes());

/// FNV-1a: tells two versions of a file apart, nothing more.
const fn fnv(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// Where the style sheet is.
pub fn style_address() -> String {
    format!("/assets/console.css?v={STYLE_VERSION:x}")
}

/// The style sheet as an answer.
pub fn style(headers: &HeaderMap) -> Answer {
    reply::asset(headers, "text/css; charset=utf-8", &format!("{STYLE_VERSION:x}"), STYLE)
}

/// The icon as an answer.
pub fn icon(headers: &HeaderMap) -> Answer {
    reply::asset(headers, "image/svg+xml", &format!("{:x}", const { fnv(ICON.as_bytes()) }), ICON)
}
