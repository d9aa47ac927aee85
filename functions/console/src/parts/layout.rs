//! Draws the frame of every page.

use contraflow_domain::authority::Effect;
use contraflow_domain::time::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::notice::{self, Notice};
use super::words;
use crate::locale::{current, say};
use crate::session::{CSRF_FIELD, Session};
use crate::{assets, limits};

/// Names a page's place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The queue: what waits for whoever is signed in.
    Queue,
    /// The list of all requests.
    Requests,
    /// The form for a new request.
    New,
    /// A page that is none of these.
    Elsewhere,
}

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
    /// True when what the page shows is changing just now; then the browser asks for the page again by itself.
    pub changing: bool,
}

impl Frame<'_> {
    /// Tells whether whoever looks at the page may cause an effect that concerns no single request.
    pub fn may(&self, effect: Effect) -> bool {
        self.session.is_some_and(|session| session.person.may(effect).is_ok())
    }
}

/// Lists every place with its address, the key of its name, and the effect that a person must be allowed to cause to be led there;
/// `None` means that the place is for everybody.
const NAVIGATION: [(Place, &str, &str, Option<Effect>); 3] = [
    (Place::Queue, "/queue", "frame-queue", None),
    (Place::Requests, "/requests", "frame-requests", None),
    (Place::New, "/new", "frame-new", Some(Effect::Ask)),
];

/// Draws a page inside the frame.
pub fn page(frame: &Frame<'_>, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(current().language.tag()) {
            (head(title, html! { @if frame.changing { meta http-equiv="refresh" content=(limits::REFRESH_SECONDS); } }))
            body {
                a.skip href="#main" { (say!("frame-skip")) }
                header.top {
                    div.inner {
                        a.brand href="/queue" { "contraflow" }
                        @if let Some(session) = frame.session {
                            nav aria-label=(say!("frame-navigation")) {
                                @for (place, address, name, _) in NAVIGATION.iter().filter(|entry| entry.3.is_none_or(|effect| frame.may(effect))) {
                                    a href=(address) aria-current=[(*place == frame.place).then_some("page")] { (say!(name)) }
                                }
                            }
                            (account(session))
                        }
                    }
                }
                main #main tabindex="-1" {
                    @if let Some(notice) = &frame.notice { (notice::notice(notice)) }
                    (body)
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
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
            link rel="stylesheet" href=(assets::style_address());
            (more)
        }
    }
}

fn account(session: &Session) -> Markup {
    let roles: Vec<_> = session.person.roles.iter().map(|role| words::role(role)).collect();
    html! {
        div.account {
            p { strong { (session.person.name) } span.second title=(roles.join(", ")) { (roles.join(", ")) } }
            form method="post" action="/sign-out" { (csrf(session)) button.plain-button { (say!("frame-sign-out")) } }
        }
    }
}

/// Draws the hidden field that proves that a form is one of ours.
pub fn csrf(session: &Session) -> Markup {
    html! { input type="hidden" name=(CSRF_FIELD) value=(session.csrf); }
}
