//! The contract's side.

use contraflow_tables::request::{self, Change, Refusal};
use contraflow_tables::{answer, sql};
use spin_sdk::sqlite::Value;

use crate::bindings::exports::contraflow::store::key_value::{self, Check, CommitOutcome, Mutation};
use crate::bindings::exports::contraflow::store::key_value_read::{self, Entry, Error, Page};

struct Store;

impl key_value_read::Guest for Store {
    async fn get(keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        let wanted = request::get(&keys)?;
        let rows = run(sql::GET, vec![Value::Text(wanted)]).await?;
        Ok(answer::get(&keys, rows)?.into_iter().map(|found| found.map(Entry::from)).collect())
    }

    async fn scan(start: String, end: String, limit: u32) -> Result<Page, Error> {
        let parameters = request::scan(start, end, limit)?;
        let rows = run(sql::SCAN, parameters.into_iter().map(given).collect()).await?;
        let answer::Page { entries, next } = answer::scan(rows)?;
        Ok(Page { entries: entries.into_iter().map(Entry::from).collect(), next })
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
        let checked = Value::Text(commit.checks.clone());
        let rows = run(sql::COMMIT, commit.into_parameters().into_iter().map(given).collect()).await?;
        if let Some(version) = answer::commit(rows)? {
            return Ok(CommitOutcome::Committed(version));
        }
        let rows = run(sql::MOVED_ON, vec![checked]).await?;
        Ok(CommitOutcome::Conflict(answer::moved_on(checks.into_iter().map(|check| check.key), rows)?))
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

impl From<answer::UnexpectedError> for Error {
    fn from(error: answer::UnexpectedError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<answer::Entry> for Entry {
    fn from(answer::Entry { key, value, version }: answer::Entry) -> Self {
        Self { key, value, version }
    }
}

async fn run(statement: &str, parameters: Vec<Value>) -> Result<Vec<Vec<contraflow_tables::Value>>, Error> {
    let rows = contraflow_adapter_sqlite::run(sql::SCHEMA, statement, parameters).await;
    let rows = rows.map_err(|failure| Error::Unavailable(failure.into_detail()))?;
    Ok(rows.into_iter().map(|row| row.values.into_iter().map(taken).collect()).collect())
}

fn given(value: contraflow_tables::Value) -> Value {
    match value {
        contraflow_tables::Value::Integer(number) => Value::Integer(number),
        contraflow_tables::Value::Real(number) => Value::Real(number),
        contraflow_tables::Value::Text(text) => Value::Text(text),
        contraflow_tables::Value::Blob(bytes) => Value::Blob(bytes),
        contraflow_tables::Value::Null => Value::Null,
    }
}

fn taken(value: Value) -> contraflow_tables::Value {
    match value {
        Value::Integer(number) => contraflow_tables::Value::Integer(number),
        Value::Real(number) => contraflow_tables::Value::Real(number),
        Value::Text(text) => contraflow_tables::Value::Text(text),
        Value::Blob(bytes) => contraflow_tables::Value::Blob(bytes),
        Value::Null => contraflow_tables::Value::Null,
    }
}

#[allow(unsafe_code, reason = "generated code")]
mod export {
    use super::Store;

    crate::bindings::export!(Store with_types_in crate::bindings);
}
