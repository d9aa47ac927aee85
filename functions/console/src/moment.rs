//! Reads the days and times that forms send, in the time zone of whoever sends them.

use contraflow_domain::time::{Day, Timestamp};
use contraflow_domain::zone::Zone;

/// Reads what a browser sends of a date and a time, in the time zone of whoever sent it: `2026-12-01T09:30`. `None`
/// where it is no time.
pub fn instant(text: &str, zone: Zone) -> Option<Timestamp> {
    let (day, clock) = text.split_once('T')?;
    let mut parts = clock.split(':');
    let (hour, minute): (u32, u32) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let day: Day = day.parse().ok()?;
    (hour < 24 && minute < 60).then(|| zone.first_at(day, hour * 60 + minute))
}

/// Returns when a day begins there; `None` where the text is no day.
pub fn start_of(day: &str, zone: Zone) -> Option<Timestamp> {
    Some(zone.start_of(day.parse().ok()?))
}

/// Returns when a day ends there, which is when the next one begins; `None` where the text is no day.
pub fn end_of(day: &str, zone: Zone) -> Option<Timestamp> {
    Some(zone.start_of(day.parse::<Day>().ok()?.succ_opt()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        "Europe/Berlin".parse().expect("a zone")
    }

    #[test]
    fn a_time_is_that_of_whoever_chose_it() {
        let at = instant("2026-12-01T09:30", berlin()).expect("a time");
        assert_eq!(at.to_string(), "2026-12-01T08:30:00.000Z");
        for wrong in ["", "2026-12-01", "2026-12-01T25:00", "2026-13-01T09:00", "x T y"] {
            assert_eq!(instant(wrong, berlin()), None, "{wrong}");
        }
    }

    #[test]
    fn the_day_that_is_chosen_is_the_last_one_where_whoever_chose_it_is() {
        let end = |day, zone| end_of(day, zone).map(|at| at.to_string());
        assert_eq!(end("2026-12-05", Zone::UTC).as_deref(), Some("2026-12-06T00:00:00.000Z"));
        assert_eq!(end("2026-12-05", berlin()).as_deref(), Some("2026-12-05T23:00:00.000Z"));
        assert_eq!(end("soon", Zone::UTC), None);
        // The days on which the clocks are set have 23 hours and 25.
        assert_eq!(end("2027-03-28", berlin()).as_deref(), Some("2027-03-28T22:00:00.000Z"));
        assert_eq!(end("2027-10-31", berlin()).as_deref(), Some("2027-10-31T23:00:00.000Z"));
        let start = start_of("2027-10-31", berlin()).expect("a day");
        assert_eq!(start.to_string(), "2027-10-30T22:00:00.000Z");
    }
}
