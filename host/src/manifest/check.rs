//! Finds what a manifest's author should know before the application runs.

use std::collections::BTreeSet;

use super::{ComponentSpec, DependencySpec, Manifest, NATIVE_STORE};
use crate::allowed::AllowedHosts;
use crate::host_name::HostName;
use crate::template;

/// Lists the capabilities that Spin passes on to a dependency; it ignores every other name in silence.
const CAPABILITIES: [&str; 7] = [
    "ai_models",
    "allowed_outbound_hosts",
    "environment",
    "files",
    "key_value_stores",
    "sqlite_databases",
    "variables",
];

pub(super) fn check(manifest: &Manifest) -> Vec<String> {
    let mut findings = Vec::new();
    check_routes(manifest, &mut findings);
    if let Some(other) = manifest.native_store.as_deref().filter(|store| *store != NATIVE_STORE) {
        findings.push(format!(
            "[application.tool.contraflow] native_store: this host can serve `{NATIVE_STORE}` itself, not `{other}`; the adapter does"
        ));
    }
    for (id, component) in &manifest.components {
        check_component(manifest, id, component, &mut findings);
    }
    for (name, variable) in &manifest.variables {
        if variable.required && variable.default.is_some() {
            findings.push(format!("[variables] {name}: either `required` or a `default`, not both"));
        }
        if !variable.required && variable.default.is_none() {
            findings.push(format!("[variables] {name}: give it a `default`, or `required = true`"));
        }
    }
    findings
}

fn check_routes(manifest: &Manifest, findings: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for route in &manifest.routes {
        if let Some(path) = &route.path
            && !seen.insert(path.as_str())
        {
            findings.push(format!("[[trigger.http]]: the route {path} is there twice"));
        }
    }
    for route in &manifest.unknown_routes {
        findings.push(format!("[application.tool.contraflow]: no trigger has the route {route}"));
    }
    for id in manifest.components.keys() {
        if !manifest.routes.iter().any(|route| route.component == *id) {
            findings.push(format!("[component.{id}] has no trigger: nobody can reach it"));
        }
    }
}

fn check_component(manifest: &Manifest, id: &str, component: &ComponentSpec, findings: &mut Vec<String>) {
    let mut find = |key: &str, problem: String| findings.push(format!("[component.{id}] {key}: {problem}"));
    for key in &component.unknown_keys {
        find(key, "Spin does not know this key".to_owned());
    }
    for entry in &component.allowed_outbound_hosts {
        check_host(manifest, entry, &mut |problem| find("allowed_outbound_hosts", problem));
    }
    let templates = component.variables.values().chain(&component.allowed_outbound_hosts);
    for name in templates.flat_map(|text| template::names(text)) {
        if !manifest.variables.contains_key(&name) {
            find("variables", format!("`{name}` is not among [variables]"));
        }
    }
    for label in component.sqlite_databases.iter().filter(|label| *label != "default") {
        find("sqlite_databases", format!("only `default` exists without a runtime configuration, not `{label}`"));
    }
    for label in component.key_value_stores.iter().filter(|label| *label != "default") {
        find("key_value_stores", format!("only `default` exists without a runtime configuration, not `{label}`"));
    }
    for mount in component.files.iter().filter(|mount| !mount.destination.starts_with('/')) {
        find("files", format!("`{}` must begin with a slash", mount.destination));
    }
    for (name, dependency) in &component.dependencies {
        check_dependency(component, name, dependency, &mut find);
    }
}

fn check_host(manifest: &Manifest, entry: &str, find: &mut dyn FnMut(String)) {
    // An entry with variables can only be checked when a host starts and fills them in.
    if !entry.contains("{{")
        && let Err(error) = AllowedHosts::parse([entry])
    {
        find(format!("{error:#}"));
        return;
    }
    let host = entry.split_once("://").map_or(entry, |(_, rest)| rest);
    let host = HostName::of(host.split(['/', ':']).next().unwrap_or_default());
    match host.component() {
        Some("*") => {}
        Some(target) if manifest.component(target).is_some() => {}
        Some(target) => find(format!("`{entry}`: there is no [component.{target}], and calling it traps on Spin")),
        None if host.as_str().contains('*') => find(format!("`{entry}` opens more than one host: name the host")),
        None => {}
    }
}

fn check_dependency(
    component: &ComponentSpec,
    name: &str,
    dependency: &DependencySpec,
    find: &mut dyn FnMut(&str, String),
) {
    let key = format!("dependencies.\"{name}\"");
    if dependency.inherits_everything {
        find(&key, "name what it inherits instead of `true`".to_owned());
    }
    for capability in &dependency.inherit_configuration {
        if !CAPABILITIES.contains(&capability.as_str()) {
            find(&key, format!("`{capability}` is not a capability; Spin ignores it in silence"));
            continue;
        }
        let granted = match capability.as_str() {
            "allowed_outbound_hosts" => !component.allowed_outbound_hosts.is_empty(),
            "sqlite_databases" => !component.sqlite_databases.is_empty(),
            "key_value_stores" => !component.key_value_stores.is_empty(),
            "variables" => !component.variables.is_empty(),
            "files" => !component.files.is_empty(),
            _ => true,
        };
        if !granted {
            find(&key, format!("it inherits `{capability}`, and the component itself has none"));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::super::{Manifest, raw};

    const GOOD: &str = r#"
        spin_manifest_version = 2
        application = { name = "a" }
        variables = { url = { default = "" }, key = { required = true, secret = true } }
        trigger.http = [{ route = "/...", component = "front" }, { route = { private = true }, component = "back" }]
        [component.front]
        source = "front.wasm"
        sqlite_databases = ["default"]
        allowed_outbound_hosts = ["http://*.spin.internal", "http://back.spin.internal", "{{ url }}"]
        variables = { url = "{{ url }}" }
        dependencies."x:y@1.0.0" = { path = "y.wasm", inherit_configuration = ["sqlite_databases", "variables"] }
        [component.back]
        source = "back.wasm"
    "#;

    fn parse(text: &str) -> anyhow::Result<Manifest> {
        raw::parse(text, Path::new("/app/spin.toml"))
    }

    #[test]
    fn a_careful_manifest_has_no_findings() {
        assert_eq!(parse(GOOD).unwrap().check(), Vec::<String>::new());
    }

    #[test]
    fn every_mistake_is_found_and_named() {
        let mistakes = [
            ("\"sqlite_databases\", \"variables\"]", "\"sqlite\"]", "`sqlite` is not a capability"),
            ("[\"sqlite_databases\", \"variables\"]", "true", "name what it inherits"),
            ("\"sqlite_databases\", \"variables\"]", "\"key_value_stores\"]", "the component itself has none"),
            ("http://back.spin", "http://bakc.spin", "no [component.bakc]"),
            ("\"http://back.spin.internal\"", "\"https://*.example.com\"", "opens more than one host"),
            ("\"http://back.spin.internal\"", "\"example.com\"", "scheme://host"),
            ("\"{{ url }}\"]", "\"{{ uri }}\"]", "`uri` is not among [variables]"),
            ("sqlite_databases = [\"default\"]", "sqlite_databases = [\"other\"]", "only `default` exists"),
            ("sqlite_databases = [\"default\"]", "sqlite_database = [\"default\"]", "does not know this key"),
            ("{ default = \"\" }", "{}", "give it a `default`"),
            ("name = \"a\" }", "name = \"a\", tool.contraflow.native_store = \"b\" }", "not `b`; the adapter does"),
            ("{ route = { private = true }, component = \"back\" }", "", "has no trigger"),
        ];
        for (good, bad, expected) in mistakes {
            assert!(GOOD.contains(good), "{good}");
            let findings = parse(&GOOD.replacen(good, bad, 1)).unwrap().check().join("\n");
            assert!(findings.contains(expected), "{bad}: {findings}");
        }
    }

    #[test]
    fn a_secret_that_stands_in_the_manifest_keeps_the_host_from_other_machines() {
        let open = parse(&GOOD.replacen(
            "key = { required = true, secret = true }",
            "key = { default = \"k\", secret = true }",
            1,
        ));
        let open = open.unwrap();
        open.refuse_published_secrets("127.0.0.1".parse().unwrap()).unwrap();
        let error = open.refuse_published_secrets("0.0.0.0".parse().unwrap()).unwrap_err().to_string();
        assert!(error.contains("set SPIN_VARIABLE_KEY before others can reach 0.0.0.0"), "{error}");
        let empty =
            GOOD.replacen("key = { required = true, secret = true }", "key = { default = \"\", secret = true }", 1);
        for safe in [GOOD, empty.as_str()] {
            parse(safe).unwrap().refuse_published_secrets("::".parse().unwrap()).unwrap();
        }
    }

    #[test]
    fn what_cannot_run_is_refused_with_its_place() {
        for (good, bad, expected) in [
            ("component = \"back\"", "component = \"bakc\"", "[component.bakc]"),
            ("\"/...\"", "\"...\"", "must begin with a slash"),
            ("source = \"back.wasm\"", "source = { url = \"https://x\" }", "[component.back]"),
            ("spin_manifest_version = 2", "spin_manifest_version = 1", "must be 2"),
        ] {
            let error = format!("{:#}", parse(&GOOD.replacen(good, bad, 1)).unwrap_err());
            assert!(error.contains(expected), "{bad}: {error}");
        }
    }
}
