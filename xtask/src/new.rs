//! Begin something new: an adapter, from the template of its contract.
//!
//! A template is a crate of the workspace whose vendor is called `example`, so that it is compiled and linted as all
//! others are; a new adapter is a copy of it under its own name.

use crate::sh;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// What `cargo xtask new` may be told.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A vendor behind a contract: its crate, what it needs, and its place among the conformance suites
    Adapter {
        /// The contract
        contract: Contract,
        /// The vendor, in lower-case letters and digits: paypal
        name: String,
    },
}

/// A contract that adapters stand behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Contract {
    /// Pays money back
    Gateway,
    /// Has the invoices and takes credit documents
    Erp,
    /// Where tickets ask, and are answered
    Helpdesk,
    /// Delivers events
    Courier,
    /// Asks
    Source,
    /// Holds the state
    Store,
}

impl Contract {
    /// Returns the shelf below `adapters/`, and the folder of the template.
    const fn folder(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Erp => "erp",
            Self::Helpdesk => "helpdesk",
            Self::Courier => "courier",
            Self::Source => "source",
            Self::Store => "store",
        }
    }

    /// Returns the lines by which it joins the suites.
    const fn suites(self) -> &'static str {
        match self {
            Self::Gateway => "suite!(gateway: Example);\nsuite!(source: News);\n",
            Self::Erp => "suite!(erp: Example);\n",
            Self::Helpdesk => "suite!(helpdesk: Example);\nsuite!(source: Asks);\n",
            Self::Courier => "suite!(courier: Example);\n",
            Self::Source => "suite!(source: Example);\n",
            Self::Store => "suite!(store: Example);\n",
        }
    }

    /// Returns how `wiring.toml` names it.
    fn wiring(self, name: &str) -> String {
        match self {
            Self::Store => format!("store = \"{name}\""),
            Self::Erp => format!("erp = \"{name}\" (and invoices = \"{name}\")"),
            other => format!("\"{name}\" among `{}s`", other.folder()),
        }
    }
}

/// The longest name of a vendor, in characters: it becomes part of components', variables' and routes' names.
const NAME_CHARS: usize = 32;

/// Words that can be no module, or that are one already.
const RESERVED: [&str; 13] = [
    "example", "harness", "suites", "main", "mod", "crate", "self", "super", "type", "match", "move", "static", "async",
];

/// The line of a template's `Cargo.toml` that keeps test programs from being made of it.
const UNTESTED: &str = "\ntest = false\n";

/// Where the tests of all adapters are.
const TESTS: &str = "tests/adapters/tests/adapters";

/// Makes it, and says what comes next.
pub fn run(args: &Args) -> Result<()> {
    let What::Adapter { contract, name } = &args.what;
    for path in adapter(&sh::root(), *contract, name)? {
        println!("  {}", path.display());
    }
    // A name of another length may break lines elsewhere.
    sh::run(sh::cargo().args(["fmt", "--all"]))?;
    println!(
        "\nIt compiles, and is no adapter yet: `cargo xtask test {name}::` says, test by test, what is to be written.\n\
         docs/adapters.md goes through it. When all of them pass, name it in wiring.toml, {}, and run `cargo xtask wire`.",
        contract.wiring(name)
    );
    Ok(())
}

/// Writes the files of a new adapter below `root`: their paths from there.
fn adapter(root: &Path, contract: Contract, name: &str) -> Result<Vec<PathBuf>> {
    check_name(name)?;
    let shelf = contract.folder();
    let (folder, tests) = (PathBuf::from(format!("adapters/{shelf}/{name}")), PathBuf::from(format!("{TESTS}/{name}")));
    for taken in [&folder, &tests] {
        ensure!(
            !root.join(taken).exists(),
            "the name `{name}` is taken: there is {}. Choose another.",
            taken.display()
        );
    }
    let template = root.join("xtask/templates").join(shelf);
    let mut made = Vec::new();
    for file in files(&template)? {
        let text = fs::read_to_string(template.join(&file)).with_context(|| format!("reading {}", file.display()))?;
        let suite = file == Path::new("suite.rs");
        let place = if suite { tests.join("mod.rs") } else { folder.join(&file) };
        let text = if suite { joined(&text, contract)? } else { text };
        write(root, &place, &named(&text, name))?;
        made.push(place);
    }
    let main = PathBuf::from(format!("{TESTS}/main.rs"));
    let text = fs::read_to_string(root.join(&main)).with_context(|| format!("reading {}", main.display()))?;
    write(root, &main, &with_module(&text, name)?)?;
    made.push(main);
    Ok(made)
}

fn check_name(name: &str) -> Result<()> {
    let fits = (1..=NAME_CHARS).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !fits {
        bail!(
            "`{name}` is no name for an adapter: 1 to {NAME_CHARS} lower-case letters and digits, a letter first, such as `paypal`"
        );
    }
    ensure!(!RESERVED.contains(&name), "an adapter can't be called `{name}`: the word is in use");
    Ok(())
}

/// Returns every file below a folder, by its path from there.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).with_context(|| format!("reading {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the template's text under the vendor's name. A template has no unit tests of its own, an adapter has.
fn named(text: &str, name: &str) -> String {
    let (first, rest) = name.split_at(1);
    text.replace(UNTESTED, "\n").replace("example", name).replace("Example", &format!("{}{rest}", first.to_uppercase()))
}

/// Returns the description, with the lines by which it joins the suites below its imports.
fn joined(text: &str, contract: Contract) -> Result<String> {
    let (imports, rest) = text.rsplit_once("\nuse crate::").context("a description imports its suite")?;
    let (last, rest) = rest.split_once(";\n").context("an import ends")?;
    Ok(format!("{imports}\nuse crate::{last};\nuse crate::suites::suite;\n\n{}{rest}", contract.suites()))
}

/// Returns the list of modules with one more, in the order of their names.
fn with_module(main: &str, name: &str) -> Result<String> {
    let (head, list) = main.rsplit_once("\n\n").context("the list of vendors ends the file")?;
    let line = format!("mod {name};");
    let mut lines: Vec<&str> = list.lines().chain([line.as_str()]).collect();
    lines.sort_unstable();
    Ok(format!("{head}\n\n{}\n", lines.join("\n")))
}

fn write(root: &Path, place: &Path, text: &str) -> Result<()> {
    let path = root.join(place);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, text).with_context(|| format!("writing {}", place.display()))
}

#[cfg(test)]
mod tests;
