//! Implements what the host offers to components: one file for each interface.

pub mod bindings;
pub mod denied;
pub mod http;
pub mod key_value;
pub mod opened;
pub mod sqlite;
pub mod store;
pub mod variables;
