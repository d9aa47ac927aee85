//! Holds what all functions share: HTTP in and out, who is calling, the typed repository over the store contract, and
//! the driver.

pub mod accounts;
pub mod archive;
pub mod auth;
pub mod batches;
pub mod channels;
pub mod chronicle;
pub mod contract;
pub mod credit;
pub mod credit_changes;
pub mod decision_links;
pub mod digests;
pub mod download;
pub mod drive;
pub mod dry_runs;
pub mod due;
pub mod ended;
pub mod fault;
pub mod file;
mod fingerprint;
pub mod follow;
pub mod history;
pub mod http_io;
pub mod imports;
mod json_body;
pub mod keys;
pub mod limits;
pub mod losses;
pub mod news;
pub mod outbox;
pub mod outgoing;
mod pause;
pub mod policy;
pub mod policy_versions;
pub mod problem;
pub mod quotes;
pub mod reasons;
pub mod receive;
pub mod schedules;
pub mod secret;
pub mod sessions;
pub mod signed;
pub mod spending;
pub mod step;
pub mod store;
pub mod taken;
pub mod token;
pub mod touched;
pub mod trays;
pub mod unit;
pub mod unmatched;
pub mod unread;
pub mod view;
mod writes;

#[allow(missing_docs)]
mod bindings {
    wit_bindgen::generate!({ path: ["../wit/store", "wit"], world: "contraflow:guest-library/guest", generate_all });
}

use contraflow_domain::time::Timestamp;

/// Returns the time of the host's wall clock.
#[must_use]
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_ms(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Makes an id for a new request: a UUID of version 7, so that ids sort by time.
#[must_use]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Returns the value of a variable of the component; it is empty when the variable is not set.
pub async fn variable(name: &str) -> String {
    spin_sdk::variables::get(name).await.unwrap_or_default()
}
