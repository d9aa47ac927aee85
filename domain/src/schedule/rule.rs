//! Recurrence rules as calendars write them (RFC 5545, section 3.3.10), of the kinds that come once a day at most.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::lifecycle::named;
use crate::limits;
use crate::time::{Day, Timestamp};

named! {
    /// The unit of time in which a rule comes again.
    Frequency {
        /// Days.
        Daily = "DAILY",
        /// Weeks.
        Weekly = "WEEKLY",
        /// Calendar months.
        Monthly = "MONTHLY",
        /// Calendar years.
        Yearly = "YEARLY",
    }
}

/// A day of the week, or the nth of them in its month or year; negative ones are counted from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NthDay {
    /// Which of them; `None` means each.
    pub nth: Option<i32>,
    /// The day of the week.
    pub day: Weekday,
}

/// The last moment at which a rule may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// A day there, which is the last one.
    Day(Day),
    /// A date and time, as the clocks there show it.
    Local(NaiveDateTime),
    /// An instant.
    At(Timestamp),
}

/// A recurrence rule. As text it has the form of RFC 5545: `FREQ=MONTHLY;BYDAY=-1FR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// The unit in which it comes again.
    pub frequency: Frequency,
    /// Every how many units it comes; 1 or more.
    pub interval: u32,
    /// How many times it comes in all.
    pub count: Option<u32>,
    /// Until when it comes.
    pub until: Option<Until>,
    /// Its months, 1 to 12, in order.
    pub months: Vec<u32>,
    /// Its days of the month, 1 to 31, or -31 to -1 from the end.
    pub month_days: Vec<i32>,
    /// Its days of the week.
    pub days: Vec<NthDay>,
    /// Which of the days of one unit count, by their place; -1 is the last one.
    pub places: Vec<i32>,
    /// The day on which its weeks begin.
    pub week_start: Weekday,
}

/// What is wrong with the text of a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(String);

/// The days of the week, as RFC 5545 writes them.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day)
}

fn code(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("MO", |(name, _)| name)
}

fn wrong<T>(what: impl Into<String>) -> Result<T, RuleError> {
    Err(RuleError(what.into()))
}

/// Reads a list of numbers, each of which is within a range, or within the same range from the end.
fn numbers(part: &str, text: &str, most: i32, from_end: bool) -> Result<Vec<i32>, RuleError> {
    let mut found = Vec::new();
    for item in text.split(',') {
        let number = item
            .parse::<i32>()
            .ok()
            .filter(|number| (1..=most).contains(number) || from_end && (-most..=-1).contains(number));
        let Some(number) = number else {
            let negative = if from_end { format!(", or -{most} to -1 from the end") } else { String::new() };
            return wrong(format!("`{item}` in {part} must be 1 to {most}{negative}"));
        };
        if !found.contains(&number) {
            found.push(number);
        }
    }
    Ok(found)
}

fn positive(part: &str, text: &str, most: u32) -> Result<u32, RuleError> {
    match text.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => wrong(format!("`{text}` in {part} must be 1 to {most}")),
    }
}

fn nth_day(item: &str) -> Result<NthDay, RuleError> {
    let split = item.len().checked_sub(2).filter(|at| item.is_char_boundary(*at)).unwrap_or(0);
    let (nth, name) = item.split_at(split);
    let number = if nth.is_empty() { Some(None) } else { nth.parse::<i32>().ok().map(Some) };
    match (number, weekday(name)) {
        (Some(nth), Some(day)) if nth.is_none_or(|nth| nth != 0 && nth.abs() <= 53) => Ok(NthDay { nth, day }),
        _ => wrong(format!("`{item}` in BYDAY must be a day such as MO, or the nth of them, such as 1MO or -1FR")),
    }
}

fn until(text: &str) -> Result<Until, RuleError> {
    if let Ok(day) = Day::parse_from_str(text, "%Y%m%d") {
        return Ok(Until::Day(day));
    }
    let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
    let found = match text.strip_suffix('Z') {
        Some(utc) => at(utc).map(|at| Until::At(Timestamp::in_utc(at))),
        None => at(text).map(Until::Local),
    };
    found.ok_or_else(|| {
        RuleError(format!(
            "`{text}` in UNTIL must be a day such as 20271231, or a time such as 20271231T230000Z; without Z it is \
             that of the schedule's time zone"
        ))
    })
}

impl Rule {
    /// Returns the rule that comes every so often, without anything else.
    #[must_use]
    pub const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            places: Vec::new(),
            week_start: Weekday::Mon,
        }
    }

    fn take(&mut self, part: &str, text: &str) -> Result<(), RuleError> {
        match part {
            "FREQ" => match Frequency::named(text) {
                Some(frequency) => self.frequency = frequency,
                None => return wrong(format!("`{text}` in FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")),
            },
            "INTERVAL" => self.interval = positive(part, text, limits::SCHEDULE_INTERVAL)?,
            "COUNT" => self.count = Some(positive(part, text, limits::SCHEDULE_COUNT)?),
            "UNTIL" => self.until = Some(until(text)?),
            "BYMONTH" => {
                let mut months: Vec<u32> =
                    numbers(part, text, 12, false)?.into_iter().filter_map(|month| u32::try_from(month).ok()).collect();
                months.sort_unstable();
                self.months = months;
            }
            "BYMONTHDAY" => self.month_days = numbers(part, text, 31, true)?,
            "BYSETPOS" => self.places = numbers(part, text, 366, true)?,
            "BYDAY" => {
                for item in text.split(',') {
                    let day = nth_day(item)?;
                    if !self.days.contains(&day) {
                        self.days.push(day);
                    }
                }
            }
            "WKST" => match weekday(text) {
                Some(day) => self.week_start = day,
                None => return wrong(format!("`{text}` in WKST must be MO, TU, WE, TH, FR, SA or SU")),
            },
            "BYSECOND" | "BYMINUTE" | "BYHOUR" => {
                return wrong(format!("{part} is not taken: the time of the day is that of `start`"));
            }
            _ => {
                return wrong(format!(
                    "`{part}` is not taken: a rule has FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, \
                     BYSETPOS and WKST"
                ));
            }
        }
        Ok(())
    }

    /// Says which of its parts do not go together.
    fn checked(self) -> Result<Self, RuleError> {
        let by_month = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly);
        let nth = self.days.iter().find(|day| day.nth.is_some());
        if self.count.is_some() && self.until.is_some() {
            return wrong("COUNT and UNTIL do not go together: a rule ends once");
        }
        if let Some(day) = nth.filter(|_| !by_month) {
            return wrong(format!("{day} in BYDAY needs FREQ=MONTHLY or FREQ=YEARLY: of what would it be counted?"));
        }
        let in_month = self.frequency == Frequency::Monthly || !self.months.is_empty();
        if let Some(day) = self.days.iter().find(|day| in_month && day.nth.is_some_and(|nth| nth.abs() > 5)) {
            return wrong(format!("{day} in BYDAY: no month has more than five of a day of the week"));
        }
        if self.frequency == Frequency::Weekly && !self.month_days.is_empty() {
            return wrong("BYMONTHDAY does not go with FREQ=WEEKLY: use FREQ=DAILY or FREQ=MONTHLY");
        }
        if !self.places.is_empty() && self.months.is_empty() && self.month_days.is_empty() && self.days.is_empty() {
            return wrong("BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH, from whose days it takes some");
        }
        Ok(self)
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > limits::SCHEDULE_RULE_BYTES {
            return wrong(format!("a rule has {} characters at most", limits::SCHEDULE_RULE_BYTES));
        }
        let upper = text.trim().to_ascii_uppercase();
        let mut rule = Self::every(Frequency::Daily);
        let mut seen: Vec<&str> = Vec::new();
        for item in upper.strip_prefix("RRULE:").unwrap_or(&upper).split(';') {
            let Some((part, value)) = item.split_once('=') else {
                return wrong(format!("`{item}` must be a part and its value, such as FREQ=MONTHLY"));
            };
            if seen.contains(&part) {
                return wrong(format!("{part} stands there twice"));
            }
            rule.take(part, value)?;
            seen.push(part);
        }
        if !seen.contains(&"FREQ") {
            return wrong("FREQ is missing: DAILY, WEEKLY, MONTHLY or YEARLY");
        }
        rule.checked()
    }
}

impl TryFrom<String> for Rule {
    type Error = RuleError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

impl fmt::Display for NthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(code(self.day))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y%m%d")),
            Self::Local(at) => write!(f, "{}", at.format("%Y%m%dT%H%M%S")),
            Self::At(at) => write!(f, "{}Z", at.utc().format("%Y%m%dT%H%M%S")),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, part: &str, items: &[T]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place == 0 {
            write!(f, ";{part}={item}")?;
        } else {
            write!(f, ",{item}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.name())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={until}")?;
        }
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.days)?;
        list(f, "BYSETPOS", &self.places)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", code(self.week_start))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rule_is_written_in_one_form_however_it_was_given() {
        for (given, written) in [
            ("FREQ=DAILY", "FREQ=DAILY"),
            ("RRULE:freq=monthly;bymonthday=-1,15,15;interval=1", "FREQ=MONTHLY;BYMONTHDAY=-1,15"),
            ("BYDAY=1MO,-1FR;FREQ=YEARLY;BYMONTH=9,3;COUNT=5", "FREQ=YEARLY;COUNT=5;BYMONTH=3,9;BYDAY=1MO,-1FR"),
            ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;UNTIL=20271231", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231;WKST=SU"),
            ("FREQ=DAILY;UNTIL=20271231T120000Z", "FREQ=DAILY;UNTIL=20271231T120000Z"),
            ("FREQ=DAILY;UNTIL=20271231T120000", "FREQ=DAILY;UNTIL=20271231T120000"),
        ] {
            let rule: Rule = given.parse().unwrap();
            assert_eq!(rule.to_string(), written);
            assert_eq!(written.parse::<Rule>().unwrap(), rule);
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said_by_its_part() {
        let long = format!("FREQ=MONTHLY;BYMONTHDAY={}", "1,".repeat(limits::SCHEDULE_RULE_BYTES));
        for (given, part) in [
            ("", "`` must be a part"),
            ("monthly", "`MONTHLY` must be a part"),
            ("INTERVAL=2", "FREQ is missing"),
            ("FREQ=HOURLY", "`HOURLY` in FREQ"),
            ("FREQ=DAILY;FREQ=DAILY", "FREQ stands there twice"),
            ("FREQ=DAILY;INTERVAL=0", "`0` in INTERVAL must be 1 to 1000"),
            ("FREQ=DAILY;INTERVAL=1001", "`1001` in INTERVAL"),
            ("FREQ=DAILY;COUNT=3661", "`3661` in COUNT must be 1 to 3660"),
            ("FREQ=DAILY;COUNT=2;UNTIL=20271231", "COUNT and UNTIL"),
            ("FREQ=DAILY;UNTIL=2027-12-31", "`2027-12-31` in UNTIL"),
            ("FREQ=DAILY;BYMONTH=13", "`13` in BYMONTH must be 1 to 12"),
            ("FREQ=DAILY;BYMONTH=-1", "`-1` in BYMONTH must be 1 to 12"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "`32` in BYMONTHDAY"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "`0` in BYMONTHDAY"),
            ("FREQ=MONTHLY;BYDAY=0MO", "`0MO` in BYDAY"),
            ("FREQ=MONTHLY;BYDAY=XX", "`XX` in BYDAY"),
            ("FREQ=MONTHLY;BYDAY=\u{e9}", "in BYDAY"),
            ("FREQ=MONTHLY;BYDAY=6MO", "6MO in BYDAY: no month"),
            ("FREQ=WEEKLY;BYDAY=1MO", "1MO in BYDAY needs FREQ=MONTHLY"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"),
            ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs"),
            ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not taken: the time of the day"),
            ("FREQ=YEARLY;BYWEEKNO=20", "`BYWEEKNO` is not taken"),
            ("FREQ=DAILY;WKST=MONDAY", "`MONDAY` in WKST"),
            (&long, "a rule has 512 characters"),
        ] {
            let said = given.parse::<Rule>().unwrap_err().to_string();
            assert!(said.contains(part), "{given}: {said}");
        }
    }
}
