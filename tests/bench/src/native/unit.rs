//! One unit of work over the store's statements: what it read, with the versions, and what it will write.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use contraflow_domain::commit;
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use contraflow_host::sql::Value;
use contraflow_tables::sql::{COMMIT, GET};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::database::Database;
use super::keys;

/// A unit of work.
pub struct Unit<'a> {
    database: &'a Database,
    read: BTreeMap<String, i64>,
    write: BTreeMap<String, Option<Vec<u8>>>,
    indexed: Vec<String>,
}

impl<'a> Unit<'a> {
    /// Returns a unit that has done nothing.
    pub fn new(database: &'a Database) -> Self {
        Self { database, read: BTreeMap::new(), write: BTreeMap::new(), indexed: Vec::new() }
    }

    /// Returns what is stored under the key.
    pub async fn read<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>> {
        let rows = self.database.run(GET, vec![Value::Text(json!([key]).to_string())]).await?;
        match rows.first().map(Vec::as_slice) {
            None => {
                self.read.insert(key.to_owned(), 0);
                Ok(None)
            }
            Some([_, Value::Integer(version), Value::Blob(value)]) => {
                self.read.insert(key.to_owned(), *version);
                Ok(Some(serde_json::from_slice(value)?))
            }
            Some(_) => bail!("the store holds something else under {key}"),
        }
    }

    /// Returns a request that is stored.
    pub async fn request(&mut self, id: &str) -> Result<Request> {
        let request: Request = self.read(&keys::request(id)).await?.context("no such request")?;
        self.indexed = keys::indexes(&request);
        Ok(request)
    }

    /// Writes a value in the commit.
    pub fn write(&mut self, key: &str, value: &impl Serialize) -> Result<()> {
        self.write.insert(key.to_owned(), Some(serde_json::to_vec(value)?));
        Ok(())
    }

    /// Writes a request in the commit, with its events and index entries.
    pub fn save(&mut self, request: &mut Request, now: Timestamp) -> Result<()> {
        commit::seal(request, now)?;
        let fresh = std::mem::take(&mut request.fresh);
        for event in &fresh {
            self.write(&keys::event(&request.id, event.sequence), event)?;
        }
        if let Some(newest) = fresh.last() {
            let head = (&newest.request, newest.sequence, &newest.hash);
            self.write(&keys::unsealed(&request.id, newest.sequence), &head)?;
        }
        self.write(&keys::request(&request.id), request)?;
        let current = keys::indexes(request);
        for gone in std::mem::take(&mut self.indexed) {
            self.write.insert(gone, None);
        }
        for key in current {
            self.write.insert(key, Some(Vec::new()));
        }
        Ok(())
    }

    /// Commits, durably, what nobody else writes.
    pub async fn commit(self) -> Result<()> {
        ensure!(self.try_commit().await?, "someone else wrote the same, where every request has keys of its own");
        Ok(())
    }

    /// Commits, durably; returns false, and has written nothing, where somebody else was faster.
    pub async fn try_commit(self) -> Result<bool> {
        let checks: Vec<_> = self.read.iter().map(|(key, version)| json!([key, version])).collect();
        let mut bytes = Vec::new();
        let mut mutations = Vec::with_capacity(self.write.len());
        for (key, value) in &self.write {
            mutations.push(match value {
                Some(value) => json!([key, bytes.len() + 1, value.len()]),
                None => json!([key]),
            });
            bytes.extend_from_slice(value.as_deref().unwrap_or_default());
        }
        let (checks, mutations) = (json!(checks).to_string(), json!(mutations).to_string());
        let parameters = vec![Value::Text(checks), Value::Text(mutations), Value::Blob(bytes)];
        Ok(!self.database.run(COMMIT, parameters).await?.is_empty())
    }
}
