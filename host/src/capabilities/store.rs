//! Serves `contraflow:store` over the application's SQLite database, as the adapter `adapters/store/sqlite` does over
//! `spin:sqlite`: the same tables and statements, which stand in `tables`. A component whose manifest leaves the store
//! to the host reaches it in one call, without the adapter's instance, its memory and a stream of rows between them.

use contraflow_tables::request::{self, Change, Refusal};
use contraflow_tables::{answer, sql, statements, words};
use wasmtime::component::{Accessor, HasSelf, Linker};

use super::bindings::contraflow::store::key_value::{self, Check, CommitOutcome, Mutation};
use super::bindings::contraflow::store::key_value_read;
use super::bindings::contraflow::store::types::{self, Entry, Error, Page};
use crate::gate::{HostCallKind, Passed};
use crate::services::{DEFAULT_DATABASE, Databases};
use crate::sql::{Error as SqlError, Session, Value};
use crate::state::{Caller, State};

/// Lets components of this linker use the store.
pub fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    types::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    key_value_read::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    key_value::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

impl types::Host for State {}

impl key_value_read::Host for State {}

impl key_value::Host for State {}

impl<T: 'static> key_value_read::HostWithStore<T> for HasSelf<State> {
    async fn get(
        accessor: &Accessor<T, Self>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Option<Entry>>, Error>> {
        let wanted = match request::get(&keys) {
            Ok(wanted) => wanted,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let caller = accessor.with(|mut store| store.get().caller());
        let read = async {
            let rows = open(&caller).await?.look_up(sql::GET, &[Value::Text(wanted)])?.rows;
            Ok(answer::get(&keys, rows)?.into_iter().map(|found| found.map(Entry::from)).collect())
        };
        pass(&caller, || format!("get {}", keys.join(" ")), read).await
    }

    async fn scan(
        accessor: &Accessor<T, Self>,
        start: String,
        end: String,
        limit: u32,
    ) -> wasmtime::Result<Result<Page, Error>> {
        let range = format!("scan {start} {end}");
        let parameters = match request::scan(start, end, limit) {
            Ok(parameters) => parameters,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let caller = accessor.with(|mut store| store.get().caller());
        let read = async {
            let rows = open(&caller).await?.look_up(sql::SCAN, &parameters)?.rows;
            let answer::Page { entries, next } = answer::scan(rows)?;
            Ok(Page { entries: entries.into_iter().map(Entry::from).collect(), next })
        };
        pass(&caller, || range, read).await
    }
}

impl<T: 'static> key_value::HostWithStore<T> for HasSelf<State> {
    async fn commit(
        accessor: &Accessor<T, Self>,
        checks: Vec<Check>,
        mutations: Vec<Mutation>,
    ) -> wasmtime::Result<Result<CommitOutcome, Error>> {
        let wanted: Vec<_> = checks.iter().map(|check| (check.key.as_str(), check.version)).collect();
        let changes: Vec<_> = mutations.iter().map(change).collect();
        let commit = match request::commit(&wanted, &changes) {
            Ok(commit) => commit,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let caller = accessor.with(|mut store| store.get().caller());
        let written = || {
            let keys = changes.iter().map(|(Change::Put(key, _) | Change::Delete(key))| *key);
            format!("commit {}", keys.collect::<Vec<_>>().join(" "))
        };
        let write = async {
            let session = open(&caller).await?;
            let checked = Value::Text(commit.checks.clone());
            let rows = session.execute(sql::COMMIT.to_owned(), commit.into_parameters()).await?.rows;
            if let Some(version) = answer::commit(rows)? {
                return Ok(CommitOutcome::Committed(version));
            }
            let rows = session.look_up(sql::MOVED_ON, &[checked])?.rows;
            let checked = wanted.iter().map(|(key, _)| (*key).to_owned());
            Ok(CommitOutcome::Conflict(answer::moved_on(checked, rows)?))
        };
        pass(&caller, written, write).await
    }
}

fn change(mutation: &Mutation) -> Change<'_> {
    match mutation {
        Mutation::Put(pair) => Change::Put(&pair.key, &pair.value),
        Mutation::Delete(key) => Change::Delete(key),
    }
}

/// Lets a call through the gate if the component may use the database at all.
async fn pass<T>(
    caller: &Caller,
    detail: impl FnOnce() -> String,
    effect: impl Future<Output = Result<T, Error>>,
) -> wasmtime::Result<Result<T, Error>> {
    if !caller.component().sqlite_databases.contains(DEFAULT_DATABASE) {
        return Ok(Err(Error::Unavailable(words::DENIED.to_owned())));
    }
    let describe = || (caller.name().to_owned(), HostCallKind::Store, detail());
    Ok(match caller.services().gate.pass(describe, effect).await? {
        Passed::Done(result) => result,
        Passed::FailedBefore | Passed::FailedAfter => Err(Error::Unavailable("failed by the interceptor".to_owned())),
    })
}

/// Opens the database; the first call of all makes the tables where they are missing.
async fn open(caller: &Caller) -> Result<Box<dyn Session>, SqlError> {
    let services = caller.services();
    let session = services.databases(Databases::Sqlite).open(DEFAULT_DATABASE).await?;
    services.store_tables.get_or_try_init(|| make_tables(&*session)).await?;
    Ok(session)
}

async fn make_tables(session: &dyn Session) -> Result<(), SqlError> {
    // The view is made last: where it is, everything is.
    match session.look_up(sql::READY, &[]) {
        Ok(_) => return Ok(()),
        Err(SqlError::Engine(said)) if words::lacks_tables(&said) => {}
        Err(other) => return Err(other),
    }
    for statement in statements(sql::SCHEMA) {
        session.execute(statement, Vec::new()).await?;
    }
    Ok(())
}

impl From<answer::Entry> for Entry {
    fn from(answer::Entry { key, value, version }: answer::Entry) -> Self {
        Self { key, value, version }
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

impl From<SqlError> for Error {
    /// SQLite's own words may name files and tables: they are for the log alone.
    fn from(error: SqlError) -> Self {
        let told = match &error {
            SqlError::NoSuchDatabase => words::NO_DATABASE,
            SqlError::Full => words::FULL,
            SqlError::Engine(said) if words::is_locked(said) => words::HELD,
            SqlError::Closed | SqlError::Engine(_) => {
                tracing::error!("the store: {error}");
                words::FAILED
            }
        };
        Self::Unavailable(told.to_owned())
    }
}
