//! Deciders as they are stored: a level of the policy, or a person by name with the level that decides where they
//! can't.

use crate::identity::Identity;

/// What a decider that is a person begins with.
const PERSON: &str = "person:";

/// One of those who must decide on a request.
///
/// ```
/// use contraflow_domain::request::slot::Slot;
///
/// assert_eq!(Slot::read("manager"), Slot::Level("manager"));
/// let mia = Slot::read("person:mia:team-lead");
/// assert_eq!(mia, Slot::Person { name: "mia", fallback: "team-lead" });
/// assert_eq!((mia.level(), mia.title().as_str()), ("team-lead", "mia, else team-lead"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot<'a> {
    /// Anybody who has this level, or a higher one.
    Level(&'a str),
    /// A person; or anybody who has this level, or a higher one, in their place.
    Person {
        /// The name under which they sign in.
        name: &'a str,
        /// The level that decides in their place.
        fallback: &'a str,
    },
}

impl<'a> Slot<'a> {
    /// Reads a decider as it is stored. A sign-in name has no colon, so the first one ends it.
    #[must_use]
    pub fn read(stored: &'a str) -> Self {
        match stored.strip_prefix(PERSON).and_then(|named| named.split_once(':')) {
            Some((name, fallback)) => Self::Person { name, fallback },
            None => Self::Level(stored),
        }
    }

    /// Returns a person with the level in their place, as it is stored.
    #[must_use]
    pub fn of_person(name: &str, fallback: &str) -> String {
        format!("{PERSON}{name}:{fallback}")
    }

    /// Tells whether a level may have that name: none is taken for a person.
    #[must_use]
    pub fn may_be_level(name: &str) -> bool {
        !name.starts_with(PERSON)
    }

    /// Returns the level whose people may decide.
    #[must_use]
    pub const fn level(self) -> &'a str {
        match self {
            Self::Level(level) | Self::Person { fallback: level, .. } => level,
        }
    }

    /// Returns who it is, where it is a person.
    #[must_use]
    pub fn person(self) -> Option<Identity> {
        match self {
            Self::Level(_) => None,
            Self::Person { name, .. } => Some(Identity::read(name)),
        }
    }

    /// Returns it in words.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Level(level) => level.to_owned(),
            Self::Person { name, fallback } => format!("{name}, else {fallback}"),
        }
    }
}
