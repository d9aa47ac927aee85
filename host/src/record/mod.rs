//! Signs the record: the application seals what has happened, and the host signs checkpoints over it. Components never
//! see the key.

mod key;
mod note;
mod signer;

pub use key::record_key;
pub use signer::{Signed, Signer};
