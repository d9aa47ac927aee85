//! What contraflow knows about credits, refunds and adjustments: pure functions over plain values. No I/O, no clock, no
//! randomness: instants and ids come in as arguments.

#![deny(clippy::float_arithmetic)]

pub mod access;
pub mod account;
pub mod allocation;
pub mod approval;
pub mod attention;
pub mod authority;
pub mod backup;
pub mod bulk;
pub mod catalogue;
pub mod chain;
pub mod chronicle;
pub mod commit;
pub mod decimal;
pub mod dispute;
pub mod doctor;
pub mod dry_run;
pub mod duplicates;
pub mod eligibility;
pub mod erp;
pub mod files;
pub mod find;
pub mod follow;
pub mod gateway;
pub mod hours;
pub mod identity;
pub mod invoice;
pub mod language;
pub mod letters;
pub mod lifecycle;
pub mod limits;
pub mod making;
pub mod money;
pub mod patterns;
pub mod policy;
pub mod preferences;
pub mod request;
pub mod retention;
pub mod risk;
pub mod schedule;
#[cfg(feature = "schema")]
mod schema;
pub mod sla;
pub mod tender;
pub mod time;
pub mod totals;
pub mod unread;
pub mod words;
pub mod zone;
