//! State machines: five of them, linked by id, never one combined status. Each is a total function from a state and an
//! event to the next state or a named refusal. Its states and events are listed, so that tests and diagrams can walk
//! all of them.
//!
//! ```
//! use contraflow_domain::lifecycle::Machine;
//! use contraflow_domain::lifecycle::request::{RequestEvent, RequestStatus};
//!
//! let asked = RequestStatus::Validated.on(RequestEvent::AskPeople)?;
//! assert_eq!(asked.name(), "pending_approval");
//! let refused = RequestStatus::Rejected.on(RequestEvent::Approve).unwrap_err();
//! assert_eq!(refused.to_string(), "Request: “approve” is not possible while it stands at “Rejected”");
//! # Ok::<(), contraflow_domain::lifecycle::TransitionError>(())
//! ```

pub mod dispute;
pub mod document;
pub mod handoff;
pub mod leg;
pub mod request;

mod diagram;

pub use diagram::diagrams;

/// Why a machine does not move: its state does not take the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{machine}: “{}” is not possible while it stands at “{state}”", plain(event))]
pub struct TransitionError {
    /// The name of the machine.
    pub machine: &'static str,
    /// The title of the state that it is in.
    pub state: &'static str,
    /// The name of the event that the state does not take.
    pub event: &'static str,
}

/// Returns a stored name as plain words, for what has no title of its own: a payment's method, the code of a failure.
#[must_use]
pub fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// A state machine: its states, its events, and the step from one state to the next.
pub trait Machine: Copy + PartialEq + 'static {
    /// The events that can happen to it.
    type Event: Copy + 'static;
    /// The machine's name.
    const NAME: &'static str;
    /// The state that it begins in.
    const INITIAL: Self;
    /// Every state, in order.
    const STATES: &'static [Self];
    /// Every event, in order.
    const EVENTS: &'static [Self::Event];
    /// Returns the state's name, as it is stored.
    fn name(self) -> &'static str;
    /// Returns the state's title, as people read it.
    fn title(self) -> &'static str;
    /// Returns the event's name.
    fn event_name(event: Self::Event) -> &'static str;
    /// Returns the next state, if this state takes the event.
    fn next(self, event: Self::Event) -> Option<Self>;

    /// Moves to the next state.
    ///
    /// # Errors
    /// When this state does not take the event.
    fn on(self, event: Self::Event) -> Result<Self, TransitionError> {
        self.next(event).ok_or(TransitionError {
            machine: Self::NAME,
            state: self.title(),
            event: Self::event_name(event),
        })
    }
}

/// Defines an enumeration whose cases have the names that are stored, and that programs read. It can't be put into a
/// text by itself: a text for people takes the title ([`titled`]), and says `name()` where it promises the stored name.
macro_rules! named {
    ($(#[doc = $meaning:literal])* $name:ident { $($(#[doc = $doc:literal])* $case:ident = $text:literal,)+ }) => {
        $(#[doc = $meaning])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $doc])* #[serde(rename = $text)] $case,)+ }

        impl $name {
            /// Every case, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case,)+];

            /// Returns the name, as it is stored and as programs read it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }

            /// Returns the case of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.name() == name)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::schema::words(&[$($meaning),*], &[$(($text, &[$($doc),*])),+])
            }
        }
    };
}
pub(crate) use named;

/// Defines an enumeration as [`named`] does, whose cases also have a title: what people read wherever the case is
/// shown. A text that mentions the case quotes its title.
macro_rules! titled {
    ($(#[doc = $meaning:literal])* $name:ident { $($(#[doc = $doc:literal])* $case:ident = $code:literal: $title:literal,)+ }) => {
        crate::lifecycle::named! {
            $(#[doc = $meaning])*
            $name { $($(#[doc = $doc])* $case = $code,)+ }
        }

        impl $name {
            /// Returns the title that people read.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$case => $title,)+ }
            }
        }
    };
}
pub(crate) use titled;

/// Implements [`Machine`] for a pair of enumerations made by [`named`].
macro_rules! machine {
    ($label:literal, $state:ident, $event:ident, $initial:ident) => {
        impl crate::lifecycle::Machine for $state {
            type Event = $event;
            const NAME: &'static str = $label;
            const INITIAL: Self = Self::$initial;
            const STATES: &'static [Self] = Self::ALL;
            const EVENTS: &'static [$event] = $event::ALL;
            fn name(self) -> &'static str {
                self.name()
            }
            fn title(self) -> &'static str {
                self.title()
            }
            fn event_name(event: $event) -> &'static str {
                event.name()
            }
            fn next(self, event: $event) -> Option<Self> {
                next(self, event)
            }
        }
    };
}
pub(crate) use machine;
