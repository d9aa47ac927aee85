//! What a wiring gives, and what it says of one that can't be.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use contraflow_wiring::{Wiring, first_difference};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shipped() -> Wiring {
    Wiring::load(&root()).unwrap()
}

/// Returns the shipped wiring, changed.
fn changed(change: impl Fn(&mut Wiring)) -> Wiring {
    let mut wiring = shipped();
    change(&mut wiring);
    wiring
}

fn error(change: impl Fn(&mut Wiring)) -> String {
    changed(change).manifest(&root()).unwrap_err().to_string()
}

/// Returns a tree with the shipped adapters and one more gateway, `acme`, of that `adapter.toml`.
fn with_acme(adapter: &str) -> (tempfile::TempDir, Wiring) {
    let tree = tempfile::tempdir().unwrap();
    for folder in ["store/sqlite", "erp/books", "gateway/stripe", "source/api"] {
        let (from, to) = (root().join("adapters").join(folder), tree.path().join("adapters").join(folder));
        fs::create_dir_all(&to).unwrap();
        for file in ["adapter.toml", "Cargo.toml"] {
            fs::copy(from.join(file), to.join(file)).unwrap();
        }
    }
    let acme = tree.path().join("adapters/gateway/acme");
    fs::create_dir_all(&acme).unwrap();
    fs::write(acme.join("adapter.toml"), adapter).unwrap();
    fs::write(acme.join("Cargo.toml"), "[package]\nname = \"gateway-acme\"").unwrap();
    let wiring = changed(|wiring| {
        wiring.gateways = vec!["stripe".into(), "acme".into()];
        wiring.sources = vec!["api".into()];
        wiring.helpdesks.clear();
        wiring.couriers.clear();
    });
    (tree, wiring)
}

fn acme_error(adapter: &str) -> String {
    let (tree, wiring) = with_acme(adapter);
    wiring.manifest(tree.path()).unwrap_err().to_string()
}

const ACME: &str = r#"
[[variable]]
name = "acme_api_url"
doc = "The origin."
default = "https://api.acme.example"

[[variable]]
name = "acme_key"
doc = 'What "they" gave.'
secret = true

[gateway]
variables = ["acme_api_url", "acme_key"]
hosts = ["{{ acme_api_url }}"]

[intake]
variables = ["acme_key"]
"#;

const PRESS: &str = r#"
[[variable]]
name = "press_api_url"
doc = "The origin."

[[variable]]
name = "press_token"
doc = "The key."
secret = true

[[variable]]
name = "press_from"
doc = "The sender."

[letters]
variables = ["press_api_url", "press_token", "press_from"]
hosts = ["{{ press_api_url }}"]
on = "press_from"
"#;

/// Returns a tree with one courier, `letter-press`, of that `adapter.toml`.
fn with_press(adapter: &str) -> (tempfile::TempDir, Wiring) {
    let (tree, mut wiring) = with_acme(ACME);
    let press = tree.path().join("adapters/courier/letter-press");
    fs::create_dir_all(&press).unwrap();
    fs::write(press.join("adapter.toml"), adapter).unwrap();
    fs::write(press.join("Cargo.toml"), "[package]\nname = \"courier-press\"").unwrap();
    wiring.couriers = vec!["letter-press".into()];
    (tree, wiring)
}

fn press_error(adapter: &str) -> String {
    let (tree, wiring) = with_press(adapter);
    wiring.manifest(tree.path()).unwrap_err().to_string()
}

#[test]
fn the_shipped_wiring_gives_the_shipped_manifest() {
    let shipped_manifest = fs::read_to_string(root().join("spin.toml")).unwrap();
    assert_eq!(first_difference("spin.toml", &shipped_manifest, &shipped().manifest(&root()).unwrap()), None);
}

#[test]
fn the_sandbox_is_wired_for_trying_alone() {
    let shipped_demo = fs::read_to_string(root().join("spin-demo.toml")).unwrap();
    assert_eq!(first_difference("spin-demo.toml", &shipped_demo, &shipped().demo_manifest(&root()).unwrap()), None);
    assert!(shipped_demo.contains("[component.reversal-sandbox]"));
    assert!(!fs::read_to_string(root().join("spin.toml")).unwrap().contains("sandbox"));
}

#[test]
fn a_secret_never_has_a_value_that_stands_in_a_file() {
    for declared in ["secret = true", "required = true"] {
        let told = acme_error(&ACME.replace("secret = true", &format!("default = \"12345\"\n{declared}")));
        assert!(told.contains("adapters/gateway/acme/adapter.toml: `acme_key` is a secret or required"), "{told}");
    }
    let (tree, wiring) = with_acme(&ACME.replace("secret = true", "secret = true\nrequired = true"));
    let manifest = wiring.manifest(tree.path()).unwrap();
    assert!(manifest.contains("acme_key = { required = true, secret = true }"), "{manifest}");
}

#[test]
fn only_who_meets_people_or_the_clock_holds_the_key_that_checks_tokens() {
    let manifest: toml::Table = shipped().demo_manifest(&root()).unwrap().parse().unwrap();
    let holders: Vec<_> = manifest["component"]
        .as_table()
        .unwrap()
        .iter()
        .filter(|(_, component)| component.to_string().contains("auth_public_key"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        holders,
        ["intake-api", "intake-csv", "api", "console", "books", "clock"]
            .map(|name| name)
            .into_iter()
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn one_line_adds_a_gateway_everywhere() {
    let (tree, wiring) = with_acme(ACME);
    let manifest = wiring.manifest(tree.path()).unwrap();
    for expected in [
        "# What \"they\" gave.\nacme_key = { default = \"\", secret = true }",
        "route = \"/webhooks/acme\"\ncomponent = \"intake-acme\"",
        "route = { private = true }\ncomponent = \"reversal-acme\"",
        "[component.reversal-acme]\nsource = \"target/wasm32-wasip2/release/payment_reversal.wasm\"\n\
         sqlite_databases = [\"default\"]\nallowed_outbound_hosts = [\"{{ acme_api_url }}\"]\n\
         [component.reversal-acme.variables]\n\
         acme_api_url = \"{{ acme_api_url }}\"\nacme_key = \"{{ acme_key }}\"\n",
        "\"contraflow:gateway@0.1.0\" = { path = \"target/wasm32-wasip2/release/gateway_acme.wasm\", \
         inherit_configuration = [\"allowed_outbound_hosts\", \"variables\"] }",
    ] {
        assert!(manifest.contains(expected), "{expected}\n--- is not in\n{manifest}");
    }
    assert!(manifest.contains("gateways = \"stripe acme\""), "{manifest}");
    let drivers = 5;
    assert_eq!(manifest.matches("\"http://reversal-acme.spin.internal\"").count(), drivers);
    assert_eq!(manifest.parse::<toml::Table>().unwrap().len(), 5, "it is TOML");
}

#[test]
fn a_courier_of_letters_is_a_step_that_knows_the_policy_and_where_people_read_on() {
    let (tree, wiring) = with_press(PRESS);
    let manifest = wiring.manifest(tree.path()).unwrap();
    for expected in [
        "route = { private = true }\ncomponent = \"notification-letter-press\"",
        "[component.notification-letter-press]\nsource = \"target/wasm32-wasip2/release/letter.wasm\"\n\
         sqlite_databases = [\"default\"]\nallowed_outbound_hosts = [\"{{ press_api_url }}\"]\n\
         files = [{ source = \"policy\", destination = \"/policy\" }]\n\
         [component.notification-letter-press.variables]\n\
         policy_file = \"{{ policy_file }}\"\npress_api_url = \"{{ press_api_url }}\"\n\
         press_token = \"{{ press_token }}\"\npress_from = \"{{ press_from }}\"\npublic_url = \"{{ public_url }}\"\n",
        "\"contraflow:courier@0.1.0\" = { path = \"target/wasm32-wasip2/release/courier_press.wasm\", \
         inherit_configuration = [\"allowed_outbound_hosts\", \"variables\"] }",
    ] {
        assert!(manifest.contains(expected), "{expected}\n--- is not in\n{manifest}");
    }
    let drivers = 5;
    assert_eq!(manifest.matches("\"http://notification-letter-press.spin.internal\"").count(), drivers);
}

#[test]
fn whoever_writes_messages_knows_whether_a_courier_of_letters_is_on() {
    let switches = |adapter: &str| {
        let (tree, wiring) = with_press(adapter);
        let manifest: toml::Table = wiring.manifest(tree.path()).unwrap().parse().unwrap();
        let variables = manifest["component"].as_table().unwrap().iter().map(|(name, component)| {
            (name.clone(), component.get("variables").and_then(toml::Value::as_table).cloned().unwrap_or_default())
        });
        let asks = |variables: &toml::Table| {
            assert!(variables.get("channel_letter_press").is_none_or(|value| {
                value.as_str() == Some("{{ press_from }}") && variables["channels"].as_str() == Some("letter-press")
            }));
            variables.contains_key("channel_letter_press")
        };
        variables.filter(|(_, variables)| asks(variables)).map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(switches(PRESS), ["api", "clock", "intake-acme", "intake-api", "intake-stripe"]);
    assert!(switches(&PRESS.replace("on = \"press_from\"\n", "")).is_empty(), "it is always there");
}

#[test]
fn letters_go_over_postmark_once_it_is_named_and_are_written_once_somebody_sends() {
    let manifest = changed(|wiring| wiring.couriers = vec!["webhook".into(), "postmark".into()]).manifest(&root());
    let manifest: toml::Table = manifest.unwrap().parse().unwrap();
    let variable = |component: &str, name: &str| {
        let variables = manifest["component"][component].get("variables");
        variables.and_then(|all| all.get(name)).and_then(toml::Value::as_str).map(str::to_owned)
    };
    for writer in ["api", "clock", "intake-api", "intake-zendesk", "intake-stripe"] {
        assert_eq!(variable(writer, "channel_postmark").as_deref(), Some("{{ postmark_from }}"), "{writer}");
        assert!(variable(writer, "channels").is_some_and(|names| names.starts_with("webhook postmark")), "{writer}");
        assert_eq!(variable(writer, "postmark_server_token"), None, "{writer}");
    }
    assert_eq!(variable("api", "channel_webhook"), None, "who is subscribed, the courier of events finds out itself");
    assert!(variable("notification-postmark", "postmark_server_token").is_some());
    assert_eq!(manifest["variables"]["postmark_from"]["default"].as_str(), Some(""), "nothing goes out by itself");
}

#[test]
fn a_courier_is_switched_on_by_a_variable_of_its_own_that_is_no_secret() {
    for name in ["press_token", "stripe_api_url", "public_url", ""] {
        let told = press_error(&PRESS.replace("on = \"press_from\"", &format!("on = \"{name}\"")));
        assert!(
            told.contains(&format!("courier/letter-press/adapter.toml: [letters] says `on = \"{name}\"`")),
            "{told}"
        );
        assert!(told.contains("is no secret"), "{told}");
    }
    let elsewhere = acme_error(&ACME.replace("[gateway]", "[gateway]\non = \"acme_api_url\""));
    assert!(elsewhere.contains("[gateway] says `on = \"acme_api_url\"`: only [letters] may"), "{elsewhere}");
}

#[test]
fn a_courier_delivers_events_or_sends_letters() {
    let both = press_error(&format!("{PRESS}\n[courier]\n"));
    assert!(both.contains("courier/letter-press/adapter.toml: has [courier] and [letters]"), "{both}");
    let neither = error(|wiring| wiring.couriers.push("adapters/gateway/stripe".into()));
    assert!(neither.contains("has no [courier] or [letters]; it is made for: gateway, intake"), "{neither}");
    let (tree, wiring) = with_press(&PRESS.replace("[letters]", "[courier]").replace("on = \"press_from\"\n", ""));
    let manifest = wiring.manifest(tree.path()).unwrap();
    assert!(manifest.contains("release/notification.wasm") && !manifest.contains("release/letter.wasm"), "{manifest}");
}

#[test]
fn nothing_is_left_of_a_vendor_that_is_taken_out() {
    let without = changed(|wiring| wiring.gateways.retain(|name| name != "stripe")).manifest(&root()).unwrap();
    assert!(!without.contains("stripe"), "{without}");
}

#[test]
fn an_erp_without_books_takes_their_screens_away() {
    let keyless = "tests/fixtures/erp-keyless";
    let swapped = changed(|wiring| wiring.erp = keyless.into()).manifest(&root()).unwrap();
    assert_eq!(swapped.matches("release/fixture_erp_keyless.wasm").count(), 1, "for documents alone");
    assert!(swapped.contains("[component.books]"), "invoices are in the books all the same");
    let calls_books = |manifest: &str| {
        let (_, console) = manifest.split_once("[component.console]").unwrap();
        console.split("[component.books]").next().is_some_and(|console| console.contains("http://books.spin.internal"))
    };
    assert!(!calls_books(&swapped), "the documents are not in the books");
    assert!(calls_books(&changed(|_| ()).manifest(&root()).unwrap()));
    assert!(error(|wiring| wiring.invoices = keyless.into()).contains("has no [invoices]; it is made for: documents"));
}

#[test]
fn the_host_is_left_only_a_store_that_it_knows() {
    let told = "native_store = \"sqlite\"\n";
    assert!(shipped().manifest(&root()).unwrap().contains(told));
    // Another adapter of the same name may keep other tables.
    let (tree, mut wiring) = with_acme(ACME);
    let elsewhere = tree.path().join("elsewhere/sqlite");
    fs::create_dir_all(&elsewhere).unwrap();
    for file in ["adapter.toml", "Cargo.toml"] {
        fs::copy(tree.path().join("adapters/store/sqlite").join(file), elsewhere.join(file)).unwrap();
    }
    assert!(wiring.manifest(tree.path()).unwrap().contains(told));
    wiring.store = "elsewhere/sqlite".into();
    assert!(!wiring.manifest(tree.path()).unwrap().contains("native_store"));
}

#[test]
fn an_adapter_that_is_not_there_is_named_with_those_that_are() {
    let unknown = error(|wiring| wiring.gateways.push("paypal".into()));
    assert!(unknown.contains("gateways names `paypal`"), "{unknown}");
    // An adapter more or less on the shelf is no matter of this test.
    let (missing, known) = unknown.split_once(". There is: ").unwrap();
    assert!(missing.ends_with("no adapters/gateway/paypal/adapter.toml"), "{unknown}");
    assert!(["adyen", "sandbox", "stripe"].iter().all(|name| known.contains(name)), "{unknown}");
    assert!(unknown.contains("cargo xtask new adapter"), "{unknown}");
    for strange in ["", "../gateway/stripe/", "Stripe"] {
        let refused = error(|wiring| wiring.store = strange.into());
        assert!(refused.split_once("There is: ").is_some_and(|(_, known)| known.contains("sqlite")), "{strange:?}");
    }
}

#[test]
fn an_adapter_of_another_contract_is_refused() {
    let other = error(|wiring| wiring.gateways.push("adapters/erp/books".into()));
    assert!(other.contains("adapters/erp/books/adapter.toml has no [gateway]"), "{other}");
    assert!(other.contains("made for: documents, invoices, books"), "{other}");
}

#[test]
fn two_adapters_do_not_declare_one_variable() {
    let twice = acme_error(&ACME.replace("acme_key", "stripe_secret_key"));
    let files = "is declared by adapters/gateway/stripe/adapter.toml and by adapters/gateway/acme/adapter.toml";
    assert!(twice.contains(&format!("the variable `stripe_secret_key` {files}")), "{twice}");
    assert!(acme_error(&ACME.replace("acme_key", "auth_public_key")).contains("declared by the application and by"));
}

#[test]
fn an_adapter_reads_only_what_it_declares() {
    for name in ["stripe_secret_key", "auth_public_key"] {
        let stolen =
            acme_error(&ACME.replace("[intake]\nvariables = [", &format!("[intake]\nvariables = [\"{name}\", ")));
        assert!(stolen.contains(&format!("[intake] names `{name}`, which no [[variable]] there declares")), "{stolen}");
    }
    let host = acme_error(&ACME.replace("{{ acme_api_url }}", "{{ stripe_api_url }}"));
    assert!(host.contains("[gateway] names `stripe_api_url`"), "{host}");
}

#[test]
fn an_adapter_reaches_one_vendors_host() {
    for host in ["https://*.acme.example", "http://api.spin.internal", "acme.example"] {
        let open = acme_error(&ACME.replace("{{ acme_api_url }}", host));
        assert!(open.contains(&format!("[gateway] may not reach `{host}`")), "{open}");
    }
}

#[test]
fn what_a_file_does_not_know_is_shown_with_its_place() {
    let misspelt = acme_error(&ACME.replace("secret = true", "secrte = true"));
    assert!(misspelt.contains("adapters/gateway/acme/adapter.toml") && misspelt.contains("secrte"), "{misspelt}");
}

#[test]
fn two_of_one_name_are_refused() {
    let twice = error(|wiring| wiring.gateways.push("stripe".into()));
    assert!(twice.contains("the component `intake-stripe`"), "{twice}");
    let routes = acme_error(&ACME.replace("[intake]", "[intake]\nroute = \"/v1/requests\""));
    assert!(routes.contains("reached at `/v1/requests`"), "{routes}");
}

#[test]
fn the_console_needs_the_api_as_a_source() {
    assert!(error(|wiring| wiring.sources.clear()).contains("sources must name `api`"));
}

#[test]
fn a_difference_is_shown_with_the_line_and_the_next_step() {
    let shown = first_difference("spin.toml", "a\nb\n", "a\nc\n").unwrap();
    assert!(shown.contains("Line 2") && shown.contains("is:     b") && shown.contains("should: c"), "{shown}");
    assert!(shown.contains("cargo xtask wire"), "{shown}");
    assert!(first_difference("spin.toml", "a\n", "a\nc\n").unwrap().contains("is:     (the end)"));
}
