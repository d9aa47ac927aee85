//! What passes by itself: how much has done so of late, and what stops one more for a person.
//!
//! Sums are kept in parts. Each part has its share of the bound, and a request begins at the part that its id leads to
//! and goes on to others only where that one is full. So a hundred requests at once seldom wait for each other, and yet
//! the sum ends at the bound exactly.

use rust_decimal::Decimal;

pub use super::tally::Tally;
use super::tally::{plain, unit, within};
use crate::catalogue::FindingCode;
use crate::limits;
use crate::money::Money;
use crate::policy::{AutomaticLimit, Facts, Per, Policy, Surroundings};
use crate::request::leg::Target;
use crate::request::parts::Involving as _;
use crate::request::quote::LimitUse;
use crate::request::{Finding, Request, Severity};
use crate::time::{Day, Timestamp};
use crate::words;

/// How many parts each kind of sum has.
const fn parts(per: Per) -> u32 {
    match per {
        Per::Customer | Per::Requester | Per::Reason => 8,
        Per::All => 16,
    }
}

/// The number of the first part.
const fn first_part(per: Per) -> u32 {
    match per {
        Per::Customer => limits::EARLIER_PART + 1,
        Per::Requester | Per::Reason | Per::All => 0,
    }
}

/// One sum that a request would be added to, with the parts that were looked at so far.
#[derive(Debug)]
pub struct Count<'a> {
    /// Whose requests it adds up.
    pub per: Per,
    /// The customer, the requester or the reason, in the one form in which they are compared; empty for all.
    pub who: String,
    bounds: Vec<&'a AutomaticLimit>,
    today: Day,
    /// The place of the part that is looked at first.
    first: u32,
    /// The sum of earlier versions; none while it is still to be looked at.
    earlier: Option<Tally>,
    /// What the request is worth, and how much of it has no place yet.
    wanted: i64,
    left: i64,
    looked_at: Vec<Looked>,
}

/// A part that was looked at, and how much of the request has its place there.
#[derive(Debug)]
struct Looked {
    part: u32,
    tally: Tally,
    taken: i64,
}

impl Count<'_> {
    /// Returns the part of the sum that is to be looked at next; none where the request has its place, or no part is
    /// left.
    #[must_use]
    pub fn next(&self) -> Option<u32> {
        if self.earlier.is_none() {
            return Some(limits::EARLIER_PART);
        }
        let looked_at = u32::try_from(self.looked_at.len()).unwrap_or(u32::MAX);
        (self.left > 0 && looked_at < parts(self.per)).then(|| self.part_at(looked_at))
    }

    /// Returns the parts that are looked at in any case.
    #[must_use]
    pub fn first_parts(&self) -> Vec<u32> {
        let earlier = self.earlier.is_none().then_some(limits::EARLIER_PART);
        earlier.into_iter().chain([self.part_at(0)]).collect()
    }

    /// Returns all parts of the sum.
    pub fn parts(&self) -> impl Iterator<Item = u32> {
        let (first, count) = (first_part(self.per), parts(self.per));
        (first == limits::EARLIER_PART + 1).then_some(limits::EARLIER_PART).into_iter().chain(first..first + count)
    }

    /// Says how much of each bound is used up, by all parts of the sum as they are stored.
    pub fn uses(&self, tallies: &[Tally]) -> Vec<LimitUse> {
        let of_bound = |bound: &&AutomaticLimit| {
            let sum = |tally: &Tally| tally.since(bound.days, self.today);
            let used = Decimal::new(tallies.iter().map(sum).fold(0, i64::saturating_add), 2);
            let left = (bound.up_to - used).max(Decimal::ZERO);
            LimitUse { per: self.per.name().into(), days: bound.days, up_to: bound.up_to, used, left }
        };
        self.bounds.iter().map(of_bound).collect()
    }

    fn part_at(&self, place: u32) -> u32 {
        first_part(self.per) + (self.first + place) % parts(self.per)
    }

    /// Takes the part that was asked for, as it is stored.
    pub fn look(&mut self, part: u32, tally: Tally) {
        let Some(earlier) = &self.earlier else {
            self.earlier = Some(tally);
            return;
        };
        let share = |bound: &AutomaticLimit| {
            let whole = bound.hundredths().saturating_sub(earlier.since(bound.days, self.today)).max(0);
            let (count, place) = (i64::from(parts(self.per)), i64::from(part - first_part(self.per)));
            whole / count + i64::from(place < whole % count)
        };
        let room = self.bounds.iter().map(|bound| share(bound) - tally.since(bound.days, self.today)).min();
        let taken = room.unwrap_or(self.left).clamp(0, self.left);
        self.left -= taken;
        self.looked_at.push(Looked { part, tally, taken });
    }

    /// Returns the parts of the sum that change when the request passes, as they then are.
    pub fn changed(&self) -> impl Iterator<Item = (u32, Tally)> {
        self.looked_at.iter().filter(|looked| looked.taken > 0).map(|looked| {
            let mut tally = looked.tally.clone();
            tally.add(looked.taken, self.today);
            (looked.part, tally)
        })
    }

    fn passed(&self, bound: &AutomaticLimit) -> i64 {
        let tallies = self.earlier.iter().chain(self.looked_at.iter().map(|looked| &looked.tally));
        let sums = tallies.map(|tally| tally.since(bound.days, self.today));
        sums.fold(0, i64::saturating_add)
    }

    /// Says which bound the request does not fit, and how much of it was used up; none where it fits.
    fn finding(&self, amount: Money, policy: &Policy) -> Option<Finding> {
        let room = |bound: &&&AutomaticLimit| bound.hundredths().saturating_sub(self.passed(bound));
        let bound = self.bounds.iter().min_by_key(room).filter(|_| self.left > 0)?;
        let (passed, whole) = (plain(self.passed(bound)), plain(bound.hundredths()));
        let message = format!(
            "passed by itself {}: {passed} of {whole} {} {}; this one is {} more",
            within(bound.days),
            unit(amount, policy),
            self.per.title(),
            plain(self.wanted)
        );
        Some(Finding { code: FindingCode::AutomaticLimit, severity: Severity::Warning, message })
    }
}

/// Says whether a second person has confirmed the schedule that made a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// No schedule made it: somebody asked for it themselves.
    Asked,
    /// A schedule made it that a second person has confirmed.
    Confirmed,
    /// A schedule made it that nobody but its maker has looked at as it then was, or whose keeper has left.
    Unconfirmed,
}

/// What is known around a request when the policy decides on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether a schedule made it.
    pub origin: Origin,
    /// What is known of others like it.
    pub around: Surroundings,
}

impl From<Origin> for Circumstances {
    fn from(origin: Origin) -> Self {
        Self { origin, around: Surroundings::default() }
    }
}

/// What has to be known before a request may pass by itself.
#[derive(Debug)]
pub struct Passing<'a> {
    /// The sums that it would be added to, each to be asked for its parts until it wants none ([`Count::next`]). There
    /// are none where the request waits for a person anyway.
    pub counts: Vec<Count<'a>>,
    /// What the policy knows of the request.
    pub facts: Facts,
    origin: Origin,
}

impl<'a> Passing<'a> {
    /// Begins to ask whether a request may pass by itself.
    #[must_use]
    pub fn of(request: &Request, circumstances: impl Into<Circumstances>, policy: &'a Policy, at: Timestamp) -> Self {
        let Circumstances { origin, around } = circumstances.into();
        let facts = Facts::of(request, &around, policy);
        // Whoever decides because of the risk reads how much passed by itself, too.
        let is_counted = |code: FindingCode| code.is_of_routing() || code == FindingCode::RiskHigh;
        let stops = |finding: &Finding| finding.severity >= Severity::Warning && !is_counted(finding.code);
        let may = policy.choose(&facts).passes()
            && !request.findings.iter().any(stops)
            && !is_by_hand(request)
            && origin != Origin::Unconfirmed
            && attended(request, policy).is_none();
        let worth = request.amount.filter(|_| may).and_then(|amount| policy.worth(amount));
        let counts = worth.map(|worth| Per::ALL.iter().filter_map(move |per| count(*per, request, worth, policy, at)));
        Self { counts: counts.into_iter().flatten().collect(), facts, origin }
    }

    /// Leaves the sums out, as if nothing had passed by itself before: for a decision that is only tried.
    #[must_use]
    pub fn apart_from_sums(self) -> Self {
        Self { counts: Vec::new(), ..self }
    }

    /// Returns what stops the request from passing by itself, although its rule would let it.
    pub(super) fn findings(&self, request: &Request, policy: &Policy) -> Vec<Finding> {
        let warning = |code, message: &str| Finding { code, severity: Severity::Warning, message: message.into() };
        let Some(amount) = request.amount else { return Vec::new() };
        let by_hand = is_by_hand(request).then(|| {
            let message = "money that is paid out by hand never passes by itself";
            warning(FindingCode::PayoutByHand, message)
        });
        let unconfirmed = (self.origin == Origin::Unconfirmed).then(|| {
            let message = "nobody but whoever made or changed the schedule has looked at it as it is, or whoever kept it has \
                           left; once somebody else has confirmed it, its next requests pass by themselves";
            warning(FindingCode::ScheduleUnconfirmed, message)
        });
        let over = self.counts.iter().filter_map(|count| count.finding(amount, policy));
        by_hand.into_iter().chain(unconfirmed).chain(attended(request, policy)).chain(over).collect()
    }
}

/// Says why a person decides on a request because a rule made it.
fn attended(request: &Request, policy: &Policy) -> Option<Finding> {
    let made = request.rule.as_ref()?;
    let warning = |code, message| Some(Finding { code, severity: Severity::Warning, message });
    if let Some(over) = &made.over {
        let message = format!("rule “{}” is beyond a bound: {over}; {} answers for it", made.by.rule, made.owner);
        return warning(FindingCode::RuleLimit, message);
    }
    let is_automatic = policy.making_rule(&made.by.rule).is_some_and(|rule| rule.automatic);
    let message = format!(
        "rule “{}” made it, whose requests do not pass without a person (`automatic` in [[rules]]); {} answers for it",
        made.by.rule, made.owner
    );
    if is_automatic { None } else { warning(FindingCode::RuleAttended, message) }
}

fn is_by_hand(request: &Request) -> bool {
    request.legs.iter().any(|leg| matches!(leg.target, Target::Manual { .. }))
}

fn count<'a>(per: Per, request: &Request, worth: i64, policy: &'a Policy, at: Timestamp) -> Option<Count<'a>> {
    let bounds: Vec<_> = policy.automatic.of(per).collect();
    let who = match per {
        Per::Customer => words::canonical(request.customer.as_deref().unwrap_or_default()),
        Per::Requester => request.asker().key(),
        Per::Reason => words::canonical(&request.ask.reason),
        Per::All => String::new(),
    };
    let place = Count {
        per,
        who,
        bounds,
        today: policy.business.time_zone.day(at),
        first: request.one_of(parts(per)),
        earlier: (first_part(per) == limits::EARLIER_PART).then(Tally::default),
        wanted: worth,
        left: worth,
        looked_at: Vec::new(),
    };
    (!place.bounds.is_empty()).then_some(place)
}

#[cfg(test)]
mod tests;
