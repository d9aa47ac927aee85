#![allow(clippy::unwrap_used)]

use super::*;
use crate::limits::DAY_MS;

fn at(minutes: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_790_000_000_000 + minutes * 60_000)
}

fn version(number: u32, by: &str) -> PolicyVersion {
    PolicyVersion {
        number,
        policy: format!("p-{number}"),
        hash: format!("{number:064x}"),
        bytes: 10,
        note: String::new(),
        proposed_by: by.into(),
        proposed_at: at(0),
        in_force_at: None,
    }
}

fn wanted(version: &PolicyVersion, by: &str, from: Timestamp, now: Timestamp) -> Activation {
    let PolicyVersion { number, policy, hash, .. } = version.clone();
    Activation { number: Some(number), policy, hash, from, by: by.into(), at: now, note: String::new() }
}

fn number(standing: &Standing, now: Timestamp) -> Option<u32> {
    standing.in_force(now).and_then(|known| known.number)
}

#[test]
fn nobody_puts_in_force_what_they_proposed_however_their_name_is_written() {
    let one = version(1, "ada");
    let mut standing = Standing::default();
    for own in ["ada", " Ada ", "ADA"] {
        for from in [at(5), at(60)] {
            let refused = standing.activate(wanted(&one, own, from, at(5)), Some(&one));
            assert_eq!(refused, Err(ActivationError::OwnProposal(1)), "{own}");
        }
    }
    assert_eq!(standing, Standing::default(), "nothing has changed");
    assert_eq!(standing.activate(wanted(&one, "bea", at(5), at(5)), Some(&one)), Ok(Activated::Now));
    assert_eq!(number(&standing, at(5)), Some(1));
    assert_eq!(standing.activate(wanted(&one, "cleo", at(6), at(6)), Some(&one)), Ok(Activated::Already));
    assert_eq!(standing.current.as_ref().map(|known| known.by.as_str()), Some("bea"), "it stays as it was");
}

#[test]
fn what_is_put_in_force_for_later_counts_from_its_time_on_whether_or_not_anything_ran() {
    let (one, two) = (version(1, "ada"), version(2, "ada"));
    let mut standing = Standing::default();
    standing.activate(wanted(&one, "bea", at(1), at(1)), Some(&one)).unwrap();
    assert_eq!(standing.activate(wanted(&two, "bea", at(60), at(2)), Some(&two)), Ok(Activated::Later));
    assert_eq!(standing.activate(wanted(&two, "bea", at(60), at(3)), Some(&two)), Ok(Activated::Already));
    let other = standing.activate(wanted(&one, "bea", at(90), at(3)), Some(&one)).unwrap_err();
    assert!(other.to_string().starts_with("version 2 (“p-2”) is to be in force from "), "{other}");
    assert_eq!((number(&standing, at(59)), number(&standing, at(60))), (Some(1), Some(2)));
    assert_eq!((standing.scheduled(at(59)).is_some(), standing.scheduled(at(60)).is_some()), (true, false));
    let mut settled = standing.clone();
    assert!(settled.settle(at(59)).is_none());
    assert_eq!(settled.settle(at(61)).and_then(|begun| begun.number), Some(2));
    assert_eq!((number(&settled, at(61)), settled.next), (Some(2), None));
    // What is put in force at once leaves what comes later as it is.
    assert_eq!(standing.activate(wanted(&one, "bea", at(4), at(4)), Some(&one)), Ok(Activated::Already));
    assert_eq!(number(&standing, at(60)), Some(2));
}

#[test]
fn a_later_time_lies_ahead_and_within_a_year() {
    let one = version(1, "ada");
    let (now, most) = (at(1), u64::from(limits::POLICY_AHEAD_DAYS) * DAY_MS);
    for (from, is_one) in
        [(at(0), false), (now.plus_ms(1), true), (now.plus_ms(most), true), (now.plus_ms(most + 1), false)]
    {
        let outcome = Standing::default().activate(wanted(&one, "bea", from, now), Some(&one));
        assert_eq!(outcome.is_ok(), is_one, "{from}");
    }
}

#[test]
fn the_file_and_what_was_in_force_before_come_back_as_such() {
    let mut one = version(1, "ada");
    let file = |now| Activation { number: None, ..wanted(&version(9, "x"), "ada", now, now) };
    let mut standing = Standing::default();
    assert_eq!(standing.activate(file(at(0)), None), Ok(Activated::Already), "the file is in force from the start");
    standing.activate(wanted(&one, "bea", at(1), at(1)), Some(&one)).unwrap();
    one.in_force_at = Some(at(1));
    assert_eq!(standing.activate(file(at(2)), None), Ok(Activated::Again));
    assert_eq!((number(&standing, at(2)), standing.current.as_ref().unwrap().title()), (None, "the file".into()));
    assert_eq!(standing.activate(wanted(&one, "bea", at(3), at(3)), Some(&one)), Ok(Activated::Again));
}

#[test]
fn a_version_is_shown_by_where_it_stands() {
    let (one, two, three) = (version(1, "ada"), version(2, "ada"), version(3, "ada"));
    let mut standing = Standing::default();
    standing.activate(wanted(&one, "bea", at(1), at(1)), Some(&one)).unwrap();
    standing.activate(wanted(&two, "bea", at(60), at(2)), Some(&two)).unwrap();
    let state = |version: &PolicyVersion, now| VersionView::new(version.clone(), &standing, now).state.name();
    assert_eq!([&one, &two, &three].map(|version| state(version, at(3))), ["in_force", "scheduled", "proposed"]);
    let begun = PolicyVersion { in_force_at: Some(at(1)), ..one };
    assert_eq!([&begun, &two, &three].map(|version| state(version, at(60))), ["past", "in_force", "proposed"]);
    assert_eq!(VersionView::new(two, &standing, at(61)).in_force_at, Some(at(60)), "also while nothing has settled it");
}
