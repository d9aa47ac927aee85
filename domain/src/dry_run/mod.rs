//! Dry runs: what another policy would have decided on requests that were decided before.
//!
//! A request is tried as it is stored. What nobody knows any more is said and never guessed: how much had passed by
//! itself then, and, in a run over many, which other requests there were.

mod decided;
mod event;
mod run;
mod simulation;

pub use decided::{Decided, Mind, Outcome, Tried, recorded, tried};
pub use event::{EventTrial, EventTrials, RuleTrial};
pub use run::{AmountSum, Difference, DryRun, DryRunView, RunState, Summary, Summed};
pub use simulation::Simulation;

/// What holds of every dry run, in words, for whoever reads its numbers.
pub const ASSUMPTIONS: [&str; 5] = [
    "A request is tried as it is stored now: replies, payments and warnings that came after its decision count, too.",
    "Amounts and places of money are those that were worked out then; the policy that is tried might send money elsewhere.",
    "Bounds of [automatic] are not added up: more may wait for a person than this says. What one of them stopped then \
     counts as not known where it would pass now.",
    "The risk score of a request is the one of then; from which score on a person decides is what the policy says that is \
     tried.",
    "Conditions over earlier requests (history) can't be evaluated in a run over many: what would depend on them counts \
     as not known.",
];
