//! What components hold open.

use std::sync::Arc;

use crate::sql::Session;

/// An open connection of `spin:sqlite`.
pub struct Connection(pub Arc<dyn Session>);

/// An open store of `spin:key-value`.
pub struct Store(pub Arc<dyn Session>);
