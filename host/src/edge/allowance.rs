//! Limits how often somebody may ask, by the generic cell rate algorithm: of each caller only one time is kept, at
//! which the whole allowance is there again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue};

use crate::limits::{EDGE_SWEEP_PAUSE, Rate};

/// Says what became of a request's wish to take one from an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// True when the request may pass.
    pub allowed: bool,
    /// Requests that may follow at once.
    pub remaining: u32,
    /// The time until one more request may pass, at least when none may now.
    pub next: Duration,
}

/// Holds the allowances of many callers, at most `most` of them.
pub struct Allowances<K> {
    rate: Rate,
    most: usize,
    table: Mutex<Table<K>>,
}

struct Table<K> {
    /// When the whole allowance of each caller is there again. A caller that has its whole allowance needs no entry.
    restored: HashMap<K, Instant>,
    /// The allowance that callers share for whom there is no more room.
    others: Option<Instant>,
    swept: Option<Instant>,
}

impl<K: Clone + Eq + Hash> Allowances<K> {
    pub fn new(rate: Rate, most: usize) -> Self {
        Self { rate, most, table: Mutex::new(Table { restored: HashMap::new(), others: None, swept: None }) }
    }

    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Takes one from the caller's allowance; `None` when there is no limit.
    pub fn take(&self, caller: &K, now: Instant) -> Option<Grant> {
        self.with(|table, rate, interval| {
            if let Some(restored) = table.restored.get_mut(caller) {
                return Some(take_one(rate, interval, restored, now));
            }
            if table.restored.len() >= self.most {
                table.sweep(now);
            }
            if table.restored.len() >= self.most {
                return Some(take_one(rate, interval, table.others.get_or_insert(now), now));
            }
            Some(take_one(rate, interval, table.restored.entry(caller.clone()).or_insert(now), now))
        })
    }

    /// Takes one from the allowance of a caller that has taken from it before; `None` for any other, and when there is
    /// no limit.
    pub fn take_known(&self, caller: &K, now: Instant) -> Option<Grant> {
        self.with(|table, rate, interval| {
            table.restored.get_mut(caller).map(|restored| take_one(rate, interval, restored, now))
        })
    }

    /// Gives back one that was taken.
    pub fn give_back(&self, caller: &K, now: Instant) {
        self.with(|table, _, interval| {
            let restored = table.restored.get_mut(caller).or(table.others.as_mut())?;
            *restored = restored.checked_sub(interval).unwrap_or(now);
            None
        });
    }

    fn with(&self, work: impl FnOnce(&mut Table<K>, Rate, Duration) -> Option<Grant>) -> Option<Grant> {
        let interval = Duration::from_secs(1).checked_div(self.rate.per_second)?;
        work(&mut self.table.lock().unwrap_or_else(PoisonError::into_inner), self.rate, interval)
    }
}

impl<K> Table<K> {
    /// Forgets every caller whose whole allowance is there again; not too often, because it looks at all.
    fn sweep(&mut self, now: Instant) {
        if self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= EDGE_SWEEP_PAUSE) {
            self.restored.retain(|_, restored| *restored > now);
            self.swept = Some(now);
        }
    }
}

fn take_one(rate: Rate, interval: Duration, restored: &mut Instant, now: Instant) -> Grant {
    let whole = interval.saturating_mul(rate.burst.max(1));
    let after = (*restored).max(now) + interval;
    let owed = after.saturating_duration_since(now);
    if owed > whole {
        return Grant { allowed: false, remaining: 0, next: owed - whole };
    }
    *restored = after;
    let remaining = (whole - owed).as_nanos().checked_div(interval.as_nanos()).unwrap_or(0);
    let next = if remaining == 0 { (owed + interval).saturating_sub(whole) } else { Duration::ZERO };
    Grant { allowed: true, remaining: u32::try_from(remaining).unwrap_or(u32::MAX), next }
}

/// Returns a duration in whole seconds, rounded up.
pub fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Writes `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them: the whole allowance
/// `q`, and the window `w` in which all of it comes back; what remains `r`, and after how many seconds there is more
/// `t`.
pub fn write(headers: &mut HeaderMap, policy: &str, rate: Rate, grant: &Grant) {
    let window = rate.burst.max(1).div_ceil(rate.per_second.max(1));
    let policy_field = format!("\"{policy}\";q={};w={window}", rate.burst.max(1));
    let state_field = format!("\"{policy}\";r={};t={}", grant.remaining, seconds(grant.next).max(1));
    for (name, value) in [("ratelimit-policy", policy_field), ("ratelimit", state_field)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const RATE: Rate = Rate { per_second: 10, burst: 3 };

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let (allowances, start) = (Allowances::new(RATE, 10), Instant::now());
        let asked = |after_ms| allowances.take(&"me", start + Duration::from_millis(after_ms)).unwrap();
        assert_eq!([asked(0).remaining, asked(0).remaining, asked(0).remaining], [2, 1, 0]);
        let refused = asked(0);
        assert_eq!((refused.allowed, refused.next), (false, Duration::from_millis(100)));
        assert!(!asked(99).allowed);
        assert!(asked(100).allowed);
        assert!(!asked(101).allowed);
        assert_eq!(asked(5_000).remaining, 2, "after a pause the whole allowance is there, and no more");
    }

    #[test]
    fn what_is_given_back_may_be_taken_again_and_no_more() {
        let (allowances, now) = (Allowances::new(RATE, 10), Instant::now());
        for _ in 0..20 {
            assert!(allowances.take(&"gateway", now).unwrap().allowed);
            allowances.give_back(&"gateway", now);
        }
        allowances.give_back(&"gateway", now);
        let passed = (0..10).filter(|_| allowances.take(&"gateway", now).unwrap().allowed).count();
        assert_eq!(passed, 3, "never more than the whole allowance");
    }

    #[test]
    fn the_table_is_bounded_and_forgets_nobody_who_owes() {
        let (allowances, now) = (Allowances::new(RATE, 100), Instant::now());
        for _ in 0..3 {
            allowances.take(&0_u32, now);
        }
        let mut strangers = 0;
        for caller in 1..10_000 {
            strangers += u32::from(allowances.take(&caller, now).unwrap().allowed);
        }
        assert_eq!(allowances.table.lock().unwrap().restored.len(), 100);
        assert_eq!(strangers, 99 + 3, "those without room share one allowance");
        assert!(!allowances.take(&0, now).unwrap().allowed);
        let later = now + Duration::from_secs(60);
        assert!(allowances.take(&20_000, later).unwrap().allowed, "there is room again once the others have paid");
        assert!(allowances.table.lock().unwrap().restored.len() < 10);
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let allowances = Allowances::new(Rate::UNLIMITED, 10);
        assert_eq!(allowances.take(&1, Instant::now()), None);
        assert_eq!(allowances.take_known(&1, Instant::now()), None);
    }

    #[test]
    fn the_fields_say_what_the_draft_says() {
        let mut headers = HeaderMap::new();
        let rate = Rate { per_second: 100, burst: 1_000 };
        write(&mut headers, "credential", rate, &Grant { allowed: true, remaining: 7, next: Duration::ZERO });
        assert_eq!(headers["ratelimit-policy"], "\"credential\";q=1000;w=10");
        assert_eq!(headers["ratelimit"], "\"credential\";r=7;t=1");
    }
}
