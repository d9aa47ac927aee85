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

/// Defines an enumeration whose cases have a stored name, and a title that people read.
macro_rules! titled {
    ($(#[doc = $meaning:literal])* $name:ident { $($(#[doc = $doc:literal])* $case:ident = $code:literal: $title:literal,)+ }) => {
        crate::lifecycle::named! {
            $(#[doc = $meaning])*
            $name { $($(#[doc = $doc])* $case = $code,)+ }
        }

        impl $name {
            /// Gives the title that people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$case => $title,)+ }
            }
        }
    };
}
pub(crate) use titled;
