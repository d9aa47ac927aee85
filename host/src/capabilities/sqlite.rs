//! Implements `spin:sqlite@3.1`.

use std::sync::Arc;

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::bindings::spin::sqlite::sqlite::{
    Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
};
use super::opened::Connection;
use crate::gate::{HostCallKind, Passed};
use crate::services::Databases;
use crate::sql::{self, Rows, Session};
use crate::state::{Caller, State};

async fn open(caller: Caller, label: String) -> wasmtime::Result<Result<Connection, Error>> {
    if !caller.component().sqlite_databases.contains(&label) {
        tracing::warn!(
            component = caller.name(),
            "denied: the database `{label}`; to allow it, add sqlite_databases = [\"{label}\"] to [component.{}]",
            caller.name()
        );
        return Ok(Err(Error::AccessDenied));
    }
    let describe = || (caller.name().to_owned(), HostCallKind::SqliteOpen, label.clone());
    let opened =
        caller.services().gate.pass(describe, caller.services().databases(Databases::Sqlite).open(&label)).await?;
    Ok(match opened {
        Passed::Done(Ok(session)) => Ok(Connection(Arc::from(session))),
        Passed::Done(Err(error)) => Err(translate(error)),
        Passed::FailedBefore | Passed::FailedAfter => Err(intercepted()),
    })
}

async fn execute(
    caller: Caller,
    session: Arc<dyn Session>,
    statement: String,
    parameters: Vec<Value>,
) -> wasmtime::Result<Result<Rows, Error>> {
    let detail = if caller.services().gate.intercepts() { statement.clone() } else { String::new() };
    let describe = || (caller.name().to_owned(), HostCallKind::SqliteExecute, detail);
    let parameters = parameters.into_iter().map(into_sql).collect();
    let executed = caller.services().gate.pass(describe, session.execute(statement, parameters)).await?;
    Ok(match executed {
        Passed::Done(result) => result.map_err(translate),
        Passed::FailedBefore | Passed::FailedAfter => Err(intercepted()),
    })
}

fn intercepted() -> Error {
    Error::Io("failed by the interceptor".to_owned())
}

fn translate(error: sql::Error) -> Error {
    match error {
        sql::Error::NoSuchDatabase => Error::NoSuchDatabase,
        sql::Error::Full => Error::DatabaseFull,
        sql::Error::Closed => Error::InvalidConnection,
        sql::Error::Engine(message) => Error::Io(message),
    }
}

fn into_sql(value: Value) -> sql::Value {
    match value {
        Value::Integer(number) => sql::Value::Integer(number),
        Value::Real(number) => sql::Value::Real(number),
        Value::Text(text) => sql::Value::Text(text),
        Value::Blob(bytes) => sql::Value::Blob(bytes),
        Value::Null => sql::Value::Null,
    }
}

fn from_sql(value: sql::Value) -> Value {
    match value {
        sql::Value::Integer(number) => Value::Integer(number),
        sql::Value::Real(number) => Value::Real(number),
        sql::Value::Text(text) => Value::Text(text),
        sql::Value::Blob(bytes) => Value::Blob(bytes),
        sql::Value::Null => Value::Null,
    }
}

fn row_results(rows: Vec<Vec<sql::Value>>) -> Vec<RowResult> {
    rows.into_iter().map(|values| RowResult { values: values.into_iter().map(from_sql).collect() }).collect()
}

impl Host for State {}

impl HostConnection for State {
    async fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        Ok(match open(self.caller(), database).await? {
            Ok(connection) => Ok(self.table.push(connection)?),
            Err(error) => Err(error),
        })
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let session = self.table.get(&connection)?.0.clone();
        let result = execute(self.caller(), session, statement, parameters).await?;
        Ok(result.map(|rows| QueryResult { columns: rows.columns, rows: row_results(rows.rows) }))
    }

    async fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        Ok(self.table.get(&connection)?.0.last_insert_rowid())
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&connection)?.0.changes())
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        Ok(())
    }
}

type Streamed = (Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>);

impl<T: 'static> HostConnectionWithStore<T> for HasSelf<State> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let caller = accessor.with(|mut store| store.get().caller());
        Ok(match open(caller, database).await? {
            Ok(connection) => Ok(accessor.with(|mut store| store.get().table.push(connection))?),
            Err(error) => Err(error),
        })
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Streamed, Error>> {
        let (caller, session) = accessor.with(|mut store| {
            let state = store.get();
            wasmtime::error::Ok((state.caller(), state.table.get(&connection)?.0.clone()))
        })?;
        match execute(caller, session, statement, parameters).await? {
            Ok(rows) => accessor.with(|mut store| {
                let stream = StreamReader::new(&mut store, row_results(rows.rows))?;
                let finished = FutureReader::new(&mut store, async { wasmtime::error::Ok(Ok(())) })?;
                Ok(Ok((rows.columns, stream, finished)))
            }),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        accessor.with(|mut store| Ok(store.get().table.get(&connection)?.0.last_insert_rowid()))
    }

    async fn changes_async(accessor: &Accessor<T, Self>, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        accessor.with(|mut store| Ok(store.get().table.get(&connection)?.0.changes()))
    }
}
