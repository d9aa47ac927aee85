//! The pages of `docs/` that are made from the catalogue.

use std::fmt::Write as _;

use super::{EventKind, FindingCode, MessageKind, TaskCode};

/// A page of the documentation, made from the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The file's name below `docs/`.
    pub file: &'static str,
    /// The text, in Markdown.
    pub text: String,
}

/// Makes every page.
#[must_use]
pub fn pages() -> Vec<Page> {
    vec![
        Page { file: "tasks.md", text: tasks() },
        Page { file: "events.md", text: events() },
        Page { file: "findings.md", text: findings() },
    ]
}

const MADE: &str =
    "Made from the code by `BLESS=1 cargo test -p contraflow-domain pages`; see `domain/src/catalogue/`.";

fn tasks() -> String {
    let mut text = format!(
        "# What needs a person\n\n{MADE}\n\nA task stands on its request until what it asks for has happened. \
         While a task *blocks*, the request needs attention and can't end.\n"
    );
    for task in TaskCode::ALL {
        let blocks = if task.blocks() { "yes" } else { "no" };
        let _ = write!(
            text,
            "\n## {}\n\n`{}`\n\n{} {}\n\n| who | blocks | retry | stands |\n|---|---|---|---|\n| {} | {blocks} | {} | {} |\n",
            task.title(),
            task.name(),
            task.happened(),
            task.remedy(),
            task.owner().name(),
            task.retry().name(),
            task.stands(),
        );
    }
    text
}

fn table(heading: &str, rows: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    let mut text = format!("# {heading}\n\n{MADE}\n\n| code | title |\n|---|---|\n");
    for (code, title) in rows {
        let _ = writeln!(text, "| `{code}` | {title} |");
    }
    text
}

fn events() -> String {
    let events = table("What the record tells", EventKind::ALL.iter().map(|kind| (kind.name(), kind.title())));
    let messages =
        table("What people and systems are told", MessageKind::ALL.iter().map(|kind| (kind.name(), kind.title())));
    // One page, one note of where it comes from.
    format!("{events}\n{}", messages.replacen("# ", "## ", 1).replacen(&format!("{MADE}\n\n"), "", 1))
}

fn findings() -> String {
    table("What the checks find", FindingCode::ALL.iter().map(|code| (code.name(), code.title())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_in_the_docs_are_those_of_the_code() {
        for page in pages() {
            let file = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/{}"), page.file);
            if std::env::var_os("BLESS").is_some() {
                assert!(std::fs::write(&file, &page.text).is_ok());
            }
            let written = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(written, page.text, "run BLESS=1 cargo test -p contraflow-domain pages");
        }
    }
}
