//! Draws the frame of every page.

use contraflow_domain::authority::Effect;
use contraflow_domain::time::Timestamp;
use maud::{DOCTYPE, Markup, html};

pub use super::navigation::Place;

use super::navigation::{self, Counts, Entry};
use super::notice::{self, Notice};
use super::{time, words};
use crate::assets;
use crate::locale::{current, say};
use crate::preferences::{Density, Preferences, Theme};
use crate::session::{CSRF_FIELD, Session};

/// Tells htmx to run nothing that is not in its own file, and to keep no page.
const HTMX: &str =
    r#"{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"historyCacheSize":0,"selfRequestsOnly":true}"#;

/// Holds what every page needs.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The session of whoever looks at the page; `None` before they have signed in.
    pub session: Option<&'a Session>,
    /// The time at which the page is drawn, for "3 h ago".
    pub now: Timestamp,
    /// The page's place in the navigation.
    pub place: Place,
    /// The message above the page, if there is one.
    pub notice: Option<Notice>,
    /// How much waits for whoever looks at the page, as far as that is known.
    pub counts: Counts,
}

impl<'a> Frame<'a> {
    /// Makes a frame without a message.
    pub fn new(session: Option<&'a Session>, now: Timestamp, place: Place) -> Self {
        Self { session, now, place, notice: None, counts: Counts::default() }
    }

    /// Returns the frame with a problem above the page.
    #[must_use]
    pub fn failed(&self, problem: contraflow_guest::problem::Problem) -> Self {
        Self { notice: Some(Notice::Failed(problem)), ..self.clone() }
    }

    /// Tells whether whoever looks at the page may cause an effect that concerns no single request.
    pub fn may(&self, effect: Effect) -> bool {
        self.session.is_some_and(|session| session.person.may(effect).is_ok())
    }

    /// Tells whether whoever looks at the page is led to a place.
    pub fn leads_to(&self, entry: &Entry) -> bool {
        entry.effects.is_empty() || entry.effects.iter().any(|effect| self.may(*effect))
    }

    /// Returns what whoever looks at the page prefers.
    pub fn preferences(&self) -> Preferences {
        self.session.map(|session| session.preferences.clone()).unwrap_or_default()
    }
}

/// Draws a page inside the frame.
pub fn page(frame: &Frame<'_>, title: &str, body: Markup) -> Markup {
    let Preferences { theme, density, shortcuts, .. } = frame.preferences();
    let theme = Some(theme).filter(|theme| *theme != Theme::Auto).map(Theme::name);
    let density = Some(density).filter(|density| *density != Density::Compact).map(Density::name);
    // What was done is read out first, because the title is what a browser announces of a new page.
    let title = frame.notice.as_ref().map_or_else(|| title.to_owned(), |told| format!("{} · {title}", notice::in_short(told)));
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
        form.find role="search" method="get" action="/requests" {
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
                @for entry in navigation::ACCOUNT { (navigation::link(entry, frame)) }
                form method="post" action="/sign-out" { (csrf(session)) button.menu-button { (say!("frame-sign-out")) } }
            }
        }
    }
}

/// Draws the hidden field that proves that a form is one of ours.
pub fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(session.csrf); }
}
