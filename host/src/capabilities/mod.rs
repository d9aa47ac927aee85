//! What the host offers to components: one file for each interface.

pub mod denied;
pub mod http;
pub mod key_value;
pub mod sqlite;
pub mod variables;
