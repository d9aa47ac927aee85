//! Watches the wall clock: a round whose time has jumped since the round before does nothing but warn, and what a wrong
//! time has put off is found again.
//!
//! Every round is an instance of its own, and no monotonic clock reaches from one to the next. So the time of the last
//! round is stored, and compared with the time at which the next should come.

use contraflow_domain::limits::WAIT_MS;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{keys, limits, now, store};
use serde::{Deserialize, Serialize};

const SEEN: &str = "clock/seen";

/// What the rounds have seen of the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// The time of a round, at most [`limits::CLOCK_SEEN_MS`] before the last.
    at: Timestamp,
    /// How far ahead a clock was that was wrong: what it has put off is looked at again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ahead: Option<Ahead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ahead {
    until: Timestamp,
    next: String,
}

/// Says what a round is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Round {
    /// Whatever is due.
    Work,
    /// Nothing: the time has jumped, from the one instant to the other.
    Hold(Timestamp, Timestamp),
}

/// Compares the time with that of the round before.
///
/// # Errors
/// When the store does not answer.
pub async fn round() -> Result<Round, Problem> {
    transact(async |unit| {
        let (at, seen) = (now(), unit.read::<Seen>(SEEN).await?);
        let (next, round) = compare(seen.as_ref(), at);
        if let Some(next) = next {
            unit.write(SEEN, &next)?;
        }
        Ok(round)
    })
    .await
}

fn compare(seen: Option<&Seen>, at: Timestamp) -> (Option<Seen>, Round) {
    let Some(seen) = seen else { return (Some(Seen { at, ahead: None }), Round::Work) };
    if seen.at.ms_since(at) > limits::CLOCK_BACK_MS {
        // It was ahead. Whatever was stored meanwhile may be due far too late.
        let until = seen.ahead.as_ref().map_or(seen.at, |ahead| ahead.until.max(seen.at)).plus_ms(WAIT_MS);
        let ahead = Ahead { until, next: keys::due_after(at) };
        return (Some(Seen { at, ahead: Some(ahead) }), Round::Hold(seen.at, at));
    }
    let passed = at.ms_since(seen.at);
    if passed > limits::CLOCK_JUMP_MS {
        return (Some(Seen { at, ahead: seen.ahead.clone() }), Round::Hold(seen.at, at));
    }
    let is_old = passed > limits::CLOCK_SEEN_MS;
    (is_old.then(|| Seen { at, ahead: seen.ahead.clone() }), Round::Work)
}

/// Holds some of what a wrong clock may have put off.
pub struct PutOff {
    /// The index entries.
    pub keys: Vec<String>,
    ahead: Ahead,
    next: Option<String>,
}

/// Returns what is to be looked at next, where a clock was ahead; `None` where none was, or all of it was looked at.
///
/// # Errors
/// When the store does not answer.
pub async fn put_off() -> Result<Option<PutOff>, Problem> {
    let mut ahead = None;
    transact(async |unit| {
        ahead = unit.read::<Seen>(SEEN).await?.and_then(|seen| seen.ahead);
        Ok(())
    })
    .await?;
    let Some(ahead) = ahead else { return Ok(None) };
    let (_, end) = keys::due_until(ahead.until);
    let page = store::scan(ahead.next.clone(), end, limits::CLOCK_ROUND).await?;
    let keys = page.entries.into_iter().map(|entry| entry.key).collect();
    Ok(Some(PutOff { keys, ahead, next: page.next }))
}

impl PutOff {
    /// Writes down that these were looked at.
    ///
    /// # Errors
    /// When the store does not answer; then they are looked at again.
    pub async fn done(self) -> Result<(), Problem> {
        transact(async |unit| {
            let Some(seen) = unit.read::<Seen>(SEEN).await? else { return Ok(()) };
            // A clock that jumps again meanwhile begins anew.
            if seen.ahead.as_ref() != Some(&self.ahead) {
                return Ok(());
            }
            let rest = self.next.clone().map(|next| Ahead { until: self.ahead.until, next });
            unit.write(SEEN, &Seen { at: seen.at, ahead: rest })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + seconds * 1000)
    }

    fn seen(seconds: u64) -> Seen {
        Seen { at: at(seconds), ahead: None }
    }

    #[test]
    fn a_round_whose_time_has_jumped_does_nothing_but_warn_and_the_next_goes_on() {
        let day = 24 * 3600;
        assert_eq!(compare(None, at(0)).1, Round::Work);
        assert_eq!(compare(Some(&seen(0)), at(5)), (None, Round::Work));
        assert_eq!(compare(Some(&seen(0)), at(60)), (Some(seen(60)), Round::Work));
        let (next, round) = compare(Some(&seen(0)), at(20 * day));
        assert_eq!(round, Round::Hold(at(0), at(20 * day)));
        assert_eq!(compare(next.as_ref(), at(20 * day + 5)).1, Round::Work);
    }

    #[test]
    fn once_a_clock_that_was_ahead_is_right_again_what_it_put_off_is_found() {
        let day = 24 * 3600;
        let (next, round) = compare(Some(&seen(20 * day)), at(10));
        assert_eq!(round, Round::Hold(at(20 * day), at(10)));
        let ahead = next.and_then(|next| next.ahead);
        assert!(ahead.is_some_and(|ahead| ahead.until > at(20 * day) && ahead.next == keys::due_after(at(10))));
        assert_eq!(compare(Some(&seen(10)), at(9)).1, Round::Work, "clocks are set right by a second now and then");
    }
}
