//! Missed runs: what a schedule makes of those that nobody made in their time, because the clock stood still or because
//! the schedule was dated back.

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::period::Period;
use crate::lifecycle::named;
use crate::limits;
use crate::time::Timestamp;

named! {
    /// What is made of runs that were missed.
    Missed {
        /// Each is made up, the oldest first.
        Each = "each",
        /// Of all that are due, one is made: the last.
        Once = "once",
        /// None is made up.
        Skip = "skip",
    }
}

impl Missed {
    /// Returns what is made where nobody says otherwise: each.
    #[must_use]
    pub const fn each() -> Self {
        Self::Each
    }

    /// Tells whether each of them is made up.
    #[must_use]
    pub fn is_each(&self) -> bool {
        *self == Self::Each
    }
}

/// Runs that were passed over: nothing was asked for in their periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassedOver {
    /// The first of their periods.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub first: Period,
    /// The last of their periods.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub last: Period,
    /// How many there are.
    pub count: u64,
    /// When the last of them was passed over.
    pub at: Timestamp,
}

impl PassedOver {
    /// Sums up the runs of these periods, which are in order; `None` where there is none.
    #[must_use]
    pub fn of(periods: &[Period], at: Timestamp) -> Option<Self> {
        let (first, last) = (*periods.first()?, *periods.last()?);
        Some(Self { first, last, count: u64::try_from(periods.len()).unwrap_or(u64::MAX), at })
    }

    /// Adds runs that were passed over later.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self { first: self.first, count: self.count.saturating_add(later.count), ..later }
    }
}

/// What is to be done about a schedule now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The runs that are passed over, the oldest first.
    pub passed_over: Vec<Period>,
    /// The run that is made, after these.
    pub made: Option<Period>,
}

impl Schedule {
    /// Writes down that the runs of these periods, which are in order, were passed over.
    pub(super) fn pass_over(&mut self, periods: &[Period], at: Timestamp) {
        if let Some(passed) = PassedOver::of(periods, at) {
            self.passed_over = Some(match self.passed_over.take() {
                Some(known) => known.and(passed),
                None => passed,
            });
        }
    }

    /// Returns the periods that are due and not made, the oldest first.
    #[must_use]
    pub fn due_periods(&self, at: Timestamp) -> Vec<Period> {
        let Some(next) = self.next else { return Vec::new() };
        let today = self.plan.zone().day(at);
        let days = usize::try_from((today - next.first_day()).num_days() + 1).unwrap_or(0);
        // There is one on each day at most.
        let mut due = self.plan.periods_from(next.first_day(), days);
        due.retain(|period| *period >= next && self.plan.at(*period) <= at);
        due
    }

    /// Returns what is to be done now; `None` where nothing is due.
    #[must_use]
    pub fn turn(&self, at: Timestamp) -> Option<Turn> {
        let due = self.due_periods(at);
        let is_late = |period: &Period| at.ms_since(self.plan.at(*period)) > limits::SCHEDULE_LATE_MS;
        let passed_over = match self.missed {
            Missed::Each => due.len().saturating_sub(limits::SCHEDULE_MADE_UP),
            Missed::Once => due.len().saturating_sub(1),
            Missed::Skip => due.iter().filter(|period| is_late(period)).count(),
        };
        let made = due.get(passed_over).copied();
        let passed_over: Vec<_> = due.into_iter().take(passed_over).collect();
        (made.is_some() || !passed_over.is_empty()).then_some(Turn { passed_over, made })
    }
}
