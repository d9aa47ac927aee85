//! The reference as it stands in the tree.

#![allow(missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use contraflow_domain::request::draft::TEXTS;
use contraflow_openapi::{Reference, made, text, with_schemas_made};
use serde_json::{Value, json};

fn document() -> Result<Value> {
    Ok(serde_json::from_str(&text()?)?)
}

/// Every value of the document, with what it is a member of.
fn each<'d>(node: &'d Value, name: &'d str, see: &mut impl FnMut(&'d str, &'d Value)) {
    see(name, node);
    match node {
        Value::Object(members) => members.iter().for_each(|(name, node)| each(node, name, see)),
        Value::Array(items) => items.iter().for_each(|node| each(node, name, see)),
        _ => {}
    }
}

#[test]
fn it_is_what_the_types_say() -> Result<()> {
    let written = text()?;
    assert!(written == with_schemas_made(&written)?, "run `cargo xtask openapi` and commit what it writes");
    Ok(())
}

#[test]
fn what_is_written_by_hand_stays_as_it_is() -> Result<()> {
    let written = text()?;
    let (before, _) = written.split_once("\n   \"Money\": {").unwrap_or_default();
    let changed = written.replacen("\"value\"", "\"worth\"", 1).replace("An amount of money.", "Something.");
    let made = with_schemas_made(&changed)?;
    assert!(made.contains("An amount of money."), "a schema that is made from a type is as the type has it");
    assert!(made.starts_with(&before.replacen("\"value\"", "\"worth\"", 1)), "all else is as it was");
    Ok(())
}

/// The sources below a folder, without their tests.
fn sources(folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("tests") && !path.ends_with("console") {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            found.push(text.split("#[cfg(test)]").next().unwrap_or_default().to_owned());
        }
    }
    Ok(())
}

#[test]
fn every_kind_of_problem_that_is_made_stands_in_it() -> Result<()> {
    let document = document()?;
    let kinds = document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"].as_array();
    let there: BTreeSet<&str> =
        kinds.into_iter().flatten().filter_map(|kind| kind.as_str()?.rsplit(':').next()).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = Vec::new();
    for folder in ["guest/src", "functions"] {
        sources(&root.join(folder), &mut texts)?;
    }
    let mut made = BTreeSet::new();
    for call in ["conflict(", "Problem::new(", "Self::new("] {
        for rest in texts.iter().flat_map(|text| text.split(call).skip(1)) {
            let rest = rest.trim_start();
            let behind =
                rest.strip_prefix("StatusCode::").and_then(|rest| rest.split_once(',')).map_or(rest, |(_, rest)| rest);
            made.extend(behind.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()));
        }
    }
    assert!(made.len() > 40, "{made:?}");
    let missing: Vec<_> = made.difference(&there).collect();
    assert!(missing.is_empty(), "the reference has no such kinds of problems: {missing:?}");
    Ok(())
}

#[test]
fn every_schema_is_used_and_every_one_that_is_used_is_there() -> Result<()> {
    let document = document()?;
    let there: BTreeSet<&str> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flat_map(|schemas| schemas.keys().map(String::as_str))
        .collect();
    let mut used = BTreeSet::new();
    each(&document, "", &mut |name, node| {
        let reference = node.as_str().filter(|_| name == "$ref");
        used.extend(reference.and_then(|reference| reference.strip_prefix("#/components/schemas/")));
    });
    assert_eq!(there.symmetric_difference(&used).collect::<Vec<_>>(), Vec::<&&str>::new());
    Ok(())
}

#[test]
fn what_is_made_from_types_is_said_in_words_of_the_trade() {
    for (name, schema) in made() {
        let text = schema.member(&name, 0);
        assert!(text.contains("\"description\""), "{name} has no words");
        for foreign in ["[`", "::", "Option", "serde"] {
            assert!(!text.contains(foreign), "{name} says `{foreign}`, which is about the code");
        }
    }
}

#[test]
fn its_examples_fit_its_schemas() -> Result<()> {
    let reference = Reference::of(&document()?)?;
    let examples = reference.examples();
    assert!(examples.len() > 40, "{}", examples.len());
    for (schema, example) in examples {
        assert_eq!(reference.misfits(schema, example)?, Vec::<String>::new(), "{example:#}");
    }
    Ok(())
}

#[test]
fn what_a_schema_does_not_name_does_not_fit() -> Result<()> {
    let reference = Reference::of(&document()?)?;
    let misfits = |name: &str, value: &Value| reference.misfits(&Reference::named(name), value);
    let source = json!({"channel": "api", "surprise": 1});
    assert_eq!(misfits("Source", &source)?.len(), 1, "{:?}", misfits("Source", &source)?);
    let packet = |at: &str| json!({"built_at": at});
    assert!(misfits("Packet", &packet("2026-11-21T20:00:00.000Z"))?.is_empty());
    for at in ["2026-11-21T20:00:00+01:00", "2026-11-21", "soon"] {
        assert_eq!(misfits("Packet", &packet(at))?.len(), 1, "{at}");
    }
    assert_eq!(misfits("RequestStatus", &json!("lost"))?.len(), 1);
    Ok(())
}

/// Closing objects to what they do not name is right only where one schema says all of an object.
#[test]
fn no_object_is_put_together_from_several_schemas() -> Result<()> {
    let document = document()?;
    each(&document, "", &mut |name, _| {
        assert!(!["allOf", "if", "dependentSchemas", "patternProperties"].contains(&name), "{name}");
    });
    Ok(())
}

#[test]
fn a_field_of_an_ask_is_told_wherever_it_may_be_asked_for() -> Result<()> {
    let document = document()?;
    for (place, but) in [
        ("RequestAsked/properties", ""),
        ("ScheduledRequestAsked/properties", "invoice"),
        ("ZendeskAsk/properties/credit/properties", "direction"),
    ] {
        let told = document.pointer(&format!("/components/schemas/{place}")).unwrap_or(&Value::Null);
        for field in TEXTS.iter().filter(|field| field.name != but) {
            let schema = &told[field.name];
            let is_word_of_a_list = schema.get("$ref").is_some();
            assert!(is_word_of_a_list || schema["maxLength"] == field.most, "{place}: {} is {schema}", field.name);
        }
    }
    Ok(())
}
