//! Roles, as a token names them.

use std::collections::BTreeSet;

use crate::lifecycle::named;

named! {
    /// A role of a person, or of a machine.
    Role {
        /// Asks for credits and refunds.
        Requester = "requester",
        /// Decides at a level of the policy, which stands behind a colon: `approver:manager`.
        Approver = "approver",
        /// Carries out, corrects and reverses; decides at the level `finance` where the policy has one.
        Finance = "finance",
        /// Reads everything.
        Auditor = "auditor",
        /// Runs the application.
        Admin = "admin",
        /// Is no person: the clock, or a component that calls another.
        Machine = "machine",
    }
}

impl Role {
    /// Returns the role as a person writes it, with a place for the level where it needs one.
    #[must_use]
    pub const fn written(self) -> &'static str {
        match self {
            Self::Approver => "approver:<level>",
            other => other.name(),
        }
    }

    /// Tells whether the role is held at a level.
    const fn has_level(self) -> bool {
        matches!(self, Self::Approver)
    }
}

/// A role that somebody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// The role.
    pub role: Role,
    /// The level of the policy that it decides at, where the policy has it: the one behind the colon, or the role's own
    /// name.
    pub level: &'a str,
    /// The role as the token names it.
    pub written: &'a str,
}

impl<'a> Held<'a> {
    /// Reads a role. None where it is not written exactly: `approver` needs its level, and no other role has one.
    #[must_use]
    pub fn read(written: &'a str) -> Option<Self> {
        let (name, level) = match written.split_once(':') {
            Some((name, level)) => (name, Some(level)),
            None => (written, None),
        };
        let role = Role::named(name)?;
        match level {
            Some(level) if role.has_level() && !level.is_empty() => Some(Self { role, level, written }),
            None if !role.has_level() => Some(Self { role, level: role.name(), written }),
            _ => None,
        }
    }

    /// Reads all roles of a token. What is no role of this application counts for nothing.
    pub fn all(written: &'a BTreeSet<String>) -> impl Iterator<Item = Self> {
        written.iter().filter_map(|role| Self::read(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approver_has_a_level_and_nobody_else_does() {
        let read = |written| Held::read(written).map(|held| (held.role, held.level));
        assert_eq!(read("approver:team-lead"), Some((Role::Approver, "team-lead")));
        assert_eq!(read("finance"), Some((Role::Finance, "finance")));
        for wrong in ["approver", "approver:", "finance:team-lead", "approverx", "machine ", ""] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
