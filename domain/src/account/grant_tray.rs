//! The in-trays of a store-credit account. Many requests of one customer may grant credit at once: each lays its grant
//! into one of a few trays, which are small and seldom changed by two at a time. Whoever reads the account counts the
//! trays in, and whoever writes it empties them, so that no grant is missed or counted twice.

use serde::{Deserialize, Serialize};

use super::credit_entries::Grant;
use crate::limits;

/// Holds grants that have no place in their account yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantTray {
    grants: Vec<Grant>,
}

impl GrantTray {
    /// Tells whether so many more grants fit.
    #[must_use]
    pub fn has_room_for(&self, count: usize) -> bool {
        self.grants.len().saturating_add(count) <= limits::TRAY_GRANTS
    }

    /// Tells whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }

    /// Takes grants of which nothing was spent yet.
    pub fn take(&mut self, fresh: Vec<Grant>) {
        self.grants.extend(fresh);
    }

    /// Gives out what it holds.
    pub(super) fn into_grants(self) -> Vec<Grant> {
        self.grants
    }
}
