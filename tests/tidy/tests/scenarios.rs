//! Every case in `docs/scenarios.md` has the test that it names.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

/// Returns the code spans of a row's last cell.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2)
}

#[test]
fn every_case_has_the_tests_that_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("docs/scenarios.md")).unwrap();
    let mut numbers = BTreeSet::new();
    for line in text.lines() {
        let Some(number) = line.split('|').nth(1).and_then(|cell| cell.trim().parse::<u32>().ok()) else { continue };
        numbers.insert(number);
        let mut source = String::new();
        let mut named = 0;
        for span in spans(line) {
            if span.ends_with(".rs") {
                source =
                    std::fs::read_to_string(root.join(span)).unwrap_or_else(|_| panic!("case {number}: no {span}"));
            } else {
                assert!(source.contains(&format!("fn {span}(")), "case {number}: no test {span}");
                named += 1;
            }
        }
        assert!(named > 0, "case {number} names no test");
    }
    assert_eq!(numbers, (1..=29).collect(), "all of them");
}
