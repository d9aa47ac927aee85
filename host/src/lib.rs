//! Runs a spin.toml and its components on one machine, in one process: the embedded host.
//!
//! It implements exactly the Spin interfaces that the components import, on top of the parts that Spin is made of:
//! wasmtime's `ProxyHandler`, wac-graph, rusqlite. It knows WIT and spin.toml, never what the application is about.
//!
//! [`Manifest::load`] reads, [`Application::compile`] composes and compiles once, [`Host::start`] runs; one application
//! may be started many times in one process. Every call from a component to the host passes one [`Interceptor`].

mod activity;
mod allowed;
mod application;
mod artifacts;
mod body;
mod capabilities;
pub mod compact;
mod component;
mod compose;
mod dispatch;
mod edge;
mod engine;
mod gate;
mod health;
mod host;
mod host_name;
pub mod limits;
mod linker;
pub mod local_auth;
mod manifest;
mod options;
mod outbound;
pub mod private_files;
mod proxies;
mod readiness;
mod receive;
pub mod record;
mod refusal;
mod respond;
mod router;
pub mod secret_file;
mod serve;
mod services;
pub mod sql;
mod state;
pub mod state_lock;
mod template;
mod trace;
mod wasi;
mod worker;

pub use allowed::AllowedHosts;
pub use application::{Application, Progress};
pub use component::resolve_variables;
pub use gate::{AbandonedError, BoxFuture, HostCall, HostCallKind, Interceptor, Verdict};
pub use host::Host;
pub use limits::{Limits, Rate};
pub use manifest::{
    ComponentSpec, DependencySpec, FileMount, Manifest, Proof, RouteSpec, VariableSpec, environment_name,
};
pub use options::HostOptions;
pub use outbound::{Outbound, OutboundError};
pub use proxies::Proxies;
pub use sql::sqlite::{ExaminationError, SqliteSync};
pub use trace::TraceContext;
pub use wasi::Clock;
