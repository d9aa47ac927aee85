//! Says in words when a schedule comes: "every month on the last day at 09:00 in Europe/Berlin".

use chrono::{Datelike as _, Weekday};

use super::plan::{Monthly, Plan, Recurring, clock};
use super::rule::{Frequency, NthDay, Rule, Until};
use crate::time::Day;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}

fn month(number: u32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| MONTHS.get(number.checked_sub(1)?)).copied().unwrap_or_default()
}

/// Joins words as people do: "Monday, Tuesday and Friday".
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns a number as a place: "1st", "22nd".
fn numbered(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Returns a place, from the end where it is negative: "first", "last", "third-to-last".
fn place(nth: i32) -> String {
    let word = |number: u32| match number {
        1 => "first".into(),
        2 => "second".into(),
        3 => "third".into(),
        4 => "fourth".into(),
        5 => "fifth".into(),
        _ => numbered(number),
    };
    match (nth, nth.unsigned_abs()) {
        (-1, _) => "last".into(),
        (..0, number) => format!("{}-to-last", word(number)),
        (_, number) => word(number),
    }
}

fn month_day(day: i32) -> String {
    u32::try_from(day).map_or_else(|_| format!("{} day", place(day)), numbered)
}

fn nth_day(day: &NthDay) -> String {
    match day.nth {
        Some(nth) => format!("the {} {}", place(nth), weekday(day.day)),
        None => weekday(day.day).into(),
    }
}

fn each<T>(items: &[T], word: impl Fn(&T) -> String) -> String {
    joined(&items.iter().map(word).collect::<Vec<_>>())
}

fn every(interval: u32, unit: &str) -> String {
    if interval == 1 { format!("every {unit}") } else { format!("every {interval} {unit}s") }
}

/// Says on which days of its units a rule comes, to go on from "every month".
fn on(rule: &Rule, start: Day) -> String {
    let month_days = || format!("the {}", each(&rule.month_days, |day| month_day(*day)));
    let days = || each(&rule.days, nth_day);
    let has_plain = rule.days.iter().any(|day| day.nth.is_none());
    let each_of = |days: String| if has_plain { format!("each {days}") } else { days };
    let is_long = rule.frequency != Frequency::Weekly && rule.frequency != Frequency::Daily;
    match (rule.month_days.is_empty(), rule.days.is_empty()) {
        (false, true) if rule.frequency == Frequency::Daily => format!(", only on {}", month_days()),
        (true, false) if rule.frequency == Frequency::Daily => format!(", only on {}", days()),
        (false, true) => format!(" on {}", month_days()),
        (true, false) if is_long => format!(" on {}", each_of(days())),
        (true, false) => format!(" on {}", days()),
        (false, false) => format!(" on {} where that is {}", month_days(), days()),
        (true, true) => match rule.frequency {
            Frequency::Daily => String::new(),
            Frequency::Weekly => format!(" on {}", weekday(start.weekday())),
            Frequency::Monthly => format!(" on the {}{}", numbered(start.day()), left_out(start.day())),
            Frequency::Yearly if rule.months.is_empty() => {
                let leap = if (start.month(), start.day()) == (2, 29) { " of leap years" } else { "" };
                format!(" on {} {}{leap}", start.day(), month(start.month()))
            }
            Frequency::Yearly => format!(" on the {}{}", numbered(start.day()), left_out(start.day())),
        },
    }
}

const fn left_out(day: u32) -> &'static str {
    if day > 28 { ", not in months without one" } else { "" }
}

fn of_rule(rule: &Rule, start: Day) -> String {
    let unit = match rule.frequency {
        Frequency::Daily => "day",
        Frequency::Weekly => "week",
        Frequency::Monthly => "month",
        Frequency::Yearly => "year",
    };
    let mut words = every(rule.interval, unit);
    words.push_str(&on(rule, start));
    if !rule.months.is_empty() {
        words.push_str(&format!(" in {}", each(&rule.months, |number| month(*number).into())));
    }
    if !rule.places.is_empty() {
        let places = each(&rule.places, |nth| place(*nth));
        words.push_str(&format!(", of these days only the {places} of each {unit},"));
    }
    words
}

fn of_end(rule: &Rule) -> String {
    let count = rule.count.map(|count| match count {
        1 => ", once".into(),
        2 => ", twice".into(),
        _ => format!(", {count} times"),
    });
    let until = rule.until.map(|until| match until {
        Until::Day(day) => format!(", until {day}"),
        Until::Local(at) => format!(", until {}", at.format("%Y-%m-%d at %H:%M")),
        Until::At(at) => format!(", until {}", at.utc().format("%Y-%m-%d at %H:%M UTC")),
    });
    count.or(until).unwrap_or_default()
}

fn of_monthly(monthly: &Monthly) -> String {
    let day = match monthly.day {
        31 => "last day".into(),
        day @ 29.. => format!("{}, or the last day of a shorter month,", numbered(day)),
        day => numbered(day),
    };
    format!("every month on the {day}")
}

fn of_recurring(recurring: &Recurring) -> String {
    match &recurring.rule {
        Some(rule) => of_rule(rule, recurring.start.day),
        None => format!("once, on {},", recurring.start.day),
    }
}

impl Plan {
    /// Says in words when it comes.
    #[must_use]
    pub fn words(&self) -> String {
        let days = match self {
            Self::Monthly(monthly) => of_monthly(monthly),
            Self::Recurring(recurring) => of_recurring(recurring),
        };
        let recurring = self.recurring();
        let end = recurring.rule.as_ref().map(of_end).unwrap_or_default();
        let except = match recurring.except.as_slice() {
            [] => String::new(),
            few @ ([_] | [_, _] | [_, _, _]) => format!(", but not on {}", each(few, ToString::to_string)),
            many => format!(", but not on {} days", many.len()),
        };
        format!("{days} at {} in {}{end}{except}", clock(recurring.start.minute), recurring.zone)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::zone::Zone;

    fn said(rule: &str, start: &str) -> String {
        let rule = (!rule.is_empty()).then(|| rule.parse().unwrap());
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        Plan::Recurring(Recurring { rule, start: start.parse().unwrap(), zone, except: Vec::new() }).words()
    }

    #[test]
    fn a_plan_is_said_in_words() {
        let start = "2026-12-31T09:00";
        for (rule, words) in [
            ("", "once, on 2026-12-31, at 09:00 in Europe/Berlin"),
            ("FREQ=DAILY", "every day at 09:00 in Europe/Berlin"),
            ("FREQ=DAILY;BYDAY=MO,FR", "every day, only on Monday and Friday at 09:00 in Europe/Berlin"),
            ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks on Thursday at 09:00 in Europe/Berlin"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day at 09:00 in Europe/Berlin"),
            ("FREQ=MONTHLY", "every month on the 31st, not in months without one at 09:00 in Europe/Berlin"),
            (
                "FREQ=MONTHLY;BYDAY=1MO,-1FR",
                "every month on the first Monday and the last Friday at 09:00 in Europe/Berlin",
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
                "every month on the 13th where that is Friday at 09:00 in Europe/Berlin",
            ),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
                "every month on each Monday, Tuesday, Wednesday, Thursday and Friday, of these days only the last of each \
                 month, at 09:00 in Europe/Berlin, 3 times",
            ),
            ("FREQ=YEARLY;UNTIL=20301231", "every year on 31 December at 09:00 in Europe/Berlin, until 2030-12-31"),
            (
                "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=-2",
                "every year on the second-to-last day in March and September at 09:00 in Europe/Berlin",
            ),
        ] {
            assert_eq!(said(rule, start), words, "{rule}");
        }
    }
}
