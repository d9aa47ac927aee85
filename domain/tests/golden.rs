//! What was stored once stays readable: entries as a store holds them are read, and written again as they were. A
//! change of what is stored gets a file more here; the old ones stay.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use contraflow_domain::account::{InvoiceAccount, PaymentAccount, StoreCreditAccount};
use contraflow_domain::dispute::loss::Loss;
use contraflow_domain::request::Request;
use contraflow_domain::request::event::Event;
use contraflow_domain::schedule::Schedule;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Every file of that kind, read and written again.
fn keeps<T: Serialize + DeserializeOwned>(kind: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if !name.starts_with(&format!("{kind}-")) {
            continue;
        }
        let stored: Value = serde_json::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
        let read: T = serde_json::from_value(stored.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), stored, "{name}");
        count += 1;
    }
    assert!(count > 0, "there is a stored {kind}");
}

/// Every file of that kind is read; it is written in today's form, which says the same.
fn reads<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(kind: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if !name.starts_with(&format!("before-{kind}-")) {
            continue;
        }
        let stored = std::fs::read_to_string(entry.path()).unwrap();
        let read: T = serde_json::from_str(&stored).unwrap_or_else(|error| panic!("{name}: {error}"));
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), read, "{name}");
        count += 1;
    }
    assert!(count > 0, "there is a stored {kind} of before");
}

#[test]
fn requests_stay_readable() {
    keeps::<Request>("request");
}

#[test]
fn events_stay_readable_and_whole() {
    keeps::<Event>("event");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("event-") {
            let event: Event = serde_json::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
            assert_eq!(event.clone().sealed().hash, event.hash, "what was hashed then is hashed so today");
        }
    }
}

#[test]
fn accounts_stay_readable() {
    keeps::<InvoiceAccount>("invoice");
    reads::<InvoiceAccount>("invoice");
    keeps::<PaymentAccount>("payment");
    reads::<PaymentAccount>("payment");
    keeps::<StoreCreditAccount>("credit");
}

#[test]
fn schedules_stay_readable() {
    keeps::<Schedule>("schedule");
}

#[test]
fn losses_stay_readable() {
    keeps::<Loss>("loss");
}
