//! The times of the tests, as cargo nextest writes them down.

use crate::tree;
use anyhow::{Context, Result};
use std::fs;
use std::time::{Duration, Instant, SystemTime};

/// Where nextest writes, as `.config/nextest.toml` says.
const FILE: &str = "target/nextest/default/junit.xml";

/// A test program.
pub struct Program {
    /// Its package and name.
    pub name: String,
    /// What it ran.
    pub tests: Vec<Test>,
}

/// A test that ran.
pub struct Test {
    /// Its path in the program.
    pub name: String,
    /// From its process's beginning to its end.
    pub took: Duration,
}

impl Program {
    /// Returns all its tests, one after the other.
    pub fn took(&self) -> Duration {
        self.tests.iter().map(|test| test.took).sum()
    }
}

/// Returns what was written since `begun`: nothing where the tests did not run, or nextest is not there.
pub fn read_since(begun: Instant) -> Vec<Program> {
    let file = tree::root().join(FILE);
    let written = fs::metadata(&file).and_then(|metadata| metadata.modified());
    let begun = SystemTime::now().checked_sub(begun.elapsed());
    if !written.is_ok_and(|written| begun.is_none_or(|begun| written >= begun)) {
        return Vec::new();
    }
    let read = fs::read_to_string(&file).map_err(Into::into).and_then(|text| parse(&text));
    read.unwrap_or_else(|error| {
        println!("the times of the tests are not known: {}: {error:#}", file.display());
        Vec::new()
    })
}

fn parse(text: &str) -> Result<Vec<Program>> {
    let document = roxmltree::Document::parse(text)?;
    let suites = document.descendants().filter(|node| node.has_tag_name("testsuite"));
    suites
        .map(|suite| {
            let tests = suite.children().filter(|node| node.has_tag_name("testcase"));
            Ok(Program { name: attribute(suite, "name")?.to_owned(), tests: tests.map(test).collect::<Result<_>>()? })
        })
        .collect()
}

fn test(case: roxmltree::Node<'_, '_>) -> Result<Test> {
    let took = Duration::try_from_secs_f64(attribute(case, "time")?.parse()?)?;
    Ok(Test { name: attribute(case, "name")?.to_owned(), took })
}

fn attribute<'a>(node: roxmltree::Node<'a, '_>, name: &str) -> Result<&'a str> {
    node.attribute(name).with_context(|| format!("<{}> has no {name}", node.tag_name().name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_tests_are_read_with_their_times() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="nextest-run" tests="2" time="3.5">
                <testsuite name="chain-tests::chain" tests="2" disabled="0" errors="0" failures="1">
                    <testcase name="kill::hosts" classname="chain-tests::chain" timestamp="…" time="60.25"/>
                    <testcase name="doctor::finds" classname="chain-tests::chain" time="0.5"><failure>no</failure></testcase>
                </testsuite>
            </testsuites>"#;
        let programs = parse(text).unwrap_or_default();
        let [program] = programs.as_slice() else { panic!("{} programs", programs.len()) };
        assert_eq!((program.name.as_str(), program.took()), ("chain-tests::chain", Duration::from_millis(60_750)));
        let tests: Vec<_> = program.tests.iter().map(|test| (test.name.as_str(), test.took.as_millis())).collect();
        assert_eq!(tests, [("kill::hosts", 60_250), ("doctor::finds", 500)]);
    }

    #[test]
    fn what_has_no_time_is_told() {
        let error = parse(r#"<testsuite name="a"><testcase name="b"/></testsuite>"#).err();
        assert_eq!(error.map(|error| error.to_string()).as_deref(), Some("<testcase> has no time"));
    }
}
