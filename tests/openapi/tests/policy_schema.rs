//! The JSON Schema of the policy, for editors: made from the types, and true of every shipped policy.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use contraflow_domain::policy::Policy;
use schemars::generate::SchemaSettings;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policy")
}

fn made() -> Value {
    let schema = SchemaSettings::draft07().for_deserialize().into_generator().into_root_schema_for::<Policy>();
    serde_json::to_value(schema).unwrap()
}

fn shipped() -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let policies = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    policies.map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

#[test]
fn the_schema_of_the_policy_is_what_the_types_say() {
    let path = folder().join("policy.schema.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&made()).unwrap());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "run BLESS=1 cargo test -p contraflow-openapi policy_schema");
}

#[test]
fn every_shipped_policy_is_read_and_fits_the_schema_and_a_misspelt_member_does_not() {
    let validator = jsonschema::validator_for(&made()).unwrap();
    let shipped = shipped();
    assert_eq!(shipped.len(), 5);
    for (path, text) in shipped {
        Policy::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut document: Value = toml::from_str(&text).unwrap();
        let faults: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
        document["approval"][0]["wen"] = "true".into();
        assert!(!validator.is_valid(&document), "{}", path.display());
    }
}
