//! Money on its way through a payment gateway: refunds that contraflow orders, and refunds that somebody else made.

pub mod contradiction;
pub mod external_refund;
pub mod refund;
