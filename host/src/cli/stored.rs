//! Opens the application over a state folder for a command that reads what is stored.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use bytes::Bytes;
use clap::Args;
use contraflow_host::local_auth::{LocalUser, PUBLIC_KEY_VARIABLE, local_key, public_key, sign};
use contraflow_host::{Host, HostOptions, Manifest};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Builder;
use http::{Request, Response};

use super::cache::Cache;
use super::store::Store;

/// Names what is read. A host may serve it meanwhile.
#[derive(Args)]
pub(super) struct Stored {
    /// The state folder to read.
    #[arg(long, default_value = ".state", value_name = "DIR")]
    pub(super) state: PathBuf,
    /// The application's manifest.
    #[arg(long, default_value = "spin.toml", value_name = "FILE")]
    manifest: PathBuf,
    #[command(flatten)]
    store: Store,
    #[command(flatten)]
    cache: Cache,
}

/// Holds an application that answers this command alone.
pub(super) struct Opened {
    pub(super) host: Host,
    pub(super) key: String,
}

impl Stored {
    /// Starts the application over the folder.
    ///
    /// # Errors
    /// Where there is no database: then a command that finds nothing wrong would have looked at nothing.
    pub(super) fn open(&self) -> Result<Opened> {
        let state = &self.state;
        ensure!(state.is_dir(), "there is no state folder {}: name it with --state", state.display());
        Host::examine(state)?;
        let database = Host::database(state);
        ensure!(
            database.is_file(),
            "there is no {}, so there is nothing to read: name the folder that the host uses with --state",
            database.display()
        );
        let manifest = self.store.chosen(Manifest::load(&self.manifest)?);
        let key = local_key(state)?;
        let mut options = HostOptions { state_dir: state.clone(), ..HostOptions::default() };
        options.variables.insert(PUBLIC_KEY_VARIABLE.to_owned(), public_key(&key));
        let application = tokio::task::block_in_place(|| self.cache.compile(&manifest, state))?;
        Ok(Opened { host: Host::start(application, options)?, key })
    }
}

impl Opened {
    /// Reads a page of a route as somebody of that name and role, from the cursor on.
    ///
    /// # Errors
    /// Whatever the application answers but a success.
    pub(super) async fn page(
        &self,
        name: &str,
        role: &str,
        route: &str,
        cursor: Option<&str>,
    ) -> Result<Response<Bytes>> {
        let query = cursor.map(|cursor| format!("?cursor={}", cursor.replace('%', "%25"))).unwrap_or_default();
        self.call(name, role, Request::get(format!("{route}{query}")), Vec::new()).await
    }

    /// Posts JSON to a route as somebody of that name and role.
    ///
    /// # Errors
    /// Whatever the application answers but a success.
    pub(super) async fn post(&self, name: &str, role: &str, route: &str, body: Vec<u8>) -> Result<Response<Bytes>> {
        self.call(name, role, Request::post(route).header(CONTENT_TYPE, "application/json"), body).await
    }

    async fn call(&self, name: &str, role: &str, request: Builder, body: Vec<u8>) -> Result<Response<Bytes>> {
        let token = sign(&self.key, &LocalUser { name, roles: &[role] }, 1)?;
        let request = request.header("host", "localhost").header(AUTHORIZATION, format!("Bearer {token}"));
        let response = self.host.handle(request.body(Bytes::from(body))?).await?;
        let body = String::from_utf8_lossy(response.body());
        ensure!(response.status().is_success(), "the application answered {}: {body}", response.status());
        Ok(response)
    }
}
