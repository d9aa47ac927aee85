//! Refuses the capabilities that a dependency does not inherit, in the same way as Spin.

use wasmtime::component::{Accessor, FutureReader, HasData, Linker, Resource, StreamReader};
use wasmtime::{Error, Result};
use wasmtime_wasi_http::p3::bindings::http::types::{ErrorCode, Request, Response};

use super::bindings::spin::{key_value::key_value, sqlite::sqlite, variables::variables};
use super::opened::{Connection, Store};
use crate::compose::DENIABLE;
use crate::state::State;

/// Refuses whatever it is asked for.
struct Denied;

impl HasData for Denied {
    type Data<'a> = Denied;
}

/// Adds the refusals to the linker, under the names that the composition gives them.
pub fn add_to_linker(linker: &mut Linker<State>) -> Result<()> {
    for (capability, _, refusal) in DENIABLE {
        let mut instance = linker.instance(refusal)?;
        match capability {
            "sqlite_databases" => sqlite::add_to_linker_instance::<_, Denied>(&mut instance, |_| Denied)?,
            "key_value_stores" => key_value::add_to_linker_instance::<_, Denied>(&mut instance, |_| Denied)?,
            "variables" => variables::add_to_linker_instance::<_, Denied>(&mut instance, |_| Denied)?,
            _ => instance.func_wrap_concurrent("send", |_: &Accessor<State>, (_,): (Resource<Request>,)| {
                let denied: std::result::Result<Resource<Response>, ErrorCode> = Err(ErrorCode::HttpRequestDenied);
                Box::pin(std::future::ready(Ok((denied,))))
            })?,
        }
    }
    Ok(())
}

/// Fails, because nothing can be opened here and so nothing open can be used.
fn unopened<T>() -> Result<T> {
    Err(Error::msg("a capability was used that was never given"))
}

impl sqlite::Host for Denied {}

impl sqlite::HostConnection for Denied {
    async fn open(&mut self, _: String) -> Result<std::result::Result<Resource<Connection>, sqlite::Error>> {
        Ok(Err(sqlite::Error::AccessDenied))
    }

    async fn execute(
        &mut self,
        _: Resource<Connection>,
        _: String,
        _: Vec<sqlite::Value>,
    ) -> Result<std::result::Result<sqlite::QueryResult, sqlite::Error>> {
        unopened()
    }

    async fn last_insert_rowid(&mut self, _: Resource<Connection>) -> Result<i64> {
        unopened()
    }

    async fn changes(&mut self, _: Resource<Connection>) -> Result<u64> {
        unopened()
    }

    async fn drop(&mut self, _: Resource<Connection>) -> Result<()> {
        unopened()
    }
}

type Streamed = (Vec<String>, StreamReader<sqlite::RowResult>, FutureReader<std::result::Result<(), sqlite::Error>>);

impl<T: 'static> sqlite::HostConnectionWithStore<T> for Denied {
    async fn open_async(
        _: &Accessor<T, Self>,
        _: String,
    ) -> Result<std::result::Result<Resource<Connection>, sqlite::Error>> {
        Ok(Err(sqlite::Error::AccessDenied))
    }

    async fn execute_async(
        _: &Accessor<T, Self>,
        _: Resource<Connection>,
        _: String,
        _: Vec<sqlite::Value>,
    ) -> Result<std::result::Result<Streamed, sqlite::Error>> {
        unopened()
    }

    async fn last_insert_rowid_async(_: &Accessor<T, Self>, _: Resource<Connection>) -> Result<i64> {
        unopened()
    }

    async fn changes_async(_: &Accessor<T, Self>, _: Resource<Connection>) -> Result<u64> {
        unopened()
    }
}

impl variables::Host for Denied {}

impl<T: 'static> variables::HostWithStore<T> for Denied {
    async fn get(_: &Accessor<T, Self>, name: String) -> Result<std::result::Result<String, variables::Error>> {
        Ok(Err(variables::Error::Undefined(name)))
    }
}

impl key_value::Host for Denied {}

impl key_value::HostStore for Denied {
    async fn drop(&mut self, _: Resource<Store>) -> Result<()> {
        unopened()
    }
}

impl<T: 'static> key_value::HostStoreWithStore<T> for Denied {
    async fn open(_: &Accessor<T, Self>, _: String) -> Result<std::result::Result<Resource<Store>, key_value::Error>> {
        Ok(Err(key_value::Error::AccessDenied))
    }

    async fn get(
        _: &Accessor<T, Self>,
        _: Resource<Store>,
        _: String,
    ) -> Result<std::result::Result<Option<Vec<u8>>, key_value::Error>> {
        unopened()
    }

    async fn set(
        _: &Accessor<T, Self>,
        _: Resource<Store>,
        _: String,
        _: Vec<u8>,
    ) -> Result<std::result::Result<(), key_value::Error>> {
        unopened()
    }

    async fn delete(
        _: &Accessor<T, Self>,
        _: Resource<Store>,
        _: String,
    ) -> Result<std::result::Result<(), key_value::Error>> {
        unopened()
    }

    async fn exists(
        _: &Accessor<T, Self>,
        _: Resource<Store>,
        _: String,
    ) -> Result<std::result::Result<bool, key_value::Error>> {
        unopened()
    }

    async fn get_keys(
        _: &Accessor<T, Self>,
        _: Resource<Store>,
    ) -> Result<(StreamReader<String>, FutureReader<std::result::Result<(), key_value::Error>>)> {
        unopened()
    }
}
