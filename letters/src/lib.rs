//! Letters: whom they go to, and how they are written from templates in the reader's language.
//!
//! A piece of news that waits on a courier which reaches people becomes one letter for each of them ([`post`]). Its
//! words come from a template: one that the house wrote itself, or the one that is shipped. They are
//! written when the letter is sent, so they say what is so then; only what a person reads first is written before.

mod compose;
mod context;
pub mod digest;
mod format;
mod limits;
mod office;
pub mod post;
mod recipients;
mod render;
mod shipped;
pub mod templates;
mod words;

pub use compose::of_request;
pub use context::example;
pub use office::Office;
pub use recipients::reader_of;
pub use render::{Rendered, Style, TemplateError, check, render};
pub use shipped::{LANGUAGES, all as shipped};
