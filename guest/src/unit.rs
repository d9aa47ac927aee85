//! One unit of work: what it read, with the versions, and what it will write. It happens as a whole or not at all.

use std::collections::BTreeMap;

use contraflow_domain::balance;
use contraflow_domain::chain;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::store::{self, Check, CommitOutcome, Mutation, Pair};
use crate::{keys, limits};

/// A unit of work.
#[derive(Default)]
pub struct Unit {
    read: BTreeMap<String, Option<u64>>,
    write: BTreeMap<String, Option<Vec<u8>>>,
    indexed: BTreeMap<String, Vec<String>>,
}

fn decode<T: DeserializeOwned>(key: &str, value: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(value).map_err(|error| {
        Problem::internal(format!("What is stored under {key} can't be read: {error}. Nothing was changed."))
    })
}

impl Unit {
    /// What is stored under the keys. The commit fails if any of it changes before.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn read_many<T: DeserializeOwned>(&mut self, wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
        let mut found = Vec::with_capacity(wanted.len());
        for some in wanted.chunks(limits::KEYS) {
            for (key, entry) in some.iter().zip(store::get(some.to_vec()).await?) {
                // The first look counts: what changes after it makes the commit fail.
                self.read.entry(key.clone()).or_insert(entry.as_ref().map(|entry| entry.version));
                // What this unit will write is what it reads.
                let value = match self.write.get(key) {
                    Some(written) => written.clone(),
                    None => entry.map(|entry| entry.value),
                };
                found.push(value.map(|value| decode(key, &value)).transpose()?);
            }
        }
        Ok(found)
    }

    /// What is stored under the key. The commit fails if it changes before.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn read<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, Problem> {
        Ok(self.read_many(&[key.to_owned()]).await?.pop().flatten())
    }

    /// A request.
    ///
    /// # Errors
    /// 404 when there is none of that id.
    pub async fn request(&mut self, id: &str) -> Result<Request, Problem> {
        let request: Option<Request> = self.read(&keys::request(id)).await?;
        let request = request.ok_or_else(|| Problem::not_found("request of that id"))?;
        self.indexed.entry(request.id.clone()).or_insert_with(|| keys::indexes(&request));
        Ok(request)
    }

    /// Writes a value in the commit.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn write(&mut self, key: &str, value: &impl Serialize) -> Result<(), Problem> {
        let value = serde_json::to_vec(value).map_err(|error| Problem::internal(format!("{key}: {error}")))?;
        self.write.insert(key.to_owned(), Some(value));
        Ok(())
    }

    /// Removes a key in the commit.
    pub fn remove(&mut self, key: &str) {
        self.write.insert(key.to_owned(), None);
    }

    /// Writes a request in the commit, with its new events, its index entries and the time at which the clock takes it up.
    ///
    /// # Errors
    /// When its legs do not come to its amount, or it can't be written as JSON.
    pub fn save(&mut self, request: &mut Request, now: Timestamp) -> Result<(), Problem> {
        balance::check(request)
            .map_err(|error| Problem::internal(format!("Request {}: {error}. Nothing was changed.", request.id)))?;
        request.tell_legs(now);
        request.due = chain::due(request, now);
        for event in std::mem::take(&mut request.fresh) {
            self.write(&keys::event(&request.id, event.sequence), &event)?;
        }
        self.write(&keys::request(&request.id), request)?;
        let current = keys::indexes(request);
        let before = self.indexed.remove(&request.id).unwrap_or_default();
        for gone in before.iter().filter(|key| !current.contains(key)) {
            self.remove(gone);
        }
        for new in current.iter().filter(|key| !before.contains(key)) {
            self.write.insert(new.clone(), Some(Vec::new()));
        }
        self.indexed.insert(request.id.clone(), current);
        Ok(())
    }

    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.write.is_empty()
    }

    /// Commits; false when something that was read has changed meanwhile, and nothing was written.
    ///
    /// # Errors
    /// When the store does not answer: the commit may have happened.
    pub async fn commit(self) -> Result<bool, Problem> {
        if self.is_idle() {
            return Ok(true);
        }
        let checks = self.read.into_iter().map(|(key, version)| Check { key, version }).collect();
        let mutations = self
            .write
            .into_iter()
            .map(|(key, value)| match value {
                Some(value) => Mutation::Put(Pair { key, value }),
                None => Mutation::Delete(key),
            })
            .collect();
        Ok(matches!(store::commit(checks, mutations).await?, CommitOutcome::Committed(_)))
    }
}

/// Reads, decides and commits; starts anew when something that was read has changed meanwhile.
///
/// # Errors
/// What `work` refuses, or that the state did not hold still long enough.
pub async fn transact<T>(mut work: impl AsyncFnMut(&mut Unit) -> Result<T, Problem>) -> Result<T, Problem> {
    for _ in 0..limits::CONFLICTS {
        let mut unit = Unit::default();
        let outcome = work(&mut unit).await?;
        if unit.commit().await? {
            return Ok(outcome);
        }
    }
    Err(Problem::unavailable("Too many others change the same at the same time. Nothing was stored; try again."))
}

/// What is stored under the keys, for reading only.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn look<T: DeserializeOwned>(wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
    Unit::default().read_many(wanted).await
}
