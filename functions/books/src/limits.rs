//! Every bound of this function; those that it shares with others are the guest's.

/// Most invoices of one import.
pub const IMPORT: usize = 1000;
/// Entries that one read of the journal takes while it is written as Beancount.
pub const JOURNAL_READ: u32 = 1000;
/// Most entries of one Beancount file; a comment at its end says where to go on.
pub const BEANCOUNT_ENTRIES: usize = 50_000;
