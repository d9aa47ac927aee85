//! Every way to tamper with an export is found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::{Covered, Frontier, RecordKey, canonical_hash};

fn key(digit: u8) -> RecordKey {
    RecordKey::read(&format!("{digit:02x}").repeat(32)).unwrap()
}

/// Writes a record as contraflow does: events, and now and then a checkpoint over all of them.
#[derive(Default, Clone)]
struct Writer {
    events: Vec<Value>,
    open: BTreeMap<String, (u64, String)>,
    newest: BTreeMap<String, (u64, String)>,
    log: Vec<Head>,
    checkpoints: Vec<Checkpoint>,
    minutes: usize,
}

fn sealed(mut event: Value) -> Value {
    let members = event.as_object_mut().unwrap();
    members.remove("hash");
    let hash = canonical_hash(&members).unwrap();
    members.insert("hash".into(), hash.into());
    event
}

impl Writer {
    fn at(&self) -> String {
        format!("2026-11-25T10:{:02}:00.000Z", self.minutes)
    }

    fn event(&mut self, request: &str, amount: &str) {
        let (sequence, previous) = self.newest.get(request).cloned().unwrap_or_default();
        let event = sealed(json!({
            "request": request, "sequence": sequence + 1, "at": self.at(), "previous": previous, "amount": amount,
        }));
        let head = (sequence + 1, event["hash"].as_str().unwrap().to_owned());
        self.newest.insert(request.into(), head.clone());
        self.open.insert(request.into(), head);
        self.events.push(event);
    }

    fn covered(&self) -> Covered {
        let mut frontier = Frontier::default();
        let mut sequences = BTreeMap::new();
        for head in &self.log {
            frontier.append(head).unwrap();
            sequences.insert(&head.request, head.sequence);
        }
        Covered {
            heads: frontier.size(),
            requests: sequences.len() as u64,
            events: sequences.values().sum(),
            root: frontier.root(),
        }
    }

    fn checkpoint_by(&mut self, key: &RecordKey) {
        for (request, (sequence, hash)) in std::mem::take(&mut self.open) {
            self.log.push(Head { request, sequence, hash: Hash::read(&hash).unwrap() });
        }
        self.minutes += 1;
        self.checkpoints.push(key.sign(self.checkpoints.last(), &self.covered(), self.at()));
    }

    fn checkpoint(&mut self) {
        self.checkpoint_by(&key(1));
    }

    fn lines(&self) -> Vec<String> {
        let checkpoints = self.checkpoints.iter().map(|one| serde_json::to_string(one).unwrap());
        let log = self.log.chunks(2).zip((0..).step_by(2));
        let log = log.map(|(some, first)| serde_json::to_string(&Heads::new(first, some.to_vec())).unwrap());
        checkpoints.chain(log).chain(self.events.iter().map(Value::to_string)).collect()
    }

    /// Makes all hashes of a request's events anew, as somebody would who changes one.
    fn rebuild(&mut self, request: &str) {
        let mut previous = String::new();
        for event in self.events.iter_mut().filter(|event| event["request"] == request) {
            event["previous"] = previous.into();
            *event = sealed(event.take());
            previous = event["hash"].as_str().unwrap().to_owned();
        }
    }
}

/// Two requests and two checkpoints.
fn begun() -> Writer {
    let mut writer = Writer::default();
    writer.checkpoint();
    writer.event("a", "1");
    writer.event("a", "2");
    writer.event("b", "1");
    writer.checkpoint();
    writer
}

/// Three requests, three checkpoints, and one event that came after the last of them.
fn record() -> Writer {
    let mut writer = begun();
    writer.event("a", "3");
    writer.event("c", "1");
    writer.event("c", "2");
    writer.checkpoint();
    writer.event("b", "2");
    writer
}

fn trust() -> Trust {
    Trust { keys: vec![key(1).public()], last_seen: None }
}

fn prove(lines: &[String], trust: &Trust) -> Result<Proof, Vec<RecordError>> {
    Export::of(lines.iter().map(String::as_str)).map_err(|error| vec![error])?.prove(trust)
}

fn found(writer: &Writer) -> Vec<RecordError> {
    prove(&writer.lines(), &trust()).unwrap_err()
}

#[test]
fn an_untouched_record_holds_and_says_what_came_after_the_last_checkpoint() {
    let proof = prove(&record().lines(), &trust()).unwrap();
    assert_eq!((proof.requests, proof.events), (3, 7));
    let last = proof.last.unwrap();
    assert_eq!((last.number, last.requests, last.events, last.heads), (3, 3, 6, 4));
    assert_eq!((proof.open_requests, proof.open_events, proof.late), (1, 1, None));
    assert!(proof.key_named && !proof.continues_last_seen);
}

#[test]
fn lines_in_another_order_and_lines_given_twice_change_nothing() {
    let lines = record().lines();
    let events_first: Vec<_> = lines.iter().rev().filter(|line| line.contains("\"record\"")).cloned().collect();
    let mut other: Vec<_> = record().events.iter().map(Value::to_string).collect();
    other.extend(events_first);
    assert_eq!(prove(&other, &trust()), prove(&lines, &trust()));
    let twice = [lines.clone(), lines.clone()].concat();
    assert_eq!(prove(&twice, &trust()), prove(&lines, &trust()));
    let spaced: Vec<_> = lines.iter().flat_map(|line| [format!(" {line} "), String::new()]).collect();
    assert_eq!(prove(&spaced, &trust()), prove(&lines, &trust()));
}

#[test]
fn a_changed_event_is_found() {
    let mut writer = record();
    writer.events[1]["amount"] = "9".into();
    let line = writer.lines().len() - 5;
    assert_eq!(found(&writer), [RecordError::Changed { line, request: "a".into(), sequence: 2 }]);
}

#[test]
fn a_removed_event_in_the_middle_is_found() {
    let mut writer = record();
    writer.events.remove(1);
    let line = writer.lines().len() - 3;
    assert_eq!(found(&writer), [RecordError::Unlinked { line, request: "a".into(), sequence: 3, after: 1 }]);
}

#[test]
fn two_events_that_changed_places_are_found() {
    let mut writer = record();
    writer.events.swap(0, 1);
    let line = writer.lines().len() - 6;
    assert_eq!(found(&writer), [RecordError::Unlinked { line, request: "a".into(), sequence: 2, after: 0 }]);
}

#[test]
fn a_removed_tail_of_a_request_is_found() {
    let mut writer = record();
    writer.events.retain(|event| !(event["request"] == "c" && event["sequence"] == 2));
    assert_eq!(found(&writer), [RecordError::NoTail { request: "c".into(), last: 1, sequence: 2 }]);
}

#[test]
fn removed_requests_are_found_each_of_them() {
    let mut writer = record();
    writer.events.retain(|event| event["request"] == "b");
    let gone = |request: &str, events| RecordError::NoRequest { request: request.into(), events };
    assert_eq!(found(&writer), [gone("a", 3), gone("c", 2)]);
}

#[test]
fn an_export_without_a_single_event_is_found() {
    let mut writer = record();
    writer.events.clear();
    assert_eq!(found(&writer).len(), 3);
}

#[test]
fn a_chain_whose_hashes_were_all_made_anew_is_found() {
    let mut writer = record();
    writer.events[0]["amount"] = "9".into();
    writer.rebuild("a");
    assert_eq!(found(&writer), [RecordError::Rebuilt { request: "a".into(), sequence: 2 }]);
}

#[test]
fn a_chain_that_was_made_anew_and_signed_further_is_found() {
    let mut writer = record();
    writer.events[0]["amount"] = "9".into();
    writer.rebuild("a");
    let newest = writer.events.iter().rfind(|event| event["request"] == "a").unwrap();
    let hash = newest["hash"].as_str().unwrap().to_owned();
    writer.newest.insert("a".into(), (3, hash));
    writer.event("a", "4");
    writer.checkpoint();
    assert_eq!(found(&writer), [RecordError::Rebuilt { request: "a".into(), sequence: 2 }]);
}

#[test]
fn a_file_without_a_checkpoint_proves_nothing_and_so_does_an_empty_one() {
    let mut writer = record();
    writer.checkpoints.clear();
    for lines in [writer.lines(), Vec::new(), vec![" ".into()]] {
        let proof = prove(&lines, &trust()).unwrap();
        assert_eq!(proof.last, None);
    }
}

#[test]
fn a_removed_checkpoint_is_found_at_the_beginning_and_in_the_middle() {
    for (removed, after) in [(0, 2), (1, 3)] {
        let mut writer = record();
        writer.checkpoints.remove(removed);
        let number = after - 1;
        assert_eq!(found(&writer), [RecordError::NoCheckpoint { number, after }]);
    }
}

#[test]
fn a_checkpoint_that_was_changed_is_found() {
    let mut writer = record();
    writer.checkpoints[1].events += 1;
    assert_eq!(found(&writer), [RecordError::Forged { line: 2, number: 2 }]);
}

#[test]
fn a_checkpoint_of_another_key_is_found_alone_and_when_all_are() {
    let stranger = key(2);
    let mut writer = record();
    writer.checkpoint_by(&stranger);
    let other = |number| vec![RecordError::OtherKey { number, key: stranger.public().to_string() }];
    assert_eq!(found(&writer), other(4));
    let nobody_named = prove(&writer.lines(), &Trust::default());
    assert_eq!(nobody_named.unwrap_err(), other(4), "also where no key is named");

    let mut rebuilt = Writer::default();
    rebuilt.event("a", "9");
    rebuilt.checkpoint_by(&stranger);
    assert_eq!(found(&rebuilt), other(1), "a whole record made anew, with a key of its own");
    let proof = prove(&rebuilt.lines(), &Trust::default()).unwrap();
    assert!(!proof.key_named, "whoever names no key is told so");
}

#[test]
fn a_key_that_replaced_another_is_named_beside_it() {
    let mut writer = record();
    writer.checkpoint_by(&key(2));
    let both = Trust { keys: vec![key(1).public(), key(2).public()], last_seen: None };
    assert_eq!(prove(&writer.lines(), &both).unwrap().last.unwrap().number, 4);
}

#[test]
fn a_signature_under_somebody_elses_name_is_found() {
    let mut writer = record();
    writer.checkpoint_by(&key(2));
    writer.checkpoints[3].key = key(1).public().to_string();
    assert_eq!(found(&writer), [RecordError::Forged { line: 4, number: 4 }]);
}

#[test]
fn an_export_older_than_its_last_checkpoint_is_found() {
    let mut older = Writer::default();
    older.event("a", "1");
    older.checkpoint();
    let mut newer = older.clone();
    newer.event("a", "2");
    newer.checkpoint();
    // The newer checkpoint is put beside the older events; or beside the older log as well.
    let mut claimed = newer.clone();
    claimed.events = older.events.clone();
    assert_eq!(found(&claimed), [RecordError::NoTail { request: "a".into(), last: 1, sequence: 2 }]);
    claimed.log = older.log;
    assert_eq!(found(&claimed), [RecordError::NoHead { place: 1, checkpoint: 2, heads: 2 }]);
}

#[test]
fn two_checkpoints_of_the_same_count_with_different_roots_are_a_fork() {
    let mut writer = record();
    let mut covered = writer.covered();
    covered.root = Hash::of(b"another record");
    writer.checkpoints.push(key(1).sign(writer.checkpoints.last(), &covered, writer.at()));
    assert_eq!(found(&writer), [RecordError::Fork { one: 3, other: 4, heads: 4 }]);

    let mut writer = record();
    let other = key(1).sign(Some(&writer.checkpoints[1]), &covered, writer.at());
    writer.checkpoints.push(other);
    assert_eq!(found(&writer), [RecordError::TwoCheckpoints { line: 4, number: 3 }]);
}

#[test]
fn a_checkpoint_that_was_signed_anew_on_another_past_is_found() {
    let mut writer = record();
    let mut other = writer.checkpoints[1].clone();
    other.at = "2026-11-25T09:00:00.000Z".into();
    writer.checkpoints[1] = key(1).sign(Some(&writer.checkpoints[0]), &other.covered(), other.at);
    assert_eq!(found(&writer), [RecordError::Replaced { number: 3, before: 2 }]);
}

#[test]
fn heads_that_were_changed_moved_or_removed_are_found() {
    let mut changed = record();
    changed.log[0].hash = Hash::of(b"other");
    let mut moved = record();
    moved.log.swap(0, 1);
    for writer in [changed, moved] {
        assert_eq!(found(&writer), [RecordError::OtherHeads { checkpoint: 2 }]);
    }
    let mut removed = record();
    removed.log.truncate(3);
    assert_eq!(found(&removed), [RecordError::NoHead { place: 3, checkpoint: 3, heads: 4 }]);
}

#[test]
fn a_head_that_stands_there_twice_differently_is_found() {
    let mut lines = record().lines();
    let other = Head { request: "z".into(), sequence: 1, hash: Hash::of(b"z") };
    lines.push(serde_json::to_string(&Heads::new(2, vec![other])).unwrap());
    let line = lines.len();
    assert_eq!(prove(&lines, &trust()).unwrap_err(), [RecordError::TwoHeads { line, place: 2 }]);
}

#[test]
fn a_checkpoint_that_counts_more_than_there_is_is_found() {
    let mut writer = record();
    let mut covered = writer.covered();
    covered.events += 1;
    writer.checkpoints.push(key(1).sign(writer.checkpoints.last(), &covered, writer.at()));
    assert!(matches!(found(&writer)[..], [RecordError::Miscounted { checkpoint: 4, .. }]));
}

#[test]
fn a_record_that_was_cut_back_to_an_older_checkpoint_is_found_by_whoever_saw_a_later_one() {
    let writer = record();
    let seen = |writer: &Writer| Trust { last_seen: writer.checkpoints.last().cloned(), ..trust() };
    let mut cut = begun();
    assert!(prove(&cut.lines(), &trust()).is_ok(), "by itself, nothing shows that there was more");
    let error = prove(&cut.lines(), &seen(&writer)).unwrap_err();
    assert!(matches!(&error[..], [RecordError::CutBack { seen: 3, last, .. }] if last == "2"), "{error:?}");
    let error = prove(&[], &seen(&writer)).unwrap_err();
    assert!(matches!(&error[..], [RecordError::CutBack { seen: 3, .. }]), "an empty file: {error:?}");

    // The key's holder lets the record grow again from there, past the one that was seen.
    cut.event("a", "9");
    cut.checkpoint();
    cut.checkpoint();
    assert!(prove(&cut.lines(), &trust()).is_ok());
    assert_eq!(prove(&cut.lines(), &seen(&writer)).unwrap_err(), [RecordError::OtherRecord { number: 3 }]);

    let mut grown = writer.clone();
    grown.checkpoint();
    assert!(prove(&grown.lines(), &seen(&writer)).unwrap().continues_last_seen);
}

#[test]
fn a_last_seen_checkpoint_that_nobody_signed_is_refused() {
    let writer = record();
    let mut seen = writer.checkpoints[1].clone();
    seen.number = 9;
    let trust = Trust { last_seen: Some(seen), ..trust() };
    assert_eq!(prove(&writer.lines(), &trust).unwrap_err(), [RecordError::Forged { line: 1, number: 9 }]);
}

#[test]
fn an_event_dated_before_a_checkpoint_that_should_cover_it_is_told() {
    let mut writer = record();
    writer.minutes = 1;
    writer.event("d", "1");
    let proof = prove(&writer.lines(), &trust()).unwrap();
    assert_eq!(proof.late, Some(Late { request: "d".into(), sequence: 1 }));
    assert_eq!(proof.open_events, 2);
}

#[test]
fn a_line_that_is_no_part_of_a_record_is_told_by_its_number() {
    for (text, why) in [
        ("{", "EOF"),
        ("[]", "not a JSON object"),
        ("{}", "no `hash`"),
        (r#"{"record": "heads/2"}"#, "does not know"),
        (r#"{"record": "heads/1", "first": 0, "heads": [["a", 1, "x"]]}"#, "SHA-256"),
        (r#"{"record": "checkpoint/1", "number": 1}"#, "missing field"),
    ] {
        let error = Export::of(["", text]).map(|_| ()).unwrap_err();
        let RecordError::Unreadable { line: 2, detail } = &error else { panic!("{error:?}") };
        assert!(detail.contains(why), "{detail}");
    }
}
