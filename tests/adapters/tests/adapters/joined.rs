//! Whoever stands on a shelf of `adapters/` has joined the suites of all that it is made for.

use std::fs;
use std::path::Path;

use contraflow_wiring::{Adapter, Use};

use crate::harness::file;

/// What adapters are made for, and the suite of it.
const SUITES: [(Use, &str); 7] = [
    (Use::Store, "store"),
    (Use::Documents, "erp"),
    (Use::Gateway, "gateway"),
    (Use::Intake, "source"),
    (Use::Helpdesk, "helpdesk"),
    (Use::Courier, "courier"),
    (Use::Letters, "letters"),
];

/// The folders in a folder.
fn folders(of: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

#[test]
fn every_adapter_has_joined_the_suites_of_its_contracts() {
    let tests = file("tests/adapters/tests/adapters");
    let descriptions: Vec<String> = (folders(&tests).iter().flat_map(|vendor| fs::read_dir(vendor).unwrap()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let joined = |folder: &str, suite: &str| {
        let (folder, suite) = (format!("FOLDER: &'static str = \"{folder}\";"), format!("suite!({suite}: "));
        descriptions.iter().any(|text| text.contains(&folder) && text.contains(&suite))
    };
    let mut adapters = 0;
    for shelf in folders(&file("adapters")) {
        for folder in folders(&shelf).iter().filter(|folder| folder.join("adapter.toml").is_file()) {
            let folder = folder.strip_prefix(file(".")).or_else(|_| folder.strip_prefix(file(""))).unwrap();
            let folder = folder.to_str().unwrap();
            let adapter = Adapter::load(&file("."), "adapter", "", folder).unwrap();
            for (purpose, suite) in SUITES {
                assert_eq!(
                    adapter.needs(purpose).is_some(),
                    joined(folder, suite),
                    "{folder}: `suite!({suite}: …)` stands beside its description where adapter.toml has [{}]",
                    purpose.table()
                );
            }
            adapters += 1;
        }
    }
    assert!(adapters >= 10, "{adapters}");
}
