//! A store adapter behind its probe, in words that tests read well in.

use std::sync::Arc;

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use crate::harness::loser::Loser;
use crate::harness::running::{Conditions, Running};
use crate::harness::wiring::Wiring;

/// A store over an empty state.
pub struct Store {
    running: Running,
    loser: Arc<Loser>,
}

/// What became of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Committed(u64),
    Conflict(Vec<String>),
    /// The case of the error: `TooLarge`, `InvalidKey`, `Unavailable`.
    Error(String),
}

/// A change.
pub type Mutation = Json;

pub fn put(key: &str, value: &[u8]) -> Mutation {
    json!({"Put": {"key": key, "value": value}})
}

pub fn delete(key: &str) -> Mutation {
    json!({"Delete": key})
}

/// A key's value and version.
pub type Found = Option<(Vec<u8>, u64)>;

/// A page of a scan: keys and lengths of their values, and where the range goes on.
pub type Page = (Vec<(String, usize)>, Option<String>);

impl Store {
    pub fn start(folder: &'static str, by_host: bool) -> Self {
        let wiring = Wiring { purpose: Use::Store, folder, beside: &[] };
        let loser = Arc::<Loser>::default();
        let conditions = Conditions { by_host, interceptor: Some(loser.clone()), ..Conditions::default() };
        Self { running: Running::start(wiring, conditions), loser }
    }

    /// Of the host calls from now on, the answer to this one is lost; they are counted from 0.
    pub fn lose_answer(&self, nth: u8) {
        let mut before = nth;
        self.loser.lose(move |_| before.checked_sub(1).map(|fewer| before = fewer).is_none());
    }

    /// Nothing more is lost.
    pub fn lose_nothing(&self) {
        self.loser.rest();
    }

    /// Commits with checks of keys and their versions.
    pub async fn commit(&self, checks: &[(&str, Option<u64>)], mutations: &[Mutation]) -> Outcome {
        let checks: Vec<Json> = checks.iter().map(|(key, version)| json!({"key": key, "version": version})).collect();
        let answer = self.running.call("/commit", &json!([checks, mutations])).await;
        match &answer["Ok"] {
            Json::Null => Outcome::Error(error(&answer)),
            Json::Object(outcome) if outcome.contains_key("Committed") => {
                Outcome::Committed(outcome["Committed"].as_u64().unwrap())
            }
            outcome => Outcome::Conflict(serde_json::from_value(outcome["Conflict"].clone()).unwrap()),
        }
    }

    /// Commits what must not conflict: the version.
    pub async fn write(&self, mutations: &[Mutation]) -> u64 {
        match self.commit(&[], mutations).await {
            Outcome::Committed(version) => version,
            other => panic!("{other:?}"),
        }
    }

    pub async fn get(&self, keys: &[&str]) -> Result<Vec<Found>, String> {
        let answer = self.running.call("/get", &json!([keys])).await;
        let Json::Array(entries) = &answer["Ok"] else { return Err(error(&answer)) };
        assert_eq!(entries.len(), keys.len(), "an entry for each key");
        let found = entries.iter().zip(keys).map(|(entry, key)| {
            (!entry.is_null()).then(|| {
                assert_eq!(entry["key"], *key, "in the order of the keys");
                (serde_json::from_value(entry["value"].clone()).unwrap(), entry["version"].as_u64().unwrap())
            })
        });
        Ok(found.collect())
    }

    /// What one key holds.
    pub async fn one(&self, key: &str) -> Found {
        self.get(&[key]).await.unwrap().remove(0)
    }

    pub async fn scan(&self, start: &str, end: &str, limit: u32) -> Result<Page, String> {
        let answer = self.running.call("/scan", &json!([start, end, limit])).await;
        let Some(entries) = answer["Ok"]["entries"].as_array() else { return Err(error(&answer)) };
        let entry =
            |entry: &Json| (entry["key"].as_str().unwrap().to_owned(), entry["value"].as_array().unwrap().len());
        Ok((entries.iter().map(entry).collect(), answer["Ok"]["next"].as_str().map(str::to_owned)))
    }

    /// All keys of a range, page by page.
    pub async fn all(&self, start: &str, end: &str, limit: u32) -> Vec<String> {
        let (mut keys, mut start) = (vec![], start.to_owned());
        loop {
            let (page, next) = self.scan(&start, end, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            keys.extend(page.into_iter().map(|(key, _)| key));
            let Some(next) = next else { return keys };
            assert!(next > start, "a scan gets on");
            start = next;
        }
    }
}

fn error(answer: &Json) -> String {
    let error = answer["Err"].as_object().unwrap_or_else(|| panic!("neither Ok nor Err: {answer}"));
    let (case, detail) = error.iter().next().unwrap();
    assert!(detail.as_str().is_some_and(|detail| !detail.is_empty()), "an error says what is wrong: {answer}");
    // A test that fails shows it: the words of an adapter that is not written yet say what is to be written.
    println!("{answer}");
    case.clone()
}
