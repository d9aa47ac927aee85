//! The schemas that are made from types.

use std::collections::BTreeMap;

use contraflow_domain::access::{Client, Me, PersonFields, PersonView};
use contraflow_domain::account::{CreditChange, CreditStatement, CustomerBalanceView, InvoiceCredits};
use contraflow_domain::approval::batch::BatchEntry;
use contraflow_domain::approval::delegation::Delegations;
use contraflow_domain::bulk::{Shown, Template, TemplateFields};
use contraflow_domain::chronicle::Entry;
use contraflow_domain::dry_run::{Difference, DryRunView, EventTrials, Simulation};
use contraflow_domain::duplicates::Twin;
use contraflow_domain::find::{Found, InvoiceSummary};
use contraflow_domain::invoice::{Customer, InvoiceWire};
use contraflow_domain::letters::{Preview, TemplateText, TemplateView, Tested};
use contraflow_domain::patterns::Patterns;
use contraflow_domain::policy::{Change, DiffLine, ReasonList, StandingView, VersionView};
use contraflow_domain::preferences::{OwnedView, Preferences};
use contraflow_domain::request::draft::Draft;
use contraflow_domain::request::event::Event;
use contraflow_domain::request::exception::ExceptionCounts;
use contraflow_domain::request::message::view::{OutboxCounts, OutboxRow, OutboxState};
use contraflow_domain::request::quote::QuoteView;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::spending::SpendingLeft;
use contraflow_domain::request::view::RequestView;
use contraflow_domain::schedule::{SchedulePreview, ScheduleView};
use contraflow_domain::totals::{ListTotals, QueueCounts};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::Node;

/// The order of a schema's keywords, as the reference has it; others follow in the order of the alphabet.
const KEYWORDS: [&str; 8] = ["type", "description", "required", "properties", "items", "anyOf", "$ref", "enum"];

/// Returns every schema that is made from a type, by its name.
#[must_use]
pub fn made() -> BTreeMap<String, Node> {
    let settings = || {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        settings
    };
    let mut shown = settings().for_serialize().into_generator();
    shown.subschema_for::<RequestView>();
    shown.subschema_for::<RequestRow>();
    shown.subschema_for::<ExceptionCounts>();
    shown.subschema_for::<QuoteView>();
    shown.subschema_for::<SpendingLeft>();
    shown.subschema_for::<BatchEntry>();
    shown.subschema_for::<Shown>();
    shown.subschema_for::<Template>();
    shown.subschema_for::<CustomerBalanceView>();
    shown.subschema_for::<CreditChange>();
    shown.subschema_for::<CreditStatement>();
    shown.subschema_for::<Event>();
    shown.subschema_for::<Delegations>();
    shown.subschema_for::<ReasonList>();
    shown.subschema_for::<StandingView>();
    shown.subschema_for::<VersionView>();
    shown.subschema_for::<Change>();
    shown.subschema_for::<DiffLine>();
    shown.subschema_for::<Simulation>();
    shown.subschema_for::<EventTrials>();
    shown.subschema_for::<DryRunView>();
    shown.subschema_for::<Difference>();
    shown.subschema_for::<PersonView>();
    shown.subschema_for::<Client>();
    shown.subschema_for::<Entry>();
    shown.subschema_for::<Twin>();
    shown.subschema_for::<Patterns>();
    shown.subschema_for::<ScheduleView>();
    shown.subschema_for::<SchedulePreview>();
    shown.subschema_for::<Found<InvoiceSummary>>();
    shown.subschema_for::<Found<Customer>>();
    shown.subschema_for::<Me>();
    shown.subschema_for::<OwnedView>();
    shown.subschema_for::<QueueCounts>();
    shown.subschema_for::<ListTotals>();
    shown.subschema_for::<InvoiceCredits>();
    shown.subschema_for::<OutboxRow>();
    shown.subschema_for::<OutboxState>();
    shown.subschema_for::<OutboxCounts>();
    shown.subschema_for::<TemplateView>();
    shown.subschema_for::<Preview>();
    shown.subschema_for::<Tested>();
    // What is read may leave more out than is left out of what is shown, so this holds of both.
    let mut read = settings().for_deserialize().into_generator();
    read.subschema_for::<InvoiceWire>();
    read.subschema_for::<Draft>();
    read.subschema_for::<PersonFields>();
    read.subschema_for::<TemplateFields>();
    read.subschema_for::<Preferences>();
    read.subschema_for::<TemplateText>();
    let mut made = named(shown);
    made.extend(named(read));
    made
}

fn named(mut generator: SchemaGenerator) -> BTreeMap<String, Node> {
    generator.take_definitions(true).into_iter().map(|(name, schema)| (name, ordered(schema))).collect()
}

/// Returns a schema with its keywords and members in their order, without what is about the type in Rust alone: how
/// wide a number is, and what is taken for a member that is left out.
fn ordered(schema: Value) -> Node {
    let Value::Object(mut keywords) = schema else { return schema.into() };
    keywords.retain(|name, value| {
        let width =
            name == "format" && value.as_str().is_some_and(|format| format.trim_start_matches('u').starts_with("int"));
        !width && name != "default"
    });
    let required: Vec<String> = keywords
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let mut entries: Vec<_> = keywords.into_iter().collect();
    entries.sort_by_key(|(name, _)| place(name, &KEYWORDS));
    let written = entries.into_iter().map(|(name, value)| {
        let node = match name.as_str() {
            "properties" => members(value, &required),
            "description" => description(&value),
            "items" => ordered(value),
            "anyOf" | "oneOf" => each(value),
            _ => value.into(),
        };
        (name, node)
    });
    Node::Object(written.collect())
}

/// Puts the members that are always there first, in the order of the type. The others are left out where they have no
/// value, so they are never null.
fn members(properties: Value, required: &[String]) -> Node {
    let Value::Object(properties) = properties else { return properties.into() };
    let mut members: Vec<_> = properties.into_iter().collect();
    members.sort_by_key(|(name, _)| place(name, required));
    let written = members.into_iter().map(|(name, schema)| {
        let schema = if required.contains(&name) { schema } else { never_null(schema) };
        (name, ordered(schema))
    });
    Node::Object(written.collect())
}

fn never_null(schema: Value) -> Value {
    let Value::Object(mut keywords) = schema else { return schema };
    if let Some(Value::Array(types)) = keywords.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            keywords.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(mut either)) = keywords.remove("anyOf") {
        either.retain(|schema| schema.get("type").is_none_or(|name| name != "null"));
        match either.as_slice() {
            [Value::Object(only)] => keywords.extend(only.clone()),
            _ => drop(keywords.insert("anyOf".into(), either.into())),
        }
    }
    Value::Object(keywords)
}

fn each(schemas: Value) -> Node {
    match schemas {
        Value::Array(schemas) => Node::Array(schemas.into_iter().map(ordered).collect()),
        other => other.into(),
    }
}

/// Returns where a name stands in a list; behind all of it when it does not.
fn place<S: AsRef<str>>(name: &str, list: &[S]) -> usize {
    list.iter().position(|known| known.as_ref() == name).unwrap_or(list.len())
}

/// Joins the lines of a description. A comment wraps where the line ends; what is read elsewhere has paragraphs and
/// items only.
fn description(text: &Value) -> Node {
    let mut out = String::new();
    for line in text.as_str().unwrap_or_default().lines() {
        let begins = line.is_empty() || line.starts_with("- ") || out.ends_with('\n') || out.is_empty();
        match (begins, out.is_empty()) {
            (_, true) => {}
            (true, _) => out.push('\n'),
            (false, _) => out.push(' '),
        }
        out.push_str(line.trim());
    }
    Node::Scalar(out.into())
}
