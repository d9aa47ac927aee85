//! Finds what stands out in the sums of the last days.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::Days;

use super::sums::Sum;
use super::{DaySums, Pattern, PatternKind, Patterns};
use crate::limits::{
    PATTERN_DAYS, PATTERN_LEAST, PATTERN_PEERS, PATTERN_RETURNS, PATTERN_SHOWN, PATTERN_TIMES, PATTERN_WEEK_DAYS,
};
use crate::time::Day;

/// Finds the patterns in the sums of the last days, of which `until` is the newest. Days that are missing, as those
/// before the first night, count as nothing.
#[must_use]
pub fn find(days: &BTreeMap<Day, DaySums>, until: Day) -> Patterns {
    let first = until.checked_sub_days(Days::new(u64::from(PATTERN_DAYS - 1))).unwrap_or(until);
    let days: BTreeMap<Day, &DaySums> = days.range(first..=until).map(|(day, sums)| (*day, sums)).collect();
    let count = u32::try_from(days.len()).unwrap_or(PATTERN_DAYS);
    let mut items = requesters(&days, count);
    items.extend(products(&days, until));
    Patterns { until: Some(until), days: count, items }
}

fn together<'a>(sums: impl Iterator<Item = &'a BTreeMap<String, Sum>>) -> BTreeMap<&'a str, Sum> {
    let mut all = BTreeMap::<&str, Sum>::new();
    for (name, sum) in sums.flatten() {
        let known = all.entry(name).or_default();
        *known = known.plus(*sum);
    }
    all
}

/// Returns the middle one of the others; none where they are too few to say what is usual.
fn middle(all: &BTreeMap<&str, Sum>, but: &str, of: fn(&Sum) -> i64) -> Option<i64> {
    let mut others: Vec<i64> = all.iter().filter(|(name, _)| **name != but).map(|(_, sum)| of(sum)).collect();
    others.sort_unstable();
    if others.len() < PATTERN_PEERS { None } else { others.get(others.len() / 2).copied() }
}

/// Writes hundredths as a decimal.
fn plain(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn most_first(mut found: Vec<Pattern>) -> Vec<Pattern> {
    found.sort_by_key(|pattern| Reverse(pattern.counted));
    found.truncate(PATTERN_SHOWN);
    found
}

fn requesters(days: &BTreeMap<Day, &DaySums>, count: u32) -> Vec<Pattern> {
    let all = together(days.values().map(|sums| &sums.requesters));
    let by = |kind: PatternKind, of: fn(&Sum) -> i64| {
        let found = all.iter().filter(|(_, sum)| sum.asks >= PATTERN_LEAST).filter_map(|(name, sum)| {
            let (counted, usual) = (of(sum), middle(&all, name, of)?);
            let sentence = if kind == PatternKind::RequesterRate {
                format!("{name} asked {counted} times within {count} days; in the middle others asked {usual} times.")
            } else {
                format!(
                    "{name} asked for {} within {count} days; in the middle others asked for {}.",
                    plain(counted),
                    plain(usual)
                )
            };
            (counted >= usual.saturating_mul(PATTERN_TIMES)).then(|| Pattern {
                kind,
                about: (*name).to_owned(),
                counted,
                usual,
                days: count,
                sentence,
            })
        });
        most_first(found.collect())
    };
    let mut found = by(PatternKind::RequesterRate, |sum| sum.asks);
    found.extend(by(PatternKind::RequesterWorth, |sum| sum.worth));
    found
}

/// Compares the last week with the weeks before it, once there are two.
fn products(days: &BTreeMap<Day, &DaySums>, until: Day) -> Vec<Pattern> {
    let week = until.checked_sub_days(Days::new(u64::from(PATTERN_WEEK_DAYS - 1))).unwrap_or(until);
    let before = i64::try_from(days.range(..week).count()).unwrap_or(0);
    if before < i64::from(PATTERN_WEEK_DAYS) {
        return Vec::new();
    }
    let late = together(days.range(week..).map(|(_, sums)| &sums.products));
    let early = together(days.range(..week).map(|(_, sums)| &sums.products));
    let found = late.iter().filter_map(|(name, sum)| {
        let earlier = early.get(name).map_or(0, |sum| sum.asks);
        let usual = earlier * i64::from(PATTERN_WEEK_DAYS) / before;
        let is_more = sum.asks * before >= earlier * i64::from(PATTERN_WEEK_DAYS) * PATTERN_TIMES;
        (sum.asks >= PATTERN_RETURNS && is_more).then(|| Pattern {
            kind: PatternKind::ProductReturns,
            about: (*name).to_owned(),
            counted: sum.asks,
            usual,
            days: PATTERN_WEEK_DAYS,
            sentence: format!(
                "“{name}” was credited by {} requests within {PATTERN_WEEK_DAYS} days; about {usual} were usual before.",
                sum.asks
            ),
        })
    });
    most_first(found.collect())
}
