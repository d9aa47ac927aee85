//! Waits before a unit of work starts anew, so that many who change the same do not come back all at once.

use crate::limits;

/// Waits after so many tries that others were faster in: a few milliseconds, which double with each try up to a bound,
/// and differ from caller to caller.
pub async fn after(tries: usize) {
    // The end of a new id is random.
    let (_, random) = uuid::Uuid::now_v7().as_u64_pair();
    wasip3::clocks::monotonic_clock::wait_for(nanoseconds(tries, random)).await;
}

/// Returns how long to wait: between a half and the whole of what so many tries call for.
fn nanoseconds(tries: usize, random: u64) -> u64 {
    let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(16);
    let whole = (limits::CONFLICT_PAUSE_NS << doublings).min(limits::CONFLICT_PAUSE_MOST_NS);
    whole / 2 + random % (whole / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_after_a_conflict_doubles_up_to_a_bound_and_is_spread() {
        assert_eq!(nanoseconds(0, 0), limits::CONFLICT_PAUSE_NS / 2);
        assert_eq!(nanoseconds(1, 0), limits::CONFLICT_PAUSE_NS);
        for tries in 0..100 {
            for random in [0, 1, 12_345_678_901, u64::MAX] {
                assert!(nanoseconds(tries, random) <= limits::CONFLICT_PAUSE_MOST_NS);
            }
        }
        assert_ne!(nanoseconds(3, 1_000_000), nanoseconds(3, 2_000_000));
    }
}
