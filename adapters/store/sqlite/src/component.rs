//! The contract's side.

use spin_sdk::sqlite::{RowResult, Value};

use crate::request::{self, Change, Refusal};
use crate::{limits, sql};

use crate::bindings::exports::contraflow::store::key_value::{self, Check, CommitOutcome, Mutation};
use crate::bindings::exports::contraflow::store::key_value_read::{self, Entry, Error, Page};

struct Store;

impl key_value_read::Guest for Store {
    async fn get(keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        let wanted = request::get(&keys)?;
        let mut found: Vec<Option<Entry>> = keys.iter().map(|_| None).collect();
        for row in run(sql::GET, vec![Value::Text(wanted)]).await? {
            let [Value::Integer(position), Value::Integer(version), Value::Blob(value)] = columns(row)? else {
                return Err(unexpected());
            };
            let position = usize::try_from(position).map_err(|_| unexpected())?;
            let (Some(place), Some(key)) = (found.get_mut(position), keys.get(position)) else {
                return Err(unexpected());
            };
            *place = Some(entry(key.clone(), version, value)?);
        }
        Ok(found)
    }

    async fn scan(start: String, end: String, limit: u32) -> Result<Page, Error> {
        request::scan(&start, &end, limit)?;
        let parameters = vec![
            Value::Text(start),
            Value::Text(end),
            Value::Integer(limit.into()),
            Value::Integer(limits::SCAN_BYTES),
        ];
        let mut page = Page { entries: vec![], next: None };
        for row in run(sql::SCAN, parameters).await? {
            match columns(row)? {
                [Value::Text(key), Value::Integer(version), Value::Blob(value)] => {
                    page.entries.push(entry(key, version, value)?);
                }
                [Value::Text(key), _, Value::Null] => page.next = Some(key),
                _ => return Err(unexpected()),
            }
        }
        Ok(page)
    }
}

impl key_value::Guest for Store {
    async fn commit(checks: Vec<Check>, mutations: Vec<Mutation>) -> Result<CommitOutcome, Error> {
        let wanted: Vec<_> = checks.iter().map(|check| (check.key.as_str(), check.version)).collect();
        let changes: Vec<_> = mutations
            .iter()
            .map(|mutation| match mutation {
                Mutation::Put(pair) => Change::Put(&pair.key, &pair.value),
                Mutation::Delete(key) => Change::Delete(key),
            })
            .collect();
        let commit = request::commit(&wanted, &changes)?;
        let checks_json = Value::Text(commit.checks);
        let parameters = vec![checks_json.clone(), Value::Text(commit.mutations), Value::Blob(commit.bytes)];
        let rows = run(sql::COMMIT, parameters).await?;
        if let Some(row) = rows.into_iter().next() {
            return match row.get::<u64>(0) {
                Some(version) => Ok(CommitOutcome::Committed(version)),
                None => Err(unexpected()),
            };
        }
        let rows = run(sql::MOVED_ON, vec![checks_json]).await?;
        let mut moved_on: Vec<String> = rows.iter().filter_map(|row| row.get::<&str>(0)).map(str::to_owned).collect();
        // Keys that have moved back to where the checks want them (deleted again) leave nobody to name.
        if moved_on.is_empty() {
            moved_on = checks.into_iter().map(|check| check.key).collect();
        }
        Ok(CommitOutcome::Conflict(moved_on))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge(detail) => Self::TooLarge(detail),
            Refusal::InvalidKey(detail) => Self::InvalidKey(detail),
        }
    }
}

async fn run(statement: &str, parameters: Vec<Value>) -> Result<Vec<RowResult>, Error> {
    contraflow_adapter_sqlite::run(sql::SCHEMA, statement, parameters)
        .await
        .map_err(|failure| Error::Unavailable(failure.into_detail()))
}

fn entry(key: String, version: i64, value: Vec<u8>) -> Result<Entry, Error> {
    Ok(Entry { key, value, version: u64::try_from(version).map_err(|_| unexpected())? })
}

fn columns<const N: usize>(row: RowResult) -> Result<[Value; N], Error> {
    row.values.try_into().map_err(|_| unexpected())
}

fn unexpected() -> Error {
    Error::Unavailable("SQLite answered in a form that the store does not know".to_owned())
}

#[allow(unsafe_code, reason = "generated code")]
mod export {
    use super::Store;

    crate::bindings::export!(Store with_types_in crate::bindings);
}
