//! What may be asked for: the fields, their bounds, and the reading of them.
//!
//! Every source reads an ask by this crate and says where its fields are; the domain checks what was read. Mistakes are
//! collected as the crate `json` does it, all of them at once.

mod draft;
mod json;
pub mod limits;
pub mod number;
mod source;
pub mod table;
mod web_address;

pub use contraflow_json::{JsonError, JsonErrors, Node, Object, Parsed, parse};
pub use draft::{Draft, DraftLine, Evidence, MoneyText, PARTS, TEXTS, TextField};
pub use json::Json;
pub use source::Source;
pub use web_address::is_web_address;
