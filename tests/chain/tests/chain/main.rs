//! The whole chain: the real components in the real host, on a clock that the tests set.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod access;
mod adyen;
mod applications;
mod approval;
mod automatic;
mod backup;
mod batches;
mod binary;
mod built;
mod clients;
mod concurrency;
mod crashes;
mod credit_changes;
mod currencies;
mod debits;
mod directory;
mod disputes;
mod doctor;
mod drafts;
mod edge;
mod erp;
mod event_trials;
mod events;
mod evidence;
mod exceptions;
mod files;
mod find;
mod followed;
mod imports;
mod input;
mod kill;
mod ledger;
mod letters;
mod limits;
mod links;
mod list_filters;
mod lists;
mod many_claims;
mod openapi;
mod outside;
mod peers;
mod policy;
mod policy_trials;
mod policy_versions;
mod preferences;
mod provider;
mod quotes;
mod record;
mod refunds;
mod relations;
mod retention;
mod risk;
mod scenarios;
mod schedule_rules;
mod schedules;
mod sessions;
mod signing_in;
mod simulation;
mod sla;
mod spending;
mod store_credit;
mod taking;
mod time_zone;
mod tryton;
mod voided_there;
mod wiring;
mod world;
mod wrong_time;

/// Says what was passed, also where the outputs of passed tests are not shown.
fn tell(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").unwrap();
}
