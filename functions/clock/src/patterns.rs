//! The nightly pass: adds up the requests of the day that is over, a few in each round, and then looks for patterns in
//! the last days. A day on which the clock stood still is left out.

use std::collections::BTreeMap;

use contraflow_domain::limits::PATTERN_DAYS;
use contraflow_domain::patterns::{DaySums, find};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::{Packet, Request};
use contraflow_domain::time::{Day, Timestamp};
use contraflow_guest::problem::Problem;
use contraflow_guest::store::Entry;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, limits, now, policy, store};
use serde::{Deserialize, Serialize};

const PLACE: &str = "clock/patterns";

/// Says how far the pass has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Night {
    /// The day that is added up.
    day: Day,
    /// Where it goes on; `None` once the day is done.
    next: Option<String>,
    /// The sums so far.
    sums: DaySums,
}

fn before(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_sub(1))
}

/// Returns what is to be gone on with: the day that was begun, or yesterday; `None` where that is done.
fn what_is_left(night: Option<Night>, policy: &Policy, at: Timestamp) -> Option<Night> {
    let today = policy.business.time_zone.day(at);
    let yesterday = today.pred_opt()?;
    match night {
        Some(night) if night.next.is_some() => Some(night),
        Some(night) if (yesterday..=today).contains(&night.day) => None,
        _ => {
            let next = keys::all_from(before(policy.business.time_zone.start_of(today)));
            Some(Night { day: yesterday, next: Some(next), sums: DaySums::default() })
        }
    }
}

/// Goes on with the pass; does nothing once the day that is over was added up.
///
/// # Errors
/// When the store does not answer, or the policy can't be read.
pub async fn go_on() -> Result<(), Problem> {
    let policy = policy::in_force().await?;
    transact(async |unit| {
        let known: Option<Night> = unit.read(PLACE).await?;
        let Some(mut night) = what_is_left(known, &policy, now()) else { return Ok(()) };
        let end = keys::all_from(before(policy.business.time_zone.start_of(night.day)));
        let start = night.next.take().unwrap_or_default();
        let page = store::scan(start, end, limits::PATTERN_PORTION).await?;
        add(&mut night.sums, &page.entries, &policy).await?;
        night.next = page.next;
        if night.next.is_none() {
            conclude(unit, &mut night).await?;
        }
        unit.write(PLACE, &night)
    })
    .await
}

/// Adds requests to the sums. One that can't be read is passed over: the doctor tells of it.
async fn add(sums: &mut DaySums, entries: &[Entry], policy: &Policy) -> Result<(), Problem> {
    let ids: Vec<&str> = entries.iter().map(|entry| keys::id_of(&entry.key)).collect();
    let wanted = ids.iter().flat_map(|id| [keys::request(id), keys::packet(id)]).collect();
    let found = store::get(wanted).await?;
    for pair in found.chunks(2) {
        let [Some(request), packet] = pair else { continue };
        let Ok(request) = serde_json::from_slice::<Request>(&request.value) else { continue };
        let beside: Option<Packet> = packet.as_ref().and_then(|packet| serde_json::from_slice(&packet.value).ok());
        sums.add(&request, request.packet.as_ref().or(beside.as_ref()), policy);
    }
    Ok(())
}

/// Keeps the sums of the day, drops those of the day that counts no more, and looks for patterns.
async fn conclude(unit: &mut Unit, night: &mut Night) -> Result<(), Problem> {
    let mut back = std::iter::successors(night.day.pred_opt(), Day::pred_opt);
    let earlier: Vec<Day> = back.by_ref().take(PATTERN_DAYS as usize - 1).collect();
    let wanted: Vec<_> = earlier.iter().map(|day| keys::pattern_day(*day)).collect();
    let found = unit.read_each::<DaySums>(&wanted).await?;
    let known = earlier.into_iter().zip(found).filter_map(|(day, sums)| Some((day, sums.ok().flatten()?)));
    let mut days: BTreeMap<Day, DaySums> = known.collect();
    days.insert(night.day, std::mem::take(&mut night.sums));
    if let Some(sums) = days.get(&night.day) {
        unit.write(&keys::pattern_day(night.day), sums)?;
    }
    unit.write(keys::PATTERNS, &find(&days, night.day))?;
    // Nights on which nothing was added up left nothing, and those before them were not dropped then.
    for over in back.take(PATTERN_DAYS as usize) {
        unit.remove(&keys::pattern_day(over));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use contraflow_domain::policy::DEFAULT;

    use super::*;

    fn left(night: Option<Night>, at: &str) -> Option<String> {
        let policy = Policy::parse(DEFAULT).unwrap();
        what_is_left(night, &policy, at.parse().unwrap()).map(|night| night.day.to_string())
    }

    fn night(day: &str, next: Option<&str>) -> Option<Night> {
        Some(Night { day: day.parse().unwrap(), next: next.map(str::to_owned), sums: DaySums::default() })
    }

    #[test]
    fn each_day_is_added_up_once_when_it_is_over() {
        let noon = "2026-11-21T12:00:00Z";
        let yesterday = Some("2026-11-20".to_owned());
        assert_eq!(left(None, noon), yesterday);
        assert_eq!(left(night("2026-11-20", None), noon), None);
        assert_eq!(left(night("2026-11-20", None), "2026-11-22T00:00:00Z"), Some("2026-11-21".into()));
        assert_eq!(left(night("2026-11-18", None), noon), yesterday, "the clock stood still meanwhile");
        assert_eq!(left(night("2026-11-18", Some("all/x")), noon), Some("2026-11-18".into()), "it was begun");
        assert_eq!(left(night("2026-12-24", None), noon), yesterday, "a clock that was ahead holds up none");
    }
}
