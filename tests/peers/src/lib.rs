//! What stands for other people's systems in tests. Programs that others wrote, or that speak another language than
//! ours, stand in the folders beside this crate and are started by [`process`]; where nobody offers one, the system is
//! played in memory ([`adyen`]).

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

pub mod adyen;
pub mod oidc;
pub mod process;
pub mod tryton;
