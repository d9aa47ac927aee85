//! Every bound of the Adyen adapter.

/// How long Adyen surely knows a key, in milliseconds: for at least 7 days after it was first sent
/// (<https://docs.adyen.com/development-resources/api-idempotency>).
pub const KEY_LIFETIME_MS: u64 = 7 * 24 * 3_600_000;
/// For how long after an order was first sent its webhook is waited for before the order may be given again, in
/// milliseconds: news of a refund settle a lost answer without a second order, whatever becomes of keys.
pub const NEWS_FIRST_MS: u64 = 5 * 60_000;
/// The longest PSP reference, in bytes. Adyen's have 16 characters; the bound is for the address that one becomes part
/// of.
pub const MAX_REFERENCE_BYTES: usize = 64;
/// The most decimals of a currency in Adyen's list; those with more are units of account.
pub const MOST_DECIMALS: u32 = 3;
