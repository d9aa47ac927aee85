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
/// Bytes of the modulus of an RSA key, at least.
pub const RSA_BYTES_LEAST: usize = 256;
/// Bytes of it, at most: a longer one would only take time.
pub const RSA_BYTES_MOST: usize = 1024;
/// Milliseconds for which a provider's keys are taken as they were fetched. A key that the provider has removed works
/// that long at most.
pub const KEYS_FRESH_MS: u64 = 5 * 60_000;
/// Milliseconds for which keys are taken at most while the provider does not answer.
pub const KEYS_STALE_MS: u64 = 60 * 60_000;
/// Milliseconds between two fetches, at least, whatever keys tokens name.
pub const FETCH_PAUSE_MS: u64 = 10_000;
/// Milliseconds that a sign-in may take, from when it begins until the provider sends the browser back.
pub const SIGN_IN_MS: u64 = 10 * 60_000;
/// Sessions of one account at a time, at most: one more ends the oldest.
pub const SESSIONS: usize = 20;
/// Sessions of one account that are read at once.
pub const SESSIONS_READ: u32 = 100;
/// Minutes that may be configured for a session without a call, and hours for a session in all, at most.
pub const SESSION_MINUTES_MOST: u64 = 24 * 60;
/// Hours that may be configured for a session in all, at most.
pub const SESSION_HOURS_MOST: u64 = 24 * 7;
/// Characters of a provider's error that go into the log, at most.
pub const QUOTED_CHARS: usize = 200;
/// Milliseconds for which the answer about a key without an end holds.
pub const CLIENT_CLAIMS_MS: u64 = 60 * 60_000;
/// How long a connection to the provider may take to come up.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the provider may take to answer, and to go on.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
