//! Every effect of the table of authority is asked for by whatever causes it.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

/// Returns the sources below a folder, without their tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_effect_of_the_table_is_asked_for_by_a_function_that_causes_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("domain/src/authority/effects.rs")).unwrap();
    let list = &table[table.find("    Effect {").unwrap()..table.find("/// Who may cause an effect.").unwrap()];
    let effects: Vec<_> =
        list.lines().filter_map(|line| line.trim().split_once(" = \"")).map(|(case, _)| case).collect();
    assert!(effects.len() > 20, "{effects:?}");
    let mut files = Vec::new();
    for folder in
        ["functions/api/src", "functions/books/src", "functions/intake/src", "guest/src", "domain/src/approval"]
    {
        sources(&root.join(folder), &mut files);
    }
    let text: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for effect in effects {
        assert!(text.contains(&format!("Effect::{effect}")), "nothing asks the table for {effect}");
    }
}
