//! Holds what components have opened.

use std::sync::Arc;

use crate::sql::Session;

/// Holds an open connection of `spin:sqlite`.
pub struct Connection(pub Arc<dyn Session>);

/// Holds an open store of `spin:key-value`.
pub struct Store(pub Arc<dyn Session>);
