//! Arrows point down the house only.

#![allow(missing_docs)]

use contraflow_tidy::{Crate, crates};

/// Returns what a crate may use of ours, by its folder; `None` when the folder has no place in the house yet.
fn may_use(folder: &str) -> Option<&'static [&'static str]> {
    let (room, _) = folder.split_once('/').unwrap_or((folder, ""));
    match room {
        // The chain over a request's events is checked without anything else, by the domain and by `contraflow audit
        // verify`.
        // The store's tables: the adapter over `spin:sqlite` and the host itself serve the contract over them.
        "audit" | "json" | "tables" | "wiring" => Some(&[]),
        // What may be asked for: sources read it, the domain checks it.
        "ask" => Some(&["json"]),
        // What a new adapter begins as.
        "xtask" if folder.starts_with("xtask/templates/") => Some(&["adapters/*", "ask", "json"]),
        "xtask" => Some(&["wiring"]),
        "domain" => Some(&["ask", "audit"]),
        "host" => Some(&["audit", "tables"]),
        "guest" => Some(&["audit", "domain", "json"]),
        // Whom letters go to and how they are written: for the functions that send or show them.
        "letters" => Some(&["domain", "guest"]),
        "functions" => Some(&["audit", "domain", "guest", "letters"]),
        // What adapters share stands directly in the folder: HTTP, SQLite, signatures.
        "adapters" => Some(&["adapters/*", "ask", "json", "tables"]),
        "tests" => Some(&["adapters/*", "audit", "domain", "host", "tables", "tests", "wiring"]),
        _ => None,
    }
}

#[test]
fn crates_use_only_what_stands_below_them() -> anyhow::Result<()> {
    let crates = crates()?;
    for user in &crates {
        let Some(allowed) = may_use(&user.folder) else {
            panic!("{}: say in tests/tidy what a crate there may use", user.folder);
        };
        for used in user.dependencies().iter().filter_map(|name| crates.iter().find(|one| one.name() == name)) {
            assert!(fits(used, allowed), "{} may not use {}", user.folder, used.folder);
        }
    }
    Ok(())
}

/// Tells whether a room admits a crate: a room admits all that is in it, and `room/*` only the crates that stand
/// directly in it.
fn fits(used: &Crate, allowed: &[&str]) -> bool {
    let (room, name) = used.folder.split_once('/').unwrap_or((&used.folder, ""));
    allowed.iter().any(|allowed| match allowed.strip_suffix("/*") {
        Some(direct) => direct == room && !name.contains('/'),
        None => *allowed == room,
    })
}

#[test]
fn a_component_is_named_for_its_place() -> anyhow::Result<()> {
    for component in crates()?.iter().filter(|one| one.is_component()) {
        let expected = match component.folder.split('/').collect::<Vec<_>>().as_slice() {
            ["functions", name] => (*name).to_owned(),
            ["adapters", contract, vendor] => format!("{contract}-{vendor}"),
            ["xtask", "templates", contract] => format!("{contract}-example"),
            ["tests", "fixtures", _] => continue,
            _ => panic!("{}: components stand in functions/ and adapters/", component.folder),
        };
        assert_eq!(component.name(), expected, "{}", component.folder);
    }
    Ok(())
}
