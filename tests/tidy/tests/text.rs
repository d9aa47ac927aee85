//! What every source file keeps to.

#![allow(missing_docs)]

use contraflow_tidy::{crates, files, text};

/// A file has one purpose; one that grows past this has two.
const MAX_LINES: usize = 600;

/// Characters of a line of a comment; rustfmt sees to those of code.
const MAX_COMMENT: usize = 120;

/// What is written by hand, and so kept small.
const SOURCES: [&str; 9] = ["rs", "wit", "toml", "sql", "html", "css", "js", "py", "sh"];

#[test]
fn no_source_file_is_long() -> anyhow::Result<()> {
    // The manifests are made, and grow with each adapter that is wired.
    let is_made = |path: &str| ["spin.toml", "spin-demo.toml"].contains(&path);
    let is_written = |path: &&String| extension(path).is_some_and(|kind| SOURCES.contains(&kind)) && !is_made(path);
    for path in files("")?.iter().filter(is_written) {
        let lines = text(path)?.lines().count();
        assert!(lines <= MAX_LINES, "{path} has {lines} lines: split it by purpose (at most {MAX_LINES})");
    }
    Ok(())
}

#[test]
fn nothing_is_left_for_later() -> anyhow::Result<()> {
    // Put together here, so that this file does not find itself.
    let later = [["TO", "DO"], ["FIX", "ME"], ["to", "do!("], ["unimplemented", "!("], ["#[ig", "nore"]]
        .map(|word| word.concat());
    for path in files("")?.iter().filter(|path| extension(path).is_some_and(|kind| SOURCES.contains(&kind))) {
        for (number, line) in text(path)?.lines().enumerate() {
            let found = later.iter().find(|word| line.contains(word.as_str()));
            assert!(found.is_none(), "{path}:{}: {}", number + 1, line.trim());
        }
    }
    Ok(())
}

#[test]
fn comments_are_read_without_scrolling() -> anyhow::Result<()> {
    for path in files("")?.iter().filter(|path| extension(path).is_some_and(|kind| ["rs", "wit"].contains(&kind))) {
        let mut code = false;
        for (number, line) in text(path)?.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else { continue };
            let comment = comment.trim_start_matches(['/', '!']).trim_start();
            code ^= comment.starts_with("```");
            // What stands in a table or in an example can't be broken.
            let long = line.chars().count() > MAX_COMMENT && !code && !comment.starts_with('|');
            assert!(!long, "{path}:{}: a comment of more than {MAX_COMMENT} characters", number + 1);
        }
    }
    Ok(())
}

#[test]
fn the_domain_counts_money_in_integers() -> anyhow::Result<()> {
    for path in files("domain/src")? {
        for (number, line) in text(&path)?.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            let float =
                words.any(|word| word == "f32" || word == "f64" || word.ends_with("_f64") || word.ends_with("_f32"));
            assert!(!float, "{path}:{}: a binary fraction cannot hold money: {}", number + 1, line.trim());
        }
    }
    Ok(())
}

/// A crate without tests of its own says so, for an empty test program takes as long to compile as a full one.
#[test]
fn no_test_stands_where_none_is_run() -> anyhow::Result<()> {
    for untested in crates()?.iter().filter(|one| one.is_untested()) {
        for path in files(&format!("{}/src", untested.folder))? {
            let found = text(&path)?.lines().any(|line| line.contains("test]") || line.contains("cfg(test"));
            assert!(!found, "{path} has tests: take `test = false` out of {}/Cargo.toml", untested.folder);
        }
    }
    Ok(())
}

/// What natively would turn on features with which wasmtime is compiled once more: RSA and P-256, a few lines.
const FOR_COMPONENTS_ALONE: &str = "functions/auth/src/asymmetric.rs";

/// Lints look at components as they are natively.
#[test]
fn no_code_is_for_one_target_alone() -> anyhow::Result<()> {
    for folder in ["adapters", "audit", "domain", "functions", "guest"] {
        let sources = files(folder)?.into_iter().filter(|path| extension(path) == Some("rs"));
        for path in sources.filter(|path| path != FOR_COMPONENTS_ALONE) {
            let found = text(&path)?.lines().any(|line| line.contains("target_") && line.contains("cfg"));
            assert!(!found, "{path}: only one target would compile that, and lints would not see it");
        }
    }
    Ok(())
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

/// Tells whether a line fixes a number that others have to keep to: a count, a size or a time.
fn is_bound(line: &str) -> bool {
    let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
    let Some((kind, value)) = line.strip_prefix("const ").and_then(|rest| rest.split_once(": ")?.1.split_once(" = "))
    else {
        return false;
    };
    let is_counted = ["usize", "u8", "u16", "u32", "u64", "i32", "i64", "Duration"].contains(&kind);
    is_counted && (value.starts_with(|first: char| first.is_ascii_digit()) || value.starts_with("Duration::"))
}

#[test]
fn every_bound_stands_with_the_others_of_its_crate() -> anyhow::Result<()> {
    // Tools and tests keep their numbers where they use them; what a new adapter begins with is an adapter.
    let is_shipped = |path: &String| {
        let is_tool = ["tests/", "xtask/", "wiring/"].iter().any(|room| path.starts_with(room));
        !is_tool || path.starts_with("xtask/templates/")
    };
    let sources = files("")?.into_iter().filter(|path| path.contains("/src/")).filter(is_shipped);
    for path in sources.filter(|path| path.ends_with(".rs") && !path.ends_with("/limits.rs")) {
        let text = text(&path)?;
        let found = text.lines().enumerate().find(|(_, line)| is_bound(line));
        assert!(found.is_none(), "{path}: {found:?}: a bound belongs into the limits.rs of its crate");
    }
    Ok(())
}
