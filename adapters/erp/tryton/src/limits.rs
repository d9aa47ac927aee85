//! Every bound of the adapter. Tryton documents none for what it is asked, so these are ours.

/// The longest number, id or key that is looked for, in characters.
pub const NAME_CHARS: usize = 200;
/// The longest reason that stands on a document, in characters.
pub const REASON_CHARS: usize = 1_000;
/// The longest description of a line, in characters.
pub const DESCRIPTION_CHARS: usize = 1_000;
/// The longest decimal in an order, in characters.
pub const DECIMAL_CHARS: usize = 28;
/// The most lines that a document has.
pub const DOCUMENT_LINES: usize = 1_000;
/// The most lines that an invoice may have to be read, and the most lines of other documents that credit it.
pub const LINES: usize = 1_000;
/// The most payments of an invoice.
pub const PAYMENTS: usize = 1_000;
/// The most documents or entries under one key that are looked at: there is one, or a few for a moment.
pub const UNDER_KEY: usize = 20;
/// How often what stands under a key is looked at until one is left of it.
pub const ROUNDS: usize = 10;
/// The most customers whose ids are compared with one that is unknown.
pub const CANDIDATES: usize = 100;
/// The most ids that are told in place of an unknown one: `wit/erp`.
pub const ALIKE: usize = 5;
/// The most pairs in a variable such as `tryton_accounts`.
pub const PAIRS: usize = 200;
/// The decimals of a unit price: Tryton's `price_decimal` unless it is configured otherwise.
pub const PRICE_DECIMALS: u32 = 4;
/// How often Tryton is asked for what it refuses to tell.
pub const READS: usize = 4;
