//! The statements against a real SQLite.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use rusqlite::{Connection, params};

use crate::request::{self, Change, Refusal};
use crate::{limits, sql, statements};

fn open(path: &std::path::Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    migrate(&db);
    db
}

fn migrate(db: &Connection) {
    for statement in statements(sql::SCHEMA) {
        db.execute(&statement, []).unwrap();
    }
}

fn memory() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    migrate(&db);
    db
}

fn commit(db: &Connection, checks: &[(&str, Option<u64>)], changes: &[Change<'_>]) -> Option<u64> {
    let commit = request::commit(checks, changes).unwrap();
    let mut statement = db.prepare(sql::COMMIT).unwrap();
    let mut rows = statement.query(params![commit.checks, commit.mutations, commit.bytes]).unwrap();
    let version = rows.next().unwrap().map(|row| row.get(0).unwrap());
    assert!(rows.next().unwrap().is_none(), "the commit is done only when its rows are read to the end");
    version
}

fn get(db: &Connection, keys: &[&str]) -> Vec<Option<(u64, Vec<u8>)>> {
    let keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
    let mut found = vec![None; keys.len()];
    let mut statement = db.prepare(sql::GET).unwrap();
    let mut rows = statement.query([request::get(&keys).unwrap()]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        found[row.get::<_, usize>(0).unwrap()] = Some((row.get(1).unwrap(), row.get(2).unwrap()));
    }
    found
}

/// Returns the keys of a page and where the range goes on.
fn scan(db: &Connection, start: &str, end: &str, limit: u32) -> (Vec<String>, Option<String>) {
    let (mut keys, mut next) = (vec![], None);
    let mut statement = db.prepare(sql::SCAN).unwrap();
    let mut rows = statement.query(params![start, end, limit, limits::SCAN_BYTES]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        assert_eq!(next, None, "the mark is the last row");
        match row.get::<_, Option<Vec<u8>>>(2).unwrap() {
            Some(_) => keys.push(row.get(0).unwrap()),
            None => next = Some(row.get(0).unwrap()),
        }
    }
    (keys, next)
}

#[test]
fn schema_is_split_into_statements_that_may_run_twice() {
    let all: Vec<_> = statements(sql::SCHEMA).collect();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|statement| statement.starts_with("CREATE ") && statement.contains("IF NOT EXISTS")));
    let db = memory();
    migrate(&db);
    assert_eq!(commit(&db, &[], &[Change::Put("a", b"1")]), Some(1));
}

#[test]
fn no_commit_runs_before_the_last_statement_of_the_schema() {
    let db = Connection::open_in_memory().unwrap();
    for statement in statements(sql::SCHEMA) {
        let error = db.prepare(sql::COMMIT).unwrap_err();
        assert!(error.to_string().contains("no such table"), "{error}");
        db.execute(&statement, []).unwrap();
    }
    db.prepare(sql::COMMIT).unwrap();
}

#[test]
fn a_commit_writes_all_or_nothing() {
    let db = memory();
    assert_eq!(commit(&db, &[("a", None)], &[Change::Put("a", b"1"), Change::Put("b", b"\0\xff")]), Some(1));
    assert_eq!(commit(&db, &[("a", None), ("b", Some(1))], &[Change::Put("b", b"2"), Change::Delete("a")]), None);
    assert_eq!(
        get(&db, &["b", "x", "a", "b"]),
        [Some((1, b"\0\xff".to_vec())), None, Some((1, b"1".to_vec())), Some((1, b"\0\xff".to_vec()))]
    );
    assert_eq!(commit(&db, &[("a", Some(1))], &[Change::Put("b", b""), Change::Delete("a")]), Some(2));
    assert_eq!(get(&db, &["a", "b"]), [None, Some((2, vec![]))]);
    assert_eq!(db.query_row("SELECT count(*) FROM contraflow_commit", [], |row| row.get::<_, u64>(0)).unwrap(), 0);
}

#[test]
fn versions_are_never_used_twice() {
    let db = memory();
    let first = commit(&db, &[], &[Change::Put("a", b"1")]).unwrap();
    let deleted = commit(&db, &[], &[Change::Delete("a")]).unwrap();
    let second = commit(&db, &[("a", None)], &[Change::Put("a", b"1")]).unwrap();
    assert!(first < deleted && deleted < second);
    assert_eq!(commit(&db, &[("a", Some(first))], &[Change::Put("a", b"2")]), None);
    assert_eq!(commit(&db, &[("a", Some(0))], &[]), None, "version 0 is not the same as absent");
    assert_eq!(commit(&db, &[("b", Some(u64::MAX))], &[]), None);
}

#[test]
fn failed_checks_are_named() {
    let db = memory();
    commit(&db, &[], &[Change::Put("a", b"1")]).unwrap();
    let checks = request::commit(&[("a", None), ("b", None), ("c", Some(9))], &[]).unwrap().checks;
    let mut statement = db.prepare(sql::MOVED_ON).unwrap();
    let keys: Vec<String> = statement.query_map([checks], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(keys, ["a", "c"]);
}

#[test]
fn scan_goes_in_the_order_of_bytes_and_by_pages() {
    let db = memory();
    let keys = ["A", "Z", "a", "a/1", "aa", "b", "ä", "\u{ff5e}", "\u{1f600}"];
    for key in keys.iter().rev() {
        commit(&db, &[], &[Change::Put(key, key.as_bytes())]).unwrap();
    }
    assert_eq!(scan(&db, "", "\u{10ffff}", 1000), (keys.map(str::to_owned).to_vec(), None));
    let (mut start, mut seen) = (String::new(), vec![]);
    loop {
        let (page, next) = scan(&db, &start, "\u{10ffff}", 2);
        seen.extend(page);
        let Some(next) = next else { break };
        start = next;
    }
    assert_eq!(seen, keys);
    assert_eq!(scan(&db, "a", "aa", 1), (vec!["a".to_owned()], Some("a/1".to_owned())));
    assert_eq!(scan(&db, "b", "a", 5), (vec![], None));
}

#[test]
fn scan_stops_at_four_mebibytes_but_never_before_one_entry() {
    let db = memory();
    let value = vec![7; limits::VALUE_BYTES];
    for key in ["1", "2", "3", "4", "5", "6"] {
        commit(&db, &[], &[Change::Put(key, &value)]).unwrap();
    }
    let (page, next) = scan(&db, "", "z", 1000);
    assert_eq!((page.len(), next.as_deref()), (4, Some("5")));
    assert_eq!(scan(&db, "5", "z", 1000).0.len(), 2);
    db.execute("UPDATE contraflow_kv SET value = zeroblob(5000000) WHERE key = '1'", []).unwrap();
    assert_eq!(scan(&db, "", "z", 1000), (vec!["1".to_owned()], Some("2".to_owned())));
}

#[test]
fn bounds_are_kept() {
    let long = "k".repeat(limits::KEY_BYTES + 1);
    let big = vec![0; limits::VALUE_BYTES + 1];
    let too_large = |result: Result<_, Refusal>| assert!(matches!(result, Err(Refusal::TooLarge(_))));
    let invalid = |result: Result<_, Refusal>| assert!(matches!(result, Err(Refusal::InvalidKey(_))));
    too_large(request::commit(&[], &[Change::Put("a", &big)]).map(|_| ()));
    too_large(request::commit(&[(&long, None)], &[]).map(|_| ()));
    too_large(request::commit(&[("a", None); 257], &[]).map(|_| ()));
    too_large(request::get(&vec!["a".to_owned(); 257]).map(|_| ()));
    for limit in [0, 1001] {
        too_large(request::scan(String::new(), "z".to_owned(), limit).map(|_| ()));
    }
    invalid(request::get(&[String::new()]).map(|_| ()));
    invalid(request::commit(&[], &[Change::Delete("a\0")]).map(|_| ()));
    invalid(request::commit(&[], &[Change::Delete("a"), Change::Put("a", b"")]).map(|_| ()));
}

#[test]
fn sixteen_writers_lose_no_increment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    open(&path);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let db = open(&path);
                for _ in 0..25 {
                    loop {
                        let found = get(&db, &["counter"]).remove(0);
                        let count: u64 =
                            found.as_ref().map_or(0, |(_, value)| String::from_utf8_lossy(value).parse().unwrap());
                        let checks = [("counter", found.map(|(version, _)| version))];
                        let log = format!("log/{:04}", count + 1);
                        let value = (count + 1).to_string();
                        let changes = [Change::Put("counter", value.as_bytes()), Change::Put(&log, b"")];
                        if commit(&db, &checks, &changes).is_some() {
                            break;
                        }
                    }
                }
            });
        }
    });
    let db = open(&path);
    assert_eq!(get(&db, &["counter"])[0].as_ref().unwrap().1, b"400");
    assert_eq!(scan(&db, "log/", "log0", 1000).0.len(), 400);
}
