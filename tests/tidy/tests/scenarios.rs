//! Every case in `docs/scenarios.md`, and every threat in `docs/security.md`, has the tests that it names.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the rows of all tables in a document that are no heads.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    let is_row = |line: &&str| line.starts_with('|') && !line.starts_with("|---") && !line.ends_with("| test |");
    text.lines().filter(is_row)
}

/// Checks that the last cell of a row names tests, and that each is in the file that is named before it.
fn names_its_tests(row: &str) {
    let mut source = String::new();
    let mut named = 0;
    for span in row.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2) {
        if span.ends_with(".rs") || span.ends_with(".py") {
            source = std::fs::read_to_string(root().join(span)).unwrap_or_else(|_| panic!("no {span}: {row}"));
        } else {
            let is_there = [format!("fn {span}("), format!("def {span}(")].iter().any(|test| source.contains(test));
            assert!(is_there, "no test {span}: {row}");
            named += 1;
        }
    }
    assert!(named > 0, "names no test: {row}");
}

#[test]
fn every_case_has_the_tests_that_it_names() {
    let text = std::fs::read_to_string(root().join("docs/scenarios.md")).unwrap();
    let mut numbers = BTreeSet::new();
    for row in rows(&text) {
        names_its_tests(row);
        numbers.extend(row.split('|').nth(1).and_then(|cell| cell.trim().parse::<u32>().ok()));
    }
    assert_eq!(numbers, (1..=29).collect(), "all of them");
}

#[test]
fn every_threat_has_the_tests_that_it_names() {
    let text = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    rows(&text).for_each(names_its_tests);
    assert!(rows(&text).count() > 20, "there are threats");
}
