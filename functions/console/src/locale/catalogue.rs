//! Holds the texts of the console: a file for each group of them, in each language, in the format of Project Fluent. A
//! text's key begins with the name of its group, so that a page reads no more files than it shows.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use maud::{Markup, PreEscaped, Render as _};
use unic_langid::LanguageIdentifier;

use super::{Language, current};

/// Names the group of the texts of all cases of enumerations.
pub const CASES: &str = "names";

/// Lists the groups of texts, and compiles their files in.
macro_rules! groups {
    ($($group:literal),+ $(,)?) => {
        /// Names every group of texts.
        #[cfg(test)]
        pub const GROUPS: &[&str] = &[$($group),+];

        /// Returns the file of a group; `None` when there is no such group.
        pub fn file(language: Language, group: &str) -> Option<&'static str> {
            match (language, group) {
                $(
                    (Language::English, $group) => Some(include_str!(concat!("../../words/en/", $group, ".ftl"))),
                    (Language::German, $group) => Some(include_str!(concat!("../../words/de/", $group, ".ftl"))),
                )+
                // In English, the cases of enumerations have the titles that the domain gives them.
                (Language::German, CASES) => Some(include_str!("../../words/de/names.ftl")),
                _ => None,
            }
        }
    };
}

groups![
    "approval",
    "asking",
    "audit",
    "batch",
    "chronicle",
    "clients",
    "credit",
    "customers",
    "decide",
    "disputes",
    "documents",
    "error",
    "event",
    "filter",
    "find",
    "finding",
    "flow",
    "frame",
    "help",
    "home",
    "imports",
    "invoices",
    "letters",
    "link",
    "loans",
    "outbox",
    "packet",
    "pager",
    "patterns",
    "payouts",
    "people",
    "policy",
    "queue",
    "request",
    "requests",
    "resume",
    "row",
    "schedules",
    "settings",
    "signin",
    "step",
    "task",
    "tasks",
    "through",
    "ticket",
    "time",
    "total",
    "view",
    "words",
];

/// Holds the texts of one group in one language.
type Texts = Rc<FluentBundle<FluentResource>>;

thread_local! {
    static READ: RefCell<HashMap<(Language, String), Texts>> = RefCell::new(HashMap::new());
}

/// Holds what is put into a text.
pub type Argument<'a> = (&'static str, FluentValue<'a>);

fn read(language: Language, group: &str) -> Option<Texts> {
    let known = READ.with_borrow(|read| read.get(&(language, group.to_owned())).cloned());
    if known.is_some() {
        return known;
    }
    let source = file(language, group)?;
    // What of a file can't be read is left out; a test sees to it that there is no such thing.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    let tag: LanguageIdentifier = language.tag().parse().ok()?;
    let mut bundle = FluentBundle::new(vec![tag]);
    // Foreign texts stand in elements of their own direction.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    let texts = Rc::new(bundle);
    READ.with_borrow_mut(|read| read.insert((language, group.to_owned()), Rc::clone(&texts)));
    Some(texts)
}

fn spoken(language: Language, key: &str, arguments: &[Argument<'_>]) -> Option<String> {
    let group = key.split('-').next().unwrap_or_default();
    let texts = read(language, group)?;
    let pattern = texts.get_message(key)?.value()?;
    let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
    let mut errors = Vec::new();
    Some(texts.format_pattern(pattern, Some(&arguments), &mut errors).into_owned())
}

/// Returns a text in the language of the page. One that is missing stands there in English, and one that is missing
/// there too stands there as its key.
pub fn text(key: &str, arguments: &[Argument<'_>]) -> String {
    let language = current().language;
    spoken(language, key, arguments)
        .or_else(|| spoken(Language::default(), key, arguments))
        .unwrap_or_else(|| key.to_owned())
}

/// Returns a text in the language of the page; `None` where it has none of that key.
pub fn known(key: &str) -> Option<String> {
    spoken(current().language, key, &[])
}

/// Stands around the number of a piece of markup while its text is put together. No text has these characters: they
/// are for private use, and outside text is put in as markup too.
const MARK: char = '\u{f8f0}';

/// Returns a text into which markup is put: each argument stands where the text has its name.
pub fn markup(key: &str, pieces: &[(&'static str, Markup)]) -> Markup {
    let marks: Vec<Argument<'_>> =
        pieces.iter().enumerate().map(|(index, (name, _))| (*name, format!("{MARK}{index}{MARK}").into())).collect();
    let text = text(key, &marks);
    let parts = text.split(MARK).enumerate().map(|(index, part)| match part.parse::<usize>() {
        // Every second part is the number of a piece.
        Ok(piece) if index % 2 == 1 => Cow::Borrowed(pieces.get(piece).map_or("", |(_, markup)| markup.0.as_str())),
        _ => Cow::Owned(part.render().0),
    });
    PreEscaped(parts.collect())
}

/// Returns a text of the catalogue in the language of the page: `say!("queue-count", count = 12)`.
macro_rules! say {
    ($key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::locale::catalogue::text($key, &[$((stringify!($name), $crate::locale::catalogue::value($value))),*])
    };
}
pub(crate) use say;

/// Returns a text of the catalogue with markup in it: `woven!("request-asked-by", who = html! { strong { (name) } })`.
macro_rules! woven {
    ($key:expr, $($name:ident = $markup:expr),+ $(,)?) => {
        $crate::locale::catalogue::markup($key, &[$((stringify!($name), $markup)),+])
    };
}
pub(crate) use woven;

/// Turns a number or a text into what can be put into a text of the catalogue.
pub fn value<'a>(value: impl Into<FluentValue<'a>>) -> FluentValue<'a> {
    value.into()
}
