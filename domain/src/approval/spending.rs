//! Bounds on what people approve. The approval that lets a request go is added to the sums of whoever made it with the
//! most authority, of the customer, the requester and the reason, in the commit that stores it. Where one of these
//! would be more than the policy allows, it does not let the request go: the next level must agree, too.

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

/// Whose authority lets a request go: the highest of those who approved it.
struct Carrier {
    who: Identity,
    level: String,
}

/// Tells whether it would be the last approval that a request waits for. Money that goes elsewhere was counted before.
fn concludes(request: &Request, verdict: Verdict) -> bool {
    verdict == Verdict::Approve && request.redirect.is_none() && request.approvals.missing(&request.content_hash) <= 1
}

/// Returns whose authority counts, once this person has approved it, too. Whoever lends their authority lends its
/// bounds.
fn carrier(request: &Request, person: &Person, seat: &Seat, policy: &Policy) -> Option<Carrier> {
    let of_slot = |slot: &str| policy.rank(Slot::read(slot).level());
    let lent = |from: &String| person.lent.iter().find(|lent| lent.from == *from).map(|lent| &lent.roles);
    let roles = seat.on_behalf_of.as_ref().map_or(Some(&person.roles), lent);
    let held = roles.and_then(|roles| levels(roles, policy).max());
    let own = (held.max(of_slot(&seat.slot)), seat.on_behalf_of.as_deref().unwrap_or(&person.name));
    let before = request.approvals.holding(&request.content_hash);
    let before = before.map(|made| (of_slot(&made.level), made.on_behalf_of.as_deref().unwrap_or(&made.by)));
    let (rank, who) = before.chain([own]).reduce(|best, other| if other.0 >= best.0 { other } else { best })?;
    Some(Carrier { who: Identity::read(who), level: policy.levels.order.get(rank?)?.clone() })
}

impl Carrier {
    /// Returns the sum that a bound is about; `None` for a bound on another level.
    fn key(&self, limit: &SpendingLimit, request: &Request) -> Option<SumKey> {
        if limit.level.as_ref().is_some_and(|level| !words::same(level, &self.level)) {
            return None;
        }
        let who = match limit.per {
            SpentPer::Approver => self.who.key(),
            SpentPer::Customer => words::canonical(request.customer.as_deref().unwrap_or_default()),
            SpentPer::Requester => request.asker().key(),
            SpentPer::Reason => words::canonical(&request.ask.reason),
            SpentPer::All => String::new(),
        };
        Some(SumKey { per: limit.per, who, level: limit.level.clone().unwrap_or_default() })
    }
}

/// Returns the sums that have to be looked at before somebody decides so.
#[must_use]
pub fn wanted(request: &Request, person: &Person, verdict: Verdict, policy: &Policy) -> Vec<SumKey> {
    if policy.spending.limits.is_empty() || !concludes(request, verdict) {
        return Vec::new();
    }
    let Ok(seat) = right_to_decide(request, person, policy) else { return Vec::new() };
    let carrier = carrier(request, person, &seat, policy);
    let keys =
        carrier.iter().flat_map(|carrier| policy.spending.limits.iter().filter_map(|one| carrier.key(one, request)));
    keys.collect::<BTreeSet<_>>().into_iter().collect()
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
    let carrier = carrier(request, person, seat, policy)?;
    let (worth, today) = (request.amount.and_then(|amount| policy.worth(amount)), policy.business.time_zone.day(at));
    let answered = request.approvals.over(&request.content_hash);
    let mut beyond = Beyond { findings: Vec::new(), bounds: Vec::new(), needed: None, at_top: false };
    let mut keys = Vec::new();
    for limit in &policy.spending.limits {
        let Some(key) = carrier.key(limit, request) else { continue };
        let known = sums.known.get(&key).map(|tally| tally.since(limit.days, today));
        let fits = known.zip(worth).is_some_and(|(sum, worth)| sum.saturating_add(worth) <= limit.hundredths());
        let bound = format!("{}/{}/{}/{}", key.per.name(), key.who, key.level, limit.days);
        let is_answered = answered.is_some_and(|over| over.bounds.contains(&bound));
        if !fits && !is_answered {
            let message = words_of(request, &carrier, limit, known.zip(worth), policy);
            beyond.findings.push(Finding { code: FindingCode::ApprovalLimit, severity: Severity::Warning, message });
            beyond.bounds.push(bound);
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if !beyond.bounds.is_empty() {
        let higher = above(&carrier.level, policy);
        beyond.at_top = higher.is_none();
        // Above the highest level is nobody: a second person of it answers, once.
        let again = (!answered.is_some_and(|over| over.at_top)).then(|| carrier.level.clone());
        let who = match (&higher, &again) {
            (Some(higher), _) => format!("so {higher} decides, too"),
            (None, Some(level)) => format!("so a second person of {level} decides, too: nobody is above"),
            (None, None) => "and nobody is above those who have decided".into(),
        };
        for finding in &mut beyond.findings {
            finding.message = format!("{}, {who}", finding.message);
        }
        beyond.needed = higher.or(again);
        if beyond.needed.is_some() {
            return Some(beyond);
        }
    }
    if let Some(worth) = worth {
        add(sums, keys, worth, today);
    }
    (!beyond.bounds.is_empty()).then_some(beyond)
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
fn words_of(
    request: &Request,
    carrier: &Carrier,
    limit: &SpendingLimit,
    known: Option<(i64, i64)>,
    policy: &Policy,
) -> String {
    let whose = match limit.per {
        SpentPer::Approver => format!("by {}", carrier.who),
        SpentPer::Customer => "for this customer".into(),
        SpentPer::Requester => "for this requester".into(),
        SpentPer::Reason => "for this reason".into(),
        SpentPer::All => "in all".into(),
    };
    let level = limit.level.as_ref().map(|level| format!(" with the authority of {level}")).unwrap_or_default();
    match (known, request.amount) {
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
