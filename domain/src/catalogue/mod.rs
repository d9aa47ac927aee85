//! The words of the product, each defined once: what needs a person, what happened, what the checks found, and what
//! people are told. The pages in `docs/`, the enumerations of the API and the console's texts are made from here.

mod events;
mod findings;
mod messages;
mod pages;
mod tasks;

pub use events::EventKind;
pub use findings::FindingCode;
pub use messages::MessageKind;
pub use pages::{Page, pages};
pub use tasks::{Owner, Retry, TaskCode};
