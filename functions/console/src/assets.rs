//! Holds the style sheet, the scripts and the icon, which are compiled in. Every page works without the scripts.

use contraflow_guest::http_io::{Answer, Incoming};

use crate::reply;

/// Holds the style sheet: what pages are made of, how they are laid out, and their parts.
pub const STYLE: &str = concat!(
    include_str!("assets/base.css"),
    // Paper is white for everybody.
    "@media screen { :root[data-theme=\"dark\"] {",
    include_str!("assets/dark.css"),
    "} }\n@media screen and (prefers-color-scheme: dark) { :root:not([data-theme=\"light\"]) {",
    include_str!("assets/dark.css"),
    "} }\n",
    include_str!("assets/controls.css"),
    include_str!("assets/layout.css"),
    include_str!("assets/navigation.css"),
    include_str!("assets/parts.css"),
    include_str!("assets/office.css"),
    include_str!("assets/phone.css"),
    include_str!("assets/work.css"),
    include_str!("assets/asking.css"),
    include_str!("assets/letters.css"),
    include_str!("assets/print.css"),
    include_str!("assets/forced.css"),
);

/// Holds a file with the name under which it is asked for.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: &'static str,
    /// A hash of the body.
    version: u64,
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, body: &'static str) -> Self {
        Self { name, content_type, body, version: fnv(body.as_bytes()) }
    }
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: [Asset; 5] = [
    Asset::new("console.css", "text/css; charset=utf-8", STYLE),
    // Its licence stands beside it, in `htmx.LICENSE`.
    Asset::new("htmx.js", SCRIPT, include_str!("assets/htmx.min.js")),
    Asset::new("keys.js", SCRIPT, include_str!("assets/keys.js")),
    Asset::new("picked.js", SCRIPT, include_str!("assets/picked.js")),
    Asset::new("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
];

/// Returns the FNV-1a hash of a file, which only serves to tell two versions of it apart.
const fn fnv(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

fn named(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// Returns the address of a file, with its version.
pub fn address(name: &str) -> String {
    let version = named(name).map(|asset| asset.version).unwrap_or_default();
    format!("/assets/{name}?v={version:x}")
}

/// Answers with the file that is asked for; `None` when there is none. A browser keeps it for as long as its address
/// names this version: while a newer console takes the place of this one, either may be asked for what is the other's.
pub fn serve(incoming: &Incoming) -> Option<Answer> {
    let path = incoming.path.as_str();
    let name = if path == "/favicon.ico" { "icon.svg" } else { path.strip_prefix("/assets/")? };
    let asset = named(name)?;
    let version = format!("{:x}", asset.version);
    let is_named = incoming.query.strip_prefix("v=") == Some(version.as_str());
    Some(reply::asset(incoming, asset.content_type, (&version, is_named), asset.body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_scripts_are_small_and_htmx_has_its_licence_beside_it() {
        for name in ["keys.js", "picked.js"] {
            let script = named(name).expect("a script").body;
            assert!(script.len() <= 2048, "{name} has {} bytes", script.len());
        }
        assert!(include_str!("assets/htmx.LICENSE").contains("Zero-Clause BSD"));
        assert!(address("htmx.js").starts_with("/assets/htmx.js?v="));
    }

    #[test]
    fn only_the_version_that_an_address_names_is_kept_for_good() {
        let kept = |address: &str| {
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            let incoming = Incoming {
                method: http::Method::GET,
                path: path.into(),
                query: query.into(),
                headers: Default::default(),
                body: Default::default(),
            };
            let answer = serve(&incoming)?;
            Some(answer.headers().get("cache-control")?.to_str().ok()?.contains("immutable"))
        };
        assert_eq!(kept(&address("keys.js")), Some(true));
        for other in ["/assets/keys.js", "/assets/keys.js?v=1", "/favicon.ico"] {
            assert_eq!(kept(other), Some(false), "{other}");
        }
        assert_eq!(kept("/assets/../session.rs"), None);
    }
}
