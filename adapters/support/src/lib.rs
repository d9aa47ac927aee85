//! What adapters share, whichever system they speak to: one HTTP exchange whose failures say whether anything can have
//! happened, signature checks in constant time, header look-up, JSON whose mistakes carry a pointer, the form of keys,
//! decimals of currencies.
//!
//! **Invariant:** nothing here knows a vendor or a contract; an adapter turns these answers into its own.

pub mod config;
pub mod headers;
pub mod key;
pub mod limits;
pub mod minor_units;
pub mod outbound;
pub mod signature;

pub use contraflow_json as json;
