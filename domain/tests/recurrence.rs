//! Rules of RFC 5545 come on the days on which others have them come, too: the examples of the RFC and many more, each
//! with the first days that python-dateutil names, from different starts. Where a week has places (BYSETPOS), the start
//! is its first day: dateutil counts them from the start. Days and nth days of the week are not mixed:
//! dateutil takes only days that are both.

#![allow(clippy::unwrap_used)]

use contraflow_domain::schedule::Rule;
use contraflow_domain::time::Day;
use proptest::prelude::*;

/// Each line is a start, a rule and its first twelve days; fewer where it comes no more within a hundred years.
const RULES: &str = include_str!("recurrence/rules.txt");

struct Case {
    start: Day,
    rule: Rule,
    days: Vec<Day>,
}

fn cases() -> Vec<Case> {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let start = words.next().unwrap().parse().unwrap();
        let rule = words.next().unwrap();
        let rule = rule.parse().unwrap_or_else(|error| panic!("{rule}: {error}"));
        Case { start, rule, days: words.map(|day| day.parse().unwrap()).collect() }
    };
    RULES.lines().map(read).collect()
}

#[test]
fn a_rule_comes_on_the_days_on_which_others_have_it_come() {
    for Case { start, rule, days } in cases() {
        let end = start.checked_add_days(chrono::Days::new(36_000)).unwrap();
        let found: Vec<Day> = rule.days_from(start, start).take_while(|day| *day <= end).take(12).collect();
        assert_eq!(found, days, "{rule} from {start}");
    }
}

#[test]
fn a_rule_comes_on_the_same_days_wherever_one_begins_to_look() {
    for Case { start, rule, days } in cases() {
        for (place, day) in days.iter().enumerate() {
            let (_, rest) = days.split_at(place);
            let found: Vec<Day> = rule.days_from(start, *day).take(rest.len()).collect();
            assert_eq!(found, rest, "{rule} from {start}, looked at from {day}");
            let after = day.succ_opt().unwrap();
            let found = rule.days_from(start, after).take(rest.len() - 1).collect::<Vec<_>>();
            assert_eq!(found, rest.split_first().unwrap().1, "{rule} from {start}, looked at from {after}");
        }
    }
}

#[test]
fn a_rule_that_never_comes_ends_the_search() {
    let start: Day = "2026-01-31".parse().unwrap();
    for never in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8",
    ] {
        assert_eq!(never.parse::<Rule>().unwrap().days_from(start, start).next(), None, "{never}");
    }
    let far: Day = "9999-12-30".parse().unwrap();
    assert!("FREQ=YEARLY;INTERVAL=1000".parse::<Rule>().unwrap().days_from(far, far).count() < 1_000);
}

proptest! {
    #[test]
    fn no_text_panics_as_a_rule(text in "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY))?(;(BYDAY|BYMONTHDAY|UNTIL|COUNT|INTERVAL|BYSETPOS)=[-0-9A-Z,é]{0,12}){0,4}") {
        if let Ok(rule) = text.parse::<Rule>() {
            let start: Day = "2026-01-31".parse().unwrap();
            prop_assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule.clone());
            let days: Vec<Day> = rule.days_from(start, start).take(5).collect();
            prop_assert!(days.is_sorted() && days.iter().all(|day| *day >= start));
        }
    }
}

#[test]
fn days_and_nth_days_of_the_week_add_up() {
    let start: Day = "2026-12-01".parse().unwrap();
    let rule: Rule = "FREQ=MONTHLY;BYDAY=1MO,FR".parse().unwrap();
    let days: Vec<String> = rule.days_from(start, start).take(6).map(|day| day.to_string()).collect();
    assert_eq!(days, ["2026-12-04", "2026-12-07", "2026-12-11", "2026-12-18", "2026-12-25", "2027-01-01"]);
}
