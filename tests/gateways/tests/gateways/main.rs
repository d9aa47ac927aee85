//! The gateway adapters in the host, each behind the probe of `tests/fixtures/gateway-probe`, against what stands for their gateways.
//! Build the components first (`cargo xtask build`) and set the peers up (`tests/peers/stripe/setup`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod chain;
mod lossy;
mod peer;
mod sandbox;
mod sandbox_webhooks;
mod stripe_chain;
mod stripe_faults;
mod stripe_peers;
mod stripe_webhooks;
mod support;
mod wire;
