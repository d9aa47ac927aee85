#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use proptest::prelude::*;

use super::*;
use crate::limits::{HOLIDAYS, SPAN_DAYS, SPAN_HOURS};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn span(text: &str) -> Span {
    text.parse().unwrap()
}

fn office(zone: &str, holidays: &[&str]) -> Calendar {
    let holidays = holidays.iter().map(|day| day.parse().unwrap()).collect();
    Calendar { zone: zone.parse().unwrap(), week: Week::office(), holidays }
}

#[test]
fn business_time_ends_where_the_table_says() {
    // Christmas of 2026 is a Friday; the second holiday of Germany is a Saturday.
    let berlin = office("Europe/Berlin", &["2026-12-25", "2026-12-26", "2027-01-01"]);
    for (start, length, end) in [
        ("2026-11-23T08:00:00Z", "1 business hour", "2026-11-23T09:00:00.000Z"),
        ("2026-11-23T08:00:00Z", "8 business hours", "2026-11-23T16:00:00.000Z"),
        ("2026-11-23T08:00:01Z", "8 business hours", "2026-11-24T08:00:01.000Z"),
        ("2026-11-23T05:00:00Z", "30 business minutes", "2026-11-23T08:30:00.000Z"),
        ("2026-11-27T20:00:00Z", "1 business hour", "2026-11-30T09:00:00.000Z"),
        ("2026-11-28T12:00:00Z", "1 business hour", "2026-11-30T09:00:00.000Z"),
        ("2026-12-24T15:00:00Z", "2 business hours", "2026-12-28T09:00:00.000Z"),
        ("2026-12-24T15:00:00Z", "1 business day", "2026-12-28T16:00:00.000Z"),
        ("2026-11-23T08:00:00Z", "2 business days", "2026-11-25T16:00:00.000Z"),
        ("2026-11-28T12:00:00Z", "1 business day", "2026-11-30T16:00:00.000Z"),
        ("2026-11-28T12:00:00Z", "36 hours", "2026-11-30T00:00:00.000Z"),
        ("2026-11-28T12:00:00Z", "1 day", "2026-11-29T12:00:00.000Z"),
        ("2026-11-28T12:00:00Z", "0 business hours", "2026-11-28T12:00:00.000Z"),
    ] {
        assert_eq!(berlin.after(at(start), span(length)).to_string(), end, "{length} after {start}");
    }
    for (end, length, start) in [
        ("2026-11-25T16:00:00Z", "4 business hours", "2026-11-25T12:00:00.000Z"),
        ("2026-11-23T09:00:00Z", "2 business hours", "2026-11-20T15:00:00.000Z"),
        ("2026-11-30T16:00:00Z", "1 business day", "2026-11-27T16:00:00.000Z"),
        ("2026-12-28T10:00:00Z", "1 business day", "2026-12-24T16:00:00.000Z"),
        ("2026-11-30T16:00:00Z", "1 day", "2026-11-29T16:00:00.000Z"),
    ] {
        assert_eq!(berlin.before(at(end), span(length)).to_string(), start, "{length} before {end}");
    }
}

#[test]
fn a_business_keeps_its_hours_when_the_clocks_change() {
    let new_york = office("America/New_York", &[]);
    // The clocks are set ahead on Sunday: Friday closes at 22:00 UTC, Monday opens at 13:00 UTC.
    assert_eq!(new_york.after(at("2026-03-06T21:00:00Z"), span("2 business hours")), at("2026-03-09T14:00:00Z"));
    assert_eq!(new_york.after(at("2026-10-30T20:00:00Z"), span("2 business hours")), at("2026-11-02T15:00:00Z"));
    assert_eq!(new_york.after(at("2026-03-06T21:00:00Z"), span("1 business day")), at("2026-03-09T21:00:00Z"));
}

#[test]
fn hours_in_which_the_clocks_change_are_as_long_as_they_really_are() {
    let hours: Vec<Opening> = vec!["01:00-04:00".parse().unwrap()];
    let week = Week(std::array::from_fn(|_| hours.clone()));
    let berlin = Calendar { zone: "Europe/Berlin".parse().unwrap(), week, holidays: BTreeSet::new() };
    let open = |day: &str| {
        let all = berlin.open_on(day.parse().unwrap());
        all.iter().map(|(opens, closes)| closes.ms_since(*opens) / HOUR_MS).sum::<u64>()
    };
    assert_eq!((open("2026-03-29"), open("2026-10-25"), open("2026-06-01")), (2, 4, 3));
    let half: Vec<Opening> = vec!["02:10-02:40".parse().unwrap()];
    let week = Week(std::array::from_fn(|_| half.clone()));
    let skipped = Calendar { week, ..berlin };
    assert_eq!(skipped.open_on("2026-03-29".parse().unwrap()), [], "there was no such time");
}

#[test]
fn a_day_round_the_clock_ends_where_the_next_begins() {
    let all: Vec<Opening> = vec!["00:00-24:00".parse().unwrap()];
    let week = Week(std::array::from_fn(|_| all.clone()));
    // Midnight comes twice, is left out, or the whole day is.
    for (zone, day, hours) in [
        ("America/Havana", "2026-10-31", 24),
        ("America/Havana", "2026-11-01", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-30", 0),
    ] {
        let always = Calendar { zone: zone.parse().unwrap(), week: week.clone(), holidays: BTreeSet::new() };
        let day: Day = day.parse().unwrap();
        let open: u64 = always.open_on(day).iter().map(|(opens, closes)| closes.ms_since(*opens)).sum();
        assert_eq!(open / HOUR_MS, hours, "{zone} {day}");
    }
}

#[test]
fn the_longest_span_is_found_at_the_bound_and_one_that_is_never_over_is_counted_round_the_clock() {
    let one_day =
        Week(std::array::from_fn(|day| if day == 0 { vec!["09:00-09:01".parse().unwrap()] } else { Vec::new() }));
    let monday: Day = "2026-11-23".parse().unwrap();
    let holidays: BTreeSet<Day> =
        (0..u64::try_from(HOLIDAYS).unwrap()).map(|week| monday + chrono::Days::new(7 * week)).collect();
    let rare = Calendar { zone: Zone::UTC, week: one_day, holidays };
    let start = at("2026-11-20T12:00:00Z");
    let weeks = u64::try_from(HOLIDAYS).unwrap() + u64::from(SPAN_DAYS) - 1;
    let last = monday + chrono::Days::new(7 * weeks);
    assert_eq!(Zone::UTC.day(rare.after(start, span(&format!("{SPAN_DAYS} business days")))), last);
    let never = rare.after(start, span(&format!("{SPAN_HOURS} business hours")));
    assert_eq!(never, start.plus_ms(u64::from(SPAN_HOURS) * HOUR_MS));
    let closed = Calendar { week: Week(std::array::from_fn(|_| Vec::new())), ..rare };
    assert_eq!(closed.after(start, span("2 business days")), start, "no policy has such a week");
}

#[test]
fn what_is_no_span_and_no_hours_says_what_would_be() {
    for wrong in ["", "4", "hours", "-1 hours", "1.5 hours", "4 weeks", "4 business", "four hours", "4 hours ago"] {
        let error = wrong.parse::<Span>().unwrap_err().to_string();
        assert!(error.contains("2 business days"), "{wrong}: {error}");
    }
    for (longest, over) in [("366 days", "367 days"), ("8784 business hours", "8785 business hours")] {
        assert!(longest.parse::<Span>().is_ok());
        assert!(over.parse::<Span>().unwrap_err().to_string().contains("at most"), "{over}");
    }
    for wrong in ["", "9-17", "09:00", "17:00-09:00", "09:00-09:00", "09:60-10:00", "00:00-24:01", "+9:00-10:00"] {
        assert!(wrong.parse::<Opening>().unwrap_err().to_string().contains("09:00-17:00"), "{wrong}");
    }
    assert_eq!("00:00 - 24:00".parse::<Opening>().unwrap().to_string(), "00:00-24:00");
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana"];
    let hours = prop::collection::vec(prop::collection::btree_set(0..=1440_u32, 2), 7);
    let holidays = prop::collection::btree_set(0..400_u64, 0..20);
    (0..zones.len(), hours, any::<u8>(), holidays).prop_map(move |(zone, hours, open, holidays)| {
        let first: Day = "2026-01-01".parse().unwrap();
        let week = std::array::from_fn(|day| {
            let ends: Vec<u32> = hours[day].iter().copied().collect();
            let is_open = day == 2 || open & (1 << day) != 0;
            if is_open { vec![Opening { opens: ends[0], closes: ends[1] }] } else { Vec::new() }
        });
        let holidays = holidays.into_iter().map(|days| first + chrono::Days::new(days)).collect();
        Calendar { zone: zones[zone].parse().unwrap(), week: Week(week), holidays }
    })
}

proptest! {
    #[test]
    fn so_much_time_passes_while_it_is_open_as_the_span_says(
        calendar in calendar(), start in 1_767_225_600_000..1_790_000_000_000_u64, minutes in 1..600_u32,
    ) {
        let start = Timestamp::from_unix_ms(start);
        let span = Span { count: minutes, unit: Unit::BusinessMinutes };
        let end = calendar.after(start, span);
        prop_assert!(end > start);
        prop_assume!(end.ms_since(start) < 300 * DAY_MS);
        prop_assert_eq!(calendar.open_ms(start, end), ms(minutes, MINUTE_MS));
        // As much lies between the instant before it and its end, so it is the mirror of that.
        let back = calendar.before(end, span);
        prop_assert!(back >= start);
        prop_assert_eq!(calendar.open_ms(back, end), ms(minutes, MINUTE_MS));
    }

    #[test]
    fn whoever_begins_later_ends_no_earlier(
        calendar in calendar(), start in 1_767_225_600_000..1_790_000_000_000_u64, later in 0..5_000_000_000_u64,
        count in 0..40_u32, unit in 0..Unit::ALL.len(),
    ) {
        let span = Span { count, unit: Unit::ALL[unit] };
        let (early, late) = (Timestamp::from_unix_ms(start), Timestamp::from_unix_ms(start + later));
        prop_assert!(calendar.after(early, span) <= calendar.after(late, span));
        prop_assert!(calendar.after(early, span) >= early);
        prop_assert!(calendar.before(late, span) <= late);
    }
}
