//! Writes every page with made-up answers of the api below `target/console-preview`, so that people can look at them,
//! and checks what must hold of all pages. Each area of the console has a file of its own with its pages.

mod asking;
pub mod desk;
pub mod fixtures;
pub mod mail;
pub mod office;
mod outbox;
mod work;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use contraflow_domain::approval::Person;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::time::Timestamp;
use contraflow_guest::view::Page;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use maud::Markup;

use crate::locale::{Language, Locale, within};
use crate::parts::layout::{Frame, Place};
use crate::session::Session;

/// Holds an attack that stands in every text from outside: none of it may become markup.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// Names a page with its name.
pub type Named = (&'static str, Markup);

/// Returns the session of somebody with these roles.
pub fn session(name: &str, roles: &[&str]) -> Session {
    let person = Person::new(name, roles.iter().map(|role| (*role).to_owned()).collect::<BTreeSet<_>>());
    let token = HeaderValue::from_str(&format!("Bearer {name}")).expect("a header");
    Session {
        person,
        csrf: "csrf-of-the-session".into(),
        headers: HeaderMap::from_iter([(AUTHORIZATION, token)]),
        me: None,
        is_https: false,
        renew_from: None,
    }
}

/// Returns the time at which all pages are drawn.
pub fn now() -> Timestamp {
    "2026-11-21T23:00:00.000Z".parse().expect("an instant")
}

/// Returns the frame of a page for a session, where the built-in books are the ERP.
pub fn frame(session: &Session, place: Place) -> Frame<'_> {
    Frame { has_books: true, ..Frame::new(Some(session), now(), place) }
}

/// Returns a page of a list.
pub fn list(items: Vec<RequestView>, next: Option<&str>) -> Page<RequestRow> {
    Page { items: items.into_iter().map(RequestRow::from).collect(), next: next.map(str::to_owned) }
}

/// Returns every page with a name of its own.
fn pages() -> Vec<Named> {
    [work::pages(), asking::pages(), office::pages(), outbox::pages()].into_iter().flatten().collect()
}

/// Returns every page in German, for somebody in Berlin.
fn german_pages() -> Vec<Named> {
    within(Locale { language: Language::German, zone: "Europe/Berlin".parse().expect("a zone") }, pages)
}

#[test]
fn pages_are_written_to_be_looked_at() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/console-preview");
    fs::create_dir_all(&folder).expect("a folder below target");
    fs::write(folder.join("console.css"), crate::assets::STYLE).expect("written");
    for (pages, end) in [(pages(), ""), (german_pages(), ".de")] {
        for (name, page) in pages {
            let html = page.into_string().replace(&crate::assets::address("console.css"), "console.css");
            fs::write(folder.join(format!("{name}{end}.html")), html).expect("written");
        }
    }
}

#[test]
fn nothing_from_outside_becomes_markup_and_nothing_is_inline() {
    for (name, page) in pages().into_iter().chain(german_pages()) {
        let html = page.into_string().replace("<script src=\"/assets/", "");
        for forbidden in ["<script", "<img", " onerror=a", "style=\"", "javascript:"] {
            let found =
                html.contains(forbidden) && !(forbidden == " onerror=a" && html.contains("&lt;img src=x onerror=a"));
            assert!(!found, "{name} holds {forbidden}");
        }
    }
}

#[test]
fn every_page_has_one_main_heading_a_title_and_labels_for_all_that_is_typed() {
    let named = |(pages, tag): (Vec<Named>, &'static str)| pages.into_iter().map(move |(name, page)| (name, page, tag));
    for (name, page, tag) in [(pages(), "en"), (german_pages(), "de")].into_iter().flat_map(named) {
        let html = page.into_string();
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(
            html.contains("<title>")
                && html.contains(&format!("<html lang=\"{tag}\""))
                && html.contains("href=\"#main\""),
            "{name}"
        );
        for field in
            html.split("<input ").skip(1).chain(html.split("<textarea ").skip(1)).chain(html.split("<select ").skip(1))
        {
            let tag = field.split('>').next().unwrap_or_default();
            if tag.contains("type=\"hidden\"") || tag.contains("type=\"checkbox\"") {
                continue;
            }
            let id = tag.split("id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("?");
            assert!(html.contains(&format!("for=\"{id}\"")), "{name}: {id} has no label");
            assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{name}: {id} stands twice");
        }
        for form in html.split("<form ").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = form.split("</form>").next().unwrap_or_default();
            assert!(
                form.contains("name=\"csrf\"") || form.contains("action=\"/sign-in\""),
                "{name}: a form without its proof"
            );
        }
    }
}
