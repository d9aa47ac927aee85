//! Holds what several pages of running the house need.

use contraflow_domain::authority::{Held, Role};

use crate::session::Session;

/// Tells whether somebody has a role.
pub fn holds(session: &Session, role: Role) -> bool {
    Held::all(&session.person.roles).any(|held| held.role == role)
}
