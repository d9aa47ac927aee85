//! contraflow's store in Example.
//!
//! A commit is one call, atomic with its checks; versions grow over the whole store and never come back. What is still
//! to be written says so in its answers; `docs/adapters.md` says how.

mod bindings;

use bindings::contract::{Check, CommitOutcome, Entry, Error, Mutation, Page};
use bindings::exports::contraflow::store::{key_value, key_value_read};

/// The component.
struct Example;

impl key_value_read::Guest for Example {
    async fn get(_keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        Err(unwritten("get, which reads keys in one snapshot"))
    }

    async fn scan(_start: String, _end: String, _limit: u32) -> Result<Page, Error> {
        Err(unwritten("scan, which reads a range in the order of bytes"))
    }
}

impl key_value::Guest for Example {
    async fn commit(_checks: Vec<Check>, _mutations: Vec<Mutation>) -> Result<CommitOutcome, Error> {
        Err(unwritten("commit, which checks and writes in one transaction"))
    }
}

fn unwritten(what: &str) -> Error {
    Error::Unavailable(format!("store-example: write {what}"))
}
