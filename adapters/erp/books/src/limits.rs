//! Every bound of the books.

/// Most invoices of one import.
pub const IMPORT: usize = 1000;
/// Most lines of an invoice or a document.
pub const LINES: usize = 1000;
/// Most payments of an invoice.
pub const PAYMENTS: usize = 200;
/// How often payments are judged anew because others came in between.
pub const RACES: usize = 8;
/// Most entries or documents of a page.
pub const PAGE: u32 = 1000;
/// Largest amount, in minor units: sums of very many still fit 64 bits.
pub const AMOUNT_MINOR: i64 = 1_000_000_000_000_000;
/// Most words of a search.
pub const SEARCH_WORDS: usize = 6;
/// Shortest word of a search, in characters: the index has groups of three.
pub const SEARCH_LEAST_CHARS: usize = 3;
/// Longest word of a search, in characters.
pub const SEARCH_CHARS: usize = 100;
/// Most readings of a word as an amount.
pub const SEARCH_READINGS: usize = 4;
/// Most invoices or customers that a search gives.
pub const SEARCHED: u32 = 51;
/// Longest number, id or key, in bytes.
pub const ID_BYTES: usize = 128;
/// Longest idempotency key, in characters: the contract's.
pub const KEY_CHARS: usize = 64;
/// Longest decimal, in bytes: a `Decimal` written out has 30.
pub const DECIMAL_BYTES: usize = 32;
/// Longest reason, in bytes.
pub const REASON_BYTES: usize = 4096;
/// Longest part of an account's name that is made from an id, in bytes.
pub const ACCOUNT_PART_BYTES: usize = 64;
/// Digits of a rate: its product with any amount fits 128 bits.
pub const RATE_DIGITS: usize = 18;
/// Characters of the mark that tells apart accounts whose ids read the same.
pub const ACCOUNT_MARK_CHARS: usize = 12;
