//! Implements `spin:key-value@3` with one table in a SQLite file of its own. It is for data that may be lost; money is
//! never in it.

use std::sync::Arc;

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use super::opened::Store;
use crate::gate::{HostCallKind, Passed};
use crate::services::Databases;
use crate::sql::{self, Value};
use crate::state::{Caller, State};

const CREATE: &str = "CREATE TABLE IF NOT EXISTS entry(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID";
const GET: &str = "SELECT value FROM entry WHERE key = ?1";
const SET: &str = "INSERT INTO entry(key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM entry WHERE key = ?1";
const KEYS: &str = "SELECT key FROM entry ORDER BY key";

async fn open(caller: Caller, label: String) -> wasmtime::Result<Result<Store, Error>> {
    if !caller.component().key_value_stores.contains(&label) {
        tracing::warn!(
            component = caller.name(),
            "denied: the key-value store `{label}`; to allow it, add key_value_stores = [\"{label}\"] to [component.{}]",
            caller.name()
        );
        return Ok(Err(Error::AccessDenied));
    }
    let opened = async {
        let session = caller.services().databases(Databases::KeyValue).open(&label).await?;
        session.execute(CREATE.to_owned(), Vec::new()).await?;
        Ok(session)
    };
    let describe = || (caller.name().to_owned(), HostCallKind::KeyValue, format!("open {label}"));
    Ok(match caller.services().gate.pass(describe, opened).await? {
        Passed::Done(Ok(session)) => Ok(Store(Arc::from(session))),
        Passed::Done(Err(sql::Error::NoSuchDatabase)) => Err(Error::NoSuchStore),
        Passed::Done(Err(error)) => Err(Error::Other(error.to_string())),
        Passed::FailedBefore | Passed::FailedAfter => Err(intercepted()),
    })
}

fn intercepted() -> Error {
    Error::Other("failed by the interceptor".to_owned())
}

/// Runs one statement on the store behind `resource`; `operation` is what an interceptor sees.
async fn run<T: 'static>(
    accessor: &Accessor<T, HasSelf<State>>,
    resource: &Resource<Store>,
    operation: String,
    statement: &str,
    parameters: Vec<Value>,
) -> wasmtime::Result<Result<Vec<Vec<Value>>, Error>> {
    let (caller, session) = accessor.with(|mut store| {
        let state = store.get();
        wasmtime::error::Ok((state.caller(), state.table.get(resource)?.0.clone()))
    })?;
    let describe = || (caller.name().to_owned(), HostCallKind::KeyValue, operation);
    let executed = caller.services().gate.pass(describe, session.execute(statement.to_owned(), parameters)).await?;
    Ok(match executed {
        Passed::Done(Ok(rows)) => Ok(rows.rows),
        Passed::Done(Err(error)) => Err(Error::Other(error.to_string())),
        Passed::FailedBefore | Passed::FailedAfter => Err(intercepted()),
    })
}

fn first_value(rows: Vec<Vec<Value>>) -> Option<Vec<u8>> {
    match rows.into_iter().flatten().next() {
        Some(Value::Blob(bytes)) => Some(bytes),
        Some(Value::Text(text)) => Some(text.into_bytes()),
        _ => None,
    }
}

fn keys(rows: Vec<Vec<Value>>) -> Vec<String> {
    let text = |value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    };
    rows.into_iter().flatten().filter_map(text).collect()
}

impl Host for State {}

impl HostStore for State {
    async fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

impl<T: 'static> HostStoreWithStore<T> for HasSelf<State> {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> wasmtime::Result<Result<Resource<Store>, Error>> {
        let caller = accessor.with(|mut store| store.get().caller());
        Ok(match open(caller, label).await? {
            Ok(opened) => Ok(accessor.with(|mut store| store.get().table.push(opened))?),
            Err(error) => Err(error),
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let rows = run(accessor, &store, format!("get {key}"), GET, vec![Value::Text(key)]).await?;
        Ok(rows.map(first_value))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let parameters = vec![Value::Text(key.clone()), Value::Blob(value)];
        Ok(run(accessor, &store, format!("set {key}"), SET, parameters).await?.map(drop))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        Ok(run(accessor, &store, format!("delete {key}"), DELETE, vec![Value::Text(key)]).await?.map(drop))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let rows = run(accessor, &store, format!("exists {key}"), GET, vec![Value::Text(key)]).await?;
        Ok(rows.map(|rows| !rows.is_empty()))
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match run(accessor, &store, "get-keys".to_owned(), KEYS, Vec::new()).await? {
            Ok(rows) => (keys(rows), Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        accessor.with(|mut store| {
            let stream = StreamReader::new(&mut store, keys)?;
            Ok((stream, FutureReader::new(&mut store, async { wasmtime::error::Ok(end) })?))
        })
    }
}
