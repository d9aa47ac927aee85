//! Times that a wrong clock wrote. Nobody knows when it really was, so nothing waits for them, and nothing is taken for
//! younger than it may be.

use super::Request;
use crate::limits;
use crate::time::Timestamp;

impl Request {
    /// Forgets what a wrong clock has written: waits that are implausibly long, and that something has happened at a
    /// time that lies ahead. What waits is due now.
    pub fn forget_wrong_times(&mut self, now: Timestamp) {
        let steps = [&mut self.step, &mut self.scanning].into_iter();
        let documents = self.handoff.iter_mut().flat_map(|handoff| [&mut handoff.attempt, &mut handoff.look]);
        let legs = self.legs.iter_mut().map(|leg| &mut leg.attempt);
        let messages = self.outbox.iter_mut().map(|message| &mut message.attempt);
        for attempt in steps.chain(documents).chain(legs).chain(messages) {
            attempt.forget_wrong_time(now);
        }
        // Else a second time that the clock is wrong would count as the second time that something is found overdue.
        self.overdue_since = self.overdue_since.filter(|since| !since.is_wrong(now));
        self.waits.retain(|wait| !wait.since.is_wrong(now));
        for wait in &mut self.waits {
            wait.noticed_at = wait.noticed_at.filter(|noticed| !noticed.is_wrong(now));
        }
        self.watched_again_at = self.watched_again_at.filter(|then| then.ms_since(now) <= limits::WAIT_MS);
        // The ERP is asked once more than it need be.
        if let Some(handoff) = &mut self.handoff {
            handoff.seen_at = handoff.seen_at.filter(|seen| !seen.is_wrong(now));
        }
        // No order is older than its request. Where that has a wrong time, too, nobody knows how old the order is.
        let first = Some(self.created_at).filter(|created| !created.is_wrong(now));
        for leg in self.legs.iter_mut().filter(|leg| leg.sent_at.is_some_and(|sent| sent.is_wrong(now))) {
            leg.sent_at = Some(first.unwrap_or(now));
            leg.sent_unsure |= first.is_none();
            // The gateway may have forgotten the key, and the same order again may be a second refund.
            leg.replay_until = None;
        }
    }

    /// Tells whether the time is over at whose end something ends for good. The first time that this is found is
    /// written down, and it counts only once it is found again, some time later by the same clock.
    pub fn is_surely_over(&mut self, end: Option<Timestamp>, at: Timestamp) -> bool {
        if end.is_none_or(|end| end > at) {
            self.overdue_since = None;
            return false;
        }
        // A time that lies ahead was written by a clock that was wrong.
        let since = *self.overdue_since.insert(self.overdue_since.map_or(at, |since| since.min(at)));
        at.ms_since(since) >= limits::EXPIRY_MS
    }

    /// Returns when it is looked whether that time is over: at its end, and a second time some time later.
    #[must_use]
    pub fn end_is_seen_at(&self, end: Timestamp, now: Timestamp) -> Timestamp {
        let again = self.overdue_since.filter(|since| *since <= now).map(|since| since.plus_ms(limits::EXPIRY_MS));
        again.map_or(end, |again| again.max(end))
    }
}
