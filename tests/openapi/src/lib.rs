//! The API's reference, `functions/api/openapi.json`: paths, words and examples are written in it by hand; the schemas
//! of what the API shows are made from its types and put in their places.

mod node;
mod reference;
mod schemas;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use node::Node;
pub use reference::Reference;
pub use schemas::made;

/// Where the schemas begin and end in the text, and how deep each is indented.
const SCHEMAS: &str = "\n  \"schemas\": {\n";
const END: &str = "\n  }\n";
const LEVEL: usize = 3;

/// Returns where the reference stands.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../functions/api/openapi.json")
}

/// Returns the reference as it stands.
///
/// # Errors
/// A file that is not there.
pub fn text() -> Result<String> {
    fs::read_to_string(path()).with_context(|| path().display().to_string())
}

/// Returns the reference with every schema that is made from a type as the type has it now. What is written by hand
/// stays as it is, to the letter; a schema that is new stands behind the others.
///
/// # Errors
/// When it has no schemas.
pub fn with_schemas_made(text: &str) -> Result<String> {
    let (before, rest) = text.split_once(SCHEMAS).context("the reference has no `components/schemas`")?;
    let (schemas, after) = rest.split_once(END).context("the reference's schemas have no end")?;
    let mut made = made();
    let mut all: Vec<String> = members(schemas)
        .into_iter()
        .map(|(name, written)| {
            made.remove(name).map_or_else(|| written.to_owned(), |schema| schema.member(name, LEVEL))
        })
        .collect();
    all.extend(made.iter().map(|(name, schema)| schema.member(name, LEVEL)));
    Ok(format!("{before}{SCHEMAS}{}{END}{after}", all.join(",\n")))
}

/// Returns the members of an object by their names, each as it is written: a member begins where a line has its level
/// and a quotation mark.
fn members(text: &str) -> Vec<(&str, &str)> {
    let margin = format!("{}\"", " ".repeat(LEVEL));
    let starts: Vec<_> = text
        .match_indices(&margin)
        .map(|(at, _)| at)
        .filter(|at| *at == 0 || text.get(..*at).is_some_and(|before| before.ends_with('\n')))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let written = starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end));
    let named = written.filter_map(|written| {
        let name = written.split('"').nth(1)?;
        Some((name, written.trim_end().trim_end_matches(',')))
    });
    named.collect()
}
