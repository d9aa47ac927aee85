//! Texts that people read use the words of `docs/glossary.md`.

#![allow(missing_docs)]

use anyhow::Context;
use contraflow_tidy::{files, text};

const GLOSSARY: &str = "docs/glossary.md";

/// Returns the rows of the glossary: the word, and those that are not used for it.
fn rows(glossary: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows = glossary.lines().map(cells).filter_map(|cells| match cells.as_slice() {
        [_, word, meaning, not, _] if word != "word" && !meaning.starts_with("---") => {
            let not = not.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty());
            Some((word.clone(), not.collect()))
        }
        _ => None,
    });
    rows.collect()
}

/// Tells whether a word stands in a line by itself, also with an ending: `draft` in `drafts`, not in `redraft`.
fn stands_in(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let (before, from) = line.split_at(at);
        let after = from.strip_prefix(word).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after);
        let part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        !before.ends_with(part) && !after.starts_with(part)
    })
}

/// Returns the texts that are for people: documentation at the top and in `docs/`, the policy, the description of the
/// API.
fn texts() -> anyhow::Result<Vec<String>> {
    let is_text = |path: &String| {
        let at_the_top = !path.contains('/');
        let kept = at_the_top || path.starts_with("docs/") || path.starts_with("policy/");
        path != GLOSSARY && kept && [".md", ".toml"].iter().any(|kind| path.ends_with(kind))
            || path == "functions/api/openapi.json"
    };
    Ok(files("")?.into_iter().filter(is_text).collect())
}

#[test]
fn texts_use_the_words_of_the_glossary() -> anyhow::Result<()> {
    let rows = rows(&text(GLOSSARY)?);
    let mut found = Vec::new();
    for path in texts()? {
        for (number, line) in text(&path)?.to_lowercase().lines().enumerate() {
            for (word, not) in &rows {
                let wrong = not.iter().filter(|not| stands_in(line, not));
                found.extend(wrong.map(|not| format!("{path}:{}: “{not}”: say {word}", number + 1)));
            }
        }
    }
    assert!(found.is_empty(), "not the words of {GLOSSARY}:\n{}", found.join("\n"));
    Ok(())
}

#[test]
fn the_glossary_has_one_row_for_a_word() -> anyhow::Result<()> {
    let rows = rows(&text(GLOSSARY)?);
    let words: Vec<&str> = rows.iter().map(|(word, _)| word.as_str()).collect();
    assert!(words.len() > 50, "the tables were not read: {words:?}");
    for (at, word) in words.iter().enumerate() {
        let before = words.get(..at).context("within")?;
        assert!(!before.contains(word), "{word} stands there twice");
        let other = rows.iter().find(|(_, not)| not.contains(&word.to_lowercase()));
        assert!(other.is_none(), "{word} is both a word and not to be used");
    }
    Ok(())
}

#[test]
fn a_word_is_found_by_itself_alone() {
    assert!(stands_in("two credit notes.", "credit note"));
    assert!(!stands_in("redraft", "draft") && !stands_in("draft_document", "draft"));
}
