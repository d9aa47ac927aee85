//! What a document names is there.

#![allow(missing_docs)]

use contraflow_tidy::{files, root, text};

/// The adapter that `docs/adapters.md` makes as its example.
const EXAMPLE: &str = "/paypal/";

/// Returns the paths that a line names: the targets of its links, and code spans that begin with one of the tree's
/// folders.
fn named<'a>(line: &'a str, folders: &[String]) -> Vec<&'a str> {
    let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let links = links.filter(|link| !link.contains("://")).filter_map(|link| link.split('#').next());
    let spans = line.split('`').skip(1).step_by(2);
    // `<name>` stands for a name, and `a folder/*` for all that is in it.
    let spans = spans.filter(|span| !span.contains(['<', '*', ' ', ':']));
    let spans = spans.filter(|span| folders.iter().any(|folder| span.starts_with(folder.as_str())));
    links.chain(spans).filter(|path| !path.is_empty() && !path.contains(EXAMPLE)).collect()
}

#[test]
fn what_a_document_names_is_there() -> anyhow::Result<()> {
    let files = files("")?;
    let mut folders: Vec<String> =
        files.iter().filter_map(|path| path.split_once('/')).map(|(folder, _)| format!("{folder}/")).collect();
    folders.dedup();
    let is_document = |path: &&String| path.ends_with(".md") && (!path.contains('/') || path.starts_with("docs/"));
    let mut missing = Vec::new();
    for path in files.iter().filter(is_document) {
        let folder = root().join(path.rsplit_once('/').map_or("", |(folder, _)| folder));
        for (number, line) in text(path)?.lines().enumerate() {
            let gone = named(line, &folders).into_iter().filter(|name| {
                // Links start at the document, code spans at the root.
                !folder.join(name).exists() && !root().join(name).exists()
            });
            missing.extend(gone.map(|name| format!("{path}:{}: {name}", number + 1)));
        }
    }
    assert!(missing.is_empty(), "named, but not there:\n{}", missing.join("\n"));
    Ok(())
}

#[test]
fn links_and_paths_are_found_in_a_line() {
    let folders = ["docs/".to_owned()];
    let line =
        "see [words](docs/glossary.md#a), `docs/tasks.md`, `docs/<name>.md`, <https://example.com>, [x](https://a.b)";
    assert_eq!(named(line, &folders), ["docs/glossary.md", "docs/tasks.md"]);
}
