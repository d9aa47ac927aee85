//! The embedded ERP: invoices, credit documents, settlements and a double-entry journal, in tables of its own in the
//! `default` SQLite database. Every write is one statement; its triggers refuse, number and book, so no two writers can
//! both credit what one of them may, and no document is without its entry.

mod accounts;
mod bindings;
mod books;
mod check;
mod credit_documents;
mod database;
mod entries;
mod factor;
mod import;
mod limits;
mod losses;
mod payments;
mod rates;
mod reference;
mod search;
mod settlement;
mod sql;

#[cfg(test)]
mod tests;

/// The component.
struct Books;
