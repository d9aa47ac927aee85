//! A wall clock that is wrong for some rounds of the clock, and right again. People and drivers go on meanwhile.
//!
//! Before the time jumps ahead nothing is under way: what an outside call may take is measured by the wall clock.

use std::cell::Cell;
use std::time::Duration;

use rand::RngExt as _;

use super::script::Script;

const HOUR_MS: i64 = 3_600_000;
/// A month ahead or back.
const MOST_HOURS: i64 = 30 * 24;
/// How much time passes at once while it is wrong: what is overdue by it for an hour expires.
const PASS_MS: u64 = 3_000;

/// By how much the wall clock is wrong.
#[derive(Default)]
pub struct WrongTime {
    /// Milliseconds; below zero where it is behind.
    off_ms: Cell<i64>,
    is_had: Cell<bool>,
    holds: Cell<bool>,
}

impl WrongTime {
    /// Whether nothing new is begun.
    pub fn holds(&self) -> bool {
        self.holds.get()
    }

    /// How much time may pass at once, in milliseconds.
    pub fn longest_ms(&self) -> u64 {
        if self.off_ms.get() == 0 { u64::MAX } else { PASS_MS }
    }
}

impl Script {
    /// The right time, by which gateways and banks live.
    pub fn right_ms(&self) -> u64 {
        self.world().now_ms().checked_add_signed(-self.wrong.off_ms.get()).unwrap()
    }

    /// The time that a message is signed with: what is signed in our future is refused until the clock is right, and
    /// for the rest it is one whose signature names no time.
    pub fn stamp_ms(&self) -> u64 {
        self.right_ms().max(self.world().now_ms())
    }

    /// The time is wrong for some rounds.
    pub async fn have_a_wrong_time(&self) {
        if self.wrong.is_had.replace(true) {
            return;
        }
        let hours = self.draw(|rng| rng.random_range(2..=MOST_HOURS));
        let off_ms = if self.draw(|rng| rng.random_ratio(1, 3)) { -hours * HOUR_MS } else { hours * HOUR_MS };
        self.jump(off_ms).await;
        for _ in 0..self.draw(|rng| rng.random_range(1..=4)) {
            self.tick().await;
            self.turn(self.draw(|rng| rng.random_range(0..60))).await;
        }
        self.jump(-off_ms).await;
        self.tick().await;
        self.wrong.is_had.set(false);
    }

    async fn jump(&self, by_ms: i64) {
        if by_ms > 0 {
            self.wrong.holds.set(true);
            self.stand_still().await;
        }
        let span = Duration::from_millis(by_ms.unsigned_abs());
        if by_ms > 0 {
            self.world().advance(span)
        } else {
            self.world().turn_back(span)
        }
        self.wrong.off_ms.set(self.wrong.off_ms.get() + by_ms);
        self.wrong.holds.set(false);
    }
}
