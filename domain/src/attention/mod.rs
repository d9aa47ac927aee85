//! Attention: what needs a person, and how a person lets a request go on.

pub mod close;
pub mod progress;
pub mod retry;
mod standing;

pub use standing::stands;
