//! Holds every bound of this component.

use std::time::Duration;

/// Bytes of another system's token, at most: one with many groups is longer than one of ours.
pub const PROVIDER_TOKEN_BYTES: usize = 16 * 1024;
/// Bytes of what another component asks, at most.
pub const ASKED_BYTES: usize = 32 * 1024;
/// Bytes of a provider's answer, at most.
pub const ANSWER_BYTES: usize = 256 * 1024;
/// Keys of a provider, at most; further ones are not looked at.
pub const KEYS: usize = 64;
/// Bits of an RSA key, at least.
#[cfg(target_family = "wasm")]
pub const RSA_BITS_LEAST: usize = 2048;
/// Bits of an RSA key, at most: a longer one would only take time.
#[cfg(target_family = "wasm")]
pub const RSA_BITS_MOST: usize = 8192;
/// Milliseconds for which a provider's keys are taken as they were fetched. A key that the provider has removed works
/// that long at most.
pub const KEYS_FRESH_MS: u64 = 5 * 60_000;
/// Milliseconds for which keys are taken at most while the provider does not answer.
pub const KEYS_STALE_MS: u64 = 60 * 60_000;
/// Milliseconds between two fetches, at least, whatever keys tokens name.
pub const FETCH_PAUSE_MS: u64 = 10_000;
/// How long a connection to the provider may take to come up.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the provider may take to answer, and to go on.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
