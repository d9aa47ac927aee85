//! One unit of work: what it read, with the versions, and what it will write. It happens as a whole or not at all.

use std::collections::{BTreeMap, BTreeSet};

use contraflow_domain::commit;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::store::{self, Check, CommitOutcome, Entry, Mutation, Pair};
use crate::{channels, keys, limits};

/// A unit of work: keys that were read and keys to be written, committed together by [`transact`] or a [`Session`].
///
/// ```no_run
/// use contraflow_guest::problem::Problem;
/// use contraflow_guest::unit::transact;
///
/// /// Two callers at once get different numbers: of two commits that read the same, the second one starts anew.
/// async fn next_number() -> Result<u64, Problem> {
///     transact(async |unit| {
///         let last: Option<u64> = unit.read("number/last").await?;
///         let next = last.unwrap_or(0) + 1;
///         unit.write("number/last", &next)?;
///         Ok(next)
///     })
///     .await
/// }
/// ```
#[derive(Default)]
pub struct Unit {
    /// What is known of the store: read by this unit, or read or written by one before it.
    known: BTreeMap<String, Option<Entry>>,
    /// What this unit has looked at.
    read: BTreeSet<String>,
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
        let unknown: Vec<_> = wanted.iter().filter(|key| !self.known.contains_key(*key)).cloned().collect();
        for some in unknown.chunks(limits::KEYS) {
            self.known.extend(some.iter().cloned().zip(store::get(some.to_vec()).await?));
        }
        let mut found = Vec::with_capacity(wanted.len());
        for key in wanted {
            self.read.insert(key.clone());
            let stored = || self.known.get(key).and_then(Option::as_ref).map(|entry| &entry.value);
            // What this unit will write is what it reads.
            let value = self.write.get(key).map_or_else(stored, Option::as_ref);
            found.push(value.map(|value| decode(key, value)).transpose()?);
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
        let mut request = request.ok_or_else(|| Problem::not_found("request of that id"))?;
        request.channels.get_or_insert_with(|| channels::before(&request.source));
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

    /// Writes a request in the commit, with its new events and its index entries, after working out what follows from
    /// its state: its status, its tasks and the time at which the clock takes it up ([`commit::seal`]).
    ///
    /// # Errors
    /// When its legs do not come to its amount, or it can't be written as JSON.
    pub fn save(&mut self, request: &mut Request, now: Timestamp) -> Result<(), Problem> {
        commit::seal(request, now)
            .map_err(|error| Problem::internal(format!("Request {}: {error}. Nothing was changed.", request.id)))?;
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

    /// Commits; false when something that was read has changed meanwhile, and nothing was written. What was read and
    /// written is known then.
    ///
    /// # Errors
    /// When the store does not answer: the commit may have happened.
    async fn commit(&mut self) -> Result<bool, Problem> {
        if self.is_idle() {
            return Ok(true);
        }
        let version = |key: &String| self.known.get(key).and_then(Option::as_ref).map(|entry| entry.version);
        let checks = self.read.iter().map(|key| Check { key: key.clone(), version: version(key) }).collect();
        let change = |(key, value): (&String, &Option<Vec<u8>>)| match value.clone() {
            Some(value) => Mutation::Put(Pair { key: key.clone(), value }),
            None => Mutation::Delete(key.clone()),
        };
        let mutations = self.write.iter().map(change).collect();
        let CommitOutcome::Committed(version) = store::commit(checks, mutations).await? else { return Ok(false) };
        for (key, value) in std::mem::take(&mut self.write) {
            if self.read.contains(&key) {
                let entry = value.map(|value| Entry { key: key.clone(), value, version });
                self.known.insert(key, entry);
            }
        }
        Ok(true)
    }
}

/// Units of work one after the other by one caller: what one of them has read or written, the next need not read. Every
/// commit checks that it still is so, and starts anew from the store if it is not.
#[derive(Default)]
pub struct Session {
    known: BTreeMap<String, Option<Entry>>,
}

impl Session {
    /// Reads, decides and commits; starts anew when something that was read has changed meanwhile. Where nothing is
    /// written, what was read may be as old as the session.
    ///
    /// # Errors
    /// What `work` refuses, or that the state did not hold still long enough.
    pub async fn transact<T>(
        &mut self,
        mut work: impl AsyncFnMut(&mut Unit) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        for _ in 0..limits::CONFLICTS {
            let mut unit = Unit { known: std::mem::take(&mut self.known), ..Unit::default() };
            let outcome = work(&mut unit).await?;
            if unit.commit().await? {
                self.known = unit.known;
                return Ok(outcome);
            }
        }
        Err(Problem::unavailable("Too many others change the same at the same time. Nothing was stored; try again."))
    }

    /// Changes a request: reads it, lets `work` change it and what is around it, and commits all of that. Gives it as
    /// committed.
    ///
    /// # Errors
    /// What `work` refuses, 404 when there is no request of that id, or that the state did not hold still long enough.
    pub async fn change(
        &mut self,
        id: &str,
        mut work: impl AsyncFnMut(&mut Unit, &mut Request, Timestamp) -> Result<(), Problem>,
    ) -> Result<Request, Problem> {
        self.transact(async |unit| {
            let at = crate::now();
            let mut request = unit.request(id).await?;
            work(unit, &mut request, at).await?;
            unit.save(&mut request, at)?;
            Ok(request)
        })
        .await
    }

    /// A request, as this session knows it or as it is stored.
    ///
    /// # Errors
    /// 404 when there is none of that id.
    pub async fn request(&mut self, id: &str) -> Result<Request, Problem> {
        self.transact(async |unit| unit.request(id).await).await
    }
}

/// Reads, decides and commits; starts anew when something that was read has changed meanwhile.
///
/// # Errors
/// What `work` refuses, or that the state did not hold still long enough.
pub async fn transact<T>(work: impl AsyncFnMut(&mut Unit) -> Result<T, Problem>) -> Result<T, Problem> {
    Session::default().transact(work).await
}

/// What is stored under the keys, for reading only.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn look<T: DeserializeOwned>(wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
    Unit::default().read_many(wanted).await
}
