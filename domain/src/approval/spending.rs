//! Bounds on what people approve. The approval that lets a request go is added to the sums of whoever made it with the
//! most authority, of the customer, the requester and the reason, in the commit that stores it. Where one of these
//! would be more than the policy allows, it does not let the request go: the next level must agree, too.

mod outlook;

pub use outlook::{show, wanted_to_show};

use std::collections::{BTreeMap, BTreeSet};

use super::tally::{Tally, plain, unit, within};
use super::{Person, Seat, above, levels, right_to_decide};
use crate::catalogue::FindingCode;
use crate::identity::Identity;
use crate::policy::{Policy, SpendingLimit, SpentPer};
use crate::request::approvals::Verdict;
use crate::request::parts::Involving as _;
use crate::request::slot::Slot;
use crate::request::{Finding, Request, Severity};
use crate::time::{Day, Timestamp};
use crate::words;

/// Names one sum of what was approved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SumKey {
    /// Whose approvals it adds up.
    pub per: SpentPer,
    /// The approver, the customer, the requester or the reason, in the one form in which they are compared; empty for
    /// all.
    pub who: String,
    /// The level with whose authority they were made; empty for all levels.
    pub level: String,
}

/// The sums that an approval may be added to, as they are stored. One that was not looked at is not known, and what is
/// not known fits no bound.
#[derive(Debug, Default)]
pub struct Sums {
    known: BTreeMap<SumKey, Tally>,
    changed: Vec<SumKey>,
}

impl Sums {
    /// Takes a sum as it is stored.
    pub fn look(&mut self, key: SumKey, tally: Tally) {
        self.known.insert(key, tally);
    }

    /// Returns the sums that the approval was added to, as they are then.
    pub fn changed(&self) -> impl Iterator<Item = (&SumKey, &Tally)> {
        self.changed.iter().filter_map(|key| self.known.get_key_value(key))
    }
}

/// Whose authority lets a request go: the highest of those who approve it.
struct Carrier {
    /// Who that is; `None` while nobody knows who will decide.
    who: Option<Identity>,
    level: String,
}

/// Tells whether it would be the last approval that a request waits for. Money that goes elsewhere was counted before.
fn concludes(request: &Request, verdict: Verdict) -> bool {
    verdict == Verdict::Approve && request.redirect.is_none() && request.approvals.missing(&request.content_hash) <= 1
}

/// Returns whose authority counts once everybody has approved it who must; `own` is whoever approves it now. Whoever
/// lends their authority lends its bounds.
fn carrier(request: &Request, own: Option<(&Person, &Seat)>, policy: &Policy) -> Option<Carrier> {
    let of_slot = |slot: &str| policy.rank(Slot::read(slot).level());
    let now = own.map(|(person, seat)| {
        let lent = |from: &String| person.lent.iter().find(|lent| lent.from == *from).map(|lent| &lent.roles);
        let roles = seat.on_behalf_of.as_ref().map_or(Some(&person.roles), lent);
        let held = roles.and_then(|roles| levels(roles, policy).max());
        (held.max(of_slot(&seat.slot)), Some(seat.on_behalf_of.as_deref().unwrap_or(&person.name)))
    });
    let before = request.approvals.holding(&request.content_hash);
    let before = before.map(|made| (of_slot(&made.level), Some(made.on_behalf_of.as_deref().unwrap_or(&made.by))));
    let later = later(request, own.map(|(_, seat)| seat), policy).map(|rank| (rank, None));
    let all = before.chain(now).chain(later);
    let (rank, who) = all.reduce(|best, other| if other.0 >= best.0 { other } else { best })?;
    Some(Carrier { who: who.map(Identity::read), level: policy.levels.order.get(rank?)?.clone() })
}

/// Returns with which authority at least those approve it who must besides this seat; `None` where nobody must.
fn later(request: &Request, own: Option<&Seat>, policy: &Policy) -> Option<Option<usize>> {
    let (approvals, hash) = (&request.approvals, &request.content_hash);
    let missing = approvals.missing(hash).saturating_sub(usize::from(own.is_some()));
    let places = match approvals.any {
        None => (approvals.holding(hash).count()..approvals.required.len()).collect(),
        Some(_) => approvals.open_places(hash),
    };
    let others = places.into_iter().filter(|place| own.is_none_or(|own| own.place != Some(*place)));
    let slots = others.filter_map(|place| approvals.required.get(place));
    let mut ranks: Vec<_> = slots.map(|slot| policy.rank(Slot::read(slot).level())).collect();
    ranks.sort_unstable();
    ranks.get(missing.checked_sub(1)?).copied()
}

impl Carrier {
    /// Tells whether a bound is about this authority.
    fn is_bound_by(&self, limit: &SpendingLimit) -> bool {
        limit.level.as_ref().is_none_or(|level| words::same(level, &self.level))
    }

    /// Returns the sum that a bound is about; `None` where it is that of whoever will decide, whom nobody knows.
    fn key(&self, limit: &SpendingLimit, request: &Request) -> Option<SumKey> {
        let who = match limit.per {
            SpentPer::Approver => self.who.as_ref()?.key(),
            SpentPer::Customer => words::canonical(request.customer.as_deref().unwrap_or_default()),
            SpentPer::Requester => request.asker().key(),
            SpentPer::Reason => words::canonical(&request.ask.reason),
            SpentPer::All => String::new(),
        };
        Some(SumKey { per: limit.per, who, level: limit.level.clone().unwrap_or_default() })
    }

    /// Returns the sums of all bounds that are about this authority, each once.
    fn keys(&self, request: &Request, policy: &Policy) -> Vec<SumKey> {
        let limits = policy.spending.limits.iter().filter(|limit| self.is_bound_by(limit));
        limits.filter_map(|limit| self.key(limit, request)).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Returns the sums that have to be looked at before somebody decides so.
#[must_use]
pub fn wanted(request: &Request, person: &Person, verdict: Verdict, policy: &Policy) -> Vec<SumKey> {
    if policy.spending.limits.is_empty() || !concludes(request, verdict) {
        return Vec::new();
    }
    let Ok(seat) = right_to_decide(request, person, policy) else { return Vec::new() };
    carrier(request, Some((person, &seat)), policy).map(|carrier| carrier.keys(request, policy)).unwrap_or_default()
}

/// One bound beside the request that is weighed against it.
struct Measured<'a> {
    limit: &'a SpendingLimit,
    /// The sum that it is about; `None` where that is of whoever will decide, whom nobody knows.
    key: Option<SumKey>,
    /// What is in the sum; `None` where it was not looked at.
    used: Option<i64>,
    /// Whether the request fits; `None` where nobody knows whose sum it is.
    fits: Option<bool>,
    /// Whether others answered for going beyond it.
    is_answered: bool,
}

impl Measured<'_> {
    fn is_beyond(&self) -> bool {
        self.fits == Some(false) && !self.is_answered
    }

    /// Returns its name, by which it is known that others answered for it.
    fn name(key: &SumKey, limit: &SpendingLimit) -> String {
        format!("{}/{}/{}/{}", key.per.name(), key.who, key.level, limit.days)
    }
}

/// What all bounds say of a request that this authority lets go. What is shown before, and what holds when it is
/// approved, is this.
struct Weighing<'a> {
    carrier: Carrier,
    /// What it comes to; `None` for a currency without a factor.
    worth: Option<i64>,
    today: Day,
    bounds: Vec<Measured<'a>>,
    /// The level that must agree, too; none where it is beyond no bound, or nobody is left who is above.
    needed: Option<String>,
    /// Whether nobody is above the one that lets it go.
    at_top: bool,
}

impl<'a> Weighing<'a> {
    fn of(request: &Request, carrier: Carrier, sums: &Sums, policy: &'a Policy, at: Timestamp) -> Self {
        let (worth, today) = (request.amount.and_then(|money| policy.worth(money)), policy.business.time_zone.day(at));
        let answered = request.approvals.over(&request.content_hash);
        let measured = |limit: &'a SpendingLimit| {
            let key = carrier.key(limit, request);
            let used = key.as_ref().and_then(|key| sums.known.get(key)).map(|tally| tally.since(limit.days, today));
            let is_within = |(used, worth): (i64, i64)| used.saturating_add(worth) <= limit.hundredths();
            let fits = key.as_ref().map(|_| used.zip(worth).is_some_and(is_within));
            let has = |key: &SumKey| answered.is_some_and(|over| over.bounds.contains(&Measured::name(key, limit)));
            let is_answered = key.as_ref().is_some_and(has);
            Measured { limit, key, used, fits, is_answered }
        };
        let concerned = policy.spending.limits.iter().filter(|limit| carrier.is_bound_by(limit));
        let bounds: Vec<_> = concerned.map(measured).collect();
        let higher = above(&carrier.level, policy);
        let at_top = higher.is_none();
        // Above the highest level is nobody: a second person of it answers, once.
        let again = (!answered.is_some_and(|over| over.at_top)).then(|| carrier.level.clone());
        let is_beyond = bounds.iter().any(Measured::is_beyond);
        let needed = higher.or(again).filter(|_| is_beyond);
        Self { carrier, worth, today, bounds, needed, at_top }
    }

    /// Returns what the next level must see; none where it fits, or others have answered.
    fn beyond(&self, request: &Request, policy: &Policy) -> Option<Beyond> {
        let who = match &self.needed {
            Some(higher) if !self.at_top => format!("so {higher} decides, too"),
            Some(level) => format!("so a second person of {level} decides, too: nobody is above"),
            None => "and nobody is above those who have decided".into(),
        };
        let beyond = || self.bounds.iter().filter(|bound| bound.is_beyond());
        let finding = |bound: &Measured<'_>| {
            let message = format!("{}, {who}", words_of(request, self, bound, policy));
            Finding { code: FindingCode::ApprovalLimit, severity: Severity::Warning, message }
        };
        let findings: Vec<_> = beyond().map(finding).collect();
        let bounds = beyond().filter_map(|bound| Some(Measured::name(bound.key.as_ref()?, bound.limit))).collect();
        let (needed, at_top) = (self.needed.clone(), self.at_top);
        (!findings.is_empty()).then_some(Beyond { findings, bounds, needed, at_top })
    }
}

/// What the next level must see, and who that is.
pub(super) struct Beyond {
    /// Which bounds it is beyond, one finding each.
    pub findings: Vec<Finding>,
    /// The bounds, by whose approvals they add up.
    pub bounds: Vec<String>,
    /// The level that must agree, too; none where nobody is left who is above.
    pub needed: Option<String>,
    /// Whether that is the highest level once more.
    pub at_top: bool,
}

/// Weighs an approval that would let a request go. Either it fits all bounds, or others answered for those that it is
/// beyond: then it is added to the sums. Or the next level must agree, too: then nothing is added yet.
pub(super) fn weigh(
    request: &Request,
    (person, seat): (&Person, &Seat),
    (verdict, sums): (Verdict, &mut Sums),
    policy: &Policy,
    at: Timestamp,
) -> Option<Beyond> {
    if policy.spending.limits.is_empty() || !concludes(request, verdict) {
        return None;
    }
    let weighing = Weighing::of(request, carrier(request, Some((person, seat)), policy)?, sums, policy, at);
    let beyond = weighing.beyond(request, policy);
    if let Some(worth) = weighing.worth.filter(|_| weighing.needed.is_none()) {
        add(sums, weighing.carrier.keys(request, policy), worth, weighing.today);
    }
    beyond
}

fn add(sums: &mut Sums, keys: Vec<SumKey>, worth: i64, today: Day) {
    for key in keys {
        if let Some(tally) = sums.known.get_mut(&key) {
            tally.add(worth, today);
            sums.changed.push(key);
        }
    }
}

/// Says which bound an approval does not fit, and how much of it was used up.
fn words_of(request: &Request, weighing: &Weighing<'_>, bound: &Measured<'_>, policy: &Policy) -> String {
    let limit = bound.limit;
    let whose = match (limit.per, &weighing.carrier.who) {
        (SpentPer::Approver, Some(who)) => format!("by {who}"),
        (SpentPer::Approver, None) => "by whoever decides".into(),
        (SpentPer::Customer, _) => "for this customer".into(),
        (SpentPer::Requester, _) => "for this requester".into(),
        (SpentPer::Reason, _) => "for this reason".into(),
        (SpentPer::All, _) => "in all".into(),
    };
    let level = limit.level.as_ref().map(|level| format!(" with the authority of {level}")).unwrap_or_default();
    match (bound.used.zip(weighing.worth), request.amount) {
        (Some((sum, worth)), Some(amount)) => format!(
            "approved {}: {} of {} {} {whose}{level}; this one is {} more",
            within(limit.days),
            plain(sum),
            plain(limit.hundredths()),
            unit(amount, policy),
            plain(worth)
        ),
        _ => format!(
            "whether this one fits what may be approved {whose}{level} can't be said, such as for a currency of which the \
             policy has no factor"
        ),
    }
}
