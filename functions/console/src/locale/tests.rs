//! Checks what must hold of all texts, in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use maud::html;
use serde_json::Value;

use super::catalogue::{CASES, GROUPS, file, markup};
use super::{Language, Locale, named, within};

fn expression<'a>(part: &InlineExpression<&'a str>, found: &mut BTreeSet<&'a str>) {
    match part {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name);
        }
        InlineExpression::Placeable { expression } => variables_in(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| self::expression(argument, found));
        }
        _ => {}
    }
}

fn variables_in<'a>(part: &Expression<&'a str>, found: &mut BTreeSet<&'a str>) {
    match part {
        Expression::Inline(inline) => expression(inline, found),
        Expression::Select { selector, variants } => {
            expression(selector, found);
            variants.iter().for_each(|variant| variables(&variant.value, found));
        }
    }
}

fn variables<'a>(pattern: &Pattern<&'a str>, found: &mut BTreeSet<&'a str>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            variables_in(expression, found);
        }
    }
}

/// Returns the texts of a group with the names that each puts in.
fn texts(language: Language, group: &str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let source = file(language, group).expect("a file");
    let parsed =
        parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{}/{group}.ftl: {errors:?}", language.tag()));
    let mut texts = BTreeMap::new();
    for entry in parsed.body {
        match entry {
            Entry::Message(message) => {
                let pattern = message.value.unwrap_or_else(|| panic!("{group}: {} has no text", message.id.name));
                let mut found = BTreeSet::new();
                variables(&pattern, &mut found);
                let twice = texts.insert(message.id.name, found);
                assert!(twice.is_none(), "{}/{group}.ftl has {} twice", language.tag(), message.id.name);
            }
            Entry::Junk { content } => panic!("{}/{group}.ftl: {content} can't be read", language.tag()),
            _ => {}
        }
    }
    texts
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            // Pages to be looked at have names of their own.
            if !path.ends_with("preview") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the keys that stand in the sources.
fn said() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let texts = files.iter().map(|file| fs::read_to_string(file).expect("a source"));
    let keys = texts.flat_map(|text| {
        let text: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let words = text.split('"').skip(1).step_by(2);
        let is_key = |word: &&str| word.split_once('-').is_some_and(|(group, _)| GROUPS.contains(&group));
        words.filter(is_key).map(str::to_owned).collect::<Vec<_>>()
    });
    keys.collect()
}

#[test]
fn every_language_has_every_text_and_puts_the_same_into_it() {
    for group in GROUPS {
        let english = texts(Language::English, group);
        for language in Language::ALL {
            let mut texts = texts(language, group);
            // A language may tell apart the forms of words that another has only one of.
            texts.values_mut().for_each(|puts_in| _ = puts_in.remove("form"));
            assert_eq!(texts, english, "{group} in {}", language.tag());
        }
        let foreign: Vec<_> = english.keys().filter(|key| !key.starts_with(&format!("{group}-"))).collect();
        assert!(foreign.is_empty(), "{group}.ftl has texts of other groups: {foreign:?}");
    }
}

#[test]
fn every_text_is_shown_somewhere_and_what_is_shown_has_a_text() {
    let used = said();
    let known: BTreeSet<String> =
        GROUPS.iter().flat_map(|group| texts(Language::English, group).into_keys().map(str::to_owned)).collect();
    let missing: Vec<_> = used.iter().filter(|key| !known.contains(*key)).collect();
    assert!(missing.is_empty(), "no text has these keys: {missing:?}");
    let unused: Vec<_> = known.iter().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "these texts are shown nowhere: {unused:?}");
}

#[test]
fn every_case_of_an_enumeration_has_a_name_in_every_other_language() {
    let known: BTreeSet<String> = texts(Language::German, CASES).into_keys().map(str::to_owned).collect();
    let missing: Vec<_> = named::keys().into_iter().filter(|key| !known.contains(key)).collect();
    assert!(missing.is_empty(), "these cases have no name: {missing:?}");
}

#[test]
fn every_kind_of_problem_of_the_api_has_a_sentence_in_every_other_language() {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/openapi.json");
    let reference: Value = serde_json::from_str(&fs::read_to_string(reference).expect("the reference")).expect("JSON");
    let kinds = reference["components"]["schemas"]["Problem"]["properties"]["type"]["enum"].as_array().expect("kinds");
    assert!(kinds.len() > 60, "{kinds:?}");
    let own = ["urn:contraflow:problem:unreadable-answer", "urn:contraflow:problem:nothing-selected"];
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str().expect("a kind")).chain(own).collect();
    within(Locale { language: Language::German, ..Locale::default() }, || {
        let missing: Vec<_> = kinds.iter().filter(|kind| named::problem(kind).is_none()).collect();
        assert!(missing.is_empty(), "these kinds have no sentence: {missing:?}");
        let short: Vec<_> =
            kinds.iter().filter(|kind| !named::problem(kind).unwrap_or_default().ends_with('.')).collect();
        assert!(short.is_empty(), "these are no sentences: {short:?}");
    });
    let said = texts(Language::German, CASES).into_keys().filter(|key| key.starts_with("names-problem-")).count();
    assert_eq!(said, kinds.len(), "a sentence is of no kind");
    assert_eq!(named::problem(own[0]), None, "in English the answer says it");
}

#[test]
fn no_text_is_something_that_a_clerk_could_not_say_on_the_phone() {
    for group in GROUPS.iter().chain([&CASES]) {
        for language in Language::ALL {
            for line in file(language, group).unwrap_or_default().lines().filter(|line| !line.starts_with('#')) {
                let said = line.split_once(" = ").map_or(line, |(_, said)| said);
                for odd in ["`", "/v1/", "_", "http", "JSON", "UUID", "endpoint"] {
                    assert!(!said.contains(odd), "{}/{group}.ftl: {odd} in: {line}", language.tag());
                }
            }
        }
    }
}

#[test]
fn what_is_put_into_a_text_never_becomes_markup_by_itself() {
    let foreign = "<b>\u{f8f0}0\u{f8f0}";
    let woven = within(Locale::default(), || markup("frame-signed-in-as", &[("name", html! { i { (foreign) } })]));
    assert!(woven.0.contains("<i>&lt;b&gt;"), "{}", woven.0);
    assert_eq!(woven.0.matches("<i>").count(), 1, "{}", woven.0);
}
