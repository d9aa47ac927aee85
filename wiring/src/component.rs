//! A component of the application, before it is written down.

use crate::adapter::{Adapter, Use};

/// How a component is reached.
pub enum Route {
    /// From outside, at these addresses.
    Public(Vec<String>),
    /// By the other components alone.
    Private,
}

/// An adapter behind one of a component's imports.
pub struct Plug {
    /// The contract that the component imports.
    pub contract: &'static str,
    /// The file of the adapter.
    pub wasm: String,
    /// What of the component's configuration the adapter sees.
    pub inherits: Vec<&'static str>,
}

/// A component and all that it may do.
pub struct Component {
    /// What it is called.
    pub name: String,
    /// The file of the function, which several components may share.
    pub wasm: &'static str,
    /// How it is reached.
    pub route: Route,
    /// The routes whose callers prove who they are by a bearer token.
    pub bearer_routes: Vec<String>,
    /// The routes whose callers sign what they send.
    pub signed_routes: Vec<String>,
    /// The routes whose callers prove who they are by the cookie of a session, where they need to.
    pub session_routes: Vec<String>,
    /// The routes whose bodies it reads while they come in.
    pub streamed_routes: Vec<String>,
    /// What a reader of the manifest should know.
    pub comment: Option<&'static str>,
    /// Whether it or one of its adapters uses the database.
    pub database: bool,
    /// Whether it keeps what may be lost in the key-value store.
    pub key_value: bool,
    /// The hosts that it may call.
    pub hosts: Vec<String>,
    /// Whether it reads the policy.
    pub policy: bool,
    /// Its variables: each with its value, in which the application's variables may be named.
    pub variables: Vec<(String, String)>,
    /// What stands behind its imports.
    pub plugs: Vec<Plug>,
}

impl Component {
    /// Returns a component that may do nothing yet.
    pub fn new(name: impl Into<String>, wasm: &'static str, route: Route) -> Self {
        Self {
            name: name.into(),
            wasm,
            route,
            bearer_routes: Vec::new(),
            signed_routes: Vec::new(),
            session_routes: Vec::new(),
            streamed_routes: Vec::new(),
            comment: None,
            database: false,
            key_value: false,
            hosts: Vec::new(),
            policy: false,
            variables: Vec::new(),
            plugs: Vec::new(),
        }
    }

    /// Lets it recognise people and the clock by their tokens, and ask the component `auth` about those of others.
    /// Steps do without: only the application itself reaches them. The key checks tokens and makes none.
    pub fn recognising_callers(self) -> Self {
        self.variable("auth_public_key").calling(["auth".to_owned()])
    }

    /// Lets it keep what may be lost in the key-value store.
    pub fn with_key_value(mut self) -> Self {
        self.key_value = true;
        self
    }

    /// Lets it reach hosts outside: variables that name origins.
    pub fn reaching(mut self, origins: &[&str]) -> Self {
        self.hosts.extend(origins.iter().map(|name| format!("{{{{ {name} }}}}")));
        self
    }

    /// Takes requests at these routes from whoever has a bearer token.
    pub fn for_bearers(mut self, routes: &[&str]) -> Self {
        self.bearer_routes.extend(routes.iter().map(|route| (*route).to_owned()));
        self
    }

    /// Takes messages at this route from whoever signs them.
    pub fn for_signers(mut self, route: &str) -> Self {
        self.signed_routes.push(route.to_owned());
        self
    }

    /// Serves people at this route, who sign in there and then come with the cookie of their session.
    pub fn for_sessions(mut self, route: &str) -> Self {
        self.session_routes.push(route.to_owned());
        self
    }

    /// Reads bodies at this route while they come in.
    pub fn streaming(mut self, route: &str) -> Self {
        self.streamed_routes.push(route.to_owned());
        self
    }

    /// Gives it one of the application's variables.
    pub fn variable(mut self, name: &str) -> Self {
        if !self.variables.iter().any(|(known, _)| known == name) {
            self.variables.push((name.to_owned(), format!("{{{{ {name} }}}}")));
        }
        self
    }

    /// Gives it a value of its own, which nobody sets from outside.
    pub fn with(mut self, name: &str, value: String) -> Self {
        self.variables.push((name.to_owned(), value));
        self
    }

    /// Lets it read the policy in force.
    pub fn with_policy(mut self) -> Self {
        self.policy = true;
        self.variable("policy_file")
    }

    /// Lets it call these components of the application.
    pub fn calling(mut self, components: impl IntoIterator<Item = String>) -> Self {
        self.hosts.extend(components.into_iter().map(|name| format!("http://{name}.spin.internal")));
        self
    }

    /// Puts an adapter behind one of its imports, with what the adapter needs for that and nothing else.
    pub fn plug(mut self, adapter: &Adapter, purpose: Use) -> Self {
        let needs = adapter.needs(purpose).cloned().unwrap_or_default();
        let mut inherits = Vec::new();
        if !needs.hosts.is_empty() {
            inherits.push("allowed_outbound_hosts");
        }
        if needs.database {
            inherits.push("sqlite_databases");
        }
        if !needs.variables.is_empty() {
            inherits.push("variables");
        }
        self.database |= needs.database;
        self.hosts.extend(needs.hosts);
        self.plugs.push(Plug { contract: purpose.contract(), wasm: adapter.wasm.clone(), inherits });
        needs.variables.iter().fold(self, |component, name| component.variable(name))
    }
}
