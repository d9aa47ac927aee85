//! A dry run over the requests of a period: how far it has come, and what it has found so far. It is carried on in
//! slices, and its size does not depend on how many requests there are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ASSUMPTIONS, Decided, Mind, Tried, recorded, tried};
use crate::lifecycle::named;
use crate::limits;
use crate::money::{Currency, Money};
use crate::policy::{Policy, Surroundings};
use crate::request::Request;
use crate::request::ask::Kind;
use crate::request::ruled::PolicyText;
use crate::time::Timestamp;

named! {
    /// How far a dry run has come.
    RunState {
        /// It goes on by itself.
        Running = "running",
        /// It has looked at all requests of its period.
        Done = "done",
        /// Somebody ended it before.
        Ended = "ended",
    }
}

/// So many requests, and what they come to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summed {
    /// How many.
    pub requests: u64,
    /// Their amounts in minor units, by currency; requests without an amount are in none.
    #[serde(default)]
    pub minor: BTreeMap<String, i64>,
}

impl Summed {
    fn add(&mut self, request: &Request) {
        self.requests += 1;
        let Some(amount) = request.amount.or(request.ask.amount) else { return };
        let sum = self.minor.entry(amount.currency.code().to_owned()).or_default();
        *sum = sum.saturating_add(amount.minor);
    }
}

/// What a dry run has found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many requests were looked at.
    pub looked_at: u64,
    /// On which the policy has not decided: they are under way, or came to nothing before.
    pub undecided: u64,
    /// Which could not be read.
    pub unreadable: u64,
    /// On which it would be decided the same.
    pub same: Summed,
    /// Of which nobody can say.
    pub unknown: Summed,
    /// On which it would be decided otherwise, in each way.
    #[serde(default)]
    pub otherwise: BTreeMap<Mind, Summed>,
}

/// A request on which it would be decided otherwise, or of which nobody can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DryRunDifference"))]
pub struct Difference {
    /// The request's id.
    pub request: String,
    /// What kind of adjustment it is.
    pub kind: Kind,
    /// The ERP's id of the customer; null where it is not known.
    pub customer: Option<String>,
    /// What it comes to; null where that was never worked out.
    pub amount: Option<Money>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// In which way it would be decided otherwise.
    pub otherwise: Mind,
    /// What was decided.
    pub then: Decided,
    /// What would be.
    pub would: Decided,
}

/// A dry run as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// Its id.
    pub id: String,
    /// Which policy is tried.
    pub text: PolicyText,
    /// The name that the policy gives itself.
    pub policy: String,
    /// SHA-256 of its text.
    pub hash: String,
    /// Who wanted it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The first moment of the period; `None` is the beginning.
    pub from: Option<Timestamp>,
    /// The last moment of the period.
    pub until: Timestamp,
    /// How far it has come.
    pub state: RunState,
    /// Where it goes on in the index of all requests.
    pub next: String,
    /// When the clock carries it on, if nothing else does.
    pub due: Option<Timestamp>,
    /// What it has found so far.
    pub summary: Summary,
    /// How many differences are listed; the others are only counted.
    pub listed: u32,
}

impl DryRun {
    /// Tries the policy on one request, and adds it up. Returns what is to be listed of it.
    pub fn take(&mut self, request: &Request, policy: &Policy) -> Option<Difference> {
        self.summary.looked_at += 1;
        let Some(then) = recorded(request) else {
            self.summary.undecided += 1;
            return None;
        };
        let Tried { decided: would, unknown, .. } = tried(request, Surroundings::default(), policy);
        if unknown.is_some() {
            self.summary.unknown.add(request);
            return None;
        }
        let Some(otherwise) = would.otherwise(&then) else {
            self.summary.same.add(request);
            return None;
        };
        self.summary.otherwise.entry(otherwise).or_default().add(request);
        if self.listed >= limits::DRY_RUN_LISTED {
            return None;
        }
        self.listed += 1;
        let (customer, amount) = (request.customer.clone(), request.amount.or(request.ask.amount));
        let (id, kind, created_at) = (request.id.clone(), request.ask.kind, request.created_at);
        Some(Difference { request: id, kind, customer, amount, created_at, otherwise, then, would })
    }

    /// Counts a request that can't be read.
    pub fn pass_over(&mut self) {
        self.summary.looked_at += 1;
        self.summary.unreadable += 1;
    }
}

/// What so many requests come to, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DryRunSum"))]
pub struct AmountSum {
    /// How many requests.
    pub requests: u64,
    /// What they come to in each currency.
    pub amounts: Vec<Money>,
}

impl From<Summed> for AmountSum {
    fn from(summed: Summed) -> Self {
        let money =
            |(code, minor): (String, i64)| code.parse::<Currency>().ok().map(|currency| Money { minor, currency });
        Self { requests: summed.requests, amounts: summed.minor.into_iter().filter_map(money).collect() }
    }
}

/// A dry run as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DryRun"))]
pub struct DryRunView {
    /// Its id.
    pub id: String,
    /// The number of the version that is tried; null for the file.
    pub number: Option<u32>,
    /// The name that the policy gives itself.
    pub policy: String,
    /// SHA-256 of its text, in hex.
    pub hash: String,
    /// Who wanted it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The first moment of the period; null is the beginning.
    pub from: Option<Timestamp>,
    /// The last moment of the period.
    pub until: Timestamp,
    /// How far it has come.
    pub state: RunState,
    /// How many requests were looked at so far.
    pub looked_at: u64,
    /// On which the policy has not decided: they are under way, or came to nothing before.
    pub undecided: u64,
    /// Which could not be read; the doctor tells of them.
    pub unreadable: u64,
    /// On which it would be decided the same.
    pub same: AmountSum,
    /// Of which nobody can say: what it depends on is not known of that time.
    pub unknown: AmountSum,
    /// It would pass by itself, and people had to decide.
    pub would_pass: AmountSum,
    /// People would decide, and it had passed by itself.
    pub would_wait: AmountSum,
    /// It would be refused, and was not.
    pub would_be_refused: AmountSum,
    /// It would not be refused, and was.
    pub would_be_taken: AmountSum,
    /// Other people would decide.
    pub other_deciders: AmountSum,
    /// How many differences are listed; beyond them they are only counted.
    pub listed: u32,
    /// What holds of these numbers.
    pub assumptions: Vec<String>,
}

impl From<DryRun> for DryRunView {
    fn from(run: DryRun) -> Self {
        let DryRun { id, text, policy, hash, by, at, from, until, state, mut summary, listed, .. } = run;
        let mut of = |mind| AmountSum::from(summary.otherwise.remove(&mind).unwrap_or_default());
        let (would_pass, would_wait) = (of(Mind::Passes), of(Mind::Waits));
        let (would_be_refused, would_be_taken, other_deciders) = (of(Mind::Refused), of(Mind::Taken), of(Mind::Others));
        Self {
            id,
            number: text.number(),
            policy,
            hash,
            by,
            at,
            from,
            until,
            state,
            looked_at: summary.looked_at,
            undecided: summary.undecided,
            unreadable: summary.unreadable,
            same: summary.same.into(),
            unknown: summary.unknown.into(),
            would_pass,
            would_wait,
            would_be_refused,
            would_be_taken,
            other_deciders,
            listed,
            assumptions: ASSUMPTIONS.map(str::to_owned).into(),
        }
    }
}
