//! The credit document in the ERP: its hand-off, its time as a draft, its voiding, and what the ERP books for it.

pub mod document;
pub mod draft;
pub mod reply;
pub mod store_credit;
pub mod void;
