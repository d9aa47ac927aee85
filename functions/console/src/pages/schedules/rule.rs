//! Turns how people say when something comes into a rule as calendars write it (RFC 5545), and back.

use contraflow_domain::time::Day;

use crate::form::Form;
use crate::locale::say;
use crate::parts::fields::Faults;

/// Lists the days of the week as a rule writes them, with the keys of their names.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("MO", "schedules-monday"),
    ("TU", "schedules-tuesday"),
    ("WE", "schedules-wednesday"),
    ("TH", "schedules-thursday"),
    ("FR", "schedules-friday"),
    ("SA", "schedules-saturday"),
    ("SU", "schedules-sunday"),
];

/// Lists the places of a day of the week in its month, with the keys of their names.
pub const PLACES: [(&str, &str); 5] = [
    ("1", "schedules-first"),
    ("2", "schedules-second"),
    ("3", "schedules-third"),
    ("4", "schedules-fourth"),
    ("-1", "schedules-last"),
];

/// Lists the ways in which something comes, with the keys of their names.
pub const WAYS: [(&str, &str); 8] = [
    ("month-day", "schedules-way-month-day"),
    ("month-last", "schedules-way-month-last"),
    ("month-nth", "schedules-way-month-nth"),
    ("weekly", "schedules-way-weekly"),
    ("daily", "schedules-way-daily"),
    ("yearly", "schedules-way-yearly"),
    ("once", "schedules-way-once"),
    ("rule", "schedules-way-rule"),
];

/// Returns the rule that a form asks for; none where it comes once. What can't be read is told at its field.
pub fn of_form(form: &Form, faults: &mut Faults) -> Option<String> {
    let way = form.some("way").unwrap_or("month-day");
    if way == "once" {
        return None;
    }
    if way == "rule" {
        return form.some("rule").map(str::to_owned).or_else(|| {
            faults.add("rule", say!("schedules-rule-missing"));
            None
        });
    }
    let interval = number(form, "interval", 1000, faults).unwrap_or(1);
    let frequency = match way {
        "daily" => "DAILY",
        "weekly" => "WEEKLY",
        "yearly" => "YEARLY",
        _ => "MONTHLY",
    };
    let mut parts = vec![format!("FREQ={frequency}")];
    if interval > 1 {
        parts.push(format!("INTERVAL={interval}"));
    }
    match way {
        "weekly" => {
            let days: Vec<_> = WEEKDAYS
                .iter()
                .map(|(code, _)| *code)
                .filter(|code| form.all("weekday").any(|day| day == *code))
                .collect();
            // Without any, it comes on the day of the week on which it begins.
            if !days.is_empty() {
                parts.push(format!("BYDAY={}", days.join(",")));
            }
        }
        "month-last" => parts.push("BYMONTHDAY=-1".into()),
        "month-day" => match number(form, "day", 31, faults) {
            Some(day @ ..=28) => parts.push(format!("BYMONTHDAY={day}")),
            // The day itself, or the last one of a month that does not have it.
            Some(day) => {
                let days: Vec<_> = (28..=day).map(|day| day.to_string()).collect();
                parts.extend([format!("BYMONTHDAY={}", days.join(",")), "BYSETPOS=-1".into()]);
            }
            None => faults.add("day", say!("schedules-day-missing")),
        },
        "month-nth" => {
            let place = PLACES.iter().find(|(place, _)| *place == form.get("place"));
            let day = WEEKDAYS.iter().find(|(code, _)| *code == form.get("nth_day"));
            match (place, day) {
                (Some((place, _)), Some((day, _))) => parts.push(format!("BYDAY={place}{day}")),
                _ => faults.add("place", say!("schedules-place-missing")),
            }
        }
        _ => {}
    }
    parts.extend(end_of(form, faults));
    Some(parts.join(";"))
}

/// Returns the end of a rule: a last day, or a number of times.
fn end_of(form: &Form, faults: &mut Faults) -> Option<String> {
    match form.get("ends") {
        "on" => match form.get("until").parse::<Day>() {
            Ok(day) => Some(format!("UNTIL={}", day.to_string().replace('-', ""))),
            Err(_) => {
                faults.add("until", say!("schedules-until-missing"));
                None
            }
        },
        "after" => {
            let count = number(form, "count", 3660, faults);
            if count.is_none() {
                faults.add("count", say!("schedules-count-missing"));
            }
            count.map(|count| format!("COUNT={count}"))
        }
        _ => None,
    }
}

/// Reads a whole number from 1 to `most`; none where nothing was typed.
fn number(form: &Form, field: &str, most: u32, faults: &mut Faults) -> Option<u32> {
    let typed = form.some(field)?;
    let read = typed.parse().ok().filter(|number| (1..=most).contains(number));
    if read.is_none() {
        faults.add(field, say!("schedules-number", most = most));
        return Some(1);
    }
    read
}

/// Returns a rule as the fields of the form; one that the form has no words for stands as it is.
pub fn fields_of(rule: Option<&str>) -> Vec<(String, String)> {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let Some(rule) = rule else { return vec![field("way", "once")] };
    read(rule).unwrap_or_else(|| vec![field("way", "rule"), field("rule", rule)])
}

fn read(rule: &str) -> Option<Vec<(String, String)>> {
    let mut parts: Vec<(&str, &str)> = rule.split(';').filter_map(|part| part.split_once('=')).collect();
    let mut take = |name: &str| parts.iter().position(|(part, _)| *part == name).map(|place| parts.remove(place).1);
    let mut fields = Vec::new();
    let mut field = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
    let frequency = take("FREQ")?;
    if let Some(interval) = take("INTERVAL") {
        field("interval", interval);
    }
    match (take("UNTIL"), take("COUNT")) {
        (Some(until), None) => {
            let day = Day::parse_from_str(until, "%Y%m%d").ok()?;
            field("ends", "on");
            field("until", &day.to_string());
        }
        (None, Some(count)) => {
            field("ends", "after");
            field("count", count);
        }
        _ => {}
    }
    let (days, month_days, places) = (take("BYDAY"), take("BYMONTHDAY"), take("BYSETPOS"));
    let is_plain = |days: &str| days.split(',').all(|day| WEEKDAYS.iter().any(|(code, _)| *code == day));
    match (frequency, days, month_days, places) {
        ("DAILY", None, None, None) => field("way", "daily"),
        ("YEARLY", None, None, None) => field("way", "yearly"),
        ("WEEKLY", days, None, None) if days.is_none_or(is_plain) => {
            field("way", "weekly");
            days.into_iter().flat_map(|days| days.split(',')).for_each(|day| field("weekday", day));
        }
        ("MONTHLY", None, Some("-1"), None) => field("way", "month-last"),
        ("MONTHLY", None, Some(day), None) if day.parse::<u32>().is_ok() => {
            field("way", "month-day");
            field("day", day);
        }
        ("MONTHLY", None, Some(days), Some("-1")) => {
            let last = days
                .rsplit(',')
                .next()
                .and_then(|day| day.parse::<u32>().ok())
                .filter(|day| (29..=31).contains(day))?;
            let wants: Vec<_> = (28..=last).map(|day| day.to_string()).collect();
            if days != wants.join(",") {
                return None;
            }
            field("way", "month-day");
            field("day", &last.to_string());
        }
        ("MONTHLY", Some(nth), None, None) => {
            let (place, day) = nth.split_at_checked(nth.len().checked_sub(2)?)?;
            let is_known = PLACES.iter().any(|(known, _)| *known == place) && is_plain(day);
            if !is_known {
                return None;
            }
            field("way", "month-nth");
            field("place", place);
            field("nth_day", day);
        }
        _ => return None,
    }
    parts.is_empty().then_some(fields)
}

/// Says when something comes, in the language of the page; none where the form has no words for the rule.
pub fn said(rule: Option<&str>, start: &str) -> Option<String> {
    let (start_day, clock) = start.split_once('T')?;
    let form = Form::of(fields_of(rule));
    let name = |list: &[(&str, &'static str)], code: &str| {
        list.iter().find(|(known, _)| *known == code).map(|(_, key)| say!(key))
    };
    let interval: u32 = form.some("interval").unwrap_or("1").parse().ok()?;
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), crate::parts::time::day);
    let what = match form.get("way") {
        "once" => return Some(say!("schedules-said-once", day = day(start_day), clock = clock)),
        "daily" => say!("schedules-said-daily", interval = interval),
        "yearly" => say!("schedules-said-yearly", interval = interval, day = day(start_day)),
        "weekly" => {
            let days: Vec<_> = form.all("weekday").filter_map(|code| name(&WEEKDAYS, code)).collect();
            match days.is_empty() {
                true => say!("schedules-said-weekly-plain", interval = interval),
                false => say!("schedules-said-weekly", interval = interval, days = days.join(", ")),
            }
        }
        "month-last" => say!("schedules-said-month-last", interval = interval),
        "month-day" => say!("schedules-said-month-day", interval = interval, day = form.get("day")),
        "month-nth" => {
            let (place, weekday) = (name(&PLACES, form.get("place"))?, name(&WEEKDAYS, form.get("nth_day"))?);
            say!("schedules-said-month-nth", interval = interval, place = place, day = weekday)
        }
        _ => return None,
    };
    let end = match form.get("ends") {
        "on" => say!("schedules-said-until", day = day(form.get("until"))),
        "after" => say!("schedules-said-count", count = form.get("count").parse::<u32>().ok()?),
        _ => String::new(),
    };
    Some(say!("schedules-said", what = what, clock = clock, end = end).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};
    use contraflow_domain::schedule::Rule;

    fn form(fields: &[(&str, &str)]) -> Form {
        Form::of(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_people_choose_becomes_a_rule_and_the_same_choice_again() {
        for (fields, rule) in [
            (&[("way", "month-last")][..], "FREQ=MONTHLY;BYMONTHDAY=-1"),
            (&[("way", "month-day"), ("day", "15"), ("interval", "3")], "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15"),
            (&[("way", "month-day"), ("day", "30")], "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
            (&[("way", "month-nth"), ("place", "-1"), ("nth_day", "FR")], "FREQ=MONTHLY;BYDAY=-1FR"),
            (
                &[("way", "weekly"), ("interval", "2"), ("weekday", "FR"), ("weekday", "MO")],
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
            ),
            (&[("way", "weekly")], "FREQ=WEEKLY"),
            (&[("way", "daily"), ("ends", "after"), ("count", "5")], "FREQ=DAILY;COUNT=5"),
            (&[("way", "yearly"), ("ends", "on"), ("until", "2030-12-31")], "FREQ=YEARLY;UNTIL=20301231"),
        ] {
            let mut faults = Faults::default();
            assert_eq!(of_form(&form(fields), &mut faults).as_deref(), Some(rule));
            assert!(faults.is_empty(), "{rule}: {faults:?}");
            let read: Rule = rule.parse().expect("a rule");
            let back = Form::of(fields_of(Some(&read.to_string())));
            assert_eq!(of_form(&back, &mut faults).as_deref(), Some(rule), "as the api writes it: {read}");
            assert!(said(Some(rule), "2026-12-31T09:00").is_some(), "{rule}");
        }
    }

    #[test]
    fn a_rule_that_the_form_has_no_words_for_stands_as_it_is() {
        for rule in [
            "FREQ=MONTHLY;BYDAY=MO,FR",
            "FREQ=YEARLY;BYMONTH=3",
            "FREQ=MONTHLY;BYMONTHDAY=1,15",
            "FREQ=MONTHLY;BYDAY=5MO",
            "x",
        ] {
            let form = Form::of(fields_of(Some(rule)));
            assert_eq!((form.get("way"), form.get("rule")), ("rule", rule));
            assert_eq!(said(Some(rule), "2026-12-31T09:00"), None);
        }
        assert_eq!(Form::of(fields_of(None)).get("way"), "once");
    }

    #[test]
    fn what_is_missing_is_told_at_its_field() {
        for (fields, field) in [
            (&[("way", "month-day")][..], "day"),
            (&[("way", "month-day"), ("day", "32")], "day"),
            (&[("way", "month-nth")], "place"),
            (&[("way", "daily"), ("interval", "0")], "interval"),
            (&[("way", "daily"), ("ends", "on")], "until"),
            (&[("way", "daily"), ("ends", "after")], "count"),
            (&[("way", "rule")], "rule"),
        ] {
            let mut faults = Faults::default();
            of_form(&form(fields), &mut faults);
            assert_eq!(faults.of(field).count(), 1, "{fields:?}: {faults:?}");
        }
    }

    #[test]
    fn it_is_said_in_the_language_of_the_page() {
        let rule = Some("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271130");
        let english = said(rule, "2026-12-31T09:00").expect("words");
        assert_eq!(english, "Every month on the last Friday at 09:00, until 30 Nov 2027");
        let german = Locale { language: Language::German, ..Locale::default() };
        let german = within(german, || said(rule, "2026-12-31T09:00")).expect("words");
        assert_eq!(german, "Jeden Monat am letzten Freitag um 09:00, bis 30.11.2027");
    }
}
