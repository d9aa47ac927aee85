//! Writes instants as people read them: how long from now, and the exact time in their own time zone.

use contraflow_domain::limits::{DAY_MS, HOUR_MS, MINUTE_MS};
use contraflow_domain::time::{Day, Timestamp};
use maud::{Markup, html};

use crate::locale::{current, say};

/// Says which form of its words a span of time takes where it stands; German has two.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Behind a word such as "in" or "since".
    Behind,
    /// By itself.
    Alone,
}

fn span(ms: u64, form: Form) -> String {
    let form = match form {
        Form::Behind => "behind",
        Form::Alone => "alone",
    };
    match ms {
        ms if ms >= DAY_MS => say!("time-days", count = ms / DAY_MS, form = form),
        ms if ms >= HOUR_MS => say!("time-hours", count = ms / HOUR_MS),
        ms if ms >= MINUTE_MS => say!("time-minutes", count = ms / MINUTE_MS),
        _ => say!("time-no-minute", form = form),
    }
}

/// Lists the keys of the names of the months.
const MONTHS: [&str; 12] = [
    "time-month-1",
    "time-month-2",
    "time-month-3",
    "time-month-4",
    "time-month-5",
    "time-month-6",
    "time-month-7",
    "time-month-8",
    "time-month-9",
    "time-month-10",
    "time-month-11",
    "time-month-12",
];

/// Writes a month by its number, from 1 to 12: `Nov`.
pub fn month(number: u32) -> String {
    let key = usize::try_from(number).ok().and_then(|number| MONTHS.get(number.checked_sub(1)?));
    key.map_or_else(String::new, |key| say!(key))
}

/// Writes a day: `21 Nov 2026`.
pub fn day(day: Day) -> String {
    let written = day.to_string();
    let mut parts = written.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| month.parse::<usize>().ok()?.checked_sub(1)).and_then(|index| MONTHS.get(index));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => say!("time-day", year = year, month = say!(month), day = day),
        _ => written,
    }
}

/// Writes an instant in the time zone of whoever reads it: `21 Nov 2026, 23:05 CET`.
pub fn absolute(at: Timestamp) -> String {
    let shown = current().zone.shows(at);
    let clock = format!("{:02}:{:02}", shown.hour, shown.minute);
    say!("time-moment", day = day(shown.day), clock = clock, zone = shown.zone)
}

/// Writes how long ago an instant was, or how long it is until then.
pub fn distance(at: Timestamp, now: Timestamp) -> String {
    match at <= now {
        true if now.ms_since(at) < MINUTE_MS => say!("time-just-now"),
        true => say!("time-ago", span = span(now.ms_since(at), Form::Behind)),
        false => say!("time-in", span = span(at.ms_since(now), Form::Behind)),
    }
}

/// Draws an instant as `3 h ago`, with the exact time at hand. Print shows the exact time.
pub fn relative(at: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(at) title=(absolute(at)) data-exact=(absolute(at)) { (distance(at, now)) } }
}

/// Draws an instant both ways: `3 h ago, 21 Nov 2026, 23:05 CET`.
pub fn both(at: Timestamp, now: Timestamp) -> Markup {
    html! { time datetime=(at) { (distance(at, now)) span.second { (absolute(at)) } } }
}

/// Draws a deadline: how long is left, marked when it is near or past.
pub fn deadline(at: Timestamp, now: Timestamp) -> Markup {
    let (class, words) = if at <= now {
        ("overdue", say!("time-overdue", span = span(now.ms_since(at), Form::Behind)))
    } else if at.ms_since(now) < DAY_MS {
        ("soon", say!("time-left", span = span(at.ms_since(now), Form::Alone)))
    } else {
        ("", say!("time-left", span = span(at.ms_since(now), Form::Alone)))
    };
    html! {
        time class=[Some(class).filter(|class| !class.is_empty())] datetime=(at) title=(absolute(at)) data-exact=(absolute(at)) {
            (words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + ms)
    }

    #[test]
    fn a_deadline_says_what_is_left_or_how_late_it_is() {
        let now = at(0);
        assert!(deadline(at(3 * DAY_MS), now).into_string().contains(">3 d left<"));
        assert!(deadline(at(HOUR_MS), now).into_string().contains("class=\"soon\""));
        let late = deadline(now, at(2 * DAY_MS)).into_string();
        assert!(late.contains("2 d overdue") && late.contains("class=\"overdue\""));
    }

    #[test]
    fn the_exact_time_is_at_hand_in_the_zone_of_whoever_reads_it() {
        let shown = || relative(at(0), at(5 * MINUTE_MS)).into_string();
        let english = shown();
        assert!(english.contains("title=\"21 Sept 2026, 14:13 UTC\"") && english.contains("5 min ago"), "{english}");
        let berlin = Locale { language: Language::German, zone: "Europe/Berlin".parse().expect("a zone") };
        let german = within(berlin, shown);
        assert!(german.contains("title=\"21.09.2026, 16:13 CEST\"") && german.contains("vor 5 Min."), "{german}");
        let left = within(berlin, || deadline(at(3 * DAY_MS), at(0)).into_string());
        assert!(left.contains(">noch 3 Tage<"), "{left}");
        let late = within(berlin, || deadline(at(0), at(3 * DAY_MS)).into_string());
        assert!(late.contains(">seit 3 Tagen überfällig<"), "{late}");
    }
}
