//! What every store adapter must do: the promises of `wit/store/store.wit`, each as one test.

mod calls;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use calls::Store;
use calls::{Mutation, Outcome, delete, put};

/// A store adapter.
pub trait StoreAdapter {
    /// Its folder.
    const FOLDER: &'static str;
    /// Whether the host serves the store itself, over the tables of this adapter.
    const BY_HOST: bool = false;
}

/// The adapter, over an empty state.
pub fn start<S: StoreAdapter>() -> Store {
    Store::start(S::FOLDER, S::BY_HOST)
}

const MEBIBYTE: usize = 1024 * 1024;

fn committed(outcome: Outcome) -> u64 {
    let Outcome::Committed(version) = outcome else { panic!("{outcome:?}") };
    version
}

fn is_error(outcome: Outcome, case: &str) {
    assert_eq!(outcome, Outcome::Error(case.to_owned()));
}

pub async fn a_commit_is_all_or_nothing(store: Store) {
    let version = committed(store.commit(&[("a", None), ("b", None)], &[put("a", b"1"), put("b", b"2")]).await);
    assert_eq!(
        store.get(&["a", "b", "c"]).await,
        Ok(vec![Some((b"1".into(), version)), Some((b"2".into(), version)), None])
    );
    let refused = store.commit(&[("a", Some(version)), ("c", Some(version))], &[put("a", b"x"), delete("b")]).await;
    assert_eq!(refused, Outcome::Conflict(vec!["c".to_owned()]));
    assert_eq!(store.one("a").await, Some((b"1".into(), version)));
    assert_eq!(store.one("b").await, Some((b"2".into(), version)));
    let next = committed(store.commit(&[("a", Some(version))], &[put("a", b"x"), delete("b"), delete("none")]).await);
    assert_eq!(store.get(&["b", "a"]).await, Ok(vec![None, Some((b"x".into(), next))]));
}

pub async fn conflicts_name_the_keys_that_moved_on(store: Store) {
    let first = store.write(&[put("a", b"1"), put("b", b"1"), put("c", b"1")]).await;
    store.write(&[put("a", b"2"), delete("b")]).await;
    let checks = [("a", Some(first)), ("b", Some(first)), ("c", Some(first)), ("d", None), ("c", None)];
    let Outcome::Conflict(keys) = store.commit(&checks, &[]).await else { panic!("no conflict") };
    let keys: BTreeSet<_> = keys.iter().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["a", "b", "c"]));
}

pub async fn a_key_is_created_only_once(store: Store) {
    let store = Arc::new(store);
    let tries = (0..32).map(|name: usize| {
        let store = store.clone();
        tokio::spawn(async move {
            let outcome = store.commit(&[("one", None)], &[put("one", name.to_string().as_bytes())]).await;
            matches!(outcome, Outcome::Committed(_)).then_some(name)
        })
    });
    let mut winners = vec![];
    for each in tries.collect::<Vec<_>>() {
        winners.extend(each.await.unwrap());
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(store.one("one").await.unwrap().0, winners[0].to_string().into_bytes());
}

pub async fn a_version_never_comes_back(store: Store) {
    let first = store.write(&[put("a", b"same")]).await;
    store.write(&[delete("a")]).await;
    let again = committed(store.commit(&[("a", None)], &[put("a", b"same")]).await);
    assert!(again > first);
    let stale = store.commit(&[("a", Some(first))], &[put("a", b"lost")]).await;
    assert_eq!(stale, Outcome::Conflict(vec!["a".to_owned()]));
    store.write(&[delete("a")]).await;
    let stale = store.commit(&[("a", Some(again))], &[put("a", b"lost")]).await;
    assert_eq!(stale, Outcome::Conflict(vec!["a".to_owned()]));
    // Also after everything was deleted.
    assert!(store.write(&[put("b", b"")]).await > again);
}

pub async fn versions_grow_over_the_whole_store(store: Store) {
    let mut last = 0;
    for key in ["b", "a", "b", "c"] {
        let version = store.write(&[put(key, b"")]).await;
        assert!(version > last);
        assert_eq!(store.one(key).await.unwrap().1, version);
        last = version;
    }
}

pub async fn a_check_reads_and_writes_nothing(store: Store) {
    let version = store.write(&[put("a", b"1")]).await;
    committed(store.commit(&[("a", Some(version)), ("b", None)], &[]).await);
    assert_eq!(store.one("a").await, Some((b"1".into(), version)));
    for wrong in [Some(0), Some(u64::MAX), None] {
        assert_eq!(store.commit(&[("a", wrong)], &[]).await, Outcome::Conflict(vec!["a".to_owned()]));
    }
    assert_eq!(store.commit(&[("b", Some(0))], &[]).await, Outcome::Conflict(vec!["b".to_owned()]));
}

pub async fn any_bytes_are_a_value(store: Store) {
    let all: Vec<u8> = (0..=255).collect();
    for value in [&b""[..], b"\0", b"a\0b", "ä€😀\"\\'".as_bytes(), b"\xff\xfe\xc3", &all] {
        let version = store.write(&[put("before", b"1"), put("key", value), put("after", b"2")]).await;
        assert_eq!(store.one("key").await, Some((value.to_vec(), version)));
        assert_eq!(store.one("after").await.unwrap().0, b"2");
    }
}

pub async fn values_up_to_a_mebibyte_and_no_more(store: Store) {
    let mut value = vec![0xE5; MEBIBYTE];
    let version = store.write(&[put("big", &value), put("small", b"s")]).await;
    assert_eq!(store.one("big").await, Some((value.clone(), version)));
    value.push(0);
    is_error(store.commit(&[], &[put("small", b"t"), put("big", &value)]).await, "TooLarge");
    assert_eq!(store.one("small").await, Some((b"s".into(), version)), "nothing was written");
}

pub async fn keys_have_bounds(store: Store) {
    let longest = "k".repeat(512);
    store.write(&[put(&longest, b"1")]).await;
    assert!(store.one(&longest).await.is_some());
    // 256 characters of 2 bytes.
    store.write(&[put(&"ä".repeat(256), b"1")]).await;
    for (key, case) in [
        ("k".repeat(513), "TooLarge"),
        ("ä".repeat(257), "TooLarge"),
        (String::new(), "InvalidKey"),
        ("a\0b".to_owned(), "InvalidKey"),
    ] {
        is_error(store.commit(&[], &[put(&key, b"1")]).await, case);
        is_error(store.commit(&[], &[delete(&key)]).await, case);
        is_error(store.commit(&[(&key, None)], &[]).await, case);
        assert_eq!(store.get(&["a", &key]).await, Err(case.to_owned()));
    }
    assert_eq!(store.scan("a\0b", "z", 1).await, Err("InvalidKey".to_owned()));
}

pub async fn counts_have_bounds(store: Store) {
    let keys: Vec<String> = (0..257).map(|number| format!("key/{number:03}")).collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let puts: Vec<Mutation> = names.iter().map(|key| put(key, b"v")).collect();
    let absent: Vec<(&str, Option<u64>)> = names.iter().map(|key| (*key, None)).collect();
    is_error(store.commit(&[], &puts).await, "TooLarge");
    is_error(store.commit(&absent, &[]).await, "TooLarge");
    assert_eq!(store.get(&names).await, Err("TooLarge".to_owned()));
    committed(store.commit(&absent[..256], &puts[..256]).await);
    assert!(store.get(&names[..256]).await.unwrap().iter().all(Option::is_some));
    for limit in [0, 1001] {
        assert_eq!(store.scan("a", "z", limit).await, Err("TooLarge".to_owned()));
    }
}

pub async fn a_key_stands_once_among_the_mutations(store: Store) {
    is_error(store.commit(&[], &[put("a", b"1"), put("a", b"2")]).await, "InvalidKey");
    is_error(store.commit(&[], &[put("a", b"1"), delete("a")]).await, "InvalidKey");
    assert_eq!(store.one("a").await, None);
    assert_eq!(store.get(&["b", "b"]).await, Ok(vec![None, None]), "reading one twice is no mistake");
}

pub async fn scans_go_in_the_order_of_bytes(store: Store) {
    let mut keys =
        ["a", "A", "aa", "a/", "a0", "b", "ä", "é", "e\u{301}", "\u{ff5e}", "\u{1f600}", " ", "~", "\u{1}", "10", "9"];
    let puts: Vec<Mutation> = keys.iter().map(|key| put(key, b"")).collect();
    store.write(&puts).await;
    keys.sort_unstable_by_key(|key| key.as_bytes().to_vec());
    assert_eq!(store.all("", "\u{10ffff}", 1000).await, keys);
    assert_eq!(store.all("", "\u{10ffff}", 1).await, keys);
}

pub async fn scans_keep_to_their_range(store: Store) {
    let puts: Vec<Mutation> = ["a", "b", "b/1", "b/2", "b0", "c"].iter().map(|key| put(key, b"")).collect();
    store.write(&puts).await;
    assert_eq!(store.all("b", "c", 10).await, ["b", "b/1", "b/2", "b0"], "start is in, end is not");
    assert_eq!(store.all("b/", "b0", 10).await, ["b/1", "b/2"], "a prefix is a range");
    for (start, end) in [("b", "b"), ("c", "a"), ("d", "e"), ("", "")] {
        assert_eq!(store.scan(start, end, 10).await, Ok((vec![], None)));
    }
}

pub async fn pages_are_complete_and_end(store: Store) {
    let keys: Vec<String> = (0..250).map(|number| format!("k/{number:03}")).collect();
    store.write(&keys.iter().map(|key| put(key, b"v")).collect::<Vec<_>>()).await;
    for limit in [1, 7, 125, 249, 250, 251, 1000] {
        assert_eq!(store.all("k/", "k0", limit).await, keys, "limit {limit}");
    }
    assert_eq!(store.scan("k/", "k0", 250).await.unwrap().1, None, "a full page that is the last says so");
    // What is written or deleted between two pages moves nothing else.
    let (page, next) = store.scan("k/", "k0", 100).await.unwrap();
    let next = next.unwrap();
    store.write(&[delete(&page[99].0), delete(&next), put("k/000a", b"")]).await;
    assert_eq!(store.all(&next, "k0", 100).await, keys[101..]);
}

pub async fn a_page_holds_four_mebibytes_at_most(store: Store) {
    let value = vec![1; MEBIBYTE - 1000];
    for key in ["1", "2", "3", "4", "5", "6"] {
        store.write(&[put(key, &value)]).await;
    }
    let (page, next) = store.scan("0", "9", 1000).await.unwrap();
    let bytes: usize = page.iter().map(|(_, length)| length).sum();
    assert!(!page.is_empty() && bytes <= 4 * MEBIBYTE, "{bytes} bytes");
    assert!(next.is_some());
    assert_eq!(store.all("0", "9", 1000).await, ["1", "2", "3", "4", "5", "6"]);
}

/// Two keys that are always written together are always read together.
pub async fn a_snapshot_is_never_torn(store: Store) {
    let store = Arc::new(store);
    store.write(&[put("left", b"0"), put("right", b"0")]).await;
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for number in 1..=100 {
                let value = number.to_string();
                store.write(&[put("left", value.as_bytes()), put("right", value.as_bytes())]).await;
            }
        }
    });
    while !writer.is_finished() {
        let found = store.get(&["left", "right"]).await.unwrap();
        assert_eq!(found[0], found[1]);
    }
    writer.await.unwrap();
}

/// Every writer adds one to the same counter and leaves a mark, four times.
pub async fn sixty_four_writers_lose_nothing(store: Store) {
    let store = Arc::new(store);
    let writers = (0..64).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut versions = vec![];
            while versions.len() < 4 {
                let found = store.one("counter").await;
                let count: u64 =
                    found.as_ref().map_or(0, |(value, _)| std::str::from_utf8(value).unwrap().parse().unwrap());
                let mark = format!("mark/{:04}", count + 1);
                let checks = [("counter", found.map(|(_, version)| version))];
                let changes =
                    [put("counter", (count + 1).to_string().as_bytes()), put(&mark, writer.to_string().as_bytes())];
                match store.commit(&checks, &changes).await {
                    Outcome::Committed(version) => versions.push(version),
                    Outcome::Conflict(keys) => assert_eq!(keys, ["counter"]),
                    Outcome::Error(error) => panic!("{error}"),
                }
            }
            versions
        })
    });
    let mut versions = BTreeSet::new();
    for writer in writers.collect::<Vec<_>>() {
        versions.extend(writer.await.unwrap());
    }
    assert_eq!(versions.len(), 256, "no version is given twice");
    assert_eq!(store.one("counter").await.unwrap().0, b"256");
    assert_eq!(store.all("mark/", "mark0", 100).await.len(), 256);
}

pub async fn scans_during_writes_see_every_key_that_stays(store: Store) {
    let store = Arc::new(store);
    let stays: Vec<String> = (0..50).map(|number| format!("k/{number:02}")).collect();
    store.write(&stays.iter().map(|key| put(key, b"v")).collect::<Vec<_>>()).await;
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for number in 0..100 {
                let comes = format!("k/{:02}x", number % 50);
                store.write(&[put(&comes, b"v"), put(&format!("k/{:02}", number % 50), b"w")]).await;
                store.write(&[delete(&comes)]).await;
            }
        }
    });
    while !writer.is_finished() {
        let seen = store.all("k/", "k0", 7).await;
        assert!(seen.is_sorted(), "{seen:?}");
        let seen: BTreeSet<_> = seen.iter().collect();
        assert!(stays.iter().all(|key| seen.contains(key)), "{seen:?}");
    }
    writer.await.unwrap();
}

/// The first call finds no tables: whatever makes them must do so once, whoever comes at the same time.
pub async fn many_first_users_at_once_find_a_store(store: Store) {
    let store = Arc::new(store);
    let users = (0..32).map(|user: u32| {
        let store = store.clone();
        tokio::spawn(async move {
            let key = format!("user/{user:02}");
            committed(store.commit(&[(&key, None)], &[put(&key, b"here")]).await);
        })
    });
    for user in users.collect::<Vec<_>>() {
        user.await.unwrap();
    }
    assert_eq!(store.all("user/", "user0", 1000).await.len(), 32);
}

pub async fn a_lost_answer_is_neither_an_absence_nor_a_conflict(store: Store) {
    let mut version = store.write(&[put("a", b"first")]).await;
    let mut lost = 0;
    for nth in 0..6 {
        store.lose_answer(nth);
        match store.get(&["a"]).await {
            Ok(found) => assert!(found[0].is_some(), "it is there"),
            Err(case) => assert_eq!(case, "Unavailable"),
        }
        store.lose_answer(nth);
        match store.scan("a", "b", 10).await {
            Ok((page, _)) => assert_eq!(page.len(), 1, "it is there"),
            Err(case) => assert_eq!(case, "Unavailable"),
        }
        store.lose_answer(nth);
        let outcome = store.commit(&[("a", Some(version))], &[put("a", &[nth])]).await;
        store.lose_nothing();
        let (value, now) = store.one("a").await.unwrap();
        match outcome {
            Outcome::Committed(told) => assert_eq!((value, now), (vec![nth], told)),
            Outcome::Error(case) => {
                assert_eq!(case, "Unavailable");
                lost += 1;
            }
            Outcome::Conflict(keys) => panic!("nobody else wrote {keys:?}"),
        }
        version = now;
    }
    assert!(lost > 0, "the answer to a commit was lost");
}
