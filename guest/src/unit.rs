//! Holds a unit of work: what it read, with the versions, and what it will write. It is committed as a whole or not at
//! all.

use std::collections::{BTreeMap, BTreeSet};

use contraflow_audit::{Hash, Head};
use contraflow_domain::commit;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_domain::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
use crate::store::{self, Check, CommitOutcome, Entry, Mutation, Pair};
use crate::touched::Touched;
use crate::writes::Writes;
use crate::{channels, keys, limits, pause};

/// Collects the keys that were read and those to be written, which [`transact`] or a [`Session`] commits together.
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
    /// The entries of the store that this unit has read, or that a unit before it in the session has read or written.
    known: BTreeMap<String, Option<Entry>>,
    /// The keys that this unit has looked at; the commit checks that none of them has changed.
    read: BTreeSet<String>,
    write: BTreeMap<String, Option<Vec<u8>>>,
    /// The keys that were written and not read back since.
    unseen: BTreeSet<String>,
    indexed: BTreeMap<String, Vec<String>>,
}

/// Reads a stored value.
///
/// # Errors
/// When it is not what is stored under such a key.
pub fn decode<T: DeserializeOwned>(key: &str, value: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(value).map_err(|error| {
        Problem::internal(format!("What is stored under {key} can't be read: {error}. Nothing was changed."))
    })
}

/// Returns the head of a chain that ends with the event, for whoever seals the record.
fn head_of(newest: &Event) -> Result<Head, Problem> {
    let hash = Hash::read(&newest.hash).ok_or_else(|| {
        Problem::internal(format!("An event of request {} has no hash. Nothing was changed.", newest.request))
    })?;
    Ok(Head { request: newest.request.clone(), sequence: newest.sequence, hash })
}

impl Unit {
    /// Reads what is stored under the keys. The commit fails if any of it changes before then.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn read_many<T: DeserializeOwned>(&mut self, wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
        self.read_each(wanted).await?.into_iter().collect()
    }

    /// Reads what is stored under the keys, each by itself: what can't be read keeps no other from being read. The
    /// commit fails if any of it changes before then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_each<T: DeserializeOwned>(
        &mut self,
        wanted: &[String],
    ) -> Result<Vec<Result<Option<T>, Problem>>, Problem> {
        self.fetch(wanted).await?;
        let mut found = Vec::with_capacity(wanted.len());
        for key in wanted {
            self.read.insert(key.clone());
            self.unseen.remove(key);
            found.push(self.latest(key).map(|value| decode(key, value)).transpose());
        }
        Ok(found)
    }

    /// Looks at what is stored under the keys, which no commit checks: whatever changes them changes something else
    /// with them, whose version is checked.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn look_at_many<T: DeserializeOwned>(&mut self, wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
        self.fetch(wanted).await?;
        wanted.iter().map(|key| self.latest(key).map(|value| decode(key, value)).transpose()).collect()
    }

    /// Looks at what is stored under the key, which no commit checks.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn look_at<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, Problem> {
        Ok(self.look_at_many(&[key.to_owned()]).await?.pop().flatten())
    }

    /// Returns what this unit is going to write under a key, or what it knows to be there.
    fn latest(&self, key: &str) -> Option<&Vec<u8>> {
        let stored = || self.known.get(key).and_then(Option::as_ref).map(|entry| &entry.value);
        self.write.get(key).map_or_else(stored, Option::as_ref)
    }

    /// Gets what is stored under keys that are about to be read one after the other, in one call.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn prefetch(&mut self, wanted: &[String]) -> Result<(), Problem> {
        self.fetch(wanted).await
    }

    /// Gets what is stored under keys that belong together, as it is at one moment. What was known of them before may
    /// be of several moments and is forgotten, unless this unit has read or written it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn snapshot(&mut self, wanted: &[String]) -> Result<(), Problem> {
        for key in wanted.iter().filter(|key| !self.read.contains(*key) && !self.write.contains_key(*key)) {
            self.known.remove(key);
        }
        self.fetch(wanted).await
    }

    /// Gets what is not known yet of the keys, as many as one snapshot holds at a time.
    async fn fetch(&mut self, wanted: &[String]) -> Result<(), Problem> {
        let unknown: Vec<_> = wanted.iter().filter(|key| !self.known.contains_key(*key)).cloned().collect();
        for some in unknown.chunks(limits::KEYS) {
            self.known.extend(some.iter().cloned().zip(store::get(some.to_vec()).await?));
        }
        Ok(())
    }

    /// Reads what is stored under the key. The commit fails if that changes before then.
    ///
    /// # Errors
    /// When the store does not answer, or what is stored can't be read.
    pub async fn read<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>, Problem> {
        Ok(self.read_many(&[key.to_owned()]).await?.pop().flatten())
    }

    /// Returns what is stored under the key as it is written. The commit fails if that changes before then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_as_written(&mut self, key: &str) -> Result<Option<&[u8]>, Problem> {
        self.fetch(&[key.to_owned()]).await?;
        self.read.insert(key.to_owned());
        self.unseen.remove(key);
        Ok(self.latest(key).map(Vec::as_slice))
    }

    /// Reads a request, with the packet that stands beside it.
    ///
    /// # Errors
    /// 404 when there is no request of that id.
    pub async fn request(&mut self, id: &str) -> Result<Request, Problem> {
        let packet = keys::packet(id);
        self.fetch(&[keys::request(id), packet.clone()]).await?;
        let request: Option<Request> = self.read(&keys::request(id)).await?;
        let mut request = request.ok_or_else(|| Problem::not_found("request of that id"))?;
        // The packet changes with its request alone, whose version the commit checks. Requests of earlier versions hold
        // it themselves.
        if let Some(beside) = self.latest(&packet).filter(|_| request.packet.is_none()) {
            request.packet = Some(decode(&packet, beside)?);
        }
        request.channels.get_or_insert_with(|| channels::before(&request.source));
        self.indexed.entry(request.id.clone()).or_insert_with(|| keys::indexes(&request));
        Ok(request)
    }

    /// Writes a value in the commit. Whoever writes a key a second time must have read back what the first wrote: no
    /// commit loses one of two writes.
    ///
    /// # Errors
    /// When the value can't be written as JSON, or the key has another value already that was not read back.
    pub fn write(&mut self, key: &str, value: &impl Serialize) -> Result<(), Problem> {
        let value = serde_json::to_vec(value).map_err(|error| Problem::internal(format!("{key}: {error}")))?;
        let is_new = self.unseen.insert(key.to_owned());
        let before = self.write.insert(key.to_owned(), Some(value));
        if !is_new && before.as_ref() != self.write.get(key) {
            let detail = format!("{key} was to be written twice, the second time without what the first wrote");
            return Err(Problem::internal(format!("{detail}. Nothing was changed.")));
        }
        Ok(())
    }

    /// Writes bytes in the commit that are no JSON, under a key that nothing else is written under.
    pub fn write_bytes(&mut self, key: &str, value: Vec<u8>) {
        self.write.insert(key.to_owned(), Some(value));
    }

    /// Removes a key in the commit.
    pub fn remove(&mut self, key: &str) {
        self.unseen.remove(key);
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
        let fresh = std::mem::take(&mut request.fresh);
        for event in &fresh {
            self.write(&keys::event(&request.id, event.sequence), event)?;
        }
        if let Some(newest) = fresh.last() {
            self.write(&keys::unsealed(&request.id, newest.sequence), &head_of(newest)?)?;
        }
        self.write_apart(request)?;
        let current = keys::indexes(request);
        let before = self.indexed.remove(&request.id).unwrap_or_default();
        for gone in before.iter().filter(|key| !current.contains(key)) {
            self.remove(gone);
        }
        for new in current.iter().filter(|key| !before.contains(key)) {
            self.write.insert(new.clone(), Some(Vec::new()));
        }
        // A customer is known as soon as the request is in their index.
        if before.is_empty() || keys::is_in_customer_index(&current) != keys::is_in_customer_index(&before) {
            for key in keys::touched(request) {
                self.write(&key, &Touched { request: request.id.clone() })?;
                self.unseen.remove(&key);
            }
        }
        self.indexed.insert(request.id.clone(), current);
        Ok(())
    }

    /// Writes a request, and its packet beside it unless that is there already.
    fn write_apart(&mut self, request: &mut Request) -> Result<(), Problem> {
        let packet = request.packet.take();
        let written = self.write(&keys::request(&request.id), request);
        request.packet = packet;
        written?;
        let Some(packet) = &request.packet else { return Ok(()) };
        let key = keys::packet(&request.id);
        let value = serde_json::to_vec(packet).map_err(|error| Problem::internal(format!("{key}: {error}")))?;
        if self.latest(&key) != Some(&value) {
            self.write.insert(key, Some(value));
        }
        Ok(())
    }

    /// Tells whether the unit has nothing to write.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.write.is_empty()
    }

    /// Commits the unit. Returns false when something that was read has changed meanwhile; then nothing was written.
    /// After a commit, the next unit need not read again what this one both read and wrote.
    ///
    /// # Errors
    /// When it does not fit one commit; or when the store does not answer: the commit may have happened.
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
        let writes = Writes::new(checks, mutations)?;
        let CommitOutcome::Committed(version) = writes.commit().await? else { return Ok(false) };
        for (key, value) in std::mem::take(&mut self.write) {
            if self.read.contains(&key) {
                let entry = value.map(|value| Entry { key: key.clone(), value, version });
                self.known.insert(key, entry);
            } else {
                // Nobody checks its version, so whoever needs it reads it.
                self.known.remove(&key);
            }
        }
        Ok(true)
    }
}

/// Runs units of work one after the other for one caller: what one unit has read or written, the next need not read.
/// Every commit checks that the store still holds the same, and starts anew from the store if it does not.
#[derive(Default)]
pub struct Session {
    known: BTreeMap<String, Option<Entry>>,
}

impl Session {
    /// Reads, decides and commits; starts anew, after a pause, when something that was read has changed meanwhile.
    /// Where nothing is written, what was read may be as old as the session.
    ///
    /// # Errors
    /// The problem that `work` returns, or one when others kept changing what was read.
    pub async fn transact<T>(
        &mut self,
        mut work: impl AsyncFnMut(&mut Unit) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        for tries in 0..limits::CONFLICTS {
            let mut unit = Unit { known: std::mem::take(&mut self.known), ..Unit::default() };
            let outcome = work(&mut unit).await?;
            if unit.commit().await? {
                self.known = unit.known;
                return Ok(outcome);
            }
            pause::after(tries).await;
        }
        Err(Problem::unavailable("Too many others change the same at the same time. Nothing was stored; try again."))
    }

    /// Changes a request: reads it, lets `work` change it and what is around it, and commits all of that. Returns the
    /// request as committed.
    ///
    /// # Errors
    /// The problem that `work` returns, 404 when there is no request of that id, or one when others kept changing what
    /// was read.
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

    /// Returns a request as this session knows it, or as it is stored.
    ///
    /// # Errors
    /// 404 when there is no request of that id.
    pub async fn request(&mut self, id: &str) -> Result<Request, Problem> {
        self.transact(async |unit| unit.request(id).await).await
    }
}

/// Reads, decides and commits; starts anew when something that was read has changed meanwhile.
///
/// # Errors
/// The problem that `work` returns, or one when others kept changing what was read.
pub async fn transact<T>(work: impl AsyncFnMut(&mut Unit) -> Result<T, Problem>) -> Result<T, Problem> {
    Session::default().transact(work).await
}

/// Reads what is stored under the keys, for reading only.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn look<T: DeserializeOwned>(wanted: &[String]) -> Result<Vec<Option<T>>, Problem> {
    Unit::default().read_many(wanted).await
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Reads what the unit itself wrote, which needs no store.
    fn read_back(unit: &mut Unit, key: &str) -> Option<u64> {
        unit.known.insert(key.to_owned(), None);
        let mut reading = pin!(unit.read(key));
        match reading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => found.expect("a number"),
            Poll::Pending => panic!("the store was asked"),
        }
    }

    #[test]
    fn no_commit_loses_one_of_two_writes_to_one_key() {
        let mut unit = Unit::default();
        unit.write("k", &1).expect("the first write");
        unit.write("k", &1).expect("the same again");
        let refused = unit.write("k", &2).expect_err("a write that knows nothing of the first");
        assert!(refused.detail.contains("k was to be written twice"), "{}", refused.detail);
    }

    #[test]
    fn what_was_read_back_may_be_written_anew() {
        let mut unit = Unit::default();
        unit.write("k", &1).expect("the first write");
        assert_eq!(read_back(&mut unit, "k"), Some(1));
        unit.write("k", &2).expect("a write on top of the first");
        assert_eq!(read_back(&mut unit, "k"), Some(2));
        unit.remove("k");
        unit.write("k", &3).expect("what was removed was seen");
    }
}
