//! The statements, as SQLite gets them; each says in its file what it takes and gives.

/// Makes the tables, triggers and views.
pub const SCHEMA: &str = include_str!("../sql/schema.sql");
/// Takes invoices in.
pub const IMPORT: &str = include_str!("../sql/import.sql");
/// What an import brought.
pub const IMPORTED: &str = include_str!("../sql/imported.sql");
/// Why an import can't be.
pub const IMPORT_STATE: &str = include_str!("../sql/import_state.sql");
/// Adds payments to an invoice.
pub const ADD_PAYMENTS: &str = include_str!("../sql/add_payments.sql");
/// Which payments are of other invoices.
pub const PAYMENTS_OF_OTHERS: &str = include_str!("../sql/payments_of_others.sql");
/// Makes a document.
pub const SUBMIT: &str = include_str!("../sql/submit.sql");
/// Voids a document.
pub const VOID: &str = include_str!("../sql/void.sql");
/// Posts a draft.
pub const POST_DRAFT: &str = include_str!("../sql/post_draft.sql");
/// Voids a draft by hand.
pub const VOID_DRAFT: &str = include_str!("../sql/void_draft.sql");
/// A document by its key.
pub const DOCUMENT: &str = include_str!("../sql/document.sql");
/// A document by its voiding's key.
pub const VOIDED_BY: &str = include_str!("../sql/voided_by.sql");
/// Documents by id.
pub const DOCUMENTS: &str = include_str!("../sql/documents.sql");
/// What a settlement's entry depends on.
pub const SETTLED: &str = include_str!("../sql/settled.sql");
/// Records a settlement.
pub const SETTLE: &str = include_str!("../sql/settle.sql");
/// A settlement by its key.
pub const SETTLEMENT: &str = include_str!("../sql/settlement.sql");
/// Records a loss.
pub const LOSE: &str = include_str!("../sql/lose.sql");
/// A loss by its key.
pub const LOSS: &str = include_str!("../sql/loss.sql");
/// An invoice by its number.
pub const INVOICE: &str = include_str!("../sql/invoice.sql");
/// Whether there is a customer, or one whose id looks like it.
pub const CUSTOMER: &str = include_str!("../sql/customer.sql");
/// Invoices by what somebody knows of them.
pub const SEARCH_INVOICES: &str = include_str!("../sql/search_invoices.sql");
/// Customers by what somebody knows of them.
pub const SEARCH_CUSTOMERS: &str = include_str!("../sql/search_customers.sql");
/// An invoice and its amounts.
pub const INVOICE_STATE: &str = include_str!("../sql/invoice_state.sql");
/// Journal entries by sequence.
pub const JOURNAL: &str = include_str!("../sql/journal.sql");
/// Takes rates in.
pub const RATES: &str = include_str!("../sql/rates.sql");
/// What the books have of given rates.
pub const RATES_KNOWN: &str = include_str!("../sql/rates_known.sql");
/// The rate of a day between two currencies.
pub const RATE: &str = include_str!("../sql/rate.sql");
