//! Holds how whoever looks at a page reads: their language, their way to write numbers, and their time zone. It is set
//! for the whole of an answer, and every part of a page asks for it here.

pub mod catalogue;
mod language;
pub mod named;
mod speaking;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use contraflow_domain::zone::Zone;

pub(crate) use catalogue::{say, woven};
pub use language::Language;
pub use speaking::speaking;

/// Holds a language with what goes with it, and the time zone in which times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locale {
    /// The language of all texts.
    pub language: Language,
    /// The time zone of all times.
    pub zone: Zone,
}

thread_local! {
    static CURRENT: Cell<Locale> = const { Cell::new(Locale { language: Language::English, zone: Zone::UTC }) };
}

/// Returns the locale of the page that is drawn just now.
pub fn current() -> Locale {
    CURRENT.get()
}

/// Draws something in a locale.
pub fn within<T>(locale: Locale, draw: impl FnOnce() -> T) -> T {
    let before = CURRENT.replace(locale);
    let drawn = draw();
    CURRENT.set(before);
    drawn
}
