//! Implements `spin:variables@3`.

use wasmtime::component::{Accessor, HasSelf};

use super::bindings::spin::variables::variables::{Error, Host, HostWithStore};
use crate::gate::{HostCallKind, Passed};
use crate::state::State;

impl Host for State {}

impl<T: 'static> HostWithStore<T> for HasSelf<State> {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> wasmtime::Result<Result<String, Error>> {
        let caller = accessor.with(|mut store| store.get().caller());
        let valid = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !valid {
            return Ok(Err(Error::InvalidName(name)));
        }
        let describe = || (caller.name().to_owned(), HostCallKind::Variable, name.clone());
        let value = async { caller.component().variables.get(&name).cloned() };
        Ok(match caller.services().gate.pass(describe, value).await? {
            Passed::Done(Some(value)) => Ok(value),
            Passed::Done(None) => Err(Error::Undefined(name)),
            Passed::FailedBefore | Passed::FailedAfter => Err(Error::Provider("failed by the interceptor".to_owned())),
        })
    }
}
