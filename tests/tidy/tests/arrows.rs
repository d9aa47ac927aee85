//! Arrows point down the house only.

#![allow(missing_docs)]

use contraflow_tidy::{Crate, crates};

/// What adapters share: HTTP, signatures, and reading what a vendor wrote.
const SHARED_BY_ADAPTERS: [&str; 2] = ["adapters/fields", "adapters/support"];

/// What a crate may use of ours, by its folder; `None` when the folder has no place in the house yet.
fn may_use(folder: &str) -> Option<&'static [&'static str]> {
    let (room, _) = folder.split_once('/').unwrap_or((folder, ""));
    match room {
        "domain" | "host" | "xtask" => Some(&[]),
        "guest" => Some(&["domain"]),
        "functions" => Some(&["domain", "guest"]),
        "adapters" if SHARED_BY_ADAPTERS.contains(&folder) => Some(&[]),
        "adapters" => Some(&SHARED_BY_ADAPTERS),
        // Checks an export with no access to the system: what the records are, it knows from the domain.
        "audit" => Some(&["domain"]),
        "tests" => Some(&["domain", "host", "audit", "tests"]),
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

fn fits(used: &Crate, allowed: &[&str]) -> bool {
    allowed.iter().any(|room| used.folder == *room || used.folder.starts_with(&format!("{room}/")))
}

#[test]
fn a_component_is_named_for_its_place() -> anyhow::Result<()> {
    for component in crates()?.iter().filter(|one| one.is_component()) {
        let expected = match component.folder.split('/').collect::<Vec<_>>().as_slice() {
            ["functions", name] => (*name).to_owned(),
            ["adapters", contract, vendor] => format!("{contract}-{vendor}"),
            _ => panic!("{}: components stand in functions/ and adapters/", component.folder),
        };
        assert_eq!(component.name(), expected, "{}", component.folder);
    }
    Ok(())
}
