//! Money on its way through a payment gateway: refunds that contraflow orders, and refunds that somebody else made.
//!
//! [`refund`] orders a leg's refund and records what became of it; [`moved`] is what follows when the leg moves.
//! [`contradiction`] writes down news that can't be true together with what is known, and [`resolution`] takes what the
//! gateway says when it is asked. [`other_amount`] is for refunds of another amount than was ordered.
//! [`external_refund`] counts what nobody here ordered.

pub mod contradiction;
pub mod external_refund;
pub mod moved;
pub mod news;
pub mod other_amount;
pub mod refund;
pub mod resolution;
pub mod wired;
