//! What spin.toml may say: a slip there opens a door that no code can close.

#![allow(missing_docs)]

use contraflow_tidy::{crates, root, text, toml};
use contraflow_wiring::{Wiring, first_difference};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// Every capability that Spin knows; it ignores a name that it does not know.
const CAPABILITIES: [&str; 7] = [
    "ai_models",
    "allowed_outbound_hosts",
    "environment",
    "files",
    "key_value_stores",
    "sqlite_databases",
    "variables",
];

/// What the outside may reach, besides the intakes.
const PUBLIC: [&str; 5] = ["api", "auth", "console", "books", "clock"];

/// What is committed is what the wiring gives, so each test below is a test of the generator, too.
#[test]
fn the_manifest_is_what_the_wiring_gives() -> anyhow::Result<()> {
    for (name, wanted) in Wiring::load(&root())?.files(&root())? {
        assert_eq!(first_difference(name, &text(name)?, &wanted), None);
    }
    Ok(())
}

fn manifest() -> Table {
    // It has all that spin.toml has, and the sandbox.
    toml("spin-demo.toml").expect("spin-demo.toml")
}

fn table<'a>(of: &'a Table, name: &str) -> &'a Table {
    of.get(name).and_then(Value::as_table).unwrap_or_else(|| panic!("spin.toml has no table {name}"))
}

fn components(manifest: &Table) -> impl Iterator<Item = (&String, &Table)> {
    table(manifest, "component").iter().filter_map(|(name, value)| Some((name, value.as_table()?)))
}

fn strings(of: &Table, name: &str) -> Vec<String> {
    let list = of.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn dependencies(component: &Table) -> impl Iterator<Item = (&String, &Table)> {
    let table = component.get("dependencies").and_then(Value::as_table);
    table.into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_table()?)))
}

fn triggers(manifest: &Table) -> Vec<&Table> {
    let triggers = table(manifest, "trigger").get("http").and_then(Value::as_array);
    triggers.into_iter().flatten().filter_map(Value::as_table).collect()
}

fn target(trigger: &Table) -> &str {
    trigger.get("component").and_then(Value::as_str).expect("a trigger names its component")
}

/// Returns the variables that a template names: `{{ a }}/{{ b }}` names two.
fn named(template: &str) -> Vec<&str> {
    template.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

#[test]
fn only_intakes_people_and_the_clock_are_reached_from_outside() {
    let manifest = manifest();
    for trigger in triggers(&manifest) {
        let name = target(trigger);
        let public = trigger.get("route").is_some_and(Value::is_str);
        let may = name.starts_with("intake-") || PUBLIC.contains(&name);
        assert_eq!(public, may, "the route of {name}");
    }
}

/// The key that signs the record is the host's alone: whoever has it can make a record that verifies.
#[test]
fn no_component_is_given_the_key_that_signs_the_record() {
    let manifest = manifest();
    for name in table(&manifest, "variables").keys() {
        assert!(!name.contains("record"), "the variable {name}");
    }
    for (name, component) in components(&manifest) {
        let environment = component.get("environment").and_then(Value::as_table);
        assert!(environment.is_none_or(|all| !all.contains_key("CONTRAFLOW_RECORD_KEY")), "{name}");
        let mounted = component.get("files").and_then(Value::as_array).into_iter().flatten();
        for folder in mounted.filter_map(|file| file.get("source").and_then(Value::as_str)) {
            assert_eq!(folder, "policy", "{name} can read {folder}");
        }
    }
}

#[test]
fn the_host_knows_how_the_callers_of_each_route_prove_who_they_are() {
    let manifest = manifest();
    let application = table(&manifest, "application");
    let tool = application.get("tool").and_then(|tool| tool.get("contraflow")).and_then(Value::as_table);
    let tool = tool.expect("[application.tool.contraflow]");
    let (bearer, signed) = (strings(tool, "bearer_routes"), strings(tool, "signed_routes"));
    for trigger in triggers(&manifest) {
        let Some(route) = trigger.get("route").and_then(Value::as_str) else { continue };
        let by_token = route.starts_with("/v1/") || route == "/clock";
        // Events make requests by the policy, which is the API's; what is for no source gets there, too.
        let is_source = target(trigger).starts_with("intake-") || route == "/webhooks/events";
        let by_signature = route.starts_with("/webhooks/") && is_source;
        assert_eq!(bearer.iter().any(|known| known == route), by_token, "{route} needs a bearer token");
        assert_eq!(signed.iter().any(|known| known == route), by_signature, "{route} takes signed messages");
    }
}

#[test]
fn triggers_and_components_belong_together() {
    let manifest = manifest();
    let reached: BTreeSet<_> = triggers(&manifest).into_iter().map(target).collect();
    let there: BTreeSet<_> = components(&manifest).map(|(name, _)| name.as_str()).collect();
    assert_eq!(reached, there);
}

#[test]
fn outbound_hosts_are_listed_one_by_one() {
    let manifest = manifest();
    let variables = table(&manifest, "variables");
    for (name, component) in components(&manifest) {
        for host in strings(component, "allowed_outbound_hosts") {
            assert!(!host.contains('*'), "{name} may reach {host}");
            assert!(host.contains("://") || !named(&host).is_empty(), "{name}: {host} names no host");
            for variable in named(&host) {
                let default = variables.get(variable).and_then(|one| one.get("default")).and_then(Value::as_str);
                assert!(default.is_some_and(|host| !host.contains('*')), "{name} may reach whatever {variable} is");
            }
        }
    }
}

#[test]
fn whoever_chains_names_components_that_are_there() {
    let manifest = manifest();
    let there: BTreeSet<_> = components(&manifest).map(|(name, _)| name.as_str()).collect();
    for (name, component) in components(&manifest) {
        for host in strings(component, "allowed_outbound_hosts") {
            let called = host.strip_prefix("http://").and_then(|host| host.strip_suffix(".spin.internal"));
            assert!(called.is_none_or(|called| there.contains(called)), "{name} may call {host}, which traps on Spin");
        }
    }
}

#[test]
fn a_vendors_secrets_are_given_to_components_that_call_nobody_else() {
    let manifest = manifest();
    let variables = table(&manifest, "variables");
    let is_secret = |name: &str| {
        let declared = variables.get(name).and_then(|one| one.get("secret")).and_then(Value::as_bool);
        declared == Some(true)
    };
    let vendor = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    for (name, component) in components(&manifest) {
        let given = component.get("variables").and_then(Value::as_table).into_iter().flatten();
        let secrets: BTreeSet<_> =
            given.map(|(name, _)| name.as_str()).filter(|name| is_secret(name)).map(vendor).collect();
        assert!(secrets.len() <= 1, "{name} holds the secrets of {secrets:?}");
        for host in strings(component, "allowed_outbound_hosts") {
            let other = named(&host).into_iter().map(vendor).find(|of| !secrets.contains(of));
            assert_eq!(other, None, "{name} holds the secrets of {secrets:?} and may reach {host}");
        }
    }
}

#[test]
fn whoever_reaches_a_vendor_does_not_chain() {
    for (name, component) in components(&manifest()) {
        let hosts = strings(component, "allowed_outbound_hosts");
        let chains = hosts.iter().any(|host| host.contains(".spin.internal"));
        let leaves = hosts.iter().any(|host| !host.contains(".spin.internal"));
        assert!(!(chains && leaves), "{name} reaches both the other steps and the outside");
    }
}

#[test]
fn an_adapter_inherits_by_name_what_its_function_has() {
    for (name, component) in components(&manifest()) {
        assert!(
            !component.contains_key("dependencies_inherit_configuration"),
            "{name}: each dependency says what it inherits"
        );
        for (contract, dependency) in dependencies(component) {
            let list = dependency.get("inherit_configuration").and_then(Value::as_array);
            assert!(list.is_some(), "{name}, {contract}: inherit_configuration is a list of names");
            for capability in strings(dependency, "inherit_configuration") {
                assert!(CAPABILITIES.contains(&capability.as_str()), "{name}, {contract}: Spin knows no {capability}");
                assert!(component.contains_key(&capability), "{name} has no {capability} for {contract} to inherit");
            }
        }
    }
}

#[test]
fn every_file_is_made_by_a_crate_of_ours() -> anyhow::Result<()> {
    let made: BTreeSet<_> =
        crates()?.iter().filter(|one| one.is_component()).map(|one| one.name().replace('-', "_")).collect();
    for (name, component) in components(&manifest()) {
        let source = component.get("source").and_then(Value::as_str);
        let plugged = dependencies(component).map(|(_, dependency)| dependency.get("path").and_then(Value::as_str));
        for path in std::iter::once(source).chain(plugged) {
            let path = path.unwrap_or_else(|| panic!("{name}: a file is missing"));
            let stem = path.strip_prefix("target/wasm32-wasip2/release/").and_then(|file| file.strip_suffix(".wasm"));
            assert!(stem.is_some_and(|stem| made.contains(stem)), "{name}: no crate makes {path}");
        }
    }
    Ok(())
}

#[test]
fn mounted_folders_are_there() {
    for (name, component) in components(&manifest()) {
        let files = component.get("files").and_then(Value::as_array);
        for source in files.into_iter().flatten().filter_map(|file| file.get("source")).filter_map(Value::as_str) {
            assert!(root().join(source).is_dir(), "{name} mounts {source}");
        }
    }
}

#[test]
fn secrets_are_marked() {
    for (name, variable) in table(&manifest(), "variables") {
        // The public half of a pair is for everybody.
        let is_public = name.ends_with("_public_key");
        let looks =
            !is_public && ["key", "secret", "token", "password"].iter().any(|end| name.ends_with(&format!("_{end}")));
        let marked = variable.get("secret").and_then(Value::as_bool) == Some(true);
        assert!(!looks || marked, "{name} looks like a secret: say `secret = true`");
    }
}

#[test]
fn components_are_given_variables_that_exist() {
    let manifest = manifest();
    let known = table(&manifest, "variables");
    for (name, component) in components(&manifest) {
        let given = component.get("variables").and_then(Value::as_table);
        for (variable, template) in given.into_iter().flatten() {
            let template = template.as_str().unwrap_or_else(|| panic!("{name}: {variable} is not a text"));
            for used in named(template) {
                assert!(known.contains_key(used), "{name}: there is no variable {used}");
            }
        }
    }
}
