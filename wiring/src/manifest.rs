//! The manifest as it is written: plain TOML in one order, for people and for `spin up`.

use crate::adapter::Variable;
use crate::component::{Component, Plug, Route};
use crate::wired::Wired;

/// Where the compiler puts components.
const RELEASE: &str = "target/wasm32-wasip2/release";

/// How long a line may be before its list is written one entry a line.
const LINE: usize = 120;

const HEAD: &str = r#"# Written by `cargo xtask wire` from wiring.toml and the adapters' adapter.toml: change those, then run it.

spin_manifest_version = 2

# contraflow: credit memos, refunds and account adjustments.
# Needs Spin 4.1 or newer (WASI 0.3). Every vendor is one adapter in a `dependencies` table.

[application]
name = "contraflow"
version = "0.1.0"
description = "Credit memos, refunds and account adjustments"

# How callers prove who they are, so that the embedded host reads nothing from strangers that it need not read; and which store it
# serves itself, over the adapter's own tables. Spin ignores this.
[application.tool.contraflow]
"#;

const VARIABLES: &str = r#"
[variables]
# Checks the tokens of people and of the clock, and makes none: what `contraflow public-key` prints. Two of them, with a
# space between, while one replaces the other.
auth_public_key = { required = true }
# The policy in force: a file below the mounted folder `policy`.
policy_file = { default = "/policy/default.toml" }
# Where people reach the console: for links in messages.
public_url = { default = "http://127.0.0.1:3000" }

# The provider of sign-ins (OpenID Connect): its issuer, exactly as its tokens name it. Empty: only our own tokens are taken.
oidc_issuer = { default = "" }
# The origin where its metadata are, such as https://login.example; and those of its keys and its token endpoint, where they are elsewhere.
oidc_origin = { default = "" }
oidc_keys_origin = { default = "" }
oidc_token_origin = { default = "" }
# The audience that its access tokens for the API must have.
oidc_audience = { default = "" }
# The member of its tokens by which people are named who come for the first time.
oidc_name_claim = { default = "email" }
# The member that lists their groups; dots lead into objects, as in realm_access.roles.
oidc_groups_claim = { default = "groups" }
# The roles that groups give, as JSON: {"Refund leads": ["approver:team-lead"]}.
oidc_roles = { default = "" }
# The algorithms that its tokens may be signed with.
oidc_algorithms = { default = "RS256 ES256 EdDSA" }
# The console's name at the provider, and its secret; without a name, people sign in to the console by tokens alone.
oidc_client_id = { default = "" }
oidc_client_secret = { default = "", secret = true }
# What the console asks the provider for: an ID token with the members that are named above.
oidc_scope = { default = "openid email profile groups" }
# The minutes without a call after which a session at the console ends, and the hours after which one ends in any case.
session_idle_minutes = { default = "30" }
session_hours = { default = "2" }

# Signs the events that other systems send to /webhooks/events: `whsec_` and at least 24 bytes of base64; two of them, with a space
# between, while one replaces the other. Empty: events come with a machine client's key alone.
events_webhook_secret = { default = "", secret = true }

# The virus scanner of stored files, as an origin such as https://scan.example; empty: files count without being scanned.
file_scan_url = { default = "" }
# The path there. Apart from the origin because allowed_outbound_hosts takes none.
file_scan_path = { default = "" }
# Signs the calls to it: `whsec_` and base64.
file_scan_secret = { default = "", secret = true }
"#;

const DEMO: &str = "# For trying contraflow without a vendor, on one's own machine: `contraflow up --demo` runs this instead of spin.toml.\n";

const BUILD: &str = r#"# One command builds every component, so one component names it.
[component.api.build]
command = "cargo build --target wasm32-wasip2 --release"
watch = ["functions/**/*.rs", "adapters/**/*.rs", "guest/src/**/*.rs", "domain/src/**/*.rs", "wit/**/*.wit", "**/Cargo.toml"]
"#;

/// The stores that the embedded host can serve in place of their adapter: its folder, and the host's name for it.
const NATIVE_STORES: [(&str, &str); 1] = [("adapters/store/sqlite", "sqlite")];

/// The names of the cookie of a session at the console; the first only over HTTPS.
const SESSION_COOKIES: [&str; 2] = ["__Host-contraflow_session", "contraflow_session"];

/// Writes the whole manifest.
pub fn written(
    wired: &Wired,
    is_demo: bool,
    intakes: &[Component],
    steps: &[Component],
    front: &[Component],
) -> String {
    let mut out = HEAD.to_owned();
    if is_demo {
        out.insert_str(0, DEMO);
    }
    let reached = || intakes.iter().chain(front);
    let routes = |of: fn(&Component) -> &[String]| reached().flat_map(of).cloned().collect::<Vec<_>>();
    out.push_str(&list("bearer_routes", &routes(|component| &component.bearer_routes)));
    out.push_str(&list("signed_routes", &routes(|component| &component.signed_routes)));
    out.push_str(&list("streamed_routes", &routes(|component| &component.streamed_routes)));
    out.push_str(&list("session_routes", &routes(|component| &component.session_routes)));
    out.push_str(&list("session_cookies", &SESSION_COOKIES.map(str::to_owned)));
    if let Some((_, name)) = NATIVE_STORES.iter().find(|(folder, _)| *folder == wired.store.folder) {
        out.push_str(&format!("native_store = {}\n", text(name)));
    }
    out.push_str(VARIABLES);
    for variables in wired.variables() {
        out.push('\n');
        variables.iter().for_each(|variable| out.push_str(&declaration(variable)));
    }
    section(&mut out, "what the outside reaches");
    for component in reached() {
        triggers(&mut out, component);
    }
    section(&mut out, "the steps: reached by chaining alone");
    for component in steps {
        triggers(&mut out, component);
    }
    for (title, components) in
        [("intake, one wiring for each source", intakes), ("the steps", steps), ("people and time", front)]
    {
        section(&mut out, title);
        components.iter().for_each(|one| table(&mut out, one));
    }
    out
}

fn section(out: &mut String, title: &str) {
    out.push_str(&format!("\n# ---------------------------------------------------------------- {title}\n"));
}

fn declaration(variable: &Variable) -> String {
    let Variable { name, doc, default, secret, required } = variable;
    let secret = if *secret { ", secret = true" } else { "" };
    let value = if *required { "required = true".to_owned() } else { format!("default = {}", text(default)) };
    format!("# {doc}\n{name} = {{ {value}{secret} }}\n")
}

fn triggers(out: &mut String, component: &Component) {
    let routes = match &component.route {
        Route::Public(routes) => routes.iter().map(|route| text(route)).collect(),
        Route::Private => vec!["{ private = true }".to_owned()],
    };
    for route in routes {
        if route == text("/webhooks/...") {
            out.push_str("\n# No source of that name: answered by a program for programs, not by the console.");
        }
        out.push_str(&format!("\n[[trigger.http]]\nroute = {route}\ncomponent = {}\n", text(&component.name)));
    }
}

fn table(out: &mut String, component: &Component) {
    out.push('\n');
    if let Some(comment) = component.comment {
        out.push_str(&format!("# {comment}\n"));
    }
    let name = &component.name;
    out.push_str(&format!("[component.{name}]\nsource = {}\n", text(&wasm(component.wasm))));
    if component.database {
        out.push_str("sqlite_databases = [\"default\"]\n");
    }
    if component.key_value {
        out.push_str("key_value_stores = [\"default\"]\n");
    }
    if !component.hosts.is_empty() {
        out.push_str(&list("allowed_outbound_hosts", &component.hosts));
    }
    if component.policy {
        out.push_str("files = [{ source = \"policy\", destination = \"/policy\" }]\n");
    }
    if !component.variables.is_empty() {
        out.push_str(&format!("[component.{name}.variables]\n"));
    }
    for (variable, value) in &component.variables {
        out.push_str(&format!("{variable} = {}\n", text(value)));
    }
    if !component.plugs.is_empty() {
        out.push_str(&format!("[component.{name}.dependencies]\n"));
        component.plugs.iter().for_each(|one| out.push_str(&plug(one)));
    }
    if name == "api" {
        out.push_str(BUILD);
    }
}

fn plug(plug: &Plug) -> String {
    let inherits: Vec<String> = plug.inherits.iter().map(|name| text(name)).collect();
    let path = text(&wasm(&plug.wasm));
    format!("{} = {{ path = {path}, inherit_configuration = [{}] }}\n", text(plug.contract), inherits.join(", "))
}

fn list(key: &str, entries: &[String]) -> String {
    let entries: Vec<String> = entries.iter().map(|entry| text(entry)).collect();
    let line = format!("{key} = [{}]\n", entries.join(", "));
    if line.len() <= LINE { line } else { format!("{key} = [\n    {},\n]\n", entries.join(",\n    ")) }
}

fn wasm(stem: &str) -> String {
    format!("{RELEASE}/{stem}.wasm")
}

/// Returns a text as TOML writes it.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}
