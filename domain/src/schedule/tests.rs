#![allow(clippy::unwrap_used)]

use chrono::{Datelike as _, Days};
use proptest::prelude::*;

use super::*;
use crate::limits;
use crate::request::draft::{Draft, MoneyText, check};
use crate::time::Day;
use crate::zone::Zone;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn ask(amount: &str) -> Ask {
    let draft = Draft {
        kind: "goodwill_credit".into(),
        customer: Some("C".into()),
        amount: Some(MoneyText { value: amount.into(), currency: "EUR".into() }),
        ..Draft::default()
    };
    check(&draft).unwrap()
}

fn of(plan: Plan) -> Schedule {
    let begins = plan.zone().start_of(plan.recurring().start.day);
    let content = Content { name: "n".into(), plan, ask: ask("5.00"), missed: Missed::Each };
    Schedule::new("s".into(), content, "fina".into(), begins)
}

fn monthly(day_of_month: u32, from: &str, until: Option<&str>) -> Monthly {
    Monthly { every: Every::Month, day: day_of_month, from: day(from), until: until.map(day), zone: Zone::UTC }
}

fn schedule(day_of_month: u32, from: &str, until: Option<&str>) -> Schedule {
    of(Plan::Monthly(monthly(day_of_month, from, until)))
}

fn ruled(rule: &str, start: &str, zone: &str) -> Plan {
    let rule = (!rule.is_empty()).then(|| rule.parse().unwrap());
    Plan::Recurring(Recurring { rule, start: start.parse().unwrap(), zone: zone.parse().unwrap(), except: Vec::new() })
}

/// Returns all that is made until an instant, each on the day that it is due.
fn made(schedule: &mut Schedule, at: Timestamp) -> Vec<(String, String)> {
    let mut made = Vec::new();
    while let Some(turn) = schedule.turn(at) {
        let period = turn.made.unwrap();
        made.push((period.to_string(), Zone::UTC.day(schedule.due().unwrap()).to_string()));
        schedule.ran(&turn, Some("r"), at);
    }
    made
}

/// Returns the periods that are made, and those that are passed over, at an instant.
fn turns(schedule: &mut Schedule, at: Timestamp) -> (Vec<String>, Vec<String>) {
    let (mut made, mut passed) = (Vec::new(), Vec::new());
    while let Some(turn) = schedule.turn(at) {
        made.extend(turn.made.map(|period| period.to_string()));
        passed.extend(turn.passed_over.iter().map(ToString::to_string));
        schedule.ran(&turn, Some("r"), at);
    }
    (made, passed)
}

#[test]
fn the_31st_is_the_last_day_of_a_shorter_month() {
    let mut schedule = schedule(31, "2026-01-31", Some("2026-05-30"));
    let made = made(&mut schedule, "2030-01-01T00:00:00Z".parse().unwrap());
    let expected =
        [("2026-01", "2026-01-31"), ("2026-02", "2026-02-28"), ("2026-03", "2026-03-31"), ("2026-04", "2026-04-30")];
    assert_eq!(made, expected.map(|(period, day)| (period.to_owned(), day.to_owned())), "and not after its end");
    assert_eq!(monthly(31, "2028-01-01", None).on(day("2028-02-01")), day("2028-02-29"));
}

#[test]
fn a_period_is_due_from_the_first_moment_of_its_day_in_utc() {
    let schedule = schedule(15, "2026-01-16", None);
    assert_eq!(schedule.turn(at("2026-02-14T23:59:59.999Z")), None);
    let due = schedule.turn(at("2026-02-15T00:00:00.000Z")).unwrap().made;
    assert_eq!(due.map(|period| period.to_string()).as_deref(), Some("2026-02"), "January's day was before it began");
}

#[test]
fn an_end_stops_what_was_still_due_and_stands_as_it_was_first_said() {
    let mut schedule = schedule(1, "2026-01-01", None);
    let at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    schedule.end("fina", "over", at);
    schedule.end("ada", "again", at.plus_ms(1));
    assert_eq!((schedule.due(), schedule.turn(at)), (None, None));
    assert_eq!(schedule.ended, Some(End { at, by: "fina".into(), note: "over".into() }));
}

#[test]
fn a_day_of_a_schedule_begins_where_the_business_is() {
    let zone = "Pacific/Auckland".parse().unwrap();
    let schedule = of(Plan::Monthly(Monthly { zone, ..monthly(1, "2026-12-01", None) }));
    assert_eq!(schedule.due().unwrap().to_string(), "2026-11-30T11:00:00.000Z");
    let stored = serde_json::json!({"every": "month", "day": 1, "from": "2026-12-01"});
    assert_eq!(serde_json::from_value::<Plan>(stored).unwrap().zone(), Zone::UTC, "as it was stored before");
}

#[test]
fn a_plan_that_makes_no_sense_is_refused_by_its_field() {
    let today = day("2026-11-21");
    let plan = |of_month, from: &str, until: Option<&str>| Plan::Monthly(monthly(of_month, from, until));
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
        assert_eq!(schedule.confirm(maker, None, at), Err(ConfirmError::OwnSchedule), "{maker}");
    }
    assert_eq!(schedule.confirmed, None);
    assert_eq!(schedule.confirm("max", None, at), Ok(()));
    assert_eq!(schedule.confirm("mia", Some(1), at.plus_ms(1)), Ok(()), "a second time changes nothing");
    assert_eq!(schedule.confirmed, Some(Confirmation { at, by: "max".into() }));
    schedule.confirmed = None;
    schedule.end("fina", "", at);
    assert_eq!(schedule.confirm("max", None, at), Err(ConfirmError::Over));
}

#[test]
fn a_schedule_by_a_rule_comes_at_its_time_there_also_when_the_clocks_change() {
    let daily = |start, zone| of(ruled("FREQ=DAILY;COUNT=3", start, zone));
    let times = |schedule: &Schedule| {
        let periods = schedule.plan.periods_from(day("2026-01-01"), 9);
        periods.iter().map(|period| schedule.plan.at(*period).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        times(&daily("2026-03-28T02:30", "Europe/Berlin")),
        ["2026-03-28T01:30:00.000Z", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
        "there is no 02:30 on the 29th: it comes as the clocks go on, at 03:00"
    );
    assert_eq!(
        times(&daily("2026-10-24T02:30", "Europe/Berlin")),
        ["2026-10-24T00:30:00.000Z", "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
        "02:30 is shown twice on the 25th: it comes the first time, once"
    );
}

#[test]
fn a_schedule_without_a_rule_comes_once() {
    let mut schedule = of(ruled("", "2026-12-24T09:00", "Europe/Berlin"));
    assert_eq!(schedule.due(), Some(at("2026-12-24T08:00:00Z")));
    assert_eq!(turns(&mut schedule, at("2026-12-24T07:59:59Z")).0, Vec::<String>::new());
    assert_eq!(turns(&mut schedule, at("2027-12-24T08:00:00Z")).0, ["2026-12-24"]);
    assert_eq!((schedule.next, schedule.waits_for()), (None, vec![]));
}

#[test]
fn a_rule_ends_by_its_count_by_its_end_and_leaves_out_its_exceptions() {
    let late = at("2030-01-01T00:00:00Z");
    let made = |rule: &str, except: &[&str]| {
        let Plan::Recurring(plan) = ruled(rule, "2026-01-31T09:00", "Europe/Berlin") else { panic!() };
        let except = except.iter().map(|text| day(text)).collect();
        turns(&mut of(Plan::Recurring(Recurring { except, ..plan })), late).0
    };
    assert_eq!(made("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", &[]), ["2026-01-31", "2026-02-28", "2026-03-31"]);
    assert_eq!(
        made("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", &["2026-02-28"]),
        ["2026-01-31", "2026-03-31"],
        "what is left out counts"
    );
    for (until, days) in [
        ("20260228", 2),
        ("20260227", 1),
        ("20260228T090000", 2),
        ("20260228T085959", 1),
        ("20260228T080000Z", 2),
        ("20260228T075959Z", 1),
    ] {
        assert_eq!(made(&format!("FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL={until}"), &[]).len(), days, "{until}");
    }
}

#[test]
fn missed_runs_are_made_each_or_once_or_not_at_all_and_what_is_passed_over_is_told() {
    let after_days = at("2026-12-05T09:30:00Z");
    let with = |missed| Schedule { missed, ..of(ruled("FREQ=DAILY", "2026-12-01T09:00", "UTC")) };
    let mut each = with(Missed::Each);
    assert_eq!(turns(&mut each, after_days).0.len(), 5);
    assert_eq!(each.passed_over, None);
    let mut once = with(Missed::Once);
    let (made, passed) = turns(&mut once, after_days);
    assert_eq!((made, passed.len()), (vec!["2026-12-05".to_owned()], 4));
    assert_eq!(once.waits_for(), [ScheduleWait::Confirmation, ScheduleWait::MissedRuns]);
    let mut skip = with(Missed::Skip);
    assert_eq!(turns(&mut skip, after_days).0, ["2026-12-05"], "half an hour late is in time");
    let told = skip.passed_over.clone().unwrap();
    assert_eq!(
        (told.first.to_string(), told.last.to_string(), told.count),
        ("2026-12-01".into(), "2026-12-04".into(), 4)
    );
    let (made, passed) = turns(&mut skip, at("2026-12-07T10:00:00.001Z"));
    assert_eq!((made, passed.len()), (vec![], 2), "more than an hour late");
    let told = skip.passed_over.clone().unwrap();
    assert_eq!(
        (told.first.to_string(), told.last.to_string(), told.count),
        ("2026-12-01".into(), "2026-12-07".into(), 6)
    );
    assert_eq!(skip.next.unwrap().to_string(), "2026-12-08");
}

#[test]
fn no_more_missed_runs_are_made_up_than_the_bound_and_the_older_ones_are_told() {
    let mut schedule = of(ruled("FREQ=DAILY", "2026-01-01T00:00", "UTC"));
    let late = Zone::UTC.start_of(day("2026-01-01").checked_add_days(Days::new(999)).unwrap());
    let (made, passed) = turns(&mut schedule, late);
    assert_eq!((made.len(), passed.len()), (limits::SCHEDULE_MADE_UP, 1_000 - limits::SCHEDULE_MADE_UP));
    assert_eq!(schedule.passed_over.map(|passed| passed.count), Some(633));
}

fn content(plan: Plan, amount: &str) -> Content {
    Content { name: "n".into(), plan, ask: ask(amount), missed: Missed::Each }
}

#[test]
fn a_changed_schedule_waits_to_be_confirmed_anew_and_asks_for_nothing_twice() {
    let mut schedule = schedule(31, "2026-01-31", None);
    schedule.confirm("max", None, at("2026-01-30T00:00:00Z")).unwrap();
    let january = at("2026-01-31T00:00:00Z");
    assert_eq!(turns(&mut schedule, january).0, ["2026-01"]);
    assert!(schedule.is_confirmed_for(january));
    let monthly = || ruled("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T00:00", "UTC");
    let changed_at = at("2026-01-31T10:00:00Z");
    assert_eq!(
        schedule.change(content(monthly(), "6.00"), Some(2), "fred", changed_at),
        Err(ChangeError::OtherRevision(1))
    );
    assert_eq!(schedule.change(content(monthly(), "6.00"), Some(1), "fred", changed_at), Ok(true));
    assert_eq!((schedule.confirmed.clone(), schedule.revision(), schedule.keeper()), (None, 2, "fred"));
    assert_eq!(schedule.next.unwrap().to_string(), "2026-02-28", "January was made");
    assert_eq!(schedule.change(content(monthly(), "6.00"), Some(1), "fred", changed_at), Ok(false), "the same again");
    for hand in ["fina", "fred", "Fred@firm.example"] {
        assert_eq!(schedule.confirm(hand, Some(2), changed_at), Err(ConfirmError::OwnSchedule), "{hand}");
    }
    assert_eq!(
        schedule.confirm("max", None, changed_at),
        Err(ConfirmError::OtherRevision(2)),
        "which one has max read?"
    );
    assert_eq!(schedule.confirm("max", Some(1), changed_at), Err(ConfirmError::OtherRevision(2)));
    assert_eq!(schedule.confirm("max", Some(2), changed_at), Ok(()));
    assert!(!schedule.is_confirmed_for(january), "what it asked for before the change was not confirmed by that");
    assert!(schedule.is_confirmed_for(at("2026-02-28T00:00:00Z")));
    assert_eq!(schedule.other_hands().collect::<Vec<_>>(), ["fina"]);
}

#[test]
fn a_change_tells_of_runs_that_were_due_and_not_made() {
    let mut schedule = of(ruled("FREQ=DAILY", "2026-12-01T09:00", "UTC"));
    let plan = ruled("FREQ=DAILY", "2026-11-01T17:00", "UTC");
    schedule.change(content(plan, "5.00"), None, "fina", at("2026-12-03T12:00:00Z")).unwrap();
    assert_eq!(schedule.passed_over.as_ref().map(|passed| passed.count), Some(3));
    assert_eq!(schedule.due(), Some(at("2026-12-03T17:00:00Z")), "only what is still to come");
    let over = ruled("FREQ=DAILY;UNTIL=20261201", "2026-11-01T17:00", "UTC");
    assert_eq!(
        schedule.change(content(over, "5.00"), None, "fina", at("2026-12-03T12:00:00Z")),
        Err(ChangeError::Never)
    );
    schedule.end("fina", "", at("2026-12-03T12:00:00Z"));
    let plan = ruled("FREQ=WEEKLY", "2026-11-01T17:00", "UTC");
    assert_eq!(
        schedule.change(content(plan, "5.00"), None, "fina", at("2026-12-03T12:00:00Z")),
        Err(ChangeError::Over)
    );
}

#[test]
fn a_schedule_of_somebody_who_left_waits_for_another_keeper() {
    let mut schedule = schedule(31, "2026-01-31", None);
    let now = at("2026-01-01T00:00:00Z");
    schedule.confirm("max", None, now).unwrap();
    assert_eq!(schedule.take_over("fred", now), Err(ChangeError::HasKeeper));
    assert!(!schedule.leave(&Identity::read("mia"), now));
    assert!(schedule.leave(&Identity::read("Fina"), now) && !schedule.leave(&Identity::read("fina"), now), "once");
    assert_eq!(schedule.waits_for(), [ScheduleWait::Keeper]);
    assert!(!schedule.is_confirmed_for(now.plus_ms(1)), "its requests wait for a person meanwhile");
    schedule.take_over("fred", now).unwrap();
    assert_eq!((schedule.keeper(), schedule.waits_for()), ("fred", vec![ScheduleWait::Confirmation]));
    assert_eq!(schedule.confirm("fina", Some(2), now), Err(ConfirmError::OwnSchedule));
    assert_eq!(schedule.confirm("max", Some(2), now), Ok(()));
}

#[test]
fn so_many_people_have_a_hand_in_a_schedule_and_no_more() {
    let mut schedule = schedule(31, "2026-01-31", None);
    let now = at("2026-01-01T00:00:00Z");
    let mut change = |place: usize, by: &str| {
        let amount = format!("{}.00", place + 10);
        schedule.change(content(ruled("FREQ=DAILY", "2026-01-31T09:00", "UTC"), &amount), None, by, now)
    };
    for place in 0..limits::SCHEDULE_HANDS {
        assert_eq!(change(place, &format!("p{place}")), Ok(true));
    }
    assert_eq!(change(90, "one-more"), Err(ChangeError::TooManyHands));
    assert_eq!(change(91, "p3"), Ok(true), "whoever had a hand in it already");
}

#[test]
fn a_plan_by_a_rule_that_makes_no_sense_is_refused_by_its_field() {
    let today = day("2026-11-21");
    let pointers = |rule: &str, start: &str, except: &[&str]| {
        let Plan::Recurring(plan) = ruled(rule, start, "UTC") else { panic!() };
        let except = except.iter().map(|text| day(text)).collect();
        let faults = Plan::Recurring(Recurring { except, ..plan }).faults(today);
        faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
    };
    let none: &[&str] = &[];
    assert_eq!(pointers("FREQ=DAILY", "2026-12-01T09:00", none), none);
    assert_eq!(pointers("", "2026-12-01T09:00", none), none);
    assert_eq!(pointers("FREQ=DAILY", "2020-12-01T09:00", none), ["/start"]);
    assert_eq!(pointers("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01T09:00", none), ["/rule"]);
    assert_eq!(pointers("FREQ=DAILY;UNTIL=20261130", "2026-12-01T09:00", none), ["/rule"]);
    assert_eq!(pointers("FREQ=DAILY;COUNT=1", "2026-12-01T09:00", &["2026-12-01"]), ["/rule"]);
    assert_eq!(pointers("", "2026-12-01T09:00", &["2026-12-01"]), ["/except"]);
    let many = vec!["2026-12-24"; limits::SCHEDULE_EXCEPT + 1];
    assert_eq!(pointers("FREQ=DAILY", "2026-12-01T09:00", &many), ["/except"]);
    assert_eq!(pointers("FREQ=DAILY", "2026-12-01T09:00", many.split_first().unwrap().1), none);
}

#[test]
fn a_start_is_a_day_and_a_time_to_the_minute() {
    for text in ["2026-12-31T09:05", "2026-12-31T09:05:00"] {
        assert_eq!(text.parse::<Start>().unwrap().to_string(), "2026-12-31T09:05");
    }
    for wrong in ["", "2026-12-31", "2026-12-31T09:05:30", "2026-12-31T09:05Z", "2026-12-31T24:00", "2026-12-31 09:05"]
    {
        assert!(wrong.parse::<Start>().unwrap_err().to_string().contains("2026-12-31T09:00"), "{wrong}");
    }
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
