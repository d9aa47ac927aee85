//! How the gateway behaves towards one payment: read from the payment's reference, so that nobody needs an admin
//! interface.
//!
//! A reference is a name and any number of suffixes, each after two underscores: `ch_1001` is polite and succeeds,
//! `ch_1001__pending__lost` is taken, its answer is lost, and it succeeds at the second look-up.
//!
//! | suffix | what the gateway does |
//! |---|---|
//! | `pending` | takes the refund as pending; it moves on at the second look-up |
//! | `requires-action` | the same, waiting for someone instead |
//! | `fail` | the refund fails (at once, or where it would have succeeded) |
//! | `fail-late` | the refund fails two look-ups after it succeeded |
//! | `reverse` | the same, but the money comes back |
//! | `cancel` | the refund is called off |
//! | `decline` | refuses the order; nothing is made |
//! | `unauthorized` | refuses the credentials |
//! | `unavailable[-N]` | the first N orders under a key are surely not taken |
//! | `throttle[-N]` | the same, and says when to come back |
//! | `vanish[-N]` | the next N orders get no answer and have no effect |
//! | `lost[-N]` | the next N orders have their effect and get no answer |
//! | `blind[-N]` | the first N look-ups of a key, or of a dispute, get no answer |
//! | `ignore-keys` | every order makes another refund, the same key or not; a look-up finds the first |
//! | `forgets-keys[-S]` | forgets a key S seconds (86,400) after it made a refund: another order under it makes another |
//! | `no-search` | finds a refund by its reference alone, and says that finding none proves nothing |
//! | `disputes-STATUS` | says that its disputes stand there, whatever its messages say: `disputes-lost` |
//! | `no-disputes` | has no call that tells of a dispute |
//! | `captured-N` | has captured N minor units in all, and declines a refund that goes beyond |
//! | `hang[-MS]` | waits before it does anything (2,000 ms) |
//!
//! N is 1 where it is left out, and may be `forever`.

use std::time::Duration;

use crate::bindings::contract::{DisputeStatus, RefundStatus};
use crate::limits::{HANG_DEFAULT, HANG_MAX, KEY_LIFETIME_DEFAULT, LOOKUPS_TO_MOVE};
use crate::words;

const KNOWN: &str = "pending, requires-action, fail, fail-late, reverse, cancel, decline, unauthorized, unavailable[-N], \
                     throttle[-N], vanish[-N], lost[-N], blind[-N], ignore-keys, forgets-keys[-S], no-search, \
                     disputes-STATUS, no-disputes, captured-N, hang[-MS]";

/// How the gateway behaves towards one payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behaviour {
    waits_as: Option<Waits>,
    settles_as: Option<Settles>,
    undone_as: Option<Undone>,
    /// Refuses the order.
    pub declines: bool,
    /// Refuses the credentials.
    pub unauthorized: bool,
    unavailable: u32,
    throttled: u32,
    vanishing: u32,
    lost: u32,
    blind: u32,
    /// Makes another refund for every order.
    pub ignores_keys: bool,
    /// How long it knows a key; `None` means for ever.
    pub knows_keys_for: Option<Duration>,
    /// Finds a refund by its reference alone.
    pub no_search: bool,
    /// Where it says that disputes stand; `None` where its messages have told it.
    pub disputes: Option<DisputeStatus>,
    /// Has no call that tells of a dispute.
    pub no_disputes: bool,
    /// What was captured in all, in minor units; `None` means that nothing is capped.
    pub captured_minor: Option<u32>,
    /// How long it waits before it does anything.
    pub hangs: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Pending,
    RequiresAction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settles {
    Failed,
    Canceled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Undone {
    Failed,
    Reversed,
}

/// What becomes of the n-th order under one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It surely is not taken.
    Unavailable,
    /// The same, with a time to come back.
    Throttled,
    /// No answer, no effect.
    Vanishes,
    /// No answer, but an effect.
    IsLost,
    /// An effect and an answer.
    IsAnswered,
}

/// Where a refund stands from one look-up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The look-up at which it comes to stand there; 0 is the order itself.
    pub from_lookup: u32,
    /// Where.
    pub status: RefundStatus,
}

impl Behaviour {
    /// Reads the suffixes of a payment reference; an error, for a person, when one is unknown.
    pub fn of(payment: &str) -> Result<Self, String> {
        let mut behaviour = Self::default();
        for suffix in payment.split("__").skip(1) {
            behaviour.take(suffix)?;
        }
        Ok(behaviour)
    }

    fn take(&mut self, suffix: &str) -> Result<(), String> {
        match suffix {
            "pending" => self.waits_as = Some(Waits::Pending),
            "requires-action" => self.waits_as = Some(Waits::RequiresAction),
            "fail" => self.settles_as = Some(Settles::Failed),
            "cancel" => self.settles_as = Some(Settles::Canceled),
            "fail-late" => self.undone_as = Some(Undone::Failed),
            "reverse" => self.undone_as = Some(Undone::Reversed),
            "decline" => self.declines = true,
            "unauthorized" => self.unauthorized = true,
            "ignore-keys" => self.ignores_keys = true,
            "no-search" => self.no_search = true,
            "no-disputes" => self.no_disputes = true,
            "forgets-keys" => self.knows_keys_for = Some(KEY_LIFETIME_DEFAULT),
            _ => self.take_counted(suffix)?,
        }
        Ok(())
    }

    fn take_counted(&mut self, suffix: &str) -> Result<(), String> {
        let unknown = || format!("the sandbox knows no behaviour `{suffix}`; it knows {KNOWN}");
        if let Some(seconds) = suffix.strip_prefix("forgets-keys-") {
            self.knows_keys_for = Some(Duration::from_secs(seconds.parse::<u32>().map_err(|_| unknown())?.into()));
            return Ok(());
        }
        if let Some(status) = suffix.strip_prefix("disputes-") {
            self.disputes = Some(words::dispute(status).map_err(|_| unknown())?);
            return Ok(());
        }
        let (word, count) = match suffix.split_once('-') {
            Some((word, count)) => (word, Some(count)),
            None => (suffix, None),
        };
        let times = match count {
            None => 1,
            Some("forever") => u32::MAX,
            Some(number) => number.parse().map_err(|_| unknown())?,
        };
        match word {
            "captured" if count.is_some() => self.captured_minor = Some(times),
            "unavailable" => self.unavailable = times,
            "throttle" => self.throttled = times,
            "vanish" => self.vanishing = times,
            "lost" => self.lost = times,
            "blind" => self.blind = times,
            "hang" => {
                self.hangs = count.map_or(HANG_DEFAULT, |_| Duration::from_millis(times.into())).min(HANG_MAX);
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// Tells whether what becomes of an order depends on how many came before it.
    pub fn counts_orders(&self) -> bool {
        self.fate(1) != Fate::IsAnswered
    }

    /// Returns what becomes of the n-th order under one key, counted from 1.
    pub fn fate(&self, nth: u32) -> Fate {
        let phases = [
            (self.unavailable, Fate::Unavailable),
            (self.throttled, Fate::Throttled),
            (self.vanishing, Fate::Vanishes),
            (self.lost, Fate::IsLost),
        ];
        let mut end = 0_u32;
        for (times, fate) in phases {
            end = end.saturating_add(times);
            if nth <= end {
                return fate;
            }
        }
        Fate::IsAnswered
    }

    /// Tells whether look-ups must be counted to know whether one gets an answer.
    pub fn counts_lookups(&self) -> bool {
        self.blind > 0
    }

    /// Tells whether the n-th look-up of a key, counted from 1, gets no answer.
    pub fn is_blind(&self, nth: u32) -> bool {
        nth <= self.blind
    }

    /// Returns where a refund stands over its look-ups, the earliest first; never empty.
    pub fn stages(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        let mut from_lookup = 0;
        if let Some(waits_as) = self.waits_as {
            let status = match waits_as {
                Waits::Pending => RefundStatus::Pending,
                Waits::RequiresAction => RefundStatus::RequiresAction,
            };
            stages.push(Stage { from_lookup, status });
            from_lookup += LOOKUPS_TO_MOVE;
        }
        let status = match self.settles_as {
            Some(Settles::Failed) => RefundStatus::Failed,
            Some(Settles::Canceled) => RefundStatus::Canceled,
            None => RefundStatus::Succeeded,
        };
        stages.push(Stage { from_lookup, status });
        if let (RefundStatus::Succeeded, Some(undone_as)) = (status, self.undone_as) {
            let status = match undone_as {
                Undone::Failed => RefundStatus::Failed,
                Undone::Reversed => RefundStatus::Reversed,
            };
            from_lookup += LOOKUPS_TO_MOVE;
            stages.push(Stage { from_lookup, status });
        }
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behaviour(payment: &str) -> Behaviour {
        Behaviour::of(payment).expect("known suffixes")
    }

    fn fates(payment: &str, orders: u32) -> Vec<Fate> {
        (1..=orders).map(|nth| behaviour(payment).fate(nth)).collect()
    }

    fn stages(payment: &str) -> Vec<(u32, RefundStatus)> {
        behaviour(payment).stages().iter().map(|stage| (stage.from_lookup, stage.status)).collect()
    }

    #[test]
    fn a_plain_reference_is_polite_and_succeeds() {
        assert_eq!(behaviour("ch_1001"), Behaviour::default());
        assert_eq!(stages("ch_1001"), [(0, RefundStatus::Succeeded)]);
        assert_eq!(fates("ch_1001", 1), [Fate::IsAnswered]);
        assert!(!behaviour("ch_1001").counts_orders());
        assert!(!behaviour("ch_1001").counts_lookups());
    }

    #[test]
    fn refunds_move_over_their_look_ups() {
        use RefundStatus::{Canceled, Failed, Pending, RequiresAction, Reversed, Succeeded};
        assert_eq!(stages("ch_1__pending"), [(0, Pending), (2, Succeeded)]);
        assert_eq!(stages("ch_1__requires-action"), [(0, RequiresAction), (2, Succeeded)]);
        assert_eq!(stages("ch_1__fail"), [(0, Failed)]);
        assert_eq!(stages("ch_1__fail__pending"), [(0, Pending), (2, Failed)]);
        assert_eq!(stages("ch_1__fail-late"), [(0, Succeeded), (2, Failed)]);
        assert_eq!(stages("ch_1__reverse"), [(0, Succeeded), (2, Reversed)]);
        assert_eq!(stages("ch_1__cancel"), [(0, Canceled)]);
        assert_eq!(stages("ch_1__pending__fail-late"), [(0, Pending), (2, Succeeded), (4, Failed)]);
        assert_eq!(stages("ch_1__fail__fail-late"), [(0, Failed)]);
    }

    #[test]
    fn orders_meet_their_troubles_one_after_the_other() {
        use Fate::{IsAnswered, IsLost, Throttled, Unavailable, Vanishes};
        assert_eq!(fates("ch_1__unavailable-2__lost", 4), [Unavailable, Unavailable, IsLost, IsAnswered]);
        assert_eq!(fates("ch_1__lost__vanish__throttle", 4), [Throttled, Vanishes, IsLost, IsAnswered]);
        assert_eq!(behaviour("ch_1__lost-forever").fate(u32::MAX), IsLost);
        assert_eq!(behaviour("ch_1__unavailable-forever__lost-forever").fate(u32::MAX), Unavailable);
    }

    #[test]
    fn suffixes_combine() {
        let both = behaviour("ch_1__lost__ignore-keys");
        assert!(both.ignores_keys && both.fate(1) == Fate::IsLost);
        assert_eq!(behaviour("ch_1__hang").hangs, HANG_DEFAULT);
        assert_eq!(behaviour("ch_1__hang-50").hangs, Duration::from_millis(50));
        assert_eq!(behaviour("ch_1__hang-forever").hangs, HANG_MAX);
        assert!(behaviour("ch_1__blind-2").is_blind(2) && !behaviour("ch_1__blind-2").is_blind(3));
        assert_eq!(behaviour("ch_1__forgets-keys").knows_keys_for, Some(KEY_LIFETIME_DEFAULT));
        assert_eq!(behaviour("ch_1__forgets-keys-60").knows_keys_for, Some(Duration::from_secs(60)));
        assert!(behaviour("ch_1__lost__no-search").no_search);
        assert!(behaviour("ch_1__no-disputes").no_disputes);
        assert_eq!(behaviour("ch_1__disputes-under_review").disputes, Some(DisputeStatus::UnderReview));
        assert!(behaviour("ch_1__decline").declines);
        assert_eq!(behaviour("ch_1__captured-2500").captured_minor, Some(2_500));
        assert!(behaviour("ch_1__unauthorized").unauthorized);
    }

    #[test]
    fn a_slip_in_a_suffix_is_told() {
        for payment in [
            "ch_1__lots",
            "ch_1__forgets-keys-",
            "ch_1__lost-",
            "ch_1__lost-x",
            "ch_1__captured",
            "ch_1__disputes-",
            "ch_1__",
            "ch_1__unavailable--1",
            "ch_1__fail-later",
        ] {
            let detail = Behaviour::of(payment).expect_err(payment);
            assert!(detail.contains("ignore-keys"), "{detail}");
        }
    }
}
