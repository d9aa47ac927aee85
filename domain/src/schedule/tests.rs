#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::request::draft::{Draft, MoneyText, check};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn schedule(day_of_month: u32, from: &str, until: Option<&str>) -> Schedule {
    let draft = Draft {
        kind: "goodwill_credit".into(),
        customer: Some("C".into()),
        amount: Some(MoneyText { value: "5.00".into(), currency: "EUR".into() }),
        ..Draft::default()
    };
    let plan = Plan { every: Every::Month, day: day_of_month, from: day(from), until: until.map(day), zone: Zone::UTC };
    Schedule::new("s".into(), "n".into(), plan, check(&draft).unwrap(), "fina".into(), Zone::UTC.start_of(day(from)))
}

/// Returns all that is made until an instant, each on the day that it is due.
fn made(schedule: &mut Schedule, at: Timestamp) -> Vec<(String, String)> {
    let mut made = Vec::new();
    while let Some(period) = schedule.due_period(at) {
        made.push((period.to_string(), Zone::UTC.day(schedule.due().unwrap()).to_string()));
        schedule.ran(period, "r");
    }
    made
}

#[test]
fn the_31st_is_the_last_day_of_a_shorter_month() {
    let mut schedule = schedule(31, "2026-01-31", Some("2026-05-30"));
    let made = made(&mut schedule, "2030-01-01T00:00:00Z".parse().unwrap());
    let expected =
        [("2026-01", "2026-01-31"), ("2026-02", "2026-02-28"), ("2026-03", "2026-03-31"), ("2026-04", "2026-04-30")];
    assert_eq!(made, expected.map(|(period, day)| (period.to_owned(), day.to_owned())), "and not after its end");
    assert_eq!(Period::of(day("2028-02-03")).on(31), day("2028-02-29"));
}

#[test]
fn a_period_is_due_from_the_first_moment_of_its_day_in_utc() {
    let schedule = schedule(15, "2026-01-16", None);
    assert_eq!(schedule.due_period("2026-02-14T23:59:59.999Z".parse().unwrap()), None);
    let due = schedule.due_period("2026-02-15T00:00:00.000Z".parse().unwrap());
    assert_eq!(due.map(|period| period.to_string()).as_deref(), Some("2026-02"), "January's day was before it began");
}

#[test]
fn an_end_stops_what_was_still_due_and_stands_as_it_was_first_said() {
    let mut schedule = schedule(1, "2026-01-01", None);
    let at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    schedule.end("fina", "over", at);
    schedule.end("ada", "again", at.plus_ms(1));
    assert_eq!((schedule.due(), schedule.due_period(at)), (None, None));
    assert_eq!(schedule.ended, Some(End { at, by: "fina".into(), note: "over".into() }));
}

#[test]
fn a_day_of_a_schedule_begins_where_the_business_is() {
    let mut schedule = schedule(1, "2026-12-01", None);
    schedule.plan.zone = "Pacific/Auckland".parse().unwrap();
    assert_eq!(schedule.due().unwrap().to_string(), "2026-11-30T11:00:00.000Z");
    let stored = serde_json::json!({"every": "month", "day": 1, "from": "2026-12-01"});
    assert_eq!(serde_json::from_value::<Plan>(stored).unwrap().zone, Zone::UTC, "as it was stored before");
}

#[test]
fn a_plan_that_makes_no_sense_is_refused_by_its_field() {
    let today = day("2026-11-21");
    let plan = |of_month, from: &str, until: Option<&str>| Plan {
        every: Every::Month,
        day: of_month,
        from: day(from),
        until: until.map(day),
        zone: Zone::UTC,
    };
    for (plan, pointers) in [
        (plan(31, "2026-01-31", None), &[][..]),
        (plan(0, "2026-12-01", None), &["/day"]),
        (plan(32, "2020-01-01", None), &["/day", "/from"]),
        (plan(1, "9999-01-01", None), &["/from"]),
        (plan(1, "2026-12-01", Some("2026-11-30")), &["/until"]),
        (plan(31, "2026-12-01", Some("2026-12-30")), &["/until"]),
    ] {
        let faults = plan.faults(today);
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), pointers, "{plan:?}");
    }
}

#[test]
fn a_schedule_is_confirmed_by_somebody_who_surely_did_not_make_it() {
    let at = Zone::UTC.start_of(day("2026-01-01"));
    let mut schedule = schedule(31, "2026-01-31", None);
    for maker in ["fina", "Fina", " FINA ", "fina@firm.example", "google:fina"] {
        assert_eq!(schedule.confirm(maker, at), Err(ConfirmError::OwnSchedule), "{maker}");
    }
    assert_eq!(schedule.confirmed, None);
    assert_eq!(schedule.confirm("max", at), Ok(()));
    assert_eq!(schedule.confirm("mia", at.plus_ms(1)), Ok(()), "a second time changes nothing");
    assert_eq!(schedule.confirmed, Some(Confirmation { at, by: "max".into() }));
    schedule.confirmed = None;
    schedule.end("fina", "", at);
    assert_eq!(schedule.confirm("max", at), Err(ConfirmError::Over));
}

proptest! {
    #[test]
    fn there_is_one_for_each_month_whenever_the_clock_comes_by(
        of_month in 1_u32..=31, start in 0_u64..800, visits in proptest::collection::vec(0_u64..200, 1..12),
    ) {
        let from = day("2026-01-01").checked_add_days(Days::new(start)).unwrap();
        let mut schedule = schedule(of_month, &from.to_string(), None);
        let mut made_by_visits = Vec::new();
        let mut now = Zone::UTC.start_of(from);
        for days in visits {
            now = now.plus_ms(days * limits::DAY_MS);
            made_by_visits.extend(made(&mut schedule, now));
        }
        // Every month between, told by its own arithmetic.
        let mut expected = Vec::new();
        let (mut year, mut month) = (from.year(), from.month());
        loop {
            let last = (28..=31).rev().find_map(|day| Day::from_ymd_opt(year, month, day)).unwrap();
            let on = Day::from_ymd_opt(year, month, of_month).unwrap_or(last);
            if Zone::UTC.start_of(on) > now {
                break;
            }
            if on >= from {
                expected.push((format!("{year}-{month:02}"), on.to_string()));
            }
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        prop_assert_eq!(made_by_visits, expected);
    }
}
