//! Draws the frame of every page.

use contraflow_domain::preferences::{Density, Preferences, Theme};
use maud::{DOCTYPE, Markup, html};

pub use super::frame::Frame;
pub use super::place::Place;

use super::notice;
use super::{navigation, place};
use super::{time, words};
use crate::assets;
use crate::locale::{current, say};
use crate::session::{CSRF_FIELD, Session};

/// Tells htmx to run nothing that is not in its own file, and to keep no page.
const HTMX: &str = r#"{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"historyCacheSize":0,"selfRequestsOnly":true}"#;

/// Names the place of every page where it says that whoever looks at it was signed out.
pub const SIGNED_OUT: &str = "#signed-out";

/// Draws a page inside the frame.
pub fn page(frame: &Frame<'_>, title: &str, body: Markup) -> Markup {
    let Preferences { theme, density, shortcuts, .. } = frame.preferences();
    let theme = Some(theme).filter(|theme| *theme != Theme::Auto).map(Theme::name);
    let density = Some(density).filter(|density| *density != Density::Compact).map(Density::name);
    // What was done is read out first, because the title is what a browser announces of a new page.
    let title =
        frame.notice.as_ref().map_or_else(|| title.to_owned(), |told| format!("{} · {title}", notice::in_short(told)));
    let scripts = html! {
        @if frame.session.is_some() {
            meta name="htmx-config" content=(HTMX);
            script src=(assets::address("htmx.js")) defer {}
            @if shortcuts { script src=(assets::address("keys.js")) defer {} }
        }
    };
    html! {
        (DOCTYPE)
        html lang=(current().language.tag()) data-theme=[theme] data-density=[density] {
            (head(&title, scripts))
            body {
                a.skip href="#main" { (say!("frame-skip")) }
                header.top {
                    div.inner {
                        a.brand href="/" { "contraflow" }
                        @if let Some(session) = frame.session {
                            (navigation::navigation(frame))
                            (search())
                            (account(frame, session))
                        }
                    }
                }
                @if frame.session.is_some() { div id=(SIGNED_OUT.trim_start_matches('#')) role="alert" {} }
                main #main tabindex="-1" {
                    @if let Some(notice) = &frame.notice { (notice::notice(notice)) }
                    (body)
                }
                @if let Some(session) = frame.session {
                    p.print-only { (say!("frame-printed", when = time::absolute(frame.now), name = session.person.name.as_str())) }
                    span hidden hx-get="/counts" hx-trigger="every 30s" hx-swap="none" {}
                }
            }
        }
    }
}

/// Draws a page's head.
pub fn head(title: &str, more: Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="robots" content="noindex, nofollow";
            title { (title) " · contraflow" }
            link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
            link rel="stylesheet" href=(assets::address("console.css"));
            (more)
        }
    }
}

fn search() -> Markup {
    html! {
        form.find role="search" aria-label=(say!("frame-find")) method="get" action="/requests" {
            label.hidden for="find" { (say!("frame-find")) }
            input #find type="search" name="q" maxlength="100" autocomplete="off" spellcheck="false"
                placeholder=(say!("frame-find-hint")) data-key="/";
        }
    }
}

fn account(frame: &Frame<'_>, session: &Session) -> Markup {
    let roles: Vec<_> = session.person.roles.iter().map(|role| words::role(role)).collect();
    html! {
        details.menu.account name="menu" {
            summary { span.hidden { (say!("frame-account")) " " } bdi { (session.person.name) } }
            div.menu-list {
                p.quiet { (say!("frame-signed-in-as", name = session.person.name.as_str())) span.second.break { (roles.join(", ")) } }
                @for entry in place::ACCOUNT { (navigation::link(entry, frame)) }
                form method="post" action="/sign-out" { (csrf(session)) button.menu-button { (say!("frame-sign-out")) } }
            }
        }
    }
}

/// Draws the hidden field that proves that a form is one of ours.
pub fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(session.csrf); }
}
