//! A dispute on a payment: what it does to the refunds of that payment, until the bank has decided and after.

pub mod case;
pub mod confirmation;
pub mod evidence;
pub(crate) mod exposure;
pub mod fraud_warning;
pub mod loss;
pub mod reinstated;
